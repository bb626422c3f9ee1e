"""Runs of simulated studies: seeds, workers, memory, fallback, type I error."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace

import numpy as np
import pytest

from analysis.balanced import (
    BatchFit,
    CrossedDesign,
    Truth,
    between_people,
    joined,
    latin_square,
    simulate,
    tally,
)
from analysis.errors import AnalysisError

SQUARE = latin_square(40, 8, [-0.5, 0.5])
TRUTH = Truth.of([0.0, 0.3], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0)


def holes(design: CrossedDesign) -> CrossedDesign:
    keep = np.random.default_rng(1).random(len(design.item)) > 0.1
    return replace(
        design,
        participant=design.participant[keep],
        item=design.item[keep],
        columns=design.columns[keep],
    )


def same_bits(one: BatchFit, other: BatchFit) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(BatchFit)
    )


def test_same_seed_same_bits_whatever_the_number_of_workers() -> None:
    alone = joined(simulate(SQUARE, TRUTH, 1700, seed=3))
    together = joined(simulate(SQUARE, TRUTH, 1700, seed=3, workers=2))
    assert same_bits(alone, together)


def test_more_studies_keep_the_first_ones() -> None:
    few = joined(simulate(SQUARE, TRUTH, 620, seed=3))
    many = joined(simulate(SQUARE, TRUTH, 1500, seed=3))
    assert np.array_equal(few.p, many.p[:620])
    assert np.array_equal(few.theta, many.theta[:620])


def test_another_seed_gives_other_studies() -> None:
    one, other = (joined(simulate(SQUARE, TRUTH, 500, seed=seed)) for seed in (3, 4))
    assert not np.isin(one.p, other.p).any()


def test_memory_does_not_grow_with_the_number_of_studies() -> None:
    def peak(studies: int) -> int:
        tracemalloc.start()
        tally(simulate(SQUARE, TRUTH, studies, seed=1), TRUTH.beta)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(500)
    assert peak(10_000) < 1.2 * peak(1000)


def test_designs_with_holes_are_fitted_one_by_one_and_say_so() -> None:
    fits = joined(simulate(holes(SQUARE), TRUTH, 30, seed=2))
    assert fits.engine.startswith("glmm, one study at a time: ")
    assert "missing here and there" in fits.engine
    assert fits.p.shape == (30, 2)
    again = next(simulate(holes(SQUARE), TRUTH, 20, seed=2))
    assert np.array_equal(again.p, fits.p[:20])


@pytest.mark.parametrize(
    ("design", "truth"),
    [
        (SQUARE, Truth.of([0, 0], [[1, 0.2], [0.2, 0.3]], 0.2, 1)),
        (latin_square(40, 8, [0, 1], slopes=()), Truth.of([0, 0], 0.5, 0.2, 1)),
        (between_people(40, 8, [0, 1]), Truth.of([0, 0], 0.5, 0.2, 1)),
        (latin_square(41, 9, [0, 1, 3]), Truth.of([0, 0], [[1, 0.2], [0.2, 0.3]], 0.2, 1)),
    ],
)
def test_type_one_error_and_coverage(design: CrossedDesign, truth: Truth) -> None:
    result = tally(simulate(design, truth, 5000, seed=11), truth.beta)
    assert result.not_converged == 0
    # Four Monte Carlo standard errors of 5,000 studies at .05 are .0123.
    assert result.rejected[1] == pytest.approx(0.05, abs=0.0123)
    assert result.covered[1] == pytest.approx(0.95, abs=0.0123)
    assert result.mean[1] == pytest.approx(0, abs=4 * result.sd[1] / 5000**0.5)
    assert result.mean_se[1] == pytest.approx(result.sd[1], rel=0.05)


def test_power_agrees_with_the_noncentral_t() -> None:
    """Between people the test is exactly Student's on means: power is known."""
    from scipy import stats

    design, truth = between_people(60, 6, [-0.5, 0.5]), Truth.of([0, 0.8], 0.5, 0.3, 1.0)
    result = tally(simulate(design, truth, 5000, seed=5), truth.beta)
    shift = 0.8 / np.sqrt((0.5 + 1 / 6) * 4 / 60)
    bound = stats.t.ppf(0.975, 58)
    exact = stats.nct.sf(bound, 58, shift) + stats.nct.cdf(-bound, 58, shift)
    assert result.rejected[1] == pytest.approx(exact, abs=4 * result.error[1])


def test_no_studies_are_refused() -> None:
    with pytest.raises(AnalysisError, match="at least one"):
        tally(simulate(SQUARE, TRUTH, 0, seed=1), TRUTH.beta)
    with pytest.raises(AnalysisError, match="at least one"):
        joined(simulate(SQUARE, TRUTH, 0, seed=1))
