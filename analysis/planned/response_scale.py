"""Planned contrasts on the scale of the response: in money, points or probabilities, beside those that are tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.data.tables import empty
from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.models import Fit, TwoPart, response_contrast
from analysis.models.expected import with_parameters
from analysis.planned.fitting import AMOUNT, WHETHER, PlannedFit
from analysis.planned.grid import Grid
from analysis.planned.line_tests import TWO_LINES
from experiments.protocol.planned_contrast import PlannedContrast

RESPONSES = [
    *("contrast", "part", "unit", "estimate", "se", "df", "ci_low", "ci_high", "note", "failed"),
]
RESPONSE = "response"
UNITS = {"binomial": "probability"}
"""Family -> unit of its expected responses; of others that of the response."""


def response_contrasts(
    planned_fit: PlannedFit, also: Sequence[PlannedContrast] = ()
) -> pd.DataFrame:
    """Estimate the planned contrasts of a model with a link function as differences of expected responses.

    Parameters
    ----------
    also
        Contrasts that the model does not test: primary ones of another model of the outcome.

    Returns
    -------
    DataFrame
        contrast, part (of a two-part model also '', the amount given, zeros included), unit (``probability`` or
        ``response``), estimate, se, df, ci_low, ci_high (95 %), note (averaged over which random effects), failed
        (why there is none). No rows for Gaussian models, whose contrasts are on this scale, and for slopes of
        numbers, whose difference depends on where it is taken.
    """
    known = {each.name: each for each in (*planned_fit.planned.contrasts, *also)}
    tables = [_of_part(*each, list(known.values())) for each in _parts(planned_fit)]
    return pd.concat(tables, ignore_index=True) if tables else empty(*RESPONSES)


def amount_contrasts(planned_fit: PlannedFit, contrasts: Sequence[PlannedContrast]) -> pd.DataFrame:
    """Estimate contrasts in units of the answers, zeros included: the rows of :func:`response_contrasts` for these alone.

    No rows for models that have no such unit: Gaussian ones, whose contrasts are in it, and logistic ones.
    """
    parts = list(_parts(planned_fit))
    if not parts or not contrasts or planned_fit.planned.family in UNITS:
        return empty(*RESPONSES)
    return _of_part(*parts[0], contrasts)


def _parts(planned_fit: PlannedFit) -> Iterator[tuple[str, Fit | TwoPart, Grid]]:
    grids = planned_fit.grids
    fits = {part: _with_parameters(fit) for part, fit in planned_fit.parts.items()}
    if {WHETHER, AMOUNT} <= fits.keys():
        yield "", TwoPart(fits[WHETHER], fits[AMOUNT]), grids[WHETHER]
    for part, fit in fits.items():
        if fit.family != "gaussian":
            yield part, fit, grids[part]


def _with_parameters(fit: Fit) -> Fit:
    """Return a fit with its parameters, so that they are not estimated again for each table; as it is without any."""
    try:
        return with_parameters(fit, "averaged") if fit.family != "gaussian" else fit
    except COMPUTATION_ERRORS:
        return fit


def _of_part(
    part: str, fit: Fit | TwoPart, grid: Grid, contrasts: Sequence[PlannedContrast]
) -> pd.DataFrame:
    possible: list[PlannedContrast] = []
    tables = []
    for each in contrasts:
        if not set(each.lines) <= set(grid.factors) or TWO_LINES in each.lines.values():
            continue
        try:
            grid.rows([each])
        except AnalysisError as error:
            tables.append(pd.DataFrame({"contrast": [each.name], "failed": [str(error)]}))
        else:
            possible.append(each)
    if possible:
        tables.append(_estimated(fit, grid, possible))
    unit = UNITS.get(fit.family, RESPONSE) if isinstance(fit, Fit) else RESPONSE
    found = pd.concat(tables, ignore_index=True) if tables else empty(*RESPONSES)
    return found.assign(part=part, unit=unit).reindex(columns=RESPONSES)


def _estimated(
    fit: Fit | TwoPart, grid: Grid, contrasts: Sequence[PlannedContrast]
) -> pd.DataFrame:
    labels = [each.name for each in contrasts]
    try:
        found = response_contrast(fit, *grid.rows(contrasts), labels)
    except COMPUTATION_ERRORS as error:
        return pd.DataFrame({"contrast": labels, "failed": message_of(error)})
    table = found.estimates.rename(columns={"label": "contrast"})
    return table.assign(note=found.notes[0] if found.notes else "", failed="")
