"""The written mapping of a foreign table: what each of its columns is in our terms.

A mapping is a YAML file (``docs/reanalysis/*.yaml``). It states where the data are from, and for each factor
and measure the column, or, for wide tables, the columns with their conditions. What was published can be
computed again from it: the mapping also names means, differences and models.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from experiments.files.reading import FaultyFile, Model, parse, read
from experiments.files.references import (
    FactorName,
    Found,
    Level,
    MeasureName,
    Refers,
    references,
    undeclared,
)
from experiments.screen import Phase

Cell = str | int | float
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Keep = dict[str, tuple[Cell, ...]]


class ForeignFactor(Model):
    """A factor of the foreign study."""

    sentence: str
    """What was varied."""
    column: str = ""
    """Column that holds the level (empty: in wide tables the measures' own columns imply it)."""
    levels: Annotated[dict[Cell, Level], Field(min_length=2)]
    """Value in the table -> our level."""


class Wide(Model):
    """One column of a wide table."""

    column: str
    cells: dict[FactorName, Level] = {}
    """Factor -> level of the answers in this column."""


class ForeignMeasure(Model):
    """A measure of the foreign study."""

    sentence: str
    """What was measured."""
    column: str = ""
    """Column of the answers."""
    columns: tuple[Wide, ...] = ()
    """Columns of the answers, where the table is wide."""
    kind: Literal["number", "text"] = "number"
    unit: str = ""
    low: float | None = None
    """Least value that is possible, after ``times`` and ``plus``."""
    high: float | None = None
    """Greatest value that is possible, after ``times`` and ``plus``."""
    times: float = 1.0
    """The table's number is multiplied by this ..."""
    plus: float = 0.0
    """... and this is added."""
    phase: Phase = "trials"
    once: bool = False
    """Whether it is a fact about the participant, asked once, that each line repeats."""
    keep: Keep = {}
    """Column -> values: only lines with these have the measure."""

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if bool(self.column) == bool(self.columns):
            found = "both 'column' and 'columns'" if self.column else "no column"
            raise ValueError(
                f"found {found}; name one column, or for a wide table a list of columns."
            )
        return self

    @property
    def places(self) -> tuple[tuple[str, dict[str, Level]], ...]:
        """Each column of answers with the levels that it implies."""
        if self.column:
            return ((self.column, {}),)
        return tuple((wide.column, wide.cells) for wide in self.columns)


class Named(Model):
    """What is computed of one measure."""

    name: str
    measure: MeasureName
    where: Keep = {}
    """Factor or measure -> values: only these rows."""
    published: str = ""
    """What the authors report."""


class Difference(Named):
    """A difference between two levels: paired where participants have both, else between groups (Welch)."""

    factor: FactorName
    higher: Level
    lower: Level


class Constant(Named):
    """The mean of a measure against a value."""

    value: float


class ForeignModel(Named):
    """A model that was published, or that we add."""

    formula: str
    """Right-hand side, as ``analysis.models.formula`` has it."""
    family: Literal["gaussian", "binomial"] = "gaussian"
    errors: Literal["classical", "HC3"] = "HC3"
    """Standard errors of a linear model without random effects."""


class ForeignAnalysis(Model):
    """What is computed from the imported table."""

    means: tuple[MeasureName, ...] = ()
    """Measures whose n, mean and SD are given for each combination of levels."""
    differences: tuple[Difference, ...] = ()
    constants: tuple[Constant, ...] = ()
    models: tuple[ForeignModel, ...] = ()


class ForeignMap(Model):
    """A mapping."""

    study: Slug
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    """Version of the mapping."""
    title: str
    source: str
    """Where the data are from, and what to cite."""
    licence: str
    """Licence of the data."""
    mode: Slug = "imported"
    """Stakes or procedure under which the data were collected; modes are never pooled."""
    language: str = ""
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    missing: tuple[str, ...] = ("", "NA")
    """Values that mark a missing answer."""
    participant: str
    """Column of the participant's code."""
    session: str = ""
    """Column of the session (default: one session each)."""
    stimulus: str = ""
    """Column of the stimulus."""
    trial: str = ""
    """Column that numbers the trials; needed where a participant met one condition several times."""
    keep: Keep = {}
    """Column -> values: only these lines are imported."""
    factors: dict[Slug, ForeignFactor] = {}
    measures: Annotated[dict[Slug, ForeignMeasure], Field(min_length=1)]
    analysis: ForeignAnalysis = ForeignAnalysis()

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that the mapping names."""
        named = [self.participant, self.session, self.stimulus, self.trial, *self.keep]
        named += [factor.column for factor in self.factors.values()]
        for measure in self.measures.values():
            named += [*(column for column, _ in measure.places), *measure.keep]
        return tuple(dict.fromkeys(name for name in named if name))


def load_map(path: str | Path) -> ForeignMap:
    """Read a mapping.

    Raises
    ------
    FaultyFile
        With every fault.
    """
    source = read(path)
    made = parse(ForeignMap, source)
    if faults := [source.fault(*found) for found in _faults(made)]:
        raise FaultyFile(faults)
    return made


def _faults(made: ForeignMap) -> Found:
    known: dict[str, Iterable[str]] = {"factor": made.factors, "measure": made.measures}
    for key, mark, name in references(made):
        if isinstance(mark, Refers):
            yield from undeclared(key, f"the {mark.to}", [name], known[mark.to])
    for name, measure in made.measures.items():
        for place, wide in enumerate(measure.columns):
            for stated, level in wide.cells.items():
                if stated in made.factors:
                    key = ("measures", name, "columns", place, "cells", stated)
                    levels = made.factors[stated].levels.values()
                    yield from undeclared(key, "the level", [level], levels)
    for name, factor in made.factors.items():
        is_wide = any(name in cells for m in made.measures.values() for _, cells in m.places)
        if not factor.column and not is_wide:
            remedy = "Name its 'column', or give it in the 'cells' of the measures' columns."
            yield ("factors", name), "no column states its level", remedy
    for part in ("differences", "constants", "models"):
        for place, one in enumerate(getattr(made.analysis, part)):
            key = ("analysis", part, place, "where")
            yield from undeclared(key, "the column", one.where, [*made.factors, *made.measures])
