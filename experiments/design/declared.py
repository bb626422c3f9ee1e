"""Declarations of a study: factors, modes, allocation, stimuli, measures and texts, which its steps use by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from experiments.files.reading import NAME, Distinct, Model
from experiments.files.references import FactorName, Level, ModeName
from experiments.measures import AnyMeasure
from experiments.measures.stakes import Stakes

Slug = Annotated[str, Field(pattern=NAME)]


class Factor(Model):
    """A manipulated variable."""

    sentence: str
    """What is varied, in one sentence."""
    levels: Annotated[tuple[Level, ...], Field(min_length=2), Distinct]
    varies: Literal["between", "within"]
    """Between participants, or within participants (across the stimuli); a mode can change this."""
    numeric: bool = False
    """Whether the levels are quantities, over which a curve can be fitted."""
    nuisance: bool = False
    """Counterbalanced, but not part of the hypotheses."""
    labels: dict[str, dict[Level, str]] = {}
    """Language -> level -> its label in texts."""


class Mode(Model):
    """A variant of the study with its own allocation list. Data of different modes are never pooled."""

    primary: bool = False
    sentence: str
    """How this mode differs from the others, in one sentence."""
    stakes: Stakes
    varies: dict[FactorName, Literal["between", "within"]] = {}
    """Factors that vary differently in this mode."""


class Allocation(Model):
    """Settings of the allocation lists."""

    seed: Annotated[int, Field(ge=0)]
    slots: Annotated[int, Field(ge=1, le=1_000_000)]
    """Number of slots in the list of each mode, rounded up to whole blocks; more than the sample needs, so that
    drop-outs can be replaced."""
    block: Annotated[int, Field(ge=1)] = 1
    """Number of times each cell occurs in a permuted block."""


class StimulusUse(Model):
    """Use of a stimulus set: which items, how many, and in which order."""

    set: str
    """Name of a folder in ``stimuli``, or a path relative to the protocol."""
    items: Annotated[tuple[str, ...], Distinct] = ()
    """Ids of the items (default: all)."""
    take: int | dict[ModeName, int] | None = None
    """Number of items per participant, or mode -> number (default: all)."""
    order: Literal["random", "fixed"] = "random"
    cross: Annotated[tuple[FactorName, ...], Distinct] = ()
    """Within-factors whose levels rotate over the items."""

    def taken(self, mode: str, available: int) -> int:
        """Return the number of items that each participant of a mode sees."""
        take = self.take.get(mode) if isinstance(self.take, dict) else self.take
        return available if take is None else take


class Declarations(Model):
    """The part of a protocol that determines its slots and declares what the steps refer to by name."""

    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """The first is the default."""
    factors: dict[Slug, Factor]
    modes: Annotated[dict[Slug, Mode], Field(min_length=1)]
    allocation: Allocation
    stimuli: dict[Slug, StimulusUse] = {}
    measures: dict[Slug, AnyMeasure]
    values: dict[str, dict[str, str]] = {}
    """Language -> name -> text that replaces ``{name}`` in all texts; filled in by the lab: ``approval`` and
    ``contact`` in every study, ``charity`` in studies with donations."""
    texts: dict[str, dict[str, str]]
    """Language -> key -> text."""

    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file the protocol was read from."""
        return self._path

    @cached_property
    def primary_mode(self) -> str:
        """Name of the primary mode (the first mode if none is marked)."""
        return next(
            (name for name, mode in self.modes.items() if mode.primary), next(iter(self.modes))
        )

    def _varying(self, mode: str, how: str) -> dict[str, Sequence[Level]]:
        changed = self.modes[mode].varies
        return {
            name: factor.levels
            for name, factor in self.factors.items()
            if changed.get(name, factor.varies) == how
        }

    def between(self, mode: str) -> dict[str, Sequence[Level]]:
        """Return the between-factors of a mode with their levels."""
        return self._varying(mode, "between")

    def within(self, mode: str) -> dict[str, Sequence[Level]]:
        """Return the within-factors of a mode with their levels."""
        return self._varying(mode, "within")

    def block_size(self, mode: str) -> int:
        """Return the number of slots in a permuted block of a mode."""
        size = self.allocation.block
        for levels in self.between(mode).values():
            size *= len(levels)
        return size
