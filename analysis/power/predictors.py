"""What the names of a model's formula are before there are data: factors, numbers of the design, and answers."""

from __future__ import annotations

from analysis.errors import AnalysisError
from analysis.planned.plan import Planned
from analysis.planned.predictors import NumberOf, Predictors
from experiments.language.columns import Import
from experiments.protocol.names import AddressError
from experiments.protocol.outcome_rows import OutcomeRows, Rows
from experiments.study import Study


def predictors_of(
    study: Study, mode: str, planned: Planned, rows: Rows, rows_of: OutcomeRows
) -> tuple[tuple[str, ...], tuple[NumberOf, ...]]:
    """Return the factors of a model, also those that its numbers are made of, and its numbers.

    Numbers of the design come first, then answers that participants give once.

    Parameters
    ----------
    rows
        The rows of its outcome.
    rows_of
        The rows of all measures.

    Raises
    ------
    AnalysisError
        If one of them is answered again in each trial.
    """
    found = Predictors.of(planned, study, mode)
    numbers = sorted(found.numbers.values(), key=lambda number: number.answered)
    for number in numbers:
        if number.answered and not _once(study, number.name, rows, rows_of):
            raise AnalysisError(
                f"The predictor {number.name!r} of the model {planned.name!r} differs between the answers of a participant,"
                " and its values are not known before the study.",
                "Leave it out to plan the sample, or simulate whole studies.",
            )
    made_of = (name for number in numbers for name in number.made_of)
    return tuple(dict.fromkeys([*found.factors, *made_of])), tuple(numbers)


def _once(study: Study, name: str, rows: Rows, rows_of: OutcomeRows) -> bool:
    """Return whether a number that comes from answers has one value for each participant."""
    columns = study.file.columns
    if name in columns:
        of = columns[name].of
        if of.aggregates:
            return True
        if isinstance(of.value, Import):
            return False
        return all(_once(study, each, rows, rows_of) for each in of.row_names)
    if name in study.names.factors:
        return study.names.factors[name].varies != "within"
    try:
        return not rows_of.of(name, stacked=True).loops
    except AddressError:
        return False
