"""Comparisons of two means by t tests, and effect sizes whose intervals belong to the same test.

Welch's test is used because unequal variances are the rule (SD 2.13 vs 1.67 in Small et al.
2007 [V]); the pooled-variance t is not offered. An interval of an effect size contains zero exactly if the test has
p > .05. That of a d of two groups is Fieller's, of the difference divided by the pooled SD: with the standard error and
degrees of freedom of Welch's test, and those of a pooled variance of unequal variances (Satterthwaite). That of a dz
inverts the noncentral t distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.errors import AnalysisError
from analysis.models import guards
from experiments.numbers import count, estimate, scale_value

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Comparison:
    """A comparison of two means.

    ``kind``: "independent", "paired", "one sample", or "mixed model" (:mod:`analysis.foreign.with_stimuli`). ``effect``
    is the difference divided by ``sd``, with its 95 % interval (missing if it has no limits): d of two groups (pooled
    SD), dz of pairs and of one sample (SD of the differences).
    """

    label: str
    """The comparison for tables and text, e.g. "in minus out"."""
    kind: str
    difference: float
    se: float
    statistic: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    effect: float
    effect_low: float
    effect_high: float
    sd: float
    """Denominator of ``effect``."""
    denominator: str
    """What ``sd`` is, in words."""
    n: tuple[int, ...]
    sds: tuple[float, ...]


def compare_groups(x: Values, y: Values, names: tuple[str, str]) -> Comparison:
    """Compare two independent groups by Welch's t test, x minus y.

    Parameters
    ----------
    x, y : arrays (n1,), (n2,)
    names : labels of the groups, for ``label`` and for errors

    Raises
    ------
    AnalysisError
        For fewer than two values, values that are not finite, or no variance in either group.
    """
    a, b = _clean(x, names[0]), _clean(y, names[1])
    if _constant(a, np.abs(a).max()) and _constant(b, np.abs(b).max()):
        raise AnalysisError(
            f"Neither {names[0]} nor {names[1]} has any variance (all values are {scale_value(a[0])} and "
            f"{scale_value(b[0])}).",
            "Report the difference; its standard error cannot be estimated from constants.",
        )
    label = " minus ".join(
        f"{name} (M = {estimate(values.mean(), 2)})"
        for name, values in zip(names, (a, b), strict=True)
    )
    test = stats.ttest_ind(a, b, equal_var=False)
    difference = float(a.mean() - b.mean())
    parts = np.array([(len(each) - 1) * each.var(ddof=1) for each in (a, b)])
    sd = float(np.sqrt(parts.sum() / (len(a) + len(b) - 2)))
    sd_df = float(parts.sum() ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1)))
    interval = test.confidence_interval(0.95)
    half = (interval.high - interval.low) / 2
    effect = _fieller(difference, float(half), float(test.df), sd, sd_df)
    return _comparison(label, "independent", test, (a, b), difference, (sd, "pooled SD"), effect)


def compare_paired(x: Values, y: Values, names: tuple[str, str]) -> Comparison:
    """Compare two paired samples by a t test, x minus y; row i of both is the same participant."""
    a, b = _clean(x, names[0]), _clean(y, names[1])
    if len(a) != len(b):
        raise AnalysisError(
            f"{names[0]} has {len(a)} values and {names[1]} {len(b)}; pairs need equal numbers.",
            "Keep the participants with both values.",
        )
    size = max(np.abs(a).max(), np.abs(b).max())
    return _with_constant(a - b, 0.0, f"{names[0]} minus {names[1]}", "paired", size)


def compare_with(x: Values, value: float, name: str) -> Comparison:
    """Compare ``x`` (n,) with ``value`` by a one-sample t test; the effect size is dz."""
    a = _clean(x, name)
    return _with_constant(a, value, name, "one sample", np.abs(a).max())


def _with_constant(a: np.ndarray, value: float, name: str, kind: str, size: float) -> Comparison:
    """Compare values with a constant; ``size`` is the largest number that they were computed from."""
    if _constant(a, size):
        raise AnalysisError(
            f"All {len(a)} values of {name} are {scale_value(a[0])}.",
            "A standard error cannot be estimated from a constant.",
        )
    test = stats.ttest_1samp(a, value)
    sd, n = float(a.std(ddof=1)), len(a)
    limits = _noncentral(float(test.statistic), n - 1)
    effect = (float(limits[0] / np.sqrt(n)), float(limits[1] / np.sqrt(n)))
    words = "SD of the differences" if kind == "paired" else "SD"
    return _comparison(name, kind, test, (a,), float(a.mean() - value), (sd, words), effect, value)


def _comparison(
    label: str,
    kind: str,
    test: stats._result_classes.TtestResult,
    samples: tuple[np.ndarray, ...],
    difference: float,
    unit: tuple[float, str],
    effect: tuple[float, float],
    value: float = 0.0,
) -> Comparison:
    """Combine a t test with the SD that is the unit of its effect size, and the interval in this unit."""
    limits = test.confidence_interval(0.95)
    return Comparison(
        label=label,
        kind=kind,
        difference=difference,
        se=float(difference / test.statistic) if test.statistic else float("nan"),
        statistic=float(test.statistic),
        df=float(test.df),
        p=float(test.pvalue),
        ci_low=float(limits.low) - value,
        ci_high=float(limits.high) - value,
        effect=difference / unit[0],
        effect_low=effect[0],
        effect_high=effect[1],
        sd=unit[0],
        denominator=unit[1],
        n=tuple(len(s) for s in samples),
        sds=tuple(float(s.std(ddof=1)) for s in samples),
    )


def _fieller(
    difference: float, half: float, df: float, sd: float, sd_df: float
) -> tuple[float, float]:
    """Return Fieller's 95 % limits of a difference divided by an SD; missing if there are none.

    Parameters
    ----------
    half
        Half of the interval of the difference.
    df, sd_df
        Degrees of freedom of the difference and of the variance whose root the SD is.
    """
    d, width = difference / sd, half / sd
    share = float(stats.t.ppf(0.975, df)) ** 2 / (2 * sd_df)
    if share >= 1:
        return float("nan"), float("nan")
    root = float(np.sqrt(share * d**2 + (1 - share) * width**2))
    return (d - root) / (1 - share), (d + root) / (1 - share)


def _noncentral(t: float, df: int) -> tuple[float, float]:
    """Return the noncentralities at which t is the 97.5th and the 2.5th percentile; missing if t is too large."""
    size, far = abs(t), 40 + 5 * abs(t)
    if np.isnan(stats.nct.cdf(size, df, size)):
        return float("nan"), float("nan")

    def above(nc: float, p: float) -> float:
        cdf = float(stats.nct.cdf(size, df, nc))
        # Far from t, the distribution is not a number.
        return (float(nc < size) if np.isnan(cdf) else cdf) - p

    low, high = (
        float(optimize.brentq(above, size - far, size + far, args=(p,))) for p in (0.975, 0.025)
    )
    return (low, high) if t >= 0 else (-high, -low)


def _constant(values: np.ndarray, size: float) -> bool:
    """Return whether values are the same but for the rounding of numbers of a size, such as 0.1 + 0.2."""
    return bool(np.ptp(values) <= 1e-10 * size)


def _clean(values: Values, name: str) -> np.ndarray:
    array = guards.numbers(name, values)
    bad = int((~np.isfinite(array)).sum())
    if bad:
        raise AnalysisError(
            f"{name} has {bad} missing or infinite values among {len(array)}.",
            "Exclude them by an explicit rule first.",
        )
    if len(array) < 2:
        raise AnalysisError(
            f"{name} has {count(len(array), 'value', 'values')}; a standard deviation needs two.",
            "With one participant, report that participant's value.",
        )
    return array
