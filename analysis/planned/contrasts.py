"""Planned contrasts: estimate, interval, effect size, Bayes factor, and equivalence within the SESOI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.errors import AnalysisError
from analysis.models import Fit, contrast, marginal_means
from analysis.models.comparisons import compare_groups, compare_paired
from analysis.models.equivalence import equivalence
from analysis.planned.describing import level_label
from analysis.planned.fitting import SMALLEST_SE, PlannedFit
from experiments.numbers import estimate
from experiments.protocol.plan import Contrast, PlannedModel, Sesoi
from experiments.protocol.protocol import Protocol

NAMES = ["model", "measure", "role", "family", "part", "contrast", "higher", "lower"]
NUMBERS = [
    *("estimate", "se", "df", "statistic", "p", "p_holm", "ci_low", "ci_high"),
    *("sd", "d", "d_low", "d_high", "sesoi", "tost_p", "tost_low", "tost_high"),
    *("participants_higher", "participants_lower", "effect", "effect_low", "effect_high", "bf10"),
]
TEXTS = ["tost", "effect_kind", "failed"]


def contrast_rows(
    planned_fit: PlannedFit, protocol: Protocol, *, outcome: bool
) -> list[dict[str, Any]]:
    """Return one row for each planned contrast and each part of a fitted model.

    Parameters
    ----------
    outcome
        Whether the measure is the outcome of the study, to which a raw SESOI applies.

    Notes
    -----
    ``d`` is the estimate divided by the SD of answers within cells. ``effect`` and ``bf10`` (JZS, Cauchy
    scale .707) are computed from participants' means, by pingouin.
    """
    rows = []
    for planned in planned_fit.plan.contrasts:
        for part, fit in planned_fit.parts.items():
            row = _named(planned_fit.plan, planned, protocol) | {"part": part}
            try:
                found = _estimated(planned_fit, fit, planned)
                # Only differences on the scale of the response have a standardised effect size and a SESOI.
                if planned_fit.plan.family == "gaussian":
                    found |= _in_sds(planned_fit, planned, found, protocol, outcome)
                    found |= _of_participant_means(planned_fit, planned)
                rows.append(row | found)
            except AnalysisError as error:
                rows.append(row | {"failed": str(error)})
    return rows


def failed_rows(plan: PlannedModel, why: str, protocol: Protocol) -> list[dict[str, Any]]:
    """Return the contrasts of a model that could not be fitted."""
    return [_named(plan, c, protocol) | {"part": "", "failed": why} for c in plan.contrasts]


def contrast_table(rows: Sequence[dict[str, Any]], protocol: Protocol) -> pd.DataFrame:
    """Return all contrasts of a mode, with Holm's correction over the secondary ones."""
    table = pd.DataFrame(list(rows), columns=[*NAMES, *NUMBERS, *TEXTS])
    table[NUMBERS] = table[NUMBERS].apply(pd.to_numeric)
    table[TEXTS] = table[TEXTS].astype(object).fillna("")
    table["p_holm"] = table["p"]
    secondary = (table["role"] == "secondary") & table["p"].notna()
    if protocol.analysis.correction == "holm" and secondary.any():
        corrected = multipletests(table.loc[secondary, "p"], method="holm")[1]
        table.loc[secondary, "p_holm"] = corrected
    return table


def _named(plan: PlannedModel, planned: Contrast, protocol: Protocol) -> dict[str, Any]:
    return {
        **{name: getattr(plan, name) for name in ("measure", "role", "family")},
        "model": plan.name,
        "contrast": planned.name,
        "higher": level_label(protocol, planned.factor, planned.higher),
        "lower": level_label(protocol, planned.factor, planned.lower),
    }


def _estimated(planned_fit: PlannedFit, fit: Fit, planned: Contrast) -> dict[str, Any]:
    """Estimate and test one contrast."""
    factor, frame = planned.factor, fit.data
    if factor not in fit.design.columns:
        raise AnalysisError(
            f"{factor!r} is not a predictor of this model.", "Add it to the formula."
        )
    for level in (planned.higher, planned.lower):
        if not (frame[factor] == level).any():
            raise AnalysisError(f"There are no answers at {factor} = {level}.", "")
    is_text = not pd.api.types.is_numeric_dtype(frame[factor])
    coded = any(name.startswith(f"{factor}[") for name in fit.names)
    at: dict[str, Sequence[float] | float] | None = None
    if not is_text and not coded:
        at = {factor: [float(planned.higher), float(planned.lower)]}
    means = marginal_means(fit, [factor], at)
    levels = means.estimates[factor].tolist()
    higher, lower = levels.index(planned.higher), levels.index(planned.lower)
    row = contrast(fit, means.weights[higher] - means.weights[lower]).estimates.iloc[0]
    if not row["se"] > SMALLEST_SE * planned_fit.spread:
        raise AnalysisError(
            f"All answers at {factor} = {planned.higher} are the same, and so are those at"
            f" {planned.lower}: the difference is {estimate(row['estimate'])}, and its standard error"
            " cannot be estimated.",
            "More participants are needed.",
        )
    wanted = ("estimate", "se", "df", "statistic", "p", "ci_low", "ci_high")
    return {name: float(row[name]) for name in wanted}


def _in_sds(
    planned_fit: PlannedFit,
    planned: Contrast,
    found: dict[str, Any],
    protocol: Protocol,
    outcome: bool,
) -> dict[str, Any]:
    """Return the difference in standard deviations, and its equivalence test against the SESOI."""
    sd = within_sd(planned_fit.frame, planned_fit.column, planned.factor)
    bound = bound_of(protocol.sesoi, sd, outcome=outcome)
    numbers = (found["estimate"], found["se"], found["df"])
    tost = equivalence(*numbers, bound, alpha=protocol.analysis.alpha, label=f"'{planned.name}'")
    return {
        "sd": sd,
        "d": found["estimate"] / sd,
        "d_low": found["ci_low"] / sd,
        "d_high": found["ci_high"] / sd,
        "sesoi": bound,
        "tost_p": tost.p,
        "tost_low": tost.ci_low,
        "tost_high": tost.ci_high,
        "tost": tost.verdict,
    }


def _of_participant_means(planned_fit: PlannedFit, planned: Contrast) -> dict[str, Any]:
    """Return the effect size and Bayes factor of participants' means, paired if participants saw both levels."""
    means = planned_fit.frame.groupby([planned.factor, "participant"])[planned_fit.column].mean()
    high, low = means.loc[planned.higher], means.loc[planned.lower]
    both = high.index.intersection(low.index)
    counts = {"participants_higher": len(high), "participants_lower": len(low)}
    names = (str(planned.higher), str(planned.lower))
    try:
        if len(both):
            found = compare_paired(high[both].to_numpy(), low[both].to_numpy(), names)
        else:
            found = compare_groups(high.to_numpy(), low.to_numpy(), names)
    except AnalysisError:
        # A single participant in a group, or no variance: only the estimates of the model are available.
        return counts
    wanted = ("effect", "effect_low", "effect_high", "bf10")
    kind = "dz, paired" if len(both) else "Cohen's d"
    return {**counts, "effect_kind": kind, **{name: getattr(found, name) for name in wanted}}


def within_sd(frame: pd.DataFrame, column: str, factor: str) -> float:
    """Return the SD of the answers around the mean of their level.

    Raises
    ------
    AnalysisError
        If answers do not vary within levels.
    """
    values = frame[column].astype(float)
    deviations = values - values.groupby(frame[factor]).transform("mean")
    df = len(frame) - frame[factor].nunique()
    sd = float(np.sqrt((deviations**2).sum() / df)) if df > 0 else 0.0
    if not sd > 0:
        raise AnalysisError(
            "All answers within each level are the same, so differences cannot be expressed in SDs.",
            "Report the means.",
        )
    return sd


def bound_of(sesoi: Sesoi, sd: float, *, outcome: bool) -> float:
    """Return the smallest effect of interest in units of a measure.

    The raw SESOI if the protocol has one and the measure is the outcome; otherwise d times the SD.
    """
    return sesoi.raw if sesoi.raw is not None and outcome else sesoi.d * sd
