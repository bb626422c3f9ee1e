"""Each phrase of ``exclude:`` finds the participants that it describes, worked out by hand on six sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import small_study

from analysis.data.computed import Values
from analysis.data.exclude import exclude
from analysis.data.exclusion_rules import rules_of
from analysis.data.load import Data
from analysis.data.measured import Measured
from experiments.files.faults import InvalidFileError
from experiments.study import Study

TEXT = """\
study: rules
title: Rules of exclusion
factors: {{between: {{cost: [asked, none]}}, within: {{place: [same, other]}}}}
modes: {{main: {{}}, short: {{}}}}
flow:
  - use: consent
    about: people
  - name: before
    ask:
      mood: {{rating: How are you?, from: Bad, to: Good}}
      check: {{choice: Choose this., options: {{this: This, that: That}}, correct: this}}
      side: {{choice: Have you a side?, options: yes_no}}
  - when: mode = main
    ask: {{long: {{choice: Choose this again., options: {{this: This, that: That}}, correct: this}}}}
  - when: side = yes
    ask: {{which: {{text: Which one?, lines: 1}}}}
  - when: cost = asked
    ask: {{gift: {{number: How much?, least: 0, most: 10}}}}
  - name: pairs
    each: vignettes.csv
    rotate: place
    page: "{{text}} ({{place}})"
    ask:
      felt: {{rating: What do you feel?, from: Little, to: Much}}
      answer: {{choice: Which one?, options: {{a: This, b: That}}, correct: a}}
  - {{use: debriefing, page: The places differed.}}
columns:
  errors: mean(answer wrong)
  change: last(felt) - mood
  high: felt where felt > 6
analysis: {{formula: felt ~ place, contrasts: [other - same]}}
exclude: {{participants: [{rule}], because: A test., sensitivity: [{sensitivity}]}}
sample: {{participants: 20}}
"""

# Mood, check, side, which, gift, number of wrong answers, feeling; the sixth leaves at the first item.
PEOPLE = {
    "p1": (1, "this", "no", None, 3, 0, 5),
    "p2": (4, "that", "yes", "ours", 4, 2, 7),
    "p3": (4, None, "yes", None, None, 3, 2),
    "p4": (None, "this", None, None, 5, 8, None),
    "p5": (7, "that", "no", None, 6, 1, 4),
    "p6": (2, "this", "yes", "theirs", 7, 0, 6),
}
SECONDS = {"p1": 100.0, "p2": 200.0, "p3": 20.0, "p4": 120.0, "p5": 900.0, "p6": 10.0}


def answers(name, screen, ask):
    mood, check, side, which, gift, wrong, felt = PEOPLE[name]
    given = {"mood": mood, "check": check, "long": "this", "side": side, "which": which}
    given |= {"gift": gift, "felt": felt}
    question = ask.measure.rpartition(".")[2]
    if question == "answer":
        # Of those with wrong answers, the third skips one of them.
        if (name, screen.trial) == ("p3", 1):
            return None
        return "b" if screen.trial <= wrong else "a"
    return given.get(question, "at random")


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Study]:
    def write(rule: str = "side = yes", sensitivity: str = "side = no") -> Study:
        text = TEXT.format(rule=rule, sensitivity=sensitivity)
        return small_study.write(tmp_path_factory.mktemp("study"), text)

    return write


@pytest.fixture(scope="module")
def data(ruled, collected, tmp_path_factory) -> Data:
    folder = tmp_path_factory.mktemp("sessions")
    found = collected(ruled(), folder, answers, 6, "main", {"p6": "pairs.1"})
    sessions = found.sessions
    seconds = sessions["participant"].map(SECONDS)
    return replace(found, sessions=sessions.assign(seconds=seconds))


def found_by(rule: str, data: Data, ruled: Callable[..., Study]) -> dict[str, str]:
    """Return the participants that a rule finds, and why."""
    values = Values(Measured(data, ruled(rule)), data.sessions, "main")
    (found,) = (each.found for each in rules_of(values) if each.applies == "main analysis")
    return dict(zip(found["participant"], found["why"], strict=True))


def cells(data: Data) -> dict[str, str]:
    return dict(zip(data.sessions["participant"], data.sessions["cost"], strict=True))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # Whoever skips a check has not answered it correctly.
        ("check wrong", {"p2", "p3", "p5"}),
        ("check wrong and mood > 4", {"p5"}),
        ("check wrong and side = yes", {"p2", "p3"}),
        ("side = yes", {"p2", "p3", "p6"}),
        ("side = yes or no", {"p1", "p2", "p3", "p5", "p6"}),
        # As on the day, a question without an answer is not that answer.
        ("side != no", {"p2", "p3", "p4", "p6"}),
        ("mood < 3", {"p1", "p6"}),
        ("mood >= 4", {"p2", "p3", "p5"}),
        ("mood = 4", {"p2", "p3"}),
        ("mood missing", {"p4"}),
        # Only who has a side is asked which.
        ("which missing", {"p3"}),
        ("felt missing", {"p4", "p6"}),
        # Of several answers all must meet it.
        ("felt > 4", {"p1", "p2"}),
        ("answer wrong", {"p4"}),
        ("answer wrong > 25 %", {"p3", "p4"}),
        ("answer wrong > 10 %", {"p2", "p3", "p4", "p5"}),
        ("answer missing > 12 %", {"p3"}),
        ("answer missing > 0 %", {"p3"}),
        # As 'when: money.correct = no' says it.
        ("answer.correct = no", {"p4"}),
        ("check.correct = yes", {"p1", "p4", "p6"}),
        # Median of those who finished: 120 s.
        ("duration < 1/3 median", {"p3"}),
        ("duration < 0.9 median", {"p1", "p3"}),
        ("duration > 2 median", {"p5"}),
        # Median of 1, 4, 4 and 7, of those who finished: 4.
        ("mood < 1/2 median", {"p1"}),
        ("mood <= 1/2 median", {"p1", "p6"}),
        # Columns.
        ("errors > 25 %", {"p3", "p4"}),
        ("errors > 0.25", {"p3", "p4"}),
        ("change < 0", {"p3", "p5"}),
        ("change missing", {"p4", "p6"}),
        ("high missing", {"p1", "p3", "p4", "p5", "p6"}),
    ],
)
def test_a_phrase_finds_whom_it_describes(rule, expected, data, ruled) -> None:
    assert set(found_by(rule, data, ruled)) == expected


def test_a_question_of_one_condition_is_missing_only_there(data, ruled) -> None:
    """Of those who were to say how much they give, the third did not."""
    asked = {name for name, cost in cells(data).items() if cost == "asked"}
    assert set(found_by("gift missing", data, ruled)) == {"p3"} & asked
    assert set(found_by("cost = asked", data, ruled)) == asked


@pytest.mark.parametrize(
    ("rule", "who", "why"),
    [
        ("check wrong", "p2", "failed all checks that were asked (1)"),
        ("check wrong and long wrong", "none", ""),
        ("check wrong and mood > 4", "p5", "did not answer 'check' correctly and mood > 4"),
        ("mood missing", "p4", "never answered 'mood'"),
        ("duration < 1/3 median", "p3", "took 20 s, less than 40 s"),
        ("duration > 2 median", "p5", "took 900 s, more than 240 s"),
        ("mood < 1/2 median", "p1", "mood is 1, less than 2"),
        ("answer wrong > 25 %", "p3", "answer wrong in 37.5% of 8 trials"),
        ("side = yes", "p2", "side = yes"),
    ],
)
def test_the_audit_says_why(rule, who, why, data, ruled) -> None:
    assert found_by(rule, data, ruled).get(who, "") == why


def test_both_checks_must_be_failed_where_both_are_asked(data, ruled) -> None:
    """A check that the mode does not ask does not count, and the other alone decides."""
    rule = "check wrong and long wrong"
    assert found_by(rule, data, ruled) == {}
    rows = data.rows.copy()
    rows.loc[(rows["participant"] == "p2") & (rows["measure"] == "long"), "correct"] = False
    found = found_by(rule, replace(data, rows=rows), ruled)
    assert found == {"p2": "failed all checks that were asked (2)"}
    unasked = data.rows[data.rows["measure"] != "long"]
    found = found_by(rule, replace(data, rows=unasked), ruled)
    assert found == dict.fromkeys(["p2", "p3", "p5"], "failed all checks that were asked (1)")


def test_what_a_mode_does_not_ask_excludes_nobody(ruled, collected, tmp_path) -> None:
    study = ruled("long missing", "long = that")
    data = collected(study, tmp_path, answers, 4, "short")
    assert exclude(data, study).audit.empty


def test_who_never_reached_a_check_is_not_excluded_for_it(ruled, collected, tmp_path) -> None:
    study = ruled("check wrong")
    leaving = {"p2": "before", "p3": "before"}
    data = collected(study, tmp_path, answers, 4, "main", leaving)
    assert set(data.sessions["outcome"]) == {"complete", "left"}
    assert exclude(data, study).data.sessions["participant"].tolist() == ["p1", "p2", "p3", "p4"]
    assert set(found_by("mood missing", data, ruled)) == {"p2", "p3", "p4"}


def test_sensitivity_rules_exclude_only_from_the_strict_data(data, ruled) -> None:
    study = ruled("mood missing", "side = yes")
    same = replace(data, sessions=data.sessions.assign(protocol_hash=study.hash))
    excluded = exclude(same, study)
    kept = [set(each.sessions["participant"]) for each in (excluded.data, excluded.strict)]
    assert kept == [{"p1", "p2", "p3", "p5", "p6"}, {"p1", "p5"}]
    assert set(excluded.without.sessions["participant"]) == set(PEOPLE)
    assert excluded.counts.set_index("rule")["applies"].to_dict() == {
        **dict.fromkeys(
            ["no consent", "not eligible", "took part again", "device failure"], "always"
        ),
        "mood missing": "main analysis",
        "side = yes": "sensitivity only",
    }


def test_who_declines_or_is_too_young_is_always_left_out(ruled, collected, tmp_path) -> None:
    study = ruled()

    def given(name, screen, ask):
        if ask.measure == "consent.agree":
            return "no" if name == "p1" else "yes"
        if ask.measure == "consent.age":
            return 17 if name == "p2" else 18
        return answers(name, screen, ask)

    data = collected(study, tmp_path, given, 4, "main", {"p3": "consent"})
    assert data.sessions["outcome"].tolist() == ["declined", "ineligible", "left", "complete"]
    audit = exclude(data, study).audit
    always = audit[audit["applies"] == "always"]
    assert dict(zip(always["participant"], always["rule"], strict=True)) == {
        "p1": "no consent", "p2": "not eligible", "p3": "no consent",
    }  # fmt: skip
    why = dict(zip(always["participant"], always["why"], strict=True))
    assert why["p2"] == "is younger than 18"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("felt > 3 SD", "is about trials: it compares each with the participant's mean"),
        ("duration < 500 frames", "compares with frames"),
    ],
)
def test_what_cannot_be_applied_to_participants_is_refused(rule, message, ruled) -> None:
    with pytest.raises(InvalidFileError, match=message):
        ruled(rule)
