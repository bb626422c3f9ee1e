"""Whole studies of simulated participants, and how many participants are lost before the analysis."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from proving import hold, whole

from analysis.errors import AnalysisError
from analysis.power.check import CheckTask, Loss, LossTask, check_tables
from analysis.power.work import do_block
from analysis.simulate import Assumptions
from experiments.study import Study


def sessions(study: Study, dropout: float) -> dict:
    names = ("path", "hash", "mode", "dropout", "assumed", "seed")
    given = (str(study.path), study.hash, study.modes[0], dropout, Assumptions(), 1)
    return dict(zip(names, given, strict=True))


@pytest.fixture(scope="module")
def task(letters: Study) -> CheckTask:
    return CheckTask(**sessions(letters, 0.1), invited=90, effect=0.0)


@pytest.fixture(scope="module")
def one(task: CheckTask) -> dict:
    return do_block(task, 0, 1)


def test_a_whole_study_is_simulated_and_analysed(task: CheckTask, one: dict) -> None:
    assert one == do_block(task, 0, 1)
    assert 60 < one["analysed"] <= 90
    assert set(one["tests"]) >= {
        "gift: identified - statistical",
        "feelings: feelings5: identified - statistical",
        "gift in two parts: victim (whether)",
    }
    assert all(test["fitted"] + test["failed"] == 1 for test in one["tests"].values())
    (verdict,) = one["verdicts"].values()
    assert sum(verdict.values()) == 1


def test_the_table_has_a_row_for_each_world_and_test(task: CheckTask, one: dict) -> None:
    tables = check_tables([task, replace(task, effect=0.2)], [one, one])
    table, verdicts = tables["check"], tables["check_verdicts"]
    assert set(table["world"]) == {"no effect", "identified_victim_dollars, d = 0.2"}
    assert len(table) == 2 * len(one["tests"])
    fitted = table[table["fitted"] == 1]
    assert (fitted["low"] <= fitted["rejected"]).all()
    assert (fitted["rejected"] <= fitted["high"]).all()
    assert len(verdicts) == 2
    assert (verdicts["share"] == 1).all()


def test_a_claimed_contrast_has_a_code_for_its_verdict(severity: Study) -> None:
    task = CheckTask(**sessions(severity, 0.0), invited=40, effect=1.5)
    assert task.world == "ours > theirs, d = 1.5"
    one = do_block(task, 0, 1)
    assert one["verdicts"] == {"": {"different": 1}}
    assert set(one["tests"]) == {
        f"compassion: {name}" for name in ("ours - theirs", "severity", "group:severity")
    }
    assert one["tests"]["compassion: ours - theirs"]["rejected"] == 1


@pytest.mark.proof
def test_whole_studies_seldom_reject_where_there_is_no_effect(task: CheckTask) -> None:
    """What ``compassion power --check`` does; primary tests are not corrected, so each keeps to alpha."""
    n = whole(200)
    totals = Counter()
    for number in range(n):
        for name, test in do_block(task, number, 1)["tests"].items():
            totals[name, "fitted"] += test["fitted"]
            totals[name, "rejected"] += test.get("rejected", 0)
    names = sorted({name for name, _ in totals})
    assert len(names) >= 5
    for name in names:
        print(name, end=": ")
        hold(totals[name, "rejected"], totals[name, "fitted"], 0.0, 0.05)


def test_losses_are_counted_on_the_real_timeline(letters: Study) -> None:
    found = do_block(LossTask(**sessions(letters, 0.5)), 0, 120)
    assert found["began"] == 120
    assert 24 <= found["complete"] <= 96
    # A participant who leaves between gift and feelings is in one analysis and not in the other.
    gift, feelings = (found["missing"][name] for name in ("gift", "feelings: feelings5"))
    assert gift.keys() == feelings.keys() == {"0"}
    assert found["complete"] * 0.8 < feelings["0"] < gift["0"] == found["kept"] <= 120


def test_a_participant_who_leaves_half_way_has_some_of_the_answers(appeals: Study) -> None:
    found = do_block(LossTask(**sessions(appeals, 0.6)), 0, 60)
    missing = found["missing"]["gift"]
    assert set(missing) <= {"0", "1", "2"}
    assert missing["0"] >= found["complete"] * 0.8
    assert missing.get("1", 0) + missing.get("2", 0) >= 3
    loss = Loss.of(found).of_model(missing, 3)
    assert loss.analysed == sum(missing.values())
    assert loss.answered == pytest.approx([missing.get(k, 0) / loss.analysed for k in "012"])


def test_answers_are_counted_in_quarters_where_there_are_many() -> None:
    loss = Loss(100, 80, 90, 90).of_model({"0": 70, "1": 10, "5": 6, "11": 4}, 12)
    shares = {missing: share for missing, share in enumerate(loss.answered) if share}
    assert shares == pytest.approx({0: 80 / 90, 6: 6 / 90, 11: 4 / 90})
    assert Loss(100, 80, 90, 90).of_model({}, 12) == Loss(100, 80, 90, 90)


def test_invitations_compensate_for_losses() -> None:
    loss = Loss(300, 270, 260, 250)
    assert loss.analysed_of(loss.kept_for(400)) >= 400
    assert loss.invited_for(260) == 300


def test_nobody_left_is_an_error() -> None:
    with pytest.raises(AnalysisError, match="none could be analysed"):
        Loss.of({"began": 20, "complete": 3, "kept": 0})
