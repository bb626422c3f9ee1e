"""The verdict by contrasts: of orders and contrasts, and of curves over two cells, which identify no shape.

A contrast is claimed to be above zero, or to be zero. What the data say of it goes by the smallest effect of
interest: a difference that is shown to be smaller counts as none, whether or not it differs from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.curves.catalogue.design import Array
from analysis.curves.claims import Claimed

Code = Literal["different", "opposite", "equivalent", "undetermined"]
"""``different``: above zero, as claimed (from zero, of what is claimed to be zero); ``opposite``: the data contradict
the claim; ``equivalent``: smaller than the smallest effect of interest; ``undetermined``: none of these is shown.
"""
CODES: tuple[Code, ...] = get_args(Code)
Codes = NDArray[np.str_]


@dataclass(frozen=True)
class ContrastTest:
    """What the data say of one contrast, in units of the outcome."""

    contrast: str
    """As it is written in the study, or the names of the levels or cells that are compared."""
    claimed: Claimed
    code: Code
    estimate: float
    se: float
    df: float
    p: float
    """Two-sided, against zero."""
    ci_low: float
    ci_high: float
    """95 % interval."""
    smallest: float | None = None
    """Smallest effect of interest; without one equivalence cannot be shown."""
    p_equivalence: float = float("nan")
    """The larger p value of the two one-sided tests."""
    model: str = ""
    """Name of the planned model whose contrast it is; empty if it compares the means of the cells alone."""

    @classmethod
    def of(
        cls,
        contrast: str,
        claimed: Claimed,
        numbers: tuple[float, float, float],
        smallest: float | None,
        *,
        alpha: float = 0.05,
        model: str = "",
    ) -> ContrastTest:
        """Test a contrast, given its estimate, standard error and degrees of freedom (inf: z)."""
        estimate, se, df = numbers
        half = float(stats.t.ppf(0.975, df)) * se
        code = contrast_codes(
            np.array([estimate]), np.array([se]), df, smallest, claimed=claimed, alpha=alpha
        )
        equal = float("nan")
        if smallest is not None:
            equal = float(_p_equivalence(np.array([estimate]), np.array([se]), df, smallest)[0])
        return cls(
            contrast=contrast,
            claimed=claimed,
            code=next(each for each in CODES if each == code[0]),
            estimate=estimate,
            se=se,
            df=df,
            p=float(2 * stats.t.sf(abs(estimate) / se, df)),
            ci_low=estimate - half,
            ci_high=estimate + half,
            smallest=smallest,
            p_equivalence=equal,
            model=model,
        )


@dataclass(frozen=True)
class ContrastVerdict:
    """The verdict by one contrast, or by all that an order consists of."""

    code: Code
    tests: tuple[ContrastTest, ...] = ()
    """The contrast; of an order, each step between neighbouring groups, and each pair of equal levels."""
    failed: str = ""
    """Why a contrast could not be estimated; empty if all were."""

    @property
    def claimed(self) -> Claimed:
        """Whether a difference is claimed, or none."""
        return "=" if all(test.claimed == "=" for test in self.tests) else ">"

    @property
    def supported(self) -> bool | None:
        """Whether the data show what is claimed; None if undetermined."""
        if self.code == "undetermined":
            return None
        return self.code == ("equivalent" if self.claimed == "=" else "different")

    @property
    def smallest(self) -> float | None:
        """The smallest effect of interest in units of the outcome; None: only differences can be shown."""
        return self.tests[0].smallest if self.tests else None

    @property
    def no_smallest_effect(self) -> bool:
        """Whether equivalence cannot be shown, since there is no smallest effect of interest."""
        return bool(self.tests) and any(test.smallest is None for test in self.tests)

    @classmethod
    def of(cls, tests: Sequence[ContrastTest], *, flat: bool = True) -> ContrastVerdict:
        """Combine the tests of a claim; see :func:`combined_codes`."""
        codes = np.array([[test.code for test in tests]])
        found = combined_codes(codes, [test.claimed for test in tests], np.array([flat]))[0]
        return cls(next(each for each in CODES if each == found), tuple(tests))


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
