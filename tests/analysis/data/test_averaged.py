"""Means that a study makes itself, of several questions or of a matrix: in the data, and how reliable they are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import small_study

from analysis.data.conditions import with_conditions
from analysis.data.exclude import exclude
from analysis.data.load import load
from analysis.data.reliability import reliability
from analysis.data.score import score
from analysis.data.with_columns import with_columns
from analysis.simulate import Assumptions, simulate

ASK = '      compassion: {rating: "How much compassion do you feel?", points: 7, from: Not at all, to: Very much}\n'
MORE = """\
      warm: {rating: How warm?, points: 7, from: a, to: b, required: no}
      cold: {rating: How cold?, points: 7, from: a, to: b, required: no}
      felt: {rating: You felt, points: 5, from: a, to: b, required: no, items: {sad: Sad, sorry: Sorry, low: Low}}
"""
COLUMNS = """\
columns:
  concern: mean(warm, 8 - cold)
  log_rt: log(compassion.time)
  bias: mean(compassion where group = ours) - mean(compassion where group = theirs)
  z: {of: mean(compassion), standard: yes}
sample:"""
SKIPPING = Assumptions(careless=0, declines=0, skipping=0.5, skipped_by_skippers=0.3)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    text = small_study.TEXT.replace(ASK, ASK + MORE).replace("sample:", COLUMNS)
    return small_study.write(tmp_path_factory.mktemp("study"), text)


@pytest.fixture(scope="module")
def data(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "s"
    simulate(study, folder, 30, assumed=SKIPPING)
    return with_conditions(load(folder), study)


def test_the_data_have_a_column_for_what_the_study_computes(study, data):
    found = with_columns(data, study)
    assert found.notes == ()
    trials, people = found.trials, found.participants
    assert len(trials) == len(data.trials)
    both = trials[["vignettes_warm", "vignettes_cold"]]
    expected = both.assign(vignettes_cold=8 - both["vignettes_cold"]).mean(axis=1)
    expected = expected.where(both.notna().all(axis=1))
    assert trials["concern"].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)
    items = trials[[f"vignettes_felt_{item}" for item in ("sad", "sorry", "low")]]
    means = items.mean(axis=1).where(items.notna().all(axis=1))
    assert trials["vignettes_felt"].to_numpy() == pytest.approx(means.to_numpy(), nan_ok=True)
    assert trials["log_rt"].to_numpy() == pytest.approx(
        np.log(trials["vignettes_compassion_time"].to_numpy(dtype=float)), nan_ok=True
    )
    group = trials.groupby(["participant", "group"], observed=True)["vignettes_compassion"].mean()
    group = group.unstack()
    bias = people.set_index("participant")["bias"]
    assert bias.to_numpy() == pytest.approx(
        (group["ours"] - group["theirs"]).reindex(bias.index).to_numpy()
    )
    assert people["z"].mean() == pytest.approx(0)
    assert "bias" not in trials


def test_what_is_standardised_is_so_for_the_sessions_that_are_left(study, data):
    some = exclude(data.only(data.sessions.head(10)), study).data
    z = with_columns(some, study).participants["z"]
    assert (z.mean(), z.std()) == (pytest.approx(0), pytest.approx(1))


def test_what_cannot_be_computed_is_left_out_with_a_note(study, data):
    rows = data.rows.copy()
    rows.loc[rows["measure"] == "vignettes.compassion", "response_time"] = 0.0
    found = with_columns(replace(data, rows=rows), study)
    (note,) = found.notes
    assert note.startswith("'log_rt' is left out: 'log_rt' takes the logarithm of")
    assert "log_rt" not in found.trials
    assert "concern" in found.trials
    assert note in " ".join(str(found).split())


def test_means_have_a_reliability_and_the_number_of_missing_ones(study, data):
    scores = score(data, study)
    table = scores.reliability.set_index("score")
    assert list(table.index) == ["vignettes.felt", "concern"]
    assert table["items"].to_dict() == {"vignettes.felt": 3, "concern": 2}
    wide = data.trials
    answers = wide.assign(cold=8 - wide["vignettes_cold"]).groupby("participant")
    pair = answers[["vignettes_warm", "cold"]].mean().dropna()
    r = pair.corr().iloc[0, 1]
    assert table.loc["concern", "spearman_brown"] == pytest.approx(2 * r / (1 + r))
    assert math.isnan(table.loc["vignettes.felt", "spearman_brown"])
    assert table.loc["vignettes.felt", "omega"] > 0.5
    one = wide[["vignettes_warm", "vignettes_cold"]].isna().sum(axis=1).eq(1).sum()
    assert one > 5
    note = f"the mean is missing in {one} of {len(wide)} rows, since an item is"
    assert table.loc["concern", "note"].endswith(note)
    assert "of the means of each participant's answers" in table.loc["concern", "note"]
    assert "Spearman-Brown" in str(scores)


def test_spearman_brown_of_two_items():
    rng = np.random.default_rng(3)
    true = rng.normal(size=400)
    two = pd.DataFrame({"a": true + rng.normal(size=400), "b": 5 * (true + rng.normal(size=400))})
    found = reliability(two)
    # Two items of reliability .5 have 2/3 together; alpha is lower, since their variances differ.
    assert found.spearman_brown == pytest.approx(2 / 3, abs=0.06)
    assert found.spearman_brown_low < 2 / 3 < found.spearman_brown_high
    assert found.alpha < found.spearman_brown - 0.1
    assert found.note.startswith("Spearman-Brown 0.")
