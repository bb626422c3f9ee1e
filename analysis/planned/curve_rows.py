"""The rows that the curves of a hypothesis are fitted to: its outcome, and the columns that the curves read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.curves.claims import Prediction, names_of
from analysis.curves.fitting import CROSSED
from analysis.data.frames import Frames
from analysis.data.names import column_of
from analysis.models import RandomTerm
from analysis.models.formula import slopes_of
from analysis.planned.describing import in_numbers
from analysis.planned.plan import Planned
from experiments.numbers import count
from experiments.protocol.planned import same_measure
from experiments.study import Study

OF_THE_STUDY = "_of_the_study"
"""Ending of a column of the study while there is a column of a curve with the same name."""


def study_names(text: str) -> str:
    """Return a text with the columns of the study as the study calls them.

    >>> study_names("item:boundary_of_the_study")
    'item:boundary'
    """
    return text.replace(OF_THE_STUDY, "")


@dataclass(frozen=True)
class CurveRows:
    """The rows of an outcome with the columns that the curves read."""

    rows: pd.DataFrame
    outcome: str
    """Column of the outcome."""
    random: tuple[RandomTerm, ...]
    along: tuple[RandomTerm, ...] = ()
    """The random terms with slopes of what is on the axis of the claim's curve, if these are planned."""
    cautions: tuple[str, ...] = ()

    def within(self, factor: str, level: str) -> CurveRows:
        """Return the rows at a level of a factor, with the random terms that remain: ``(1 | item:factor)`` is there
        ``(1 | item)``."""
        own = self.rows[self.rows[factor].astype(str) == level]
        columns = (tuple(c for c in t.group_columns if c != factor) for t in self.random)
        random = dict.fromkeys(RandomTerm("1", ":".join(left)) for left in columns if left)
        return replace(self, rows=own.reset_index(drop=True), random=tuple(random))


def curve_rows(
    frames: Frames, outcome: str, found: Sequence[Prediction], planned: Sequence[Planned]
) -> CurveRows:
    """Return the rows of an outcome with the columns that the curves read, and the random terms of its model.

    Numbers and factors of numbers are numbers, other factors texts. Rows without a value of one of them are left out.

    Raises
    ------
    AnalysisError
        If the outcome was never asked, or its rows do not know one of the columns.
    """
    study = frames.study
    names = names_of(found)
    read = tuple(dict.fromkeys(names.values()))
    frame = in_numbers(frames.frame(outcome, read), column_of(outcome))
    columns = {
        column: _values(study, frame, name, text=bool(one.curve.levels(column)))
        for one in found
        for column, name in one.columns.items()
    }
    # A column of the study with the name of a curve's column that is something else keeps its values.
    others = {
        column: f"{column}{OF_THE_STUDY}"
        for column, name in names.items()
        if column in frame and column != column_of(name)
    }
    rows = frame.rename(columns=others).assign(**columns)
    known = rows[list(columns)].notna().all(axis=1)
    cautions: tuple[str, ...] = ()
    if not known.all():
        missing = [name for column, name in names.items() if rows[column].isna().any()]
        left_out = count(int((~known).sum()), "answer is", "answers are")
        cautions = (f"{left_out} left out, since {' or '.join(missing)} is missing.",)
    terms, notes = _random(study, planned, outcome)
    axis = found[0].curve.axis
    sloped = (_along(term, axis, _sources(study, names[axis])) for term in terms)
    return CurveRows(
        rows[known].reset_index(drop=True),
        others.get(column_of(outcome), column_of(outcome)),
        _renamed((RandomTerm("1", term.group) for term in terms), others),
        _renamed(sloped, others),
        (*cautions, *notes),
    )


def models_of(study: Study, planned: Sequence[Planned], outcome: str) -> list[Planned]:
    """Return the planned models of an outcome, the primary one first and Gaussian ones before others."""
    own = [each for each in planned if same_measure(study.names, each.outcome, outcome)]
    return sorted(own, key=lambda each: (not each.primary, each.family != "gaussian"))


def _values(study: Study, frame: pd.DataFrame, name: str, *, text: bool) -> pd.Series:
    values = frame[column_of(name)]
    factor = study.names.factors.get(name)
    if text or (factor is not None and factor.numbers is None):
        return values.astype(object).where(values.notna(), None)
    if factor is not None and factor.numbers is not None:
        return values.astype(object).map(factor.numbers).astype(float)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype(object)
    return pd.to_numeric(values, errors="coerce") if values.dtype == object else values


def _random(
    study: Study, planned: Sequence[Planned], outcome: str
) -> tuple[tuple[RandomTerm, ...], tuple[str, ...]]:
    """Return the random terms of the planned model of an outcome, and a note on each that has slopes."""
    models = models_of(study, planned, outcome)
    if not models:
        return CROSSED, ()
    terms = models[0].formula.random
    notes = tuple(
        f"The slopes of {term} are left out, since curves have random intercepts only: differences between curves"
        " can look more certain than they are."
        for term in terms
        if term.slopes != "1"
    )
    return terms, notes


def _sources(study: Study, name: str) -> set[str]:
    """Return a name of the study and all that its column is computed from in the same row, as columns of frames."""
    columns = study.names.study.columns
    used = columns[name].of.row_names if name in columns else ()
    return {column_of(name)}.union(*(_sources(study, each) for each in used))


def _along(term: RandomTerm, axis: str, sources: set[str]) -> RandomTerm:
    """Return a random term with a slope of the axis, if it has one of what the axis is computed from."""
    sloped = any(slope in sources for slope in slopes_of(term))
    return term.of([axis]) if sloped else RandomTerm("1", term.group)


def _renamed(terms: Iterable[RandomTerm], others: dict[str, str]) -> tuple[RandomTerm, ...]:
    """Return random terms, each once, with the columns that the rows have under other names."""
    groups = ((t, ":".join(others.get(c, c) for c in t.group_columns)) for t in terms)
    return tuple(dict.fromkeys(replace(term, group=group) for term, group in groups))
