"""Mappings of published tables: the factor or measure in each column.

A mapping is a YAML file (``docs/reanalysis/*.yaml``). It states the source of the data, and for each factor and
measure the column or, in wide tables, the columns with their conditions. It can also list means, differences and
models, to reproduce published results.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from experiments.files.faults import Findings, InvalidFileError, Key, ValueFault
from experiments.files.model import VERSION, Model
from experiments.files.parsing import parse
from experiments.files.reading import Reader, read
from experiments.files.reading_1_0 import read_1_0
from experiments.files.references import FactorName, MeasureName, undeclared, unknown_names
from experiments.files.scalars import Flag, Name, Note, Number, Scalar
from experiments.screen import Phase

Keep = dict[Note, tuple[Scalar, ...]]


def _level(value: str | int | float) -> str | int:
    if isinstance(value, float):
        raise ValueFault(
            f"found the number {value:g}", f'Write it as a text, in quotes: "{value:g}".'
        )
    return value


Level = Annotated[Scalar, AfterValidator(_level)]
"""A level: a text, or a whole number."""


def _as_in_1_0(value: Any) -> Any:
    # Maps of 1.0, which are kept with the data, have true and false.
    return value == "true" if value in ("true", "false") else value


class ForeignFactor(Model):
    """A factor of the foreign study."""

    sentence: Note
    """Description of the manipulation."""
    column: Note = ""
    """Column of the level (empty in wide tables, in which the columns of the measures imply the level)."""
    levels: Annotated[dict[Note, Level], Field(min_length=2)]
    """Value in the table -> level."""
    varies: Literal["", "within", "between"] = ""
    """Whether each participant has all levels or one (default: what holds for most of them)."""


class Wide(Model):
    """One column of a wide table."""

    column: Note
    """Column of the answers."""
    cells: dict[FactorName, Level] = {}
    """Factor -> level of the answers in this column."""


class ForeignMeasure(Model):
    """A measure of the foreign study."""

    sentence: Note
    """Description of the measure."""
    column: Note = ""
    """Column of the answers."""
    columns: tuple[Wide, ...] = ()
    """Columns of the answers in a wide table."""
    kind: Literal["number", "text"] = "number"
    """Whether the answers are numbers or words."""
    unit: Note = ""
    """Unit of the answers."""
    low: Number | None = None
    """Lowest possible value, after ``times`` and ``plus``."""
    high: Number | None = None
    """Highest possible value, after ``times`` and ``plus``."""
    times: Number = 1.0
    """Factor by which the number in the table is multiplied ..."""
    plus: Number = 0.0
    """... before this constant is added."""
    phase: Phase = "trials"
    """Part of the session in which it was asked."""
    once: Annotated[Flag, BeforeValidator(_as_in_1_0)] = False
    """Whether it is a participant variable, which is repeated on each line."""
    keep: Keep = {}
    """Column -> values: only lines with these values have the measure."""

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if bool(self.column) == bool(self.columns):
            found = "both 'column' and 'columns'" if self.column else "no column"
            raise ValueError(
                f"found {found}; name one column or, for a wide table, a list of columns."
            )
        return self

    @property
    def answer_columns(self) -> tuple[tuple[str, dict[str, Level]], ...]:
        """Each column of answers with the levels that it implies."""
        if self.column:
            return ((self.column, {}),)
        return tuple((wide.column, wide.cells) for wide in self.columns)


class Named(Model):
    """A named quantity to compute from one measure."""

    name: Note
    """Name of the result."""
    measure: MeasureName
    """Measure that it is computed from."""
    where: Keep = {}
    """Factor or measure -> values: only rows with these values."""
    published: Note = ""
    """Result reported by the authors."""


class Difference(Named):
    """A difference between two levels: paired if participants have both, otherwise between groups (Welch)."""

    factor: FactorName
    """Factor of which two levels are compared."""
    higher: Level
    """Level from whose mean the other is subtracted."""
    lower: Level
    """Level whose mean is subtracted."""


class Constant(Named):
    """The mean of a measure compared with a fixed value."""

    value: Number
    """Value that the mean is compared with."""


class ForeignModel(Named):
    """A published model, or one of ours."""

    formula: Note
    """Right-hand side; see ``analysis.models.formula``."""
    family: Literal["gaussian", "binomial"] = "gaussian"
    """Distribution of the measure."""
    errors: Literal["Satterthwaite", "classical", "HC3"] = "Satterthwaite"
    """Standard errors of a linear model without random effects."""


class ForeignAnalysis(Model):
    """Quantities to compute from the imported table."""

    means: tuple[MeasureName, ...] = ()
    """Measures for which n, mean and SD are computed by condition."""
    differences: tuple[Difference, ...] = ()
    """Differences between two levels."""
    constants: tuple[Constant, ...] = ()
    """Means compared with a fixed value."""
    models: tuple[ForeignModel, ...] = ()
    """Regression models."""


class ForeignMap(Model):
    """A mapping of a published table."""

    study: Name
    """Name of the study in our tables."""
    version: Annotated[str, Field(pattern=VERSION)]
    """Version of the mapping."""
    title: Note
    """Title of the study."""
    source: Note
    """Source of the data, with citation."""
    licence: Note
    """Licence of the data."""
    mode: Name = "imported"
    """Stakes or procedure of the data; modes are never pooled."""
    language: Note = ""
    """Language of the study (BCP 47), if known."""
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    """Character between the columns of the table."""
    missing: tuple[Note, ...] = ("", "NA")
    """Values that mark a missing answer."""
    participant: Note
    """Column of the participant's code."""
    session: Note = ""
    """Column of the session (default: one session per participant)."""
    stimulus: Note = ""
    """Column of the stimulus."""
    trial: Note = ""
    """Column of the trial number; needed if a participant saw a condition several times."""
    keep: Keep = {}
    """Column -> values: only lines with these values are imported."""
    factors: dict[Name, ForeignFactor] = {}
    """What was varied."""
    measures: Annotated[dict[Name, ForeignMeasure], Field(min_length=1)]
    """What was measured."""
    analysis: ForeignAnalysis = ForeignAnalysis()

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that the mapping names."""
        named = [self.participant, self.session, self.stimulus, self.trial, *self.keep]
        named += [factor.column for factor in self.factors.values()]
        for measure in self.measures.values():
            named += [*(column for column, _ in measure.answer_columns), *measure.keep]
        return tuple(dict.fromkeys(name for name in named if name))


def load_map(path: str | Path, read: Reader = read) -> ForeignMap:
    """Read a mapping.

    Raises
    ------
    InvalidFileError
        With all faults.
    """
    source = read(Path(path))
    mapping = parse(ForeignMap, source)
    if faults := [source.fault(*found) for found in _faults(mapping)]:
        raise InvalidFileError(faults)
    return mapping


def kept_map(path: str | Path) -> ForeignMap:
    """Read the mapping beside imported data, which version 1.0 may have kept.

    Raises
    ------
    InvalidFileError
        With all faults.
    """
    try:
        return load_map(path)
    except InvalidFileError:
        with suppress(InvalidFileError):
            return load_map(path, read_1_0)
        raise


def _faults(mapping: ForeignMap) -> Findings:
    yield from unknown_names(mapping, {"factor": mapping.factors, "measure": mapping.measures})
    for name, measure in mapping.measures.items():
        for place, wide in enumerate(measure.columns):
            for stated, level in wide.cells.items():
                if stated in mapping.factors:
                    key: Key = ("measures", name, "columns", place, "cells", stated)
                    levels = mapping.factors[stated].levels.values()
                    yield from undeclared(key, "the level", [level], levels)
    for name, factor in mapping.factors.items():
        is_wide = any(
            name in cells for m in mapping.measures.values() for _, cells in m.answer_columns
        )
        if not factor.column and not is_wide:
            remedy = "Name its 'column', or give the level in the 'cells' of the measures' columns."
            yield ("factors", name), "no column gives its level", remedy
    for part in ("differences", "constants", "models"):
        for place, one in enumerate(getattr(mapping.analysis, part)):
            key = ("analysis", part, place, "where")
            yield from undeclared(
                key, "the column", one.where, [*mapping.factors, *mapping.measures]
            )
