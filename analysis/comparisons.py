"""Two means: Welch by default, with effect sizes, intervals and a Bayes factor.

Welch's test is the default because unequal variance is the rule (SD 2.13 vs 1.67 in Small et al.
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
from experiments.numbers import p_phrase


@dataclass(frozen=True)
class Comparison:
    """A difference of means.

    ``kind``: "independent", "paired" or "one sample". ``effect`` is Cohen's d (independent,
    pooled SD) or dz (paired and one sample: mean difference / SD of differences), with its 95 %
    interval. ``bf10`` is the evidence for a difference relative to none, given equal variances.
    """

    kind: str
    difference: float
    se: float
    statistic: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    effect_name: str
    effect: float
    effect_low: float
    effect_high: float
    bf10: float
    n: tuple[int, ...]
    sds: tuple[float, ...]
    sentence: str


def compare_groups(
    x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, names: tuple[str, str]
) -> Comparison:
    """Welch's test of two independent groups, x minus y.

    Parameters
    ----------
    x, y : arrays (n1,), (n2,)
    names : what the groups are called in the sentence and in errors

    Raises
    ------
    AnalysisError
        For fewer than two values, values that are not finite, or no variance at all.
    """
    a, b = _clean(x, names[0]), _clean(y, names[1])
    if a.var() + b.var() == 0:
        raise AnalysisError(
            f"Neither {names[0]} nor {names[1]} varies (all {a[0]:g} and all {b[0]:g}).",
            "The difference is what it is; no uncertainty can be estimated from constants.",
        )
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(0.95)
    difference = float(a.mean() - b.mean())
    effect = float(pingouin.compute_effsize(a, b, eftype="cohen"))
    student = float(stats.ttest_ind(a, b).statistic)
    bf10 = float(pingouin.bayesfactor_ttest(student, len(a), len(b)))
    told = f"{names[0]} (M = {a.mean():.2f}) minus {names[1]} (M = {b.mean():.2f})"
    return _comparison("independent", difference, test, interval, ("d", effect), bf10, (a, b), told)


def compare_paired(
    x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, names: tuple[str, str]
) -> Comparison:
    """Paired t test, x minus y; row i of both belongs to the same person."""
    a, b = _clean(x, names[0]), _clean(y, names[1])
    if len(a) != len(b):
        raise AnalysisError(
            f"{names[0]} has {len(a)} values and {names[1]} {len(b)}; pairs need equal numbers.",
            "Keep people who have both.",
        )
    return compare_with(a - b, 0.0, f"{names[0]} minus {names[1]}", kind="paired")


def compare_with(
    x: Sequence[float] | np.ndarray, value: float, name: str, kind: str = "one sample"
) -> Comparison:
    """One-sample t test of ``x`` (n,) against ``value``; the effect is dz."""
    a = _clean(x, name)
    if a.var() == 0:
        raise AnalysisError(
            f"All {len(a)} values of {name} are {a[0]:g}.",
            "No uncertainty can be estimated from a constant.",
        )
    test = stats.ttest_1samp(a, value)
    interval = test.confidence_interval(0.95)
    difference = float(a.mean() - value)
    effect = float(pingouin.compute_effsize(a, value, eftype="cohen"))
    bf10 = float(pingouin.bayesfactor_ttest(float(test.statistic), len(a), paired=True))
    shifted = (float(interval.low) - value, float(interval.high) - value)
    return _comparison(kind, difference, test, shifted, ("dz", effect), bf10, (a,), name)


def _comparison(
    kind: str,
    difference: float,
    test: stats._result_classes.TtestResult,
    interval: Sequence[float],
    effect: tuple[str, float],
    bf10: float,
    samples: tuple[np.ndarray, ...],
    told: str,
) -> Comparison:
    sizes = tuple(len(s) for s in samples)
    low, high = pingouin.compute_esci(
        stat=effect[1],
        nx=sizes[0],
        ny=sizes[-1],
        paired=len(samples) == 1,
        eftype="cohen",
        decimals=12,
    )
    return Comparison(
        kind=kind,
        difference=difference,
        se=float(difference / test.statistic) if test.statistic else float("nan"),
        statistic=float(test.statistic),
        df=float(test.df),
        p=float(test.pvalue),
        ci_low=float(interval[0]),
        ci_high=float(interval[1]),
        effect_name=effect[0],
        effect=effect[1],
        effect_low=float(low),
        effect_high=float(high),
        bf10=bf10,
        n=sizes,
        sds=tuple(float(s.std(ddof=1)) for s in samples),
        sentence=(
            f"{told}: {difference:.3f} [{interval[0]:.3f}, {interval[1]:.3f}], "
            f"t({test.df:.1f}) = {test.statistic:.2f}, {p_phrase(float(test.pvalue))}, {effect[0]} = {effect[1]:.2f} "
            f"[{low:.2f}, {high:.2f}]."
        ),
    )


def _clean(values: Sequence[float] | np.ndarray, name: str) -> np.ndarray:
    array = guards.numbers(name, values)
    bad = int((~np.isfinite(array)).sum())
    if bad:
        raise AnalysisError(
            f"{name} has {bad} missing or infinite values among {len(array)}.",
            "Exclude them by a stated rule first.",
        )
    if len(array) < 2:
        raise AnalysisError(
            f"{name} has {len(array)} value{'s' if len(array) != 1 else ''}; a spread needs two.",
            "With one person only that person's value can be told.",
        )
    return array
