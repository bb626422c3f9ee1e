"""Whether the primary contrasts depend on single participants or single stimuli.

Each contrast is estimated without each participant, and without each stimulus, in turn, at the variances of the whole
(:func:`analysis.models.leaving_out.leave_out`). The model is then fitted again without the one whose absence changes the
estimate most. This describes the data; it is no test and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.tables import empty
from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.models.leaving_out import leave_out
from analysis.planned.contrasts import Row, contrast_rows
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.own_variances import of_three_within, with_own
from experiments.protocol.planned_contrast import PlannedContrast

UNITS = ("participant", "item")
"""Columns of a frame whose values are left out in turn."""
INFLUENCE = [
    *("contrast", "unit", "units", "estimate", "low", "high", "most", "estimate_without"),
    *("se_without", "df_without", "p_without", "ci_low_without", "ci_high_without", "failed"),
]
LEFT_OUT = ["contrast", "unit", "left_out", "rows", "estimate", "se"]


def no_influence() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of :func:`influence` without rows."""
    return empty(*INFLUENCE), empty(*LEFT_OUT)


def influence(planned_fit: PlannedFit) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimate the primary contrasts of a Gaussian model without each participant and each stimulus.

    Returns
    -------
    influence : DataFrame
        One row for each contrast and kind of unit: contrast, unit (participant or item), units (number), estimate
        (from all rows), low and high (the estimates without one unit lie between them), most (the unit whose absence
        changes the estimate most), and the estimate, se, df, p and 95 % interval of the model fitted again without it
        (``failed``: why this was not possible).
    left_out : DataFrame
        One row for each unit: contrast, unit, left_out (its code), rows, estimate, se. No rows for models of
        other families, and for contrasts that are no differences of cell means or slopes.
    """
    summaries, units = [], []
    for each in _tested(planned_fit):
        fit = planned_fit.parts[""]
        try:
            weights = planned_fit.grids[""].weights(each)
        except AnalysisError:
            continue  # The table of contrasts names what has no answers.
        # The model that the test is of, as in the table of contrasts.
        own, _ = with_own(planned_fit, fit, weights, of_three_within(planned_fit, each))
        for unit in UNITS:
            if unit not in planned_fit.frame or planned_fit.frame[unit].nunique() < 2:
                continue
            found = leave_out(own, weights, planned_fit.frame[unit].astype(str))
            named = {"contrast": each.name, "unit": unit}
            units.append(found.rename(columns={"unit": "left_out"}).assign(**named))
            if found["estimate"].notna().any():
                whole = float(weights @ own.beta)
                summaries.append(named | _summary(planned_fit, each, unit, found, whole))
    if not units:
        return no_influence()
    return pd.DataFrame(summaries, columns=INFLUENCE), pd.concat(units)[LEFT_OUT]


def _tested(planned_fit: PlannedFit) -> Iterator[PlannedContrast]:
    if planned_fit.planned.family != "gaussian":
        return
    for each in planned_fit.planned.contrasts:
        simple = {"two lines", "slope of log"}.isdisjoint(each.lines.values())
        if each.name in planned_fit.planned.primary and simple:
            yield each


def _summary(
    planned_fit: PlannedFit, each: PlannedContrast, unit: str, found: pd.DataFrame, whole: float
) -> Row:
    most = str(found["unit"].iloc[int(np.nanargmax(found["estimate"].sub(whole).abs()))])
    row: Row = {
        "units": len(found),
        "estimate": whole,
        "low": found["estimate"].min(),
        "high": found["estimate"].max(),
        "most": most,
        "failed": "",
    }
    try:
        again = _anew(planned_fit, each, planned_fit.frame[unit].astype(str) != most)
    except COMPUTATION_ERRORS as error:
        return row | {"failed": message_of(error)}
    names = ("estimate", "se", "df", "p", "ci_low", "ci_high")
    return row | {f"{name}_without": again[name] for name in names}


def _anew(planned_fit: PlannedFit, each: PlannedContrast, keep: pd.Series) -> Row:
    """Return the row of a contrast, from the planned model fitted to the rows that are kept."""
    fitted = fit_planned(
        replace(planned_fit.planned, contrasts=(each,), terms=()),
        planned_fit.frame[keep].reset_index(drop=True),
        planned_fit.predictors,
        planned_fit.measure,
    )
    (own,) = contrast_rows(fitted, None, {})
    if own.get("failed"):
        raise AnalysisError(own["failed"], "")
    return own
