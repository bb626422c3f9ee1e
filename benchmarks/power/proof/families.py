"""Families of tests: how often a true null hypothesis of the family is rejected.

``any`` is Holm's correction among primary tests, ``all`` (intersection-union) shows an effect only if every test of it is
significant. Where some null hypotheses are false, their effects are so large that the tests always find them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.curves.compare.tested import holm
from analysis.planned.plan import ALPHA
from benchmarks.power.proof.promises import AT_MOST, held

Array = NDArray[np.float64]
CERTAIN = 0.0
"""P value of a test whose effect is large."""


def any_of(p: Array, true: Sequence[bool]) -> NDArray[np.bool_]:
    """Return whether Holm's method rejects a true null hypothesis, (studies,); p: (studies, tests)."""
    nulls = np.array(true)
    rejected: NDArray[np.bool_] = holm(np.where(nulls, p, CERTAIN)) < ALPHA
    return np.asarray((rejected & nulls).any(axis=1))


def all_of(p: Array, true: Sequence[bool]) -> NDArray[np.bool_]:
    """Return whether all tests are significant although a null hypothesis is true, (studies,)."""
    return np.asarray((np.where(true, p, CERTAIN) < ALPHA).all(axis=1))


def family_rows(names: Sequence[str], p: Array) -> Iterator[dict[str, Any]]:
    """Yield the family-wise errors of the contrasts of one model: all null hypotheses are true, or only one."""
    every = [True] * len(names)
    cases = {"none differ": every}
    cases |= {f"all but {one} differ": [name == one for name in names] for one in names}
    for combine in (any_of, all_of):
        kind = "any" if combine is any_of else "all"
        for case, true in cases.items():
            wrong = int(combine(p, true).sum())
            yield {"question": f"{kind}: {case}", **held(wrong, len(p), AT_MOST)}


def secondary_rows(
    p: Array, not_simulated: int, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Yield the family-wise error of Holm's method over the secondary tests of a mode.

    Parameters
    ----------
    p
        (studies, tests) p values of the tests that are simulated, with no effect.
    not_simulated
        Number of further tests of the family (two-part models); their p values are drawn as uniform.
    """
    more = rng.uniform(size=(len(p), not_simulated))
    both = np.column_stack([p, more])
    cases = {"none differ": [True] * both.shape[1]}
    if both.shape[1] > 1:
        cases["half differ"] = [j % 2 == 0 for j in range(both.shape[1])]
    for case, true in cases.items():
        wrong = int(any_of(both, true).sum())
        yield {"question": f"Holm: {case}", **held(wrong, len(p), AT_MOST)}
