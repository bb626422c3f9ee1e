"""Variances of contrasts in each group of participants: Welch's and paired t tests in complete designs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import models
from analysis.models import contrast
from analysis.models.own_columns import groups_of, own_columns
from analysis.models.own_variance import with_own_variance

PERSON = "(1 | participant)"
SIZES = {"calm": 24, "urgent": 9}


def mixed(seed: int = 5, each: int = 1) -> pd.DataFrame:
    """Return answers of two unequal groups in two conditions, ``each`` times; urgent ones vary three times as much."""
    rng = np.random.default_rng(seed)
    rows = []
    for frame, n in SIZES.items():
        for k in range(n):
            level, difference = rng.normal(size=2) * (6 if frame == "urgent" else 2)
            for cond in ("far", "near"):
                for _ in range(each):
                    score = level + (cond == "near") * difference + rng.normal() * 0.5
                    rows.append((f"{frame}{k}", frame, cond, score))
    return pd.DataFrame(rows, columns=["participant", "frame", "cond", "y"])


def scores(data: pd.DataFrame, frame: str) -> pd.DataFrame:
    """Return the mean, the difference and the answers of each participant of a group."""
    own = data[data["frame"] == frame]
    wide = own.pivot_table(index="participant", columns="cond", values="y")
    return wide.assign(mean=wide.mean(axis=1), difference=wide["near"] - wide["far"])


def estimated(data: pd.DataFrame, weights: list[float], random: str = PERSON):
    fit = models.fit(data, f"y ~ cond * frame + {random}")
    own = with_own_variance(fit, np.array(weights, dtype=float))
    assert own is not fit
    return contrast(own, weights).estimates.iloc[0]


def same(row: pd.Series, expected, rel: float = 1e-5) -> None:
    assert row["statistic"] == pytest.approx(float(expected.statistic), rel=rel)
    assert row["df"] == pytest.approx(float(expected.df), rel=rel)
    assert row["p"] == pytest.approx(float(expected.pvalue), rel=10 * rel)


@pytest.mark.parametrize(
    ("each", "random"),
    [(1, "(1 | participant)"), (3, "(1 | participant) + (1 | participant:cond)")],
)
def test_differences_between_groups_are_welchs_tests(each, random):
    data = mixed(each=each)
    for weights, score in (([0, 0, 1, 0.5], "mean"), ([0, 0, 0, 1], "difference")):
        high, low = (scores(data, frame)[score] for frame in ("urgent", "calm"))
        row = estimated(data, weights, random)
        same(row, stats.ttest_ind(high, low, equal_var=False))
        assert row["estimate"] == pytest.approx(high.mean() - low.mean())


def test_an_effect_within_one_group_is_its_paired_t_test():
    data = mixed()
    for weights, frame in (([0, 1, 0, 0], "calm"), ([0, 1, 0, 1], "urgent")):
        same(estimated(data, weights), stats.ttest_1samp(scores(data, frame)["difference"], 0))


def test_an_effect_within_all_groups_has_the_variance_of_each():
    data = mixed()
    row = estimated(data, [0, 1, 0, 0.5])
    parts = [scores(data, frame)["difference"] for frame in SIZES]
    shares = np.array([part.var() / len(part) for part in parts])
    assert row["estimate"] == pytest.approx(np.mean([part.mean() for part in parts]))
    assert row["se"] == pytest.approx(np.sqrt(shares.sum()) / 2, rel=1e-6)
    df = shares.sum() ** 2 / sum(
        share**2 / (len(part) - 1) for share, part in zip(shares, parts, strict=True)
    )
    assert row["df"] == pytest.approx(df, rel=1e-6)


def test_groups_compared_in_one_condition_are_nearly_welchs_test():
    data = mixed()
    for weights, cond in (([0, 0, 1, 0], "far"),):
        high, low = (scores(data, frame)[cond] for frame in ("urgent", "calm"))
        same(estimated(data, weights), stats.ttest_ind(high, low, equal_var=False), rel=0.05)


def test_equal_groups_lose_nearly_nothing():
    data = mixed()
    data = data[data["frame"] == "calm"]
    twice = pd.concat([data, data.assign(participant="u" + data["participant"], frame="urgent")])
    row = estimated(twice.reset_index(drop=True), [0, 0, 0, 1])
    assert row["df"] == pytest.approx(2 * 24 - 2, rel=1e-6)


def test_one_answer_each_with_items_has_residual_variances_of_groups():
    rng = np.random.default_rng(3)
    frame = np.repeat(["calm", "urgent", "other"], [120, 24, 60])
    item = np.arange(len(frame)) % 6
    sd = pd.Series(frame).map({"calm": 1.0, "urgent": 4.0, "other": 2.0}).to_numpy()
    y = rng.normal(size=len(frame)) * sd + rng.normal(size=6)[item]
    data = pd.DataFrame({"frame": frame, "item": item.astype(str), "y": y})
    fit = models.fit(data, "y ~ frame + (1 | item)")
    weights = np.array([0, 0, 1.0])
    own = with_own_variance(fit, weights)
    variances = data.groupby("frame")["y"].var()
    # Items are balanced over the groups, so that they leave the difference.
    sizes = data.groupby("frame").size()
    about = np.sqrt(variances["calm"] / sizes["calm"] + variances["urgent"] / sizes["urgent"])
    assert contrast(own, weights).estimates["se"][0] == pytest.approx(about, rel=0.1)
    assert contrast(fit, weights).estimates["se"][0] < 0.7 * about


def test_a_term_of_one_difference_is_tested_as_its_contrast():
    data = mixed()
    fit = models.fit(data, "y ~ cond * frame + (1 | participant)")
    weights = np.array([[0, 0, 0, 1.0]])
    joint = with_own_variance(fit, weights).joint(weights)
    row = estimated(data, weights[0].tolist())
    assert joint.statistic == pytest.approx(row["statistic"] ** 2)
    assert joint.p == pytest.approx(row["p"])


def test_a_group_of_one_participant_leaves_the_planned_model():
    data = mixed()
    data["arm"] = np.where(data["participant"].isin(["calm0", "calm1", "urgent0"]), "x", "z")
    fit = models.fit(data, "y ~ cond * frame + arm + (1 | participant)")
    weights = np.eye(5)[fit.names.index("arm[z]")]
    assert with_own_variance(fit, weights) is fit


def test_a_covariate_divides_participants_into_no_groups():
    data = mixed()
    age = {name: 18 + 1.5 * k for k, name in enumerate(data["participant"].unique())}
    data["age"] = data["participant"].map(age)
    fit = models.fit(data, "y ~ cond * frame + age + (1 | participant)")
    codes = pd.factorize(data["participant"])[0]
    matrix = fit.design.matrix
    assert groups_of(matrix, codes).max() == 1
    slope = np.eye(5)[fit.names.index("age")]
    assert with_own_variance(fit, slope) is fit
    weights = np.eye(5)[fit.names.index("cond[near]:frame[urgent]")]
    assert own_columns(matrix, weights, codes, groups_of(matrix, codes)).shape[1] == 2


#: lme4 1.1-31 and pbkrtest 0.5.2: the model with (1 | participant), (0 + difference in each group | participant) and
#: (1 | item), or with the intercepts of each group and (1 | participant:cond); standard error and df.
BY_R = {
    "difference": ([0, 0, 0, 1.0], (2.06203473, 8.44085812)),
    "mean": ([0, 0, 1.0, 0.5], (2.30244111, 8.71876217)),
}


@pytest.mark.parametrize(("weights", "expected"), BY_R.values(), ids=BY_R)
def test_crossed_items_have_the_tests_of_lme4_and_pbkrtest(weights, expected):
    row = estimated(crossed(), weights, f"{PERSON} + (1 | participant:cond) + (1 | item)")
    assert row["se"] == pytest.approx(expected[0], rel=1e-6)
    assert row["df"] == pytest.approx(expected[1], rel=1e-6)


def crossed() -> pd.DataFrame:
    """Return answers to 12 items, each in both conditions."""
    data = mixed(each=12)
    item = np.arange(len(data)) % 12
    effects = 2 * np.random.default_rng(8).normal(size=12)
    return data.assign(item=item.astype(str), y=data["y"] + effects[item])
