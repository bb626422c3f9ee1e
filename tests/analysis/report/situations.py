"""Situations in which a study can end: what was tested of its claim, or of its primary contrasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.curves.catalogue import get
from analysis.curves.claims import contrast_label
from analysis.curves.compare import Comparison, OneTest, Verdict, compare
from analysis.curves.compare.by_contrast import (
    ALL_LEVELS,
    contrast_tests,
    failed_contrast,
    largest_difference,
)
from analysis.planned.contrasts import NAMES, NUMBERS, TEXTS

WHY = "All answers at group = ours are the same."
LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0])


@dataclass(frozen=True)
class Situation:
    """What is found: a comparison of curves, contrasts of a claim, or primary contrasts without a claim."""

    curves: Callable[[], Comparison] | None = None
    contrasts: tuple[OneTest, ...] = ()
    primary: pd.DataFrame | None = None
    combined: str = "one"

    @property
    def verdict(self) -> Verdict:
        assert self.curves is not None or self.contrasts
        return self.curves().verdict if self.curves else Verdict(self.contrasts)


def of_curves(
    mean: Callable[[np.ndarray], np.ndarray],
    people: int,
    curves: tuple[str, ...] = ("M0", "M2", "M5", "M7"),
    levels: np.ndarray = LEVELS,
    seed: int = 1,
    **options: Any,
) -> Situation:
    """A comparison of curves on made answers, one of each participant, with an SD of 1."""

    @cache
    def compared() -> Comparison:
        rng = np.random.default_rng(seed)
        data = pd.DataFrame(
            {"participant": np.arange(people), "victims": np.resize(levels, people)}
        )
        data["y"] = mean(data["victims"].to_numpy()) + rng.normal(size=people)
        specified = [get(name) for name in options.pop("specified", ())]
        chosen = [get(name) for name in curves]
        rng = np.random.default_rng(0)
        return compare(
            data, "y", chosen, rng, random="", level=None, specified=specified, **options
        )

    return Situation(compared)


def of_weights(bic: float, aicc: float) -> Situation:
    """A comparison in which the leading family has these weights."""

    @cache
    def compared() -> Comparison:
        few = SITUATIONS["curve at few"].curves
        assert few is not None
        found = few()
        weights = found.weights
        table = weights.families.copy()
        leading = table["family"] == weights.leader("bic")
        table.loc[leading, ["weight_bic", "weight_aicc"]] = bic, aicc
        return replace(found, weights=replace(weights, families=table))

    return Situation(compared)


def rows(*numbers: tuple[float, float], **options: Any) -> tuple[OneTest, ...]:
    """Contrasts of a claim with these estimates and standard errors, and 60 degrees of freedom."""
    smallest = options.pop("smallest", None)
    names = ("ours - neither", "neither - theirs", "ours - theirs")
    found = [
        contrast_tests(name, (*own, 60.0), smallest, by="compassion", **options)
        for name, own in zip(names, numbers, strict=False)
    ]
    tests = [test for each in found for test in each]
    if len(numbers) > 1 and smallest is not None:
        same = [each[-1] for each in found]
        tests.append(largest_difference(same, ALL_LEVELS))
    return tuple(tests)


def primary(*tests: dict[str, Any]) -> pd.DataFrame:
    """A table of primary contrasts; each has an estimate and se, or failed."""
    names = ("ours - theirs", "mild - severe", "ours - neither")
    table = []
    for name, own in zip(names, tests, strict=False):
        row = dict.fromkeys(NAMES + TEXTS, "") | dict.fromkeys(NUMBERS, np.nan)
        row |= {"model": "compassion", "measure": "compassion", "role": "primary"}
        row |= {"family": "gaussian", "contrast": name, "label": contrast_label(name)}
        row |= {"kind": "contrast", "df": 60.0}
        if "estimate" in own:
            test = contrast_tests(name, (own["estimate"], own["se"], 60.0), None, claimed="")[0]
            row |= {"p": test.p, "p_holm": test.p, "ci_low": test.ci_low, "ci_high": test.ci_high}
        table.append(row | own)
    return pd.DataFrame(table)


def at_limit(statistic: float, df_num: float = np.nan) -> dict[str, Any]:
    """A difference from a condition at a limit: the signed root of chi-square, or chi-square if ``df_num`` is 1."""
    p = float(stats.chi2.sf(statistic if df_num == 1 else statistic**2, 1))
    more = {"family": "tobit", "df": np.inf, "test": "likelihood ratio"}
    return more | {"statistic": statistic, "df_num": df_num, "p": p, "p_holm": p}


def fall(n: np.ndarray) -> np.ndarray:
    """What the falling logarithm predicts."""
    return 5 - 0.2 * np.log(n)


def none(n: np.ndarray) -> np.ndarray:
    """No difference."""
    return 0 * n + 3


def jump(n: np.ndarray) -> np.ndarray:
    """What no curve of the set predicts."""
    return 3 + 1.5 * (n == 8) - 1.5 * (n == 100)


TWO, ONE = np.array([1.0, 8.0]), np.array([8.0])
FAILED = failed_contrast("neither - theirs", WHY, ">")

SITUATIONS: dict[str, Situation] = {
    # Curves over several cells.
    "curve supported": of_curves(fall, 2000),
    "curve supported, with its scale": of_curves(fall, 2000, specified=["M2"]),
    "curve at few": of_curves(fall, 30),
    "curve at few, with its scale": of_curves(fall, 30, specified=["M5e"], free="scale and intercept"),
    "curve against its direction": of_curves(lambda n: -fall(n), 300),
    "another curve than the claim": of_curves(fall, 900, specified=["M5e"], free="scale and intercept"),
    "no difference shown": of_curves(none, 20_000),
    "no difference shown, claim with its scale": of_curves(none, 20_000, specified=["M2"]),
    "no difference, few": of_curves(none, 60),
    "no difference, few, claim with its scale": of_curves(none, 60, specified=["M5e"], free="scale and intercept"),
    "eight people, claim with its scale": of_curves(none, 8, specified=["M5e"], free="scale and intercept"),
    "no difference, no smallest effect": of_curves(none, 900, equivalence=False),
    "all misfit": of_curves(jump, 900),
    "all misfit, claim too": of_curves(jump, 900, specified=["M5e"], free="scale and intercept"),
    "some misfit": of_curves(lambda n: 3 + 0.5 * (n == 8), 250),
    "some misfit, claim with its scale": of_curves(lambda n: 3 + 0.5 * (n == 8), 250, specified=["M4e", "M5e"], free="scale and intercept"),
    "claim reversed": of_curves(lambda n: -fall(n), 300, specified=["M5e"], free="scale and intercept"),
    "no flat line among rivals": of_curves(none, 60, ("M2", "M5"), specified=["M5e"], free="scale and intercept"),
    "BIC weight just below": of_weights(0.8996, 0.7),
    "BIC weight just above": of_weights(0.9004, 0.7),
    "AICc weight just below": of_weights(0.95, 0.4996),
    "both weights just below": of_weights(0.89999, 0.49999),
    "no rival": of_curves(fall, 300, ("M2",)),
    "no rival, misfit": of_curves(jump, 900, ("M2",)),
    "one cell": of_curves(none, 60, levels=ONE),
    # Two cells, by their difference.
    "two cells, as claimed": of_curves(fall, 200, ("M2", "M0"), TWO),
    "two cells, opposite": of_curves(lambda n: -2 * fall(n), 200, ("M2", "M0"), TWO),
    "two cells, equivalent": of_curves(none, 8000, ("M2", "M0"), TWO),
    "two cells, undetermined": of_curves(none, 20, ("M2", "M0"), TWO),
    "two cells, no smallest effect": of_curves(none, 20, ("M2", "M0"), TWO, equivalence=False),
    "two cells, none claimed, shown": of_curves(none, 8000, ("M0", "M2"), TWO),
    "two cells, none claimed, different": of_curves(lambda n: 2 * fall(n), 200, ("M0", "M2"), TWO),
    # A contrast.
    "contrast supported": Situation(contrasts=rows((0.8, 0.2), smallest=0.2)),
    "contrast supported, no smallest effect": Situation(contrasts=rows((0.8, 0.2))),
    "contrast opposite": Situation(contrasts=rows((-0.8, 0.2), smallest=0.2)),
    "contrast equivalent": Situation(contrasts=rows((0.01, 0.05), smallest=0.2)),
    "contrast different but small": Situation(contrasts=rows((0.1, 0.02), smallest=0.2)),
    "contrast undetermined": Situation(contrasts=rows((0.2, 0.2), smallest=0.2)),
    "contrast undetermined, no smallest effect": Situation(contrasts=rows((0.2, 0.2))),
    "contrast just not significant": Situation(contrasts=rows((0.19995, 0.1), smallest=0.1)),
    "contrast just significant": Situation(contrasts=rows((0.2000315, 0.1))),
    "contrast just within": Situation(contrasts=rows((0.0999, 0.0599), smallest=0.2)),
    "contrast corrected": Situation(contrasts=rows((0.5, 0.22), p_corrected=0.08, corrected="secondary")),
    "contrast failed": Situation(contrasts=(failed_contrast("ours - theirs", WHY, ">"),)),
    "contrast at a limit": Situation(contrasts=(OneTest(what="contrast", name="a - b", label="a − b", decided="different", claimed=">", by="compassion", statistic=2.576, df=np.inf, p=0.01, p_corrected=0.01),)),
    # An order of three, and equality.
    "order supported": Situation(contrasts=rows((0.8, 0.2), (0.7, 0.2), smallest=0.2)),
    "order opposite": Situation(contrasts=rows((0.8, 0.2), (-0.7, 0.2), smallest=0.2)),
    "order half": Situation(contrasts=rows((0.8, 0.2), (0.1, 0.2), smallest=0.2)),
    "order equivalent": Situation(contrasts=rows((0.01, 0.05), (0.02, 0.05), smallest=0.2)),
    "order, one step failed": Situation(contrasts=(*rows((0.8, 0.2), smallest=0.2), FAILED)),
    "order, opposite and failed": Situation(contrasts=(*rows((-0.8, 0.2), smallest=0.2), FAILED)),
    "equality shown": Situation(contrasts=rows((0.01, 0.05), smallest=0.2, claimed="=")),
    "equality contradicted": Situation(contrasts=rows((-0.8, 0.2), smallest=0.2, claimed="=")),
    "equality undetermined": Situation(contrasts=rows((-0.2, 0.2), smallest=0.2, claimed="=")),
    "equality, no smallest effect": Situation(contrasts=rows((-0.2, 0.2), claimed="=")),
    # No claim: primary contrasts.
    "primary different": Situation(primary=primary({"estimate": 0.8, "se": 0.2})),
    "primary undetermined": Situation(primary=primary({"estimate": 0.2, "se": 0.2, "sesoi": 0.2})),
    "primary equivalent": Situation(primary=primary({"estimate": 0.01, "se": 0.05, "sesoi": 0.2})),
    "primary different but small": Situation(primary=primary({"estimate": 0.1, "se": 0.02, "sesoi": 0.2})),
    "primary failed": Situation(primary=primary({"failed": WHY})),
    "primary at a limit, below": Situation(primary=primary(at_limit(-3.1))),
    "primary at a limit, not shown": Situation(primary=primary(at_limit(1.2))),
    "primary at limits on both sides": Situation(primary=primary(at_limit(9.6, 1.0))),
    "primary at a limit, another not": Situation(primary=primary(at_limit(3.1) | {"p_holm": 0.004}, {"estimate": 0.1, "se": 0.2}), combined="any"),
    "primary of two lines": Situation(primary=primary({"p": 0.03, "p_holm": 0.03, "df": np.nan})),
    "any, one holds": Situation(primary=primary({"estimate": 0.8, "se": 0.2, "p_holm": 0.0004}, {"estimate": 0.1, "se": 0.2}), combined="any"),
    "any, none after correction": Situation(primary=primary({"estimate": 0.42, "se": 0.2, "p_holm": 0.08}, {"estimate": 0.1, "se": 0.2}), combined="any"),
    "any, equivalent before correction only": Situation(primary=primary({"estimate": 0.01, "se": 0.1, "sesoi": 0.2, "tost_p": 0.031, "tost_p_holm": 0.062, "p_holm": 1.0}, {"estimate": 0.1, "se": 0.2}), combined="any"),
    "all hold": Situation(primary=primary({"estimate": 0.8, "se": 0.2}, {"estimate": -0.7, "se": 0.2}), combined="all"),
    "all, one failed": Situation(primary=primary({"estimate": 0.8, "se": 0.2}, {"failed": WHY}), combined="all"),
    "all, one not": Situation(primary=primary({"estimate": 0.8, "se": 0.2}, {"estimate": 0.1, "se": 0.2}), combined="all"),
}  # fmt: skip
