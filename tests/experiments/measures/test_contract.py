"""Every kind of screen with questions is drawn, and accepts the answers that it offers and no others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QPointF

from experiments.interface import interface
from experiments.measures import KINDS, Numeric
from experiments.measures.decide import turning_point
from experiments.measures.trace import samples
from experiments.places import CHECKOUT
from experiments.screen import Ask, Option, Screen
from experiments.timeline.timeline import Timeline

HERE = Path(__file__).relative_to(CHECKOUT)
MONEY = {"prefix": "$", "suffix": "", "decimals": 0}
#: One question of each kind, as screens ask it.
EXAMPLES = {
    "choose": Ask("feeling", options=(Option("a", "A"), Option("b", "B")), correct="b"),
    "decide": Ask(
        "feeling",
        options=(Option(1, "The amount"), Option(0, "The other")),
        amount=15,
        amounts=(5, 15, 25),
    ),
    "give": Ask("feeling", unit="USD", high=5.0, low_label="Keep", high_label="Give", money=MONEY),
    "mark": Ask("feeling", low=-50, high=50, step=5, low_label="None", high_label="Most"),
    "pick": Ask("feeling", options=tuple(Option(f"o{n}", f"Option {n}") for n in range(30))),
    "rate": Ask("feeling", options=tuple(Option(point, "") for point in range(7))),
    "rank": Ask("feeling", "Fairness", low=1, high=3),
    "select": Ask("feeling", "Given money", high=1, least=1),
    "split": Ask("feeling", "Keep", unit="USD", high=5.0, money=MONEY),
    "trace": (
        Ask("feeling", "How much?", high=100, entry="trace", longest=600),
        Ask("feeling.mean", unit="points", high=100),
        Ask("feeling.peak", unit="points", high=100),
        Ask("feeling.slope", unit="points per minute", low=-60_000, high=60_000),
    ),
    "timed": Ask("feeling", correct="kind", keys={"e": "kind", "i": "unkind"}),
    "write": Ask("feeling", unit="years", low=0, high=120, entry="integer", longest=3),
}


def asked(kind: str) -> Ask:
    assert kind in EXAMPLES, f"EXAMPLES in {HERE} has no entry for the kind '{kind}'"
    example = EXAMPLES[kind]
    return example if isinstance(example, Ask) else example[0]


def asks(kind: str) -> tuple[Ask, ...]:
    """Return the questions of a screen: one, or the parts that are answered together."""
    ask = asked(kind)
    if EXAMPLES[kind] is not ask:
        return EXAMPLES[kind]
    others = ("second", "third") if KINDS[kind].together else ()
    return (ask, *(replace(ask, measure=name) for name in others))


class Careful:
    """Reads every question, is always right, and answers in the middle of each scale."""

    right = 1.0
    right_key = 1.0
    follows = False

    def __init__(self, place: int | None = None) -> None:
        self.place = place

    def unread(self, count: int, draw: str) -> int | None:
        return self.place if self.place is None else min(self.place, count - 1)

    def latent(self, count: int) -> int:
        return count // 2

    def below(self, count: int, draw: str) -> int:
        return count - 1

    def uniform(self, draw: str) -> float:
        return 0.5

    def normal(self, draw: str) -> float:
        return 0.0


def test_every_kind_has_an_example_here():
    missing = sorted(set(KINDS) - set(EXAMPLES))
    assert not missing, f"EXAMPLES in {HERE} has no entry for {', '.join(missing)}"
    unknown = sorted(set(EXAMPLES) - set(KINDS))
    assert not unknown, f"EXAMPLES in {HERE} has an entry for {', '.join(unknown)}, not a kind"


# A timed trial has no controls: its keys are tested with the window (tests/experiments/lab/test_timed_trial.py).
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"timed"}))
def test_the_lab_drawer_draws_a_control_that_keys_and_clicks_reach(kind):
    # Imported here: a missing drawer fails this test only, and the others still name what else is missing.
    from experiments.lab.application import application
    from experiments.lab.form import Form
    from experiments.lab.frame import PageContext
    from experiments.lab.kinds.write import Editor
    from experiments.lab.page import Page

    application()
    ask = asked(kind)
    screen = Screen("s", kind, "scales", "t", asks=asks(kind))
    line = Timeline(
        "s", "S", "1.0.0", "h", "c", "m", 1, "en", "ltr", interface("en").texts, "s", (screen,)
    )
    page = Page(screen, Form.begin(screen, {}, None), PageContext(line, Path()), (1280, 720))
    control = page.control("feeling")
    answer = KINDS[kind].answers(asks(kind), lambda _: Careful())[ask.measure]
    if ask.entry == "trace":
        answer = samples(answer)[1][-1]  # A dial is moved to one value after the other.
    assert isinstance(control.target(answer), QPointF)
    assert control.key_towards(answer) or isinstance(control, Editor)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_how_long_an_answer_takes(kind):
    assert KINDS[kind].seconds > 0


@pytest.mark.parametrize("place", [None, 0, 10_000])
@pytest.mark.parametrize("kind", KINDS)
def test_simulated_participants_answer_what_can_be_answered(kind, place):
    answers = KINDS[kind].answers(asks(kind), lambda _: Careful(place))
    assert list(answers) == [ask.measure for ask in asks(kind)]
    for ask in asks(kind):
        assert answers[ask.measure] is not None
        assert KINDS[kind].fault(ask, answers[ask.measure]) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_nobody_can_have_given_is_refused(kind):
    ask = asked(kind)
    for answer in (10_000, -10_000, "nothing of the kind"):
        assert KINDS[kind].fault(ask, answer), answer


@pytest.mark.parametrize(
    ("kind", "low", "high", "count"),
    [("rate", 0, 6, 7), ("mark", -50, 50, 21), ("give", 0, 5, 6)],
)
def test_the_answers_are_those_that_the_screen_offers(kind, low, high, count):
    of, ask = KINDS[kind], asked(kind)
    assert issubclass(of, Numeric)
    values = [of.value(ask, place) for place in range(of.count(ask))]
    assert (values[0], values[-1], len(values)) == (low, high, count)
    for answer in (low, high):
        assert of.fault(ask, answer) == ""
    for answer in (low - 1, high + 1):
        assert of.fault(ask, answer)


def test_a_text_is_no_number_and_a_number_is_whole():
    write, number = KINDS["write"], asked("write")
    assert write.fault(number, 120) == ""
    assert "not a whole number" in write.fault(number, 1.5)
    text = Ask("said", entry="text", longest=3)
    assert write.fault(text, "abc") == ""
    assert "longer than 3 characters" in write.fault(text, "abcd")
    assert "is a number" in write.fault(text, 3)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ([1, 1, 1, 1], (5, True)),
        ([0, 0, 0, 0], (45, True)),
        ([0, 0, 1, 1], (20, True)),
        # One amount at a time: what lies beyond two neighbours need not be asked.
        ([None, 0, 1, None], (20, True)),
        ([None, None, None, 0], (45, True)),
        ([1, None, None, None], (5, True)),
        ([0, 1, 0, 1], (20, False)),
        ([1, 0, 0, 0], (35, False)),
        ([0, None, 1, 1], None),
        ([0, 1, None, 0], None),
        ([None, None, None, None], None),
    ],
)
def test_the_turning_point_of_a_price_list(chosen, found):
    assert turning_point((5, 15, 25, 45), [None if c is None else bool(c) for c in chosen]) == found


def test_a_number_has_the_decimals_that_the_screen_asks_for():
    ask = Ask("price", high=20, step=0.01, entry="decimal", correct=10.5)
    assert KINDS["write"].fault(ask, 10.25) == ""
    assert "not a number with 2 decimals" in KINDS["write"].fault(ask, 10.255)
    assert KINDS["write"].answer(ask, Careful()) == 10.5
    unsure = Careful()
    unsure.right = 0.0
    assert KINDS["write"].fault(ask, KINDS["write"].answer(ask, unsure)) == ""


def test_simulated_texts_are_long_enough_and_take_their_time():
    ask = Ask("said", entry="lines", longest=500, least=200)
    assert 200 <= len(KINDS["write"].answer(ask, Careful())) <= 500
    assert KINDS["write"].time(ask) == pytest.approx(60, abs=1)


@pytest.mark.parametrize("kind", ["choose", "write"])
def test_simulated_participants_know_the_right_answer_as_often_as_they_should(kind):
    ask = asked(kind) if kind == "choose" else Ask("sum", high=99, entry="integer", correct=7)
    assert KINDS[kind].answer(ask, Careful()) == ask.correct
    unsure = Careful()
    unsure.right = 0.0
    assert KINDS[kind].answer(ask, unsure) != ask.correct
