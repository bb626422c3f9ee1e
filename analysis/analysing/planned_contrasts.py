"""Planned contrasts: estimate, interval, effect size, Bayes factor, and equivalence within the SESOI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.analysing.fitting import SMALLEST_SE, Live
from analysis.analysing.levels import level_words
from analysis.comparisons import Comparison, compare_groups, compare_paired
from analysis.equivalence import equivalence
from analysis.errors import AnalysisError
from analysis.models import Fit, contrast, marginal_means
from experiments.planned import Contrast, PlannedModel, Sesoi
from experiments.protocol import Protocol

COLUMNS = (
    *("model", "measure", "role", "family", "part", "contrast", "higher", "lower"),
    *("estimate", "se", "df", "statistic", "p", "p_holm", "ci_low", "ci_high"),
    *("sd", "d", "d_low", "d_high"),
    *("sesoi", "tost_p", "tost_low", "tost_high", "tost", "tost_sentence"),
    *("persons_higher", "persons_lower", "effect_kind", "effect", "effect_low", "effect_high"),
    *("bf10", "failed"),
)


def contrast_rows(
    model: PlannedModel, live: Live, protocol: Protocol, *, outcome: bool
) -> list[dict[str, Any]]:
    """One row for each planned contrast of a fitted model (and part of it).

    Parameters
    ----------
    outcome
        Whether the measure is the study's outcome, for which a raw SESOI holds.

    Notes
    -----
    ``d`` is the estimate over the SD of answers within cells. ``effect`` and ``bf10`` (JZS, Cauchy
    scale .707) are those of persons' means, by pingouin.
    """
    rows = []
    for planned in model.contrasts:
        for part, fit in live.parts.items():
            base = _named(model, planned, protocol, part)
            try:
                found = _estimated(live, fit, planned)
                beside = _beside(model, live, planned, found, protocol, outcome)
            except AnalysisError as error:
                rows.append({**base, "failed": str(error)})
                continue
            rows.append({**base, **found, **beside})
    return rows


def failed_rows(model: PlannedModel, why: str, protocol: Protocol) -> list[dict[str, Any]]:
    """The contrasts of a model that could not be fitted."""
    return [{**_named(model, c, protocol, ""), "failed": why} for c in model.contrasts]


def contrast_table(rows: Sequence[dict[str, Any]], protocol: Protocol) -> pd.DataFrame:
    """All contrasts of a mode, with Holm's correction over the secondary ones."""
    table = pd.DataFrame(list(rows), columns=list(COLUMNS))
    texts = ("part", "tost", "tost_sentence", "effect_kind", "failed")
    for name in COLUMNS[8:]:
        if name not in texts:
            table[name] = pd.to_numeric(table[name])
    for name in texts:
        table[name] = table[name].astype(object).fillna("")
    table["p_holm"] = table["p"]
    if protocol.analysis.correction == "holm":
        secondary = (table["role"] == "secondary") & table["p"].notna()
        if secondary.any():
            p = table.loc[secondary, "p"]
            table.loc[secondary, "p_holm"] = multipletests(p, method="holm")[1]
    return table


def _named(model: PlannedModel, planned: Contrast, protocol: Protocol, part: str) -> dict[str, Any]:
    return {
        "model": model.name,
        "measure": model.measure,
        "role": model.role,
        "family": model.family,
        "part": part,
        "contrast": planned.name,
        "higher": level_words(protocol, planned.factor, planned.higher),
        "lower": level_words(protocol, planned.factor, planned.lower),
    }


def _estimated(live: Live, fit: Fit, planned: Contrast) -> dict[str, Any]:
    """Estimate and test of one contrast."""
    factor, frame = planned.factor, fit.data
    if factor not in frame.columns or factor not in fit.design.columns:
        raise AnalysisError(
            f"{factor!r} is no predictor of this model.", "Put it into the formula."
        )
    for level in (planned.higher, planned.lower):
        if not (frame[factor] == level).any():
            raise AnalysisError(f"There are no answers at {factor} = {level}.", "")
    at: dict[str, Sequence[float] | float] | None = None
    categorical = {name.split("[")[0] for name in fit.names if "[" in name} | {
        c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])
    }
    if factor not in categorical:
        at = {factor: [float(planned.higher), float(planned.lower)]}
    means = marginal_means(fit, [factor], at)
    levels = means.table[factor].tolist()
    higher, lower = levels.index(planned.higher), levels.index(planned.lower)
    row = contrast(fit, means.weights[higher] - means.weights[lower]).table.iloc[0]
    spread = float(np.std(live.frame[live.column].to_numpy(dtype=float)))
    if not row["se"] > SMALLEST_SE * spread:
        raise AnalysisError(
            f"All answers at {factor} = {planned.higher} are alike, and so are those at"
            f" {planned.lower}: the difference is {row['estimate']:.3g}, and nothing tells how"
            " uncertain it is.",
            "More people are needed.",
        )
    wanted = ("estimate", "se", "df", "statistic", "p", "ci_low", "ci_high")
    return {name: float(row[name]) for name in wanted}


def _beside(
    model: PlannedModel,
    live: Live,
    planned: Contrast,
    found: dict[str, Any],
    protocol: Protocol,
    outcome: bool,
) -> dict[str, Any]:
    """Effect size, Bayes factor and equivalence; only differences of answers have them."""
    if model.family != "gaussian":
        return {}
    frame, column = live.frame, live.column
    sd = within_sd(frame, column, planned.factor)
    beside: dict[str, Any] = {
        "sd": sd,
        "d": found["estimate"] / sd,
        "d_low": found["ci_low"] / sd,
        "d_high": found["ci_high"] / sd,
    }
    bound = bound_of(protocol.sesoi, sd, outcome=outcome)
    if np.isfinite(found["se"]) and found["se"] > 0:
        tost = equivalence(
            found["estimate"],
            found["se"],
            found["df"],
            bound,
            alpha=protocol.analysis.alpha,
            what=f"{planned.name[0].upper()}{planned.name[1:]}",
        )
        beside |= {
            "tost_p": tost.p,
            "tost_low": tost.ci_low,
            "tost_high": tost.ci_high,
            "tost": tost.verdict,
            "tost_sentence": tost.sentence,
        }
    return {**beside, "sesoi": bound, **_persons(frame, column, planned)}


def _persons(frame: pd.DataFrame, column: str, planned: Contrast) -> dict[str, Any]:
    """Effect size and Bayes factor of persons' means: paired where they met both levels."""
    means = frame.groupby([planned.factor, "participant"])[column].mean()
    high, low = means.loc[planned.higher], means.loc[planned.lower]
    both = high.index.intersection(low.index)
    counts = {"persons_higher": len(high), "persons_lower": len(low)}
    names = (str(planned.higher), str(planned.lower))
    try:
        found: Comparison = (
            compare_paired(high[both].to_numpy(), low[both].to_numpy(), names)
            if len(both)
            else compare_groups(high.to_numpy(), low.to_numpy(), names)
        )
    except AnalysisError:
        # A group of one, or no spread at all: the model's own row tells what can be told.
        return counts
    return {
        **counts,
        "effect_kind": "dz, paired" if len(both) else "Cohen's d",
        "effect": found.effect,
        "effect_low": found.effect_low,
        "effect_high": found.effect_high,
        "bf10": found.bf10,
    }


def within_sd(frame: pd.DataFrame, column: str, factor: str) -> float:
    """SD of the answers around the mean of their level.

    Raises
    ------
    AnalysisError
        If there is nothing but the means.
    """
    values = frame[column].astype(float)
    around = values - values.groupby(frame[factor]).transform("mean")
    room = len(frame) - frame[factor].nunique()
    sd = float(np.sqrt((around**2).sum() / room)) if room > 0 else 0.0
    if not sd > 0:
        raise AnalysisError(
            "Within each level all answers are alike, so that there is no SD to speak in.",
            "Differences can be read off the means.",
        )
    return sd


def bound_of(sesoi: Sesoi, sd: float, *, outcome: bool) -> float:
    """The smallest effect of interest in units of a measure.

    The raw one where the protocol states it and the measure is the outcome; else d times the SD.
    """
    return sesoi.raw if sesoi.raw is not None and outcome else sesoi.d * sd
