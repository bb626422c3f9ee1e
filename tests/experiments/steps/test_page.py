"""Pages: what is on one screen, the time of screens, pictures, and explanations after a wrong answer."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.screen import Rule
from experiments.steps.not_yet import NotYetError
from experiments.steps.timing import minutes


def test_questions_of_a_kind_share_a_screen_and_others_follow(desk: Desk) -> None:
    flow = """
  - name: first
    page: Please answer.
    ask:
      a: {slider: A?}
      b: {slider: B?}
      c: {rating: C?, from: No, to: Yes}
      d: {choice: D?, options: yes_no}
      e: {choice: E?, options: yes_no}
"""
    screens = desk.screens(flow)
    assert [(s.id, s.kind, [ask.prompt for ask in s.asks]) for s in screens] == [
        ("first", "mark", ["A?", "B?"]),
        ("first.c", "rate", ["C?"]),
        ("first.d", "choose", ["D?"]),
        ("first.e", "choose", ["E?"]),
    ]
    assert [[block.text for block in screen.content] for screen in screens] == [
        ["Please answer."]
    ] * 4


def test_the_vignette_stays_with_all_its_questions(desk: Desk) -> None:
    flow = """
  - each: people.csv
    order: as written
    page: "# Case\\n{text}"
    ask:
      a: {slider: A?}
      b: {rating: B?, from: No, to: Yes}
      c: {rating: C?, items: {x: X, y: Y}, from: Bad, to: Good}
      d: {text: D?, when: a > 5}
"""
    screens = desk.screens(flow)[:4]
    assert [screen.id for screen in screens] == [
        "people.1", "people.1.b", "people.1.c", "people.1.d",
    ]  # fmt: skip
    shown = [[(block.type, block.text) for block in screen.content] for screen in screens]
    vignette = [("heading", "Case"), ("text", "Story 1.")]
    assert shown == [vignette, vignette, [*vignette, ("text", "C?")], vignette]


def test_a_text_that_stays_is_read_once(desk: Desk) -> None:
    flow = """
  - page: "%s"
    ask:
      a: {slider: A?}
      b: {rating: B?, from: No, to: Yes}
      c: {rating: C?, from: Bad, to: Good}
"""
    # At 25 characters a second, the text is read in two minutes.
    assert minutes(desk.screens(flow % ("word " * 600))) == 3


def test_of_a_titration_one_path_is_shown(desk: Desk) -> None:
    flow = """
  - ask:
      give:
        price_list: "%s"
        amounts: [10, 20, 30, 40, 50, 60, 70]
        in_turn: yes
"""
    screens = desk.screens(flow % "Now or later?")
    assert len([screen for screen in screens if screen.kind == "decide"]) == 7
    # Three choices of two seconds; a text that stays is read once.
    assert minutes(screens * 9) == 1
    assert minutes(screens * 11) == 2


def test_ratings_share_a_screen_if_they_have_the_same_points(desk: Desk) -> None:
    flow = """
  - name: first
    ask:
      a: {rating: A?, from: No, to: Yes}
      b: {rating: B?, from: No, to: Yes}
      c: {rating: C?, from: Bad, to: Good}
      d: {rating: D?, points: 5, from: Bad, to: Good}
"""
    asked = [[ask.prompt for ask in screen.asks] for screen in desk.screens(flow)]
    assert asked == [["A?", "B?"], ["C?"], ["D?"]]


def test_a_question_with_a_condition_has_a_screen_of_its_own(desk: Desk) -> None:
    flow = """
  - ask:
      a: {choice: A?, options: yes_no}
  - name: more
    ask:
      b: {slider: B?}
      c: {slider: C?, when: a = yes}
      d: {slider: D?, when: group = us}
"""
    groups = {slot.cells["group"]: slot.number for slot in desk.study(flow).slots("main")}
    for group, number in groups.items():
        screens = desk.screens(flow, number=number)
        assert screens[2].id == "more.c"
        assert screens[2].given[0].equals == ("yes",)
        assert [screen.id for screen in screens[3:]] == (["more.d"] if group == "us" else [])


def test_a_question_can_depend_on_an_earlier_one_of_its_step(desk: Desk) -> None:
    flow = """
  - name: first
    page: About you.
    ask:
      a: {choice: A?, options: yes_no}
      b: {slider: B?, when: a = yes}
      c: {slider: C?, when: a = yes}
      d: {text: "D, {b}?", when: b > 5}
"""
    first, both, last = desk.screens(flow)
    assert [len(each.asks) for each in (first, both, last)] == [1, 2, 1]
    assert [(each.screen, each.measure) for each in (*both.given, *last.given)] == [
        ("first", "first.a"), ("first.b", "first.b"),
    ]  # fmt: skip
    assert [fill.screen for fill in last.fills] == ["first.b"]


def test_the_time_of_a_page(desk: Desk) -> None:
    read, look = desk.screens(
        "  - {page: Read., time: {least: 5 s}}\n  - {page: Look., time: 500 ms}"
    )
    assert (read.kind, read.at_least, read.proceed) == ("read", 5.0, "Continue")
    assert (look.kind, look.duration, look.proceed) == ("look", 0.5, "")


@pytest.mark.parametrize(
    ("step", "times"),
    [
        ("{page: A., time: {most: 5 s}}", (0.0, 5.0, False)),
        ("{page: A., time: {least: 2 s, most: 1 min, countdown: yes}}", (2.0, 60.0, True)),
        ("{page: A., time: 5 s, ask: {a: {slider: A?}}}", (5.0, 5.0, False)),
        ("{time: {most: 5 s}, ask: {a: {text: A?}}}", (0.0, 5.0, False)),
    ],
)
def test_a_page_can_end_by_itself(desk: Desk, step: str, times: tuple[float, float, bool]) -> None:
    (screen,) = desk.screens(f"  - {step}")
    assert (screen.at_least, screen.at_most, screen.countdown) == times
    assert (screen.duration, screen.proceed) == (0.0, "Continue")


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("{time: 9 s, ask: {a: {slider: A?}, b: {text: B?}}}", "can ask on one screen only"),
        ("{page: A., time: 12 frames}", "durations in frames"),
    ],
)
def test_what_cannot_be_shown_yet_is_said(desk: Desk, step: str, what: str) -> None:
    with pytest.raises(NotYetError, match=what):
        desk.screens(f"  - {step}")


def test_all_that_cannot_be_shown_yet_is_said_at_once(desk: Desk) -> None:
    flow = """
  - {page: A., time: 12 frames}
  - {page: C., time: 9 frames}
  - page: B.
"""
    with pytest.raises(NotYetError) as caught:
        desk.screens(flow)
    places = [line for line in str(caught.value).splitlines() if "flow[" in line]
    assert [place.split(": ")[1] for place in places] == ["flow[0]", "flow[1]"]


def test_a_wrong_answer_is_explained(desk: Desk) -> None:
    flow = """
  - ask: {name: {text: What is your name?, lines: 1}}
  - name: check
    ask:
      known:
        choice: Which?
        options: {a: A, b: B}
        correct: b
        explain: "{name}, it is B."
        attempts: 3
"""
    (_, check, explained) = desk.screens(flow)
    assert check.after == (
        Rule("check.known.explained", "check.known", differs=("b",), visits_below=3),
    )
    assert explained.after == (Rule("check"),)
    assert explained.content[0].text == "[[name]], it is B."
    assert [fill.screen for fill in explained.fills] == ["name"]


def test_questions_with_a_right_answer_are_checks_only_before_the_trials(desk: Desk) -> None:
    question = "{choice: Which?, options: {a: A, b: B}, correct: b}"
    flow = f"""
  - ask: {{before: {question}}}
  - {{each: people.csv, page: "{{text}}"}}
  - ask: {{after: {question}}}
"""
    phases = {screen.id: screen.phase for screen in desk.screens(flow)}
    assert (phases["before"], phases["people.1"], phases["after"]) == ("checks", "trials", "scales")
    assert phases["people.1"] == "trials"


@pytest.mark.parametrize(("number", "kinds"), [(0, "ht"), (1, "hit")])
def test_pictures_of_an_item_are_under_the_heading(desk: Desk, number: int, kinds: str) -> None:
    flow = f"""
  - each: identified_victim
    take: 1
    variant: identified
    pictures: {number}
    flow:
      - page: |
          # A letter

          {{text}}
      - page: Thank you.
"""
    letter, thanks = desk.screens(flow)
    assert "".join(block.type[0] for block in letter.content) == kinds
    assert [block.type for block in thanks.content] == ["text"]
