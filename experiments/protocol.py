"""The protocol: one YAML file that says everything about a study, as frozen objects.

The JSON schema for editors (``protocols/protocol.schema.json``) is generated from these models; what
they cannot check by themselves is checked in ``experiments/checking.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from experiments.exclusions import AnyExclusion
from experiments.measures import AnyMeasure
from experiments.planned import (
    Evidence,
    Hypotheses,
    PlannedAnalysis,
    PlannedModel,
    SampleSize,
    Sesoi,
)
from experiments.reading import NAME, VERSION, Distinct, Model
from experiments.references import FactorName, Level, ModeName
from experiments.stakes import Stakes
from experiments.step import Step
from experiments.tasks import AnyStep

Slug = Annotated[str, Field(pattern=NAME)]


class Factor(Model):
    """A manipulated variable."""

    sentence: str
    """What is varied, in one sentence."""
    levels: Annotated[tuple[Level, ...], Field(min_length=2), Distinct]
    varies: Literal["between", "within"]
    """Between participants, or within (over the stimuli); a mode can change it."""
    numeric: bool = False
    """Whether the levels are quantities (a curve can be fitted over them)."""
    nuisance: bool = False
    """Counterbalanced, but not part of the hypotheses."""
    labels: dict[str, dict[Level, str]] = {}
    """Language -> level -> how it is written in texts."""


class Mode(Model):
    """A variant of the study with its own allocation list. Data of different modes are never pooled."""

    primary: bool = False
    sentence: str
    """What sets this mode apart."""
    stakes: Stakes
    varies: dict[FactorName, Literal["between", "within"]] = {}
    """Factors that vary in another way in this mode."""


class Allocation(Model):
    """How slots are made."""

    seed: Annotated[int, Field(ge=0)]
    slots: Annotated[int, Field(ge=1, le=1_000_000)]
    """Length of the list of each mode (rounded up to whole blocks); more than the sample, for drop-outs."""
    block: Annotated[int, Field(ge=1)] = 1
    """Times each cell occurs in a permuted block."""


class Use(Model):
    """How a set of stimuli is used."""

    set: str
    """Name of a folder in ``stimuli``, or a path beside the protocol."""
    items: Annotated[tuple[str, ...], Distinct] = ()
    """Ids of the items used (default: all)."""
    take: int | dict[ModeName, int] | None = None
    """How many a participant meets, or mode -> how many (default: all)."""
    order: Literal["random", "fixed"] = "random"
    cross: Annotated[tuple[FactorName, ...], Distinct] = ()
    """Within-factors rotated over the items."""

    def taken(self, mode: str, available: int) -> int:
        """Return how many items a participant of a mode meets."""
        take = self.take.get(mode) if isinstance(self.take, dict) else self.take
        return available if take is None else take


class Ethics(Model):
    """What an ethics committee asks of the study; approval, contact and charity are under ``values``."""

    deception: bool = False
    """Whether participants are deceived; then the debrief is compulsory."""


class Protocol(Model):
    """One study."""

    study: Slug
    version: Annotated[str, Field(pattern=VERSION)]
    """Semantic version; raise it with every change after the first participant."""
    title: str
    summary: str
    """What the study tests, in two or three sentences."""
    source: str
    """The work that the study follows."""
    evidence: Evidence
    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """The first is the default."""
    minutes: Annotated[float, Field(gt=0)]
    """How long a session takes."""
    declares: dict[str, str] = {}
    """Choices of design that a reader must know, such as the photo rule and the denominator."""
    factors: dict[Slug, Factor]
    modes: Annotated[dict[Slug, Mode], Field(min_length=1)]
    allocation: Allocation
    stimuli: dict[Slug, Use] = {}
    measures: dict[Slug, AnyMeasure]
    flow: Annotated[tuple[AnyStep, ...], Field(min_length=1)]
    hypotheses: Hypotheses
    analysis: PlannedAnalysis
    exclusions: tuple[AnyExclusion, ...] = ()
    sesoi: Sesoi
    sample: SampleSize
    ethics: Ethics = Ethics()
    values: dict[str, dict[str, str]] = {}
    """Language -> name -> text that a lab sets once, put for ``{name}`` in all texts: ``approval`` and
    ``contact`` in every study, ``charity`` where gifts go to one."""
    texts: dict[str, dict[str, str]]
    """Language -> key -> text."""

    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file the protocol was read from."""
        return self._path

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the content (comments and layout do not count)."""
        # Only what the file states: a later version of the models must not change the hash of an old file.
        stated = self.model_dump(mode="json", exclude_unset=True)
        content = json.dumps(stated, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def primary_mode(self) -> str:
        """Name of the primary mode (the first, if none is marked)."""
        return next(
            (name for name, mode in self.modes.items() if mode.primary), next(iter(self.modes))
        )

    @cached_property
    def primary_measure(self) -> str:
        """Name of the primary measure."""
        return self.hypotheses.outcome

    def stated(self, name: str) -> str:
        """Return a value in the first language, '' where it is absent or not filled in yet."""
        text = self.values.get(self.languages[0], {}).get(name, "")
        return "" if is_open(text) else text

    def _varying(self, mode: str, how: str) -> dict[str, Sequence[Level]]:
        own = self.modes[mode].varies
        return {
            name: factor.levels
            for name, factor in self.factors.items()
            if own.get(name, factor.varies) == how
        }

    def between(self, mode: str) -> dict[str, Sequence[Level]]:
        """Return the between-factors of a mode with their levels."""
        return self._varying(mode, "between")

    def within(self, mode: str) -> dict[str, Sequence[Level]]:
        """Return the within-factors of a mode with their levels."""
        return self._varying(mode, "within")

    def planned_models(self, mode: str) -> list[PlannedModel]:
        """Return the models that are fitted in a mode."""
        return [m for m in self.analysis.models if not m.modes or mode in m.modes]

    def block_size(self, mode: str) -> int:
        """Return how many slots a permuted block of a mode has."""
        size = self.allocation.block
        for levels in self.between(mode).values():
            size *= len(levels)
        return size

    def steps(self, mode: str, cells: dict[str, Level]) -> list[Step]:
        """Return the steps of the flow that a cell of a mode goes through."""
        return [
            step
            for step in self.flow
            if (not step.modes or mode in step.modes)
            and all(cells.get(factor) in levels for factor, levels in step.when.items())
        ]

    def step(self, name: str) -> Step:
        """Return the step with this name."""
        return next(step for step in self.flow if step.name == name)


def is_open(text: str) -> bool:
    """Return whether a value still has to be filled in: it is empty, or is in brackets."""
    return not text.strip() or text.startswith("[")


def schema() -> dict[str, Any]:
    """Return the JSON schema of a protocol, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Protocol.model_json_schema(),
        "title": "compassion protocol",
    }
