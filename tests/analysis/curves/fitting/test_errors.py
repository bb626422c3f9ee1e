"""Tests of cell means within participants: no sphericity is assumed."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.curves.catalogue import get
from analysis.curves.compare import check_specified, compare, equivalence_to_flat
from analysis.curves.fitting import prepare
from analysis.errors import AnalysisError

NUMBERS = (1.0, 2.0, 8.0, 100.0)
SDS = np.array([0.3, 0.3, 1.0, 3.0])
"""Of participants' answers to each number: no sphericity."""


def answers(people, seed, sds=SDS, means=0.0):
    rng = np.random.default_rng(seed)
    return (
        means
        + rng.standard_normal((people, len(sds))) * sds
        + rng.standard_normal((people, 1)) * 0.7
    )


def rows_of(y):
    people, cells = np.indices(y.shape)
    return pd.DataFrame(
        {
            "participant": [f"p{i:03d}" for i in people.ravel()],
            "victims": np.array(NUMBERS)[cells.ravel()],
            "y": y.ravel(),
        }
    )


def problem_of(y):
    return prepare(rows_of(y), "y", [get("M5"), get("M0")], random="(1 | participant)")


def hotelling(scores):
    people, q = scores.shape
    means = scores.mean(axis=0)
    size = people * means @ np.linalg.solve(np.cov(scores.T), means)
    f = size * (people - q) / ((people - 1) * q)
    return f, people - q, stats.f.sf(f, q, people - q)


def test_each_pair_is_the_paired_t_test():
    y = answers(24, 1, means=np.array([0.6, 0.3, 0.1, 0.0]))
    flat = equivalence_to_flat(problem_of(y), sesoi=0.5).table()
    assert len(flat) == 6
    scores = [y[:, j] - y[:, i] for i in range(4) for j in range(i + 1, 4)]
    se = [stats.sem(each) for each in scores]
    assert flat["se"].to_numpy() == pytest.approx(se, rel=1e-4)
    assert flat["df"].to_numpy() == pytest.approx(23)
    inside = [
        max(
            stats.ttest_1samp(each, -0.5, alternative="greater").pvalue,
            stats.ttest_1samp(each, 0.5, alternative="less").pvalue,
        )
        for each in scores
    ]
    assert flat["p"].to_numpy() == pytest.approx(inside, abs=1e-4)


def test_several_contrasts_together_are_hotellings_test():
    y = answers(24, 2)
    errors = problem_of(y).errors
    rows = np.eye(4)[:-1] - np.eye(4)[1:]
    assert errors.joint(rows) == pytest.approx(hotelling(y @ rows.T), rel=1e-4)
    assert errors.joint(rows[:2]) == pytest.approx(hotelling(y @ rows[:2].T), rel=1e-4)
    one = errors.joint(np.array([[1.0, -2.0, 1.0, 0.0]]))
    t, p = stats.ttest_1samp(y @ [1, -2, 1, 0], 0)
    assert one == pytest.approx((t**2, 23, p), rel=1e-4)


def test_means_and_not_only_their_differences_have_variances_of_their_own():
    y = answers(400, 3)
    errors = problem_of(y).errors
    found = errors._whole
    assert found == pytest.approx(np.cov(y.T) / 400, abs=0.1 * np.cov(y.T).max() / 400)


def test_more_contrasts_than_participants_are_not_tested():
    errors = problem_of(answers(14, 4)).errors
    errors.add(np.array([1.0, -1.0, 0.0, 0.0]), (0.1, 0.2, 2.0))
    with pytest.raises(AnalysisError, match="too few participants"):
        errors.joint(np.eye(4)[:-1] - np.eye(4)[1:])


def test_known_contrasts_are_taken_from_the_planned_model():
    rows = rows_of(answers(24, 5))
    known = [({"victims": {1.0: 1.0, 8.0: -1.0}}, (0.25, 0.125, 17.0))]
    found = compare(
        rows,
        "y",
        [get("M5"), get("M0")],
        np.random.default_rng(1),
        random="(1 | participant)",
        level=None,
        known=known,
    )
    pair = found.flat.table().set_index("label").loc["victims 8 minus victims 1"]
    assert tuple(pair[["estimate", "se", "df"]]) == (-0.25, 0.125, 17.0)


def test_between_participants_nothing_changes():
    rows = rows_of(answers(24, 6)).assign(participant=lambda d: [f"p{i}" for i in range(len(d))])
    errors = prepare(rows, "y", [get("M5"), get("M0")], random="").errors
    assert errors.within == ()
    assert np.array_equal(errors.vcov, errors.planned)


def test_type_one_error_of_flatness_and_curves_without_sphericity():
    """80 studies without a difference (of 300, each rate was between .015 and .10): of a flat line against the means, and of a step between two of them."""
    rejected = {"all": 0, "pair": 0, "sure": 0}
    studies = 80
    for seed in range(studies):
        errors = problem_of(answers(14, [7, seed])).errors
        rows = np.eye(4)[:-1] - np.eye(4)[1:]
        rejected["all"] += errors.joint(rows)[2] < 0.05
        rejected["pair"] += errors.joint(rows[:1])[2] < 0.05
        rejected["sure"] += errors.joint(rows[2:])[2] < 0.05
    # Binomial 99.9 % limit of .05.
    assert max(rejected.values()) / studies < 0.14


def test_type_one_error_of_a_curve_with_only_its_scale_fitted():
    """60 studies in which the curve is true: zero itself is tested, not only differences."""
    curve = get("M5").at(F=0.1)
    rejected, studies = 0, 60
    predicted = curve.predict({"victims": np.array(NUMBERS)})
    for seed in range(studies):
        check = check_specified(problem_of(answers(14, [8, seed], means=predicted)), curve)
        rejected += check.misfit.p < 0.05
    assert rejected / studies < 0.15


def test_of_many_cells_differences_are_taken_to_vary_alike():
    """Cells of an answer, for example: 16 of them have 120 pairs."""
    rng = np.random.default_rng(8)
    people, cells = np.indices((30, 16))
    frame = pd.DataFrame(
        {
            "participant": [f"p{i:03d}" for i in people.ravel()],
            "victims": cells.ravel() + 1.0,
            "y": rng.standard_normal(people.size) + np.repeat(rng.standard_normal(30), 16),
        }
    )
    problem = prepare(frame, "y", [get("M5"), get("M0")], random="(1 | participant)")
    assert problem.errors is not None
    assert problem.errors.within == ()
    assert np.array_equal(problem.errors.vcov, problem.errors.planned)
    assert any("There are 16 cells" in note for note in problem.notes)
    fewer = frame[frame["victims"] < 16]
    problem = prepare(fewer, "y", [get("M5"), get("M0")], random="(1 | participant)")
    assert problem.errors is not None
    assert problem.errors.within == ("victims",)
    assert not any("cells" in note for note in problem.notes)
