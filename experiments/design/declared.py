"""What a study declares: factors, modes, allocation, stimuli, measures and texts. Its steps use them by name."""

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


class Declared(Model):
    """The part of a protocol from which its slots are made, and to which its steps refer by name."""

    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """The first is the default."""
    factors: dict[Slug, Factor]
    modes: Annotated[dict[Slug, Mode], Field(min_length=1)]
    allocation: Allocation
    stimuli: dict[Slug, Use] = {}
    measures: dict[Slug, AnyMeasure]
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
    def primary_mode(self) -> str:
        """Name of the primary mode (the first, if none is marked)."""
        return next(
            (name for name, mode in self.modes.items() if mode.primary), next(iter(self.modes))
        )

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

    def block_size(self, mode: str) -> int:
        """Return how many slots a permuted block of a mode has."""
        size = self.allocation.block
        for levels in self.between(mode).values():
            size *= len(levels)
        return size
