"""Timed trials of simulated participants: times that follow the claim, errors, deadlines, and displays without gaps."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import Assumptions, SimulatedParticipant, population
from analysis.simulate.items import predicted
from analysis.simulate.sessions import sessions
from experiments.measures.timed import Timed
from experiments.study import Study, open_study

TEXT = """\
study: flanker
title: Flanker
minutes: 5
factors: {within: {flankers: [same, other]}}
flow:
  - name: main
    each: letters.csv
    cross: flankers
    times: 4
    flow:
      - {show: "+", time: 500 ms}
      - show: "{letter} {flankers}"
        ask: {answer: {key: {e: E, f: F}, correct: {by: letter}UNTIL}}
        TIME
      - {show: {by: answer.result, right: "", wrong: Wrong, late: Too slow}, time: 400 ms}
columns:
  rt: main.answer.time
  log_rt: log(rt)
hypothesis: {outcome: log_rt, claim: other > same}
analysis: log_rt ~ flankers
sample: {participants: 20}
"""
LETTERS = "item,letter\n" + "".join(f"i{n},{'EF'[n % 2]}\n" for n in range(8))
CAREFUL = Assumptions(careless=0, skipping=0, skipped=0, declines=0)


def written(folder: Path, until: str = "", time: str = "time: {most: 3 s}") -> Study:
    (folder / "letters.csv").write_text(LETTERS, encoding="utf-8")
    path = folder / "flanker.yaml"
    path.write_text(TEXT.replace("UNTIL", until).replace("TIME", time), encoding="utf-8")
    return open_study(path)


def rows_of(study: Study, n: int, **how: object) -> pd.DataFrame:
    people = population(study, seed=3, dropout=0.0, **{"assumed": CAREFUL, **how})  # type: ignore[arg-type]
    return pd.DataFrame([row for each in sessions(people, n) for row in each.rows])


def test_times_follow_the_claim_and_have_their_median_and_spread(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path), 60, effect=0.5)
    keys = rows[rows["measure"] == "main.answer"]
    level = keys["cells"].map(lambda cells: cells["flankers"])
    times = np.log(keys["response_time"].astype(float))
    means = times.groupby(level).mean()
    assert means["other"] - means["same"] == pytest.approx(0.5 * CAREFUL.key_spread, abs=0.04)
    assert np.exp(means["same"]) == pytest.approx(CAREFUL.key_median, abs=0.06)
    assert times[level == "same"].std() == pytest.approx(CAREFUL.key_spread, abs=0.05)
    assert keys["correct"].mean() == pytest.approx(CAREFUL.right_key, abs=0.015)


def test_displays_follow_each_other_and_depend_on_the_result(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path), 10)
    trials = rows[rows["screen"].str.startswith("main.")]
    for _, trial in trials.groupby(["participant", "screen"]):
        shown = trial[(trial["measure"].str.startswith("show.")) & (trial["status"] == "shown")]
        for before, after in pairwise(shown.to_dict("records")):
            assert after["onset"] == pytest.approx(before["onset"] + before["response_time"])
        (key,) = trial[trial["measure"] == "main.answer"].to_dict("records")
        letter = trial[trial["measure"] == "show.2"].iloc[0]
        assert key["onset"] == letter["onset"]
        assert key["response_time"] == letter["response_time"]


def test_slow_answers_are_late(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path, time="time: {most: 500 ms}"), 10)
    keys = rows[rows["measure"] == "main.answer"]
    late = keys["status"] == "skipped"
    assert 0.3 < late.mean() < 0.9
    assert keys["response_time"][~late].max() <= 0.5
    assert keys["response_time"][late].isna().all()
    letters = rows[rows["measure"] == "show.2"].reset_index()["response_time"]
    assert (letters[late.to_numpy()] == 0.5).all()


def test_until_the_right_key_wrong_ones_are_corrected(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path, ", until: right", "when: flankers = same or other"), 10)
    keys = rows[rows["measure"] == "main.answer"].reset_index()
    firsts = rows[rows["measure"] == "main.answer.first"].reset_index()
    wrong = (keys["correct"] == False).to_numpy()  # noqa: E712
    assert 0 < wrong.mean() < 0.15
    longer = keys["response_time"] - firsts["response_time"]
    assert (longer[wrong] > 0.05).all()
    assert (longer[~wrong] == 0).all()
    assert (keys["value"] == firsts["value"]).all()


def test_careless_participants_are_fast_and_often_wrong(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path), 20, assumed=Assumptions(careless=1, declines=0))
    keys = rows[rows["measure"] == "main.answer"]
    assert keys["response_time"].median() < 0.2
    assert keys["correct"].mean() == pytest.approx(0.5, abs=0.1)


def test_the_same_answers_come_again(tmp_path: Path) -> None:
    study = written(tmp_path)
    assert rows_of(study, 3).equals(rows_of(study, 3))


def test_a_curve_reads_the_time_that_the_row_has(tmp_path: Path) -> None:
    people = population(written(tmp_path), seed=3, dropout=0.0, assumed=CAREFUL)
    participant = SimulatedParticipant(people, people.first_timeline, 1)
    trials = [each for each in people.first_timeline.screens if each.kind == "timed"]
    for screen in trials:
        response, asks = participant.respond(screen, {}), predicted(screen)
        assert [ask.measure for ask in asks] == ["main.answer.time"]
        read = [participant.latent.answers.answer(screen, ask) for ask in (*screen.asks, *asks)]
        assert read[0] == response.answers["main.answer"]
        assert read[1] == pytest.approx(response.times["main.answer"], abs=0.0005)


def test_keys_are_drawn_once_for_each_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = population(written(tmp_path), seed=3, dropout=0.0, assumed=CAREFUL)
    participant = SimulatedParticipant(people, people.first_timeline, 1)
    screen = next(each for each in people.first_timeline.screens if each.kind == "timed")
    drawn = []
    monkeypatch.setattr(Timed, "value", lambda ask, place: drawn.append(place) or 0.5)
    participant.latent.answers.answer(screen, *predicted(screen))
    participant.decide(screen)
    participant.respond(screen, {})
    assert len(drawn) == 1
