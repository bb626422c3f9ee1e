"""Answers that screens allow are accepted, and no others; an end is accepted only where the rows lead to it."""

from __future__ import annotations

import contract
import every_kind
import pytest

from analysis.simulate import population
from analysis.simulate.sessions import PlannedSession, take_part
from experiments.measures.rank import Rank
from experiments.measures.select import Select
from experiments.online.collector.export import expected_rows
from experiments.online.collector.rows import fault_of_answer, faults_together, leads_to
from experiments.places import shipped_folder
from experiments.schema import Row
from experiments.screen import Ask
from experiments.study import open_study
from experiments.timeline.rows import asked_in
from experiments.timeline.timeline import Timeline


def faults(timeline: Timeline, rows: list[Row]) -> list[str]:
    """Return the fault of each row that has one."""
    expected = expected_rows(timeline, simulated=True)
    asks, back = expected.asks, expected.back
    found = [
        fault_of_answer(row, *asks[row["screen"]][asked_in(row)], row["screen"] in back)
        for row in rows
    ]
    return [fault for fault in found if fault]


@pytest.mark.parametrize("language", every_kind.LANGUAGES)
def test_every_kind_of_screen_is_answered_without_a_fault(language):
    timeline = every_kind.build(language)
    for walk in contract.walks(language).values():
        assert faults(timeline, contract.rows_of(language, walk)) == []


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("identified_victim", "lottery"),
        ("compassion_collapse", "within"),
        ("parochial_vignettes", "dots"),
        ("singularity", "joint"),
        ("compassion_radius", "in_turn"),
        ("motivated_shutdown", "main"),
        ("dot_probe", "main"),
    ],
)
def test_what_simulated_people_answer_is_without_a_fault(name, mode):
    study = open_study(shipped_folder("protocols") / f"{name}.yaml")
    people = population(study, seed=3, mode=mode)
    for place in range(1, 5):
        sat = take_part(people, PlannedSession(place, place, "complete"), study.languages[0])
        timeline = study.timeline(study.slots(mode)[place - 1])
        assert sat.rows
        assert faults(timeline, sat.rows) == []


@pytest.mark.parametrize(
    ("measure", "change", "word"),
    [
        ("donation", {"value": "1000000", "number": 1_000_000}, "outside 0 to"),
        ("donation", {"value": "-1", "number": -1}, "outside 0 to"),
        ("donation", {"value": "2", "number": 1}, "as text and 1 as number"),
        ("donation", {"value": "two", "number": 2}, "as text"),
        ("donation", {"value": "2", "number": None}, "outside"),
        ("donation", {"unit": "Euro"}, "unit"),
        ("donation", {"status": "skipped"}, "has an answer, but should have none"),
        ("donation", {"value": None, "number": None}, "has no answer"),
        ("donation", {"status": "shown"}, "should be answered or skipped"),
        ("consent", {"status": "skipped", "value": None}, "cannot be skipped"),
        ("consent", {"value": "perhaps"}, "was not offered"),
        ("consent", {"value": "yes", "number": 1}, "was not offered"),
        ("feeling1", {"value": "9", "number": 9}, "was not offered"),
        ("feeling1", {"value": "1", "number": 1.5}, "was not offered"),
        ("age", {"value": "34.5", "number": 34.5}, "not a whole number"),
        ("word", {"value": "x" * 5000}, "longer than"),
        ("word", {"value": "x", "number": 3}, "is a number"),
        ("units", {"correct": True}, "correct"),
        ("friend", {"value": "Ann"}, "has a value, but should stay on the device"),
        ("pools.a", {"value": "11", "number": 11}, "outside 0 to 10"),
        ("read", {"value": "more"}, "has an answer, but should have none"),
        ("read", {"status": "answered"}, "should be shown"),
    ],
)
def test_an_answer_that_nobody_can_have_given_is_named(measure, change, word):
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    row = next(row for row in rows if row["measure"] == measure)
    assert faults(timeline, [row]) == []
    (fault,) = faults(timeline, [{**row, **change}])
    assert word in fault
    assert measure in fault


@pytest.mark.parametrize(
    ("screen", "amounts", "reason"),
    [
        ("split.ten", (4, 6, 0), ""),
        ("split.ten", (4, 6, 1), "the boxes hold 11 together, but should hold 10"),
        ("split.ten", (0, 0, 0), "the boxes hold 0 together, but should hold 10"),
    ],
)
def test_boxes_hold_what_is_divided(screen, amounts, reason):
    expected = expected_rows(every_kind.build("en"), simulated=True)
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    own = [row for row in rows if (row["screen"], row["visit"]) == (screen, 2)]
    changed = [{**r, "value": str(n), "number": n} for r, n in zip(own, amounts, strict=True)]
    found = dict(faults_together(changed, expected))
    assert found == ({row["sequence"]: reason for row in own} if reason else {})
    # Rows that arrive apart are examined alone.
    assert dict(faults_together(changed[:2], expected)) == {}


def test_two_options_cannot_have_the_same_place():
    asks = (Ask("rank.a", low=1, high=2), Ask("rank.b", low=1, high=2))
    assert Rank.fault_of_all(asks, [2, 1]) == ""
    assert Rank.fault_of_all(asks, [1, 1]) == "two options have the same place"
    assert Rank.fault_of_all(asks, [None, None]) == ""


def test_none_of_them_is_not_chosen_together_with_others():
    asks = (Ask("did.gave", high=1), Ask("did.none", high=1, alone=True))
    assert Select.fault_of_all(asks, [1, 1]) == "'did.none' is chosen together with others"
    for possible in ([1, 0], [0, 1], [0, 0], [None, None]):
        assert Select.fault_of_all(asks, possible) == ""


def test_answers_of_every_kind_are_possible_together():
    expected = expected_rows(every_kind.build("en"), simulated=True)
    for walk in contract.walks("en").values():
        assert dict(faults_together(contract.rows_of("en", walk), expected)) == {}


def test_text_may_be_as_long_as_the_screen_says():
    ask = Ask("note", entry="lines", longest=3)
    row = {"measure": "note", "status": "answered", "unit": None, "number": None, "correct": None}
    assert fault_of_answer({**row, "value": "😀😀😀"}, "write", ask) == ""
    assert "longer" in fault_of_answer({**row, "value": "😀😀😀😀"}, "write", ask)


@pytest.mark.parametrize(
    ("walk", "outcome"),
    [("answered", "complete"), ("declined", "declined"), ("left", "left")],
)
def test_rows_lead_to_one_end_only(walk: str, outcome: str) -> None:
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")[walk])
    for claimed in ("complete", "declined", "ineligible", "left"):
        assert leads_to(timeline, rows, claimed) == (claimed == outcome)
    # The last screen is shown, and its row has not arrived yet: the page may already report the end.
    assert leads_to(timeline, rows[:-1], outcome)


def going_back(screen: str, **change: object) -> list[str]:
    """Return the faults of the first rows of a screen in the walk with answers, which are left by Back, if changed."""
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    own = [row for row in rows if row["screen"] == screen and row["visit"] == 1]
    return faults(every_kind.build("en"), [{**own[0], "status": "back", **change}])


def test_who_goes_back_can_have_answered_nothing_yet_or_too_little():
    assert going_back("rate.seven") == []
    assert going_back("rate.seven", value=None, number=None) == []
    assert going_back("write.least", value="x") == []
    assert going_back("read.local") == []


@pytest.mark.parametrize(
    ("screen", "change", "word"),
    [
        ("rate.seven", {"value": "9", "number": 9}, "was not offered"),
        ("rate.seven", {"correct": True}, "correct"),
        ("read.local", {"value": "x"}, "should have none"),
        # No button is there.
        ("rate.feelings", {}, "should be answered or skipped"),
        ("consent.agree", {"value": None}, "should be answered or skipped"),
        ("welcome", {}, "should be shown"),
    ],
)
def test_rows_of_going_back_that_nobody_can_have_given(screen, change, word):
    (fault,) = going_back(screen, **change)
    assert word in fault


def test_boxes_that_were_left_by_back_need_not_hold_everything():
    expected = expected_rows(every_kind.build("en"), simulated=True)
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    own = [row for row in rows if (row["screen"], row["visit"]) == ("split.ten", 1)]
    assert {row["status"] for row in own} == {"back"}
    assert dict(faults_together(own, expected)) == {}
    answered = [{**row, "status": "answered", "value": "1", "number": 1} for row in own]
    assert dict(faults_together(answered, expected)) != {}


def test_a_way_back_that_the_timeline_does_not_have_leads_to_no_end():
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    assert leads_to(timeline, rows, "complete")
    for screen, status in (("rate.feelings", "back"), ("rate.seven", "answered")):
        changed = [
            {**row, "status": status} if (row["screen"], row["visit"]) == (screen, 1) else row
            for row in rows
        ]
        assert not leads_to(timeline, changed, "complete")
