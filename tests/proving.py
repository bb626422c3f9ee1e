"""Proofs: simulations that compare a count with a promised share, small in the tests and full with ``make proof``."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from scipy.stats import binom

#: Fraction of its full number with which a proof is run.
SIZE = float(os.environ.get("COMPASSION_PROOF_SIZE") or 1)
#: Probability that chance alone fails a proof.
SELDOM = 1e-4

Count = Callable[..., None]


def whole(number: int) -> int:
    """Return how many studies, files or kills a proof has, at least two."""
    return max(2, round(number * SIZE))


def times(guard: int, proof: int) -> pytest.MarkDecorator:
    """Run a test ``n`` times over: ``guard`` times with the tests, ``proof`` times with the proofs."""
    large = pytest.param(whole(proof), id="proof", marks=pytest.mark.proof)
    return pytest.mark.parametrize("n", [pytest.param(guard, id="guard"), large])


def repeated(proof: int) -> pytest.MarkDecorator:
    """Run a test once with the tests, and ``proof`` times with the proofs, each with fixtures of its own."""
    more = (pytest.param(n, marks=pytest.mark.proof) for n in range(1, whole(proof) + 1))
    return pytest.mark.parametrize("time", [0, *more])


def hold(hits: int, n: int, low: float, high: float | None = None) -> None:
    """Hold a count to a promised share, or to a range of shares.

    Parameters
    ----------
    hits, n
        How often something came out, and of how many.
    low, high
        The least and the greatest share promised (default: the same).

    Raises
    ------
    AssertionError
        If so many, or so few, come by chance once in 10,000 times.
    """
    high = low if high is None else high
    print(
        f"{hits:,} of {n:,} = {hits / n:.3f}; promised {low:.3g}" + f" to {high:.3g}" * (high > low)
    )
    assert binom.cdf(hits, n, low) > SELDOM, f"{hits} of {n}, and at least {low:.3g} was promised"
    assert binom.sf(hits - 1, n, high) > SELDOM, (
        f"{hits} of {n}, and at most {high:.3g} was promised"
    )
