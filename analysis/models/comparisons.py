"""Comparisons of two means: Welch's test, effect sizes with intervals, and a Bayes factor.

Welch's test is used because unequal variances are the rule (SD 2.13 vs 1.67 in Small et al.
2007 [V]); the pooled-variance t is not offered. Effect sizes, their intervals and the Bayes
factor (JZS, Cauchy scale .707) are pingouin's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pingouin
from scipy import stats

from analysis.errors import AnalysisError
from analysis.models import guards
from experiments.numbers import count, estimate, scale_value

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Comparison:
    """A comparison of two means.

    ``kind``: "independent", "paired" or "one sample". ``effect`` is Cohen's d (independent,
    pooled SD) or dz (paired and one sample: mean difference / SD of differences), with its 95 %
    interval.
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
    return _comparison(label, "independent", stats.ttest_ind(a, b, equal_var=False), (a, b))


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
    return _comparison(name, kind, test, (a,), value)


def _comparison(
    label: str,
    kind: str,
    test: stats._result_classes.TtestResult,
    samples: tuple[np.ndarray, ...],
    value: float = 0.0,
) -> Comparison:
    """Combine a t test with the effect size of its samples."""
    sizes, paired = tuple(len(s) for s in samples), len(samples) == 1
    other = value if paired else samples[1]
    difference = float(samples[0].mean() - np.mean(other))
    effect = float(pingouin.compute_effsize(samples[0], other, eftype="cohen"))
    low, high = pingouin.compute_esci(
        effect, sizes[0], sizes[-1], paired=paired, eftype="cohen", decimals=12
    )
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
        effect=effect,
        effect_low=float(low),
        effect_high=float(high),
        n=sizes,
        sds=tuple(float(s.std(ddof=1)) for s in samples),
    )


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
