"""Pairwise comparisons of the levels of a factor, with a correction for multiple tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.contrasts import Contrast, contrast
from analysis.models.expected import Effects
from analysis.models.guards import did_you_mean
from analysis.models.marginal import MarginalMeans, marginal_means
from analysis.models.response import response_contrast
from analysis.models.result import Fit

Adjust = Literal["holm", "tukey", "bonferroni", "none"]
NAMED = {"holm": "Holm's method", "tukey": "Tukey's method", "bonferroni": "Bonferroni's method"}
"""Names of the corrections in summaries."""


def pairwise(
    fit: Fit,
    factor: str,
    *,
    by: Sequence[str] = (),
    weights: Mapping[str, Mapping[object, float]] | None = None,
    at: Mapping[str, float] | None = None,
    adjust: Adjust = "holm",
    level: float = 0.95,
    response: Effects | None = None,
) -> Contrast:
    """Compare the marginal means of a factor's levels, as ``pairs`` in R's emmeans.

    Parameters
    ----------
    factor
        A factor of the model.
    by
        Other factors: levels are compared within each combination of their levels (simple effects). Factors
        that are not named are averaged over with equal weights, and so are both values of a number that has only
        two; other numbers are held at their mean.
    weights
        Name -> level -> weight, for contrasts other than all pairs. Weights must sum to zero.
    at
        Numeric predictor -> the value at which it is held.
    adjust
        Correction of the p values within each combination of ``by``. Intervals are not adjusted.
    level
        Confidence level; the intervals are not adjusted.
    response
        On the scale of the response (:func:`analysis.models.response_contrast`), with these random effects; None
        compares on the scale of the coefficients.

    Raises
    ------
    AnalysisError
        If a factor or a level is not in the model, there is a single level, or weights do not sum to zero.

    Notes
    -----
    Tukey's p values come from the studentized range with the degrees of freedom of each difference, and are
    available for all pairs only.
    """
    if adjust not in get_args(Adjust):
        raise AnalysisError(
            f"There is no correction {adjust!r}.", f"Choose one of {', '.join(get_args(Adjust))}."
        )
    columns = [column for column, _ in fit.design.factors.values()]
    if factor not in columns:
        number = factor in fit.design.columns
        raise AnalysisError(
            f"{factor!r} is {'numeric' if number else 'not a factor'} in this model.",
            f"Write C({factor}) in the formula to compare its levels, or read its slope in the table of"
            " fixed effects."
            if number
            else did_you_mean(factor, filter(None, columns))
            + f"Factors of the model: {', '.join(filter(None, columns)) or 'none'}.",
        )
    if adjust == "tukey" and weights:
        raise AnalysisError(
            "Tukey's method applies only to all pairs of levels.",
            "Choose adjust='holm' for other contrasts.",
        )
    means = marginal_means(fit, [*by, factor], dict(at or {}), level)
    rows, labels, cells = _rows(means, factor, list(by), weights)
    if response is None:
        tested = contrast(fit, rows @ means.weights, labels, level)
    else:
        sums = rows @ means.cells
        tested = response_contrast(fit, means.grid, sums, labels, effects=response, level=level)
    table, families = tested.estimates, pd.factorize(pd.Series(cells))[0]
    adjusted = table["p"].to_numpy(copy=True)
    for family in range(families.max() + 1):
        own = families == family
        adjusted[own] = _adjusted(table[own], adjust)
    for place, name in enumerate(by):
        table.insert(place, name, [cell[place] for cell in cells])
    tests = int(np.bincount(families).max())
    notes = [*tested.notes, *([f"Other predictors: {means.others}."] if means.others else [])]
    if adjust != "none" and tests > 1:
        table.insert(int(table.columns.get_loc("p")) + 1, "p_adjusted", adjusted)  # type: ignore[arg-type]
        within = f" within each combination of {', '.join(by)}" if by else ""
        notes.append(f"p values are adjusted for {tests} comparisons{within} by {NAMED[adjust]}.")
    elif tests > 1:
        notes.append("p values are not adjusted for multiple tests.")
    title = f"{fit.formula.response}: levels of {factor}" + (f" by {', '.join(by)}" if by else "")
    return Contrast(
        table, tested.weights, tested.statistic, tested.df, tested.df_error, tested.p,
        link=tested.link, level=level, title=title, notes=tuple(notes),
    )  # fmt: skip


def _rows(
    means: MarginalMeans,
    factor: str,
    by: list[str],
    weights: Mapping[str, Mapping[object, float]] | None,
) -> tuple[np.ndarray, list[str], list[tuple[object, ...]]]:
    """Return, for each contrast, the weights of the means, its name, and the levels of ``by``."""
    table = means.estimates
    rows, labels, cells = [], [], []
    groups = (
        table.groupby(by, sort=False, observed=True).indices if by else {(): np.arange(len(table))}
    )
    for key, inside in groups.items():
        levels = dict(zip(table[factor].to_numpy()[inside].tolist(), inside, strict=True))
        if len(levels) < 2:
            raise AnalysisError(
                f"{factor!r} has a single level in these data, so there is nothing to compare.",
                "A difference needs data from at least two levels.",
            )
        named = weights or {f"{a} - {b}": {a: 1.0, b: -1.0} for a, b in combinations(levels, 2)}
        for name, own in named.items():
            if unknown := [level for level in own if level not in levels]:
                raise AnalysisError(
                    f"The contrast {name!r} names the level {unknown[0]!r}, which {factor!r} does not have.",
                    f"Levels: {', '.join(map(str, levels))}.",
                )
            if abs(sum(own.values())) > 1e-9:
                raise AnalysisError(
                    f"The weights of the contrast {name!r} add up to {sum(own.values()):g}.",
                    "The weights of a contrast must add up to zero, such as 1, -0.5 and -0.5.",
                )
            places = [levels[level] for level in own]
            rows.append(np.zeros(len(table)))
            rows[-1][places] = list(own.values())
            labels.append(name)
            cells.append(key if isinstance(key, tuple) else (key,))
    return np.array(rows), labels, cells


def _adjusted(table: pd.DataFrame, adjust: Adjust) -> np.ndarray:
    p = table["p"].to_numpy()
    if adjust == "none" or len(p) < 2:
        return p
    # Both packages take a second to load, and a fit alone needs neither.
    if adjust == "tukey":
        from scipy import stats

        # k levels have k (k - 1) / 2 pairs.
        levels = round((1 + np.sqrt(1 + 8 * len(p))) / 2)
        statistic = table["statistic"].abs().to_numpy() * np.sqrt(2)
        return np.asarray(stats.studentized_range.sf(statistic, levels, table["df"].to_numpy()))
    from statsmodels.stats.multitest import multipletests

    return np.asarray(multipletests(p, method=adjust)[1])
