"""The verdict by contrasts: of orders and contrasts, and of curves over two cells, which identify no shape.

A contrast is claimed to be above zero, or to be zero. What the data say of it goes by the smallest effect of
interest: a difference that is shown to be smaller counts as none, whether or not it differs from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.curves.catalogue.design import Array
from analysis.curves.claims import Claimed, contrast_label
from analysis.curves.compare.tested import NAN, Corrected, OneTest

Code = Literal["different", "opposite", "equivalent", "undetermined"]
"""``different``: above zero, as claimed (from zero, of what is claimed to be zero); ``opposite``: the data contradict
the claim; ``equivalent``: smaller than the smallest effect of interest; ``undetermined``: none of these is shown.
"""
CODES: tuple[Code, ...] = get_args(Code)
Codes = NDArray[np.str_]
MEANS = "means"
"""What a contrast comes from that compares the means of the cells, not a planned model."""
ALL_LEVELS = "all differences between the levels"
"""Name of the equivalence test of all levels of an order."""


def contrast_tests(
    contrast: str,
    numbers: tuple[float, float, float],
    smallest: float | None,
    *,
    claimed: Claimed | Literal[""] = ">",
    label: str = "",
    by: str = MEANS,
    alpha: float = 0.05,
    p_corrected: float | None = None,
    p_equivalence: float | None = None,
    corrected: Corrected = "",
) -> tuple[OneTest, ...]:
    """Test a contrast against zero, and against the smallest effect of interest if there is one.

    Parameters
    ----------
    contrast
        As it is written in the study, or the names of the levels or cells that are compared.
    numbers
        Its estimate with the sign of the claim, standard error and degrees of freedom (inf: z).
    smallest
        Smallest effect of interest; without one equivalence cannot be shown.
    p_corrected, p_equivalence
        The p values that decide whether it differs from zero, and whether it is smaller than the smallest effect.
    corrected
        With which tests they were corrected.
    """
    estimate, se, df = numbers
    p = float(2 * stats.t.sf(abs(estimate) / se, df))
    deciding = p if p_corrected is None else p_corrected
    against = claimed == ">" and estimate < 0
    half, inner = (float(stats.t.ppf(1 - each, df)) * se for each in (alpha / 2, alpha))
    about = OneTest(
        what="contrast",
        name=contrast,
        label=label or contrast_label(contrast),
        decided="not shown" if not deciding < alpha else "opposite" if against else "different",
        claimed=claimed,
        by=by,
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        df=df,
        p=p,
        p_corrected=deciding,
        corrected=corrected,
        ci_low=estimate - half,
        ci_high=estimate + half,
        level=1 - alpha,
    )
    if smallest is None:
        return (about,)
    equal = float(_p_equivalence(np.array([estimate]), np.array([se]), df, smallest)[0])
    decides = equal if p_equivalence is None else p_equivalence
    same = replace(
        about,
        what="equivalence",
        decided="equivalent" if decides < alpha else "not shown",
        statistic=NAN,
        p=equal,
        p_corrected=decides,
        bound=smallest,
        ci_low=estimate - inner,
        ci_high=estimate + inner,
        level=1 - 2 * alpha,
    )
    return about, same


def failed_contrast(
    contrast: str, why: str, claimed: Claimed | Literal[""], label: str = ""
) -> OneTest:
    """Return the row of a contrast that could not be estimated."""
    return OneTest(
        what="contrast",
        name=contrast,
        label=label or contrast_label(contrast),
        decided="failed",
        claimed=claimed,
        failed=why,
    )


def largest_difference(tests: Sequence[OneTest], name: str) -> OneTest:
    """Return one row for several equivalence tests, all of which have to be shown; no correction is needed (Berger 1982)."""
    worst = max(tests, key=lambda each: each.p)
    return replace(worst, name=name, label=name, claimed="")


@dataclass(frozen=True)
class ContrastRows:
    """The rows of one contrast: against zero, and against the smallest effect of interest if there is one."""

    difference: OneTest
    equivalence: OneTest | None = None

    @property
    def code(self) -> Code:
        """What the data say of the contrast."""
        if self.equivalence is not None and self.equivalence.decided == "equivalent":
            return "equivalent"
        decided = self.difference.decided
        return decided if decided in ("different", "opposite") else "undetermined"

    @property
    def deciding(self) -> OneTest:
        """The row that decides, whose interval is shown: that of equivalence if this is shown."""
        same = self.equivalence
        return same if same is not None and self.code == "equivalent" else self.difference


def rows_of_contrasts(tests: Sequence[OneTest]) -> tuple[ContrastRows, ...]:
    """Return the rows of each contrast among all tests."""
    same = {
        (each.name, each.by, each.claimed): each for each in tests if each.what == "equivalence"
    }
    return tuple(
        ContrastRows(each, same.get((each.name, each.by, each.claimed)))
        for each in tests
        if each.what == "contrast"
    )


def code_of(tests: Sequence[OneTest]) -> Code:
    """Return what the data say of a claim that consists of contrasts; see :func:`combined_codes`."""
    rows = rows_of_contrasts(tests)
    codes = np.array([[each.code for each in rows]])
    claimed: list[Claimed] = ["=" if each.difference.claimed == "=" else ">" for each in rows]
    flat = all(each.decided == "equivalent" for each in tests if each.name == ALL_LEVELS)
    found = combined_codes(codes, claimed, np.array([flat]))[0]
    return next(each for each in CODES if each == found)


def contrast_codes(
    estimate: Array,
    se: Array,
    df: Array | float,
    smallest: float | None,
    *,
    claimed: Claimed = ">",
    alpha: float = 0.05,
) -> Codes:
    """Return the code of a contrast in each study, (studies,).

    Parameters
    ----------
    estimate, se : ndarray, shape (studies,)
        With the sign of the claim: above zero is as claimed.
    df
        Degrees of freedom; infinite for a normal distribution.
    smallest
        Smallest effect of interest in units of the estimate; None if there is none, so that only a difference
        can be shown.
    """
    differs = 2 * stats.t.sf(np.abs(estimate) / se, df) < alpha
    small = np.zeros(np.shape(estimate), dtype=bool)
    if smallest is not None:
        small = _p_equivalence(estimate, se, df, smallest) < alpha
    against = (estimate < 0) & (claimed == ">")
    conditions = [small, differs & against, differs]
    return np.select(conditions, ["equivalent", "opposite", "different"], "undetermined")


def _p_equivalence(estimate: Array, se: Array, df: Array | float, smallest: float) -> Array:
    above = stats.t.sf((estimate + smallest) / se, df)
    below = stats.t.cdf((estimate - smallest) / se, df)
    return np.asarray(np.maximum(above, below))


def combined_codes(codes: Codes, claimed: Sequence[Claimed], flat: NDArray[np.bool_]) -> Codes:
    """Combine the contrasts of a claim in each study.

    All have to be as claimed, so that no correction is needed (intersection-union test, Berger 1982).

    Parameters
    ----------
    codes : ndarray, shape (studies, contrasts)
    claimed
        Whether each contrast is claimed to be above zero, or zero.
    flat : ndarray, shape (studies,)
        Whether all levels are equivalent, not only neighbouring groups.

    Returns
    -------
    ndarray, shape (studies,)
        ``different`` if each difference is as claimed and no level that should be equal differs; ``opposite`` if one
        of them is contradicted; ``equivalent`` if all differences are smaller than the smallest effect.
    """
    steps = np.array([each == ">" for each in claimed])
    if not steps.any():
        differ, same = (codes == "different").any(axis=1), (codes == "equivalent").all(axis=1)
        return np.select([differ, same & flat], ["different", "equivalent"], "undetermined")
    shown = np.where(steps, codes == "different", codes == "equivalent").all(axis=1)
    against = np.where(steps, codes == "opposite", codes == "different").any(axis=1)
    same = (codes[:, steps] == "equivalent").all(axis=1) & flat
    return np.select(
        [against, shown, same], ["opposite", "different", "equivalent"], "undetermined"
    )
