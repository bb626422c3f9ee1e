"""Trials that rules leave out: those that the phrases describe, in order, and with all their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_study

from analysis.data.computed import Values
from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.data.load import Data
from analysis.data.measured import Measured
from analysis.data.trial_exclusions import excluded_trials
from analysis.errors import AnalysisError
from experiments.files.faults import InvalidFileError
from experiments.study import Study

TEXT = """\
study: trials
title: Exclusion of trials
factors: {{within: {{place: [same, other]}}}}
flow:
  - name: before
    ask: {{mood: {{rating: How are you?, from: Bad, to: Good}}}}
  - name: pairs
    each: vignettes.csv
    cross: place
    page: "{{text}} ({{place}})"
    ask:
      felt: {{rating: What do you feel?, points: 9, from: Little, to: Much}}
      answer: {{choice: Which one?, options: {{a: This, b: That}}, correct: a}}
  - name: later
    each: place
    ask: {{liked: {{rating: "How much do you like {{place}}?", from: Little, to: Much}}}}
columns: {{rt: answer.time, accuracy: 1 - mean(answer wrong), bias: mean(felt)}}
analysis: {{formula: felt ~ place, contrasts: [other - same]}}
exclude: {{participants: [mood missing], trials: [{rules}]}}
sample: {{participants: 20}}
"""


def felt(name: str, item: int, place: str) -> int:
    """Mostly 4 or 5; the first participant answers 9 to one item of ``same``, the second of ``other``."""
    outlying = {("p1", 3, "same"): 9, ("p2", 6, "other"): 9}
    return outlying.get((name, item, place), 4 + item % 2)


def answers(name, screen, ask):
    question = ask.measure.rpartition(".")[2]
    if question == "mood":
        return None if name == "p3" else 4
    if question in ("felt", "answer"):
        item, place = int(screen.stimulus[1:]), screen.cells["place"]
        if question == "felt":
            return felt(name, item, place)
        return "b" if item == 1 and name != "p2" else "a"
    return "at random"


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Study]:
    def write(rules: str) -> Study:
        return small_study.write(tmp_path_factory.mktemp("study"), TEXT.format(rules=rules))

    return write


@pytest.fixture(scope="module")
def data(ruled, collected, tmp_path_factory) -> Data:
    """Three participants with 16 trials each; the answers to item 2 take 0.1 s, others 1 s."""
    found = collected(ruled("felt missing"), tmp_path_factory.mktemp("sessions"), answers, 3)
    fast = (found.rows["measure"] == "pairs.answer") & (found.rows["stimulus"] == "i2")
    found.rows.loc[fast, "response_time"] = 0.1
    return found


def left_out(rules: str, data: Data, ruled) -> set[tuple[str, str, str]]:
    """Return participant, item and place of the trials that rules leave out, as the frames show it."""
    frames = Frames.of(data, ruled(rules), "main")
    key = ["participant", "item", "place"]
    every = set(
        map(tuple, Frames.of(data, ruled("felt missing"), "main").frame("felt")[key].to_numpy())
    )
    return every - set(map(tuple, frames.frame("felt")[key].to_numpy()))


def of(people: str, item: str) -> set[tuple[str, str, str]]:
    return {(name, item, place) for name in people.split() for place in ("same", "other")}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("answer wrong", of("p1 p3", "i1")),
        ("rt < 200 ms", of("p1 p2 p3", "i2")),
        ("rt < 0.2 s", of("p1 p2 p3", "i2")),
        ("answer.time < 0.2 s", of("p1 p2 p3", "i2")),
        ("answer wrong, rt < 200 ms", of("p1 p3", "i1") | of("p1 p2 p3", "i2")),
        ("answer wrong and place = same", {("p1", "i1", "same"), ("p3", "i1", "same")}),
        ("severity = mild", set().union(*(of("p1 p2 p3", f"i{n}") for n in (1, 3, 5, 7)))),
        ("item = i4", of("p1 p2 p3", "i4")),
        ("trial > 99", set()),
        ("place = other", {(p, f"i{n}", "other") for p in ("p1", "p2", "p3") for n in range(1, 9)}),
        ("mood > 3 and item = i4", of("p1 p2", "i4")),
        # From the mean in the cell: 9 is far from the others in its own cell only.
        ("felt > 2 SD", {("p1", "i3", "same"), ("p2", "i6", "other")}),
        ("felt > 3 SD", set()),
    ],
)  # fmt: skip
def test_a_phrase_leaves_out_the_trials_it_describes(rules, expected, data, ruled) -> None:
    assert left_out(rules, data, ruled) == expected


def test_deviations_are_from_the_mean_of_the_participant_in_the_cell(data, ruled) -> None:
    rows = data.rows[data.rows["measure"] == "pairs.felt"]
    cells = rows.groupby(["participant", "place"])["number"]
    z = (rows["number"] - cells.transform("mean")) / cells.transform("std")
    for deviations in (0.5, 0.8, 1.0, 2.0, 2.4):
        far = rows[z.abs() > deviations]
        expected = set(map(tuple, far[["participant", "stimulus", "place"]].to_numpy()))
        assert left_out(f"felt > {deviations} SD", data, ruled) == expected


def test_rules_apply_in_order_and_deviations_are_computed_once(data, ruled) -> None:
    """Without the trials that earlier rules leave out, a cell has another mean and SD."""
    first = left_out("felt > 1.5 SD", data, ruled)
    second = left_out("felt > 7, felt > 1.5 SD", data, ruled)
    assert first == {("p1", "i3", "same"), ("p2", "i6", "other")}
    assert second == first
    rows = data.rows[(data.rows["measure"] == "pairs.felt") & (data.rows["number"] <= 7)]
    cells = rows.groupby(["participant", "place"])["number"]
    far = rows[(rows["number"] - cells.transform("mean")).abs() > 0.95 * cells.transform("std")]
    expected = first | set(map(tuple, far[["participant", "stimulus", "place"]].to_numpy()))
    assert left_out("felt > 7, felt > 0.95 SD", data, ruled) == expected


def test_answers_that_are_all_equal_are_never_outlying() -> None:
    rows = pd.DataFrame({"participant": ["a"] * 5, "session": "1"})
    value = pd.Series([0.1 + 0.2] * 4 + [0.3])
    cells = value.groupby([rows["participant"], rows["session"]])
    away = (value - cells.transform("mean")).abs()
    assert (away > 0).any()
    assert not (away > 0.001 * cells.transform("std") + 1e-9 * value.abs()).any()


def test_a_trial_is_left_out_with_all_its_answers_and_before_aggregates(data, ruled) -> None:
    frames = Frames.of(data, ruled("answer wrong, rt < 200 ms"), "main")
    assert "i1" not in set(frames.frame("rt").query("participant == 'p1'")["item"])
    assert set(frames.frame("liked").groupby("participant").size()) == {2}
    bias = frames.frame("bias").set_index("participant")["bias"]
    own = [felt("p1", item, place) for item in range(3, 9) for place in ("same", "other")]
    assert bias["p1"] == pytest.approx(np.mean(own))
    accuracy = frames.frame("accuracy").set_index("participant")["accuracy"]
    assert accuracy.to_dict() == {"p1": 1.0, "p2": 1.0, "p3": 1.0}
    kept = Frames.of(data, ruled("felt missing"), "main").frame("accuracy")
    assert kept["accuracy"].tolist() == [7 / 8, 1.0, 7 / 8]


def test_the_audit_counts_trials_of_those_who_are_analysed(data, ruled) -> None:
    study = ruled("answer wrong, rt < 200 ms, felt > 2 SD")
    same = replace(data, sessions=data.sessions.assign(protocol_hash=study.hash))
    excluded = exclude(same, study)
    # Without the third participant, who has no mood. Of the six trials that the first two rules leave in a cell of the
    # first participant, 9 is 1.97 SD from the mean.
    assert excluded.trials.to_dict("list") == {
        "rule": ["trials", "answer wrong", "rt < 200 ms", "felt > 2 SD"],
        "excluded": [0, 2, 4, 1],
        "left": [32, 30, 26, 25],
    }
    frames = Frames.of(excluded.without, study, "main")
    assert len(frames.only(excluded.data).frame("felt")) == 25
    pd.testing.assert_frame_equal(frames.only(excluded.data).trials, excluded.trials)
    assert "Trials left after each rule" in str(excluded.summary())


def test_nothing_is_counted_without_rules(collected, tmp_path: Path) -> None:
    study = small_study.write(tmp_path)
    data = collected(study, tmp_path, people=2)
    found = excluded_trials(Values(Measured(data, study), data.sessions, "main"))
    assert found.trials.empty
    assert found.counts.empty
    assert list(found.counts) == ["rule", "excluded", "left"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("mood missing", "names nothing that differs between trials"),
        ("answer wrong > 25 %", "is about participants"),
        ("rt < 1/3 median", "is about participants"),
    ],
)
def test_what_cannot_be_applied_to_trials_is_refused(rules, message, ruled) -> None:
    with pytest.raises(InvalidFileError, match=message):
        ruled(rules)


def test_trials_of_two_loops_cannot_be_joined(data, ruled) -> None:
    with pytest.raises(AnalysisError, match="in another loop"):
        Frames.of(data, ruled("liked > 3 and felt > 3"), "main").frame("felt")
