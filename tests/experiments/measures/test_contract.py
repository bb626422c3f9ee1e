"""Every kind of question is drawn, has its texts, and accepts the answers that it offers and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QPointF

from experiments.files.references import NameOf, references
from experiments.interface import interface
from experiments.answer_range import Range
from experiments.measures import KINDS, Context, Measure
from experiments.measures.stakes import Money, Stakes
from experiments.places import CHECKOUT
from experiments.screen import Ask, Screen
from experiments.timeline.timeline import Timeline

STAKES = Stakes(kind="real", money=Money(currency="USD", prefix="$"), endowment=5)
HERE = Path(__file__).relative_to(CHECKOUT)
ASKED = {"sentence": "What is felt.", "prompt": "question"}
#: One question of each kind, as protocols write it.
EXAMPLES = {
    "choose": {"options": {"a": "first", 2: "second"}, "correct": 2},
    "give": {},
    "mark": {"low": "none", "high": "most", "minimum": -50, "maximum": 50, "step": 5},
    "rate": {"points": 7, "first": 0, "low": "none", "high": "most", "labels": {3: "middle"}},
    "write": {"entry": "integer", "minimum": 0, "maximum": 120, "unit": "years"},
}


def example(kind: str) -> Measure:
    assert kind in EXAMPLES, f"EXAMPLES in {HERE} has no entry for the kind '{kind}'"
    return KINDS[kind].model_validate({"kind": kind, **ASKED, **EXAMPLES[kind]})


def asked(kind: str) -> Ask:
    context = Context(str.upper, {}, STAKES, {"keep": "Keep", "give": "Give"})
    return example(kind).ask("feeling", context)


class Careful:
    """Reads every question, is always right, and answers in the middle of each scale."""

    right = 1.0

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


@pytest.mark.parametrize("kind", KINDS)
def test_the_lab_drawer_draws_a_control_that_keys_and_clicks_reach(kind):
    # Imported here: a missing drawer fails this test only, and the others still name what else is missing.
    from experiments.lab.application import application
    from experiments.lab.form import Form
    from experiments.lab.frame import PageContext
    from experiments.lab.kinds.write import Editor
    from experiments.lab.page import Page

    application()
    ask = asked(kind)
    screen = Screen("s", kind, "scales", "t", asks=(ask,))
    line = Timeline(
        "s", "S", "1.0.0", "h", "c", "m", 1, "en", "ltr", interface("en").texts, "s", (screen,)
    )
    page = Page(screen, Form.begin(screen, {}, None), PageContext(line, Path()), (1280, 720))
    control = page.control("feeling")
    answer = KINDS[kind].answer(ask, Careful())
    assert isinstance(control.target(answer), QPointF)
    assert control.key_towards(answer) or isinstance(control, Editor)


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_has_words_for_codebook_and_preregistration(kind):
    measure = example(kind)
    texts = {
        key: f"text of {key}" for _, mark, key in references(measure) if mark == NameOf("text")
    }
    entry = measure.codebook_entry(texts, {"real": STAKES})
    assert entry["Description"] == "What is felt."
    assert entry["Question"] == "text of question"
    assert entry.keys() & {"Units", "Levels"}
    assert measure.possible_answers()
    assert measure.possible_answers() != "None"
    assert KINDS[kind].seconds > 0


@pytest.mark.parametrize("place", [None, 0, 10_000])
@pytest.mark.parametrize("kind", KINDS)
def test_simulated_participants_answer_what_can_be_answered(kind, place):
    ask = asked(kind)
    answer = KINDS[kind].answer(ask, Careful(place))
    assert answer is not None
    assert KINDS[kind].fault(ask, answer) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_nobody_can_have_given_is_refused(kind):
    ask = asked(kind)
    for answer in (10_000, -10_000, "nothing of the kind"):
        assert KINDS[kind].fault(ask, answer), answer


@pytest.mark.parametrize(
    ("kind", "words", "low", "high", "count"),
    [
        ("rate", "0 to 6", 0, 6, 7),
        ("mark", "-50 to 50", -50, 50, 21),
        ("give", "out of the endowment", 0, 5, 6),
        ("write", "whole number, 0 to 120", 0, 120, 121),
    ],
)
def test_the_range_is_the_one_that_screens_offer(kind, words, low, high, count):
    measure = example(kind)
    found = measure.range(STAKES)
    assert isinstance(found, Range)
    assert (found.low, found.high, found.count) == (low, high, count)
    assert measure.possible_answers() == words
    ask = asked(kind)
    if measure.numeric:
        values = [KINDS[kind].value(ask, place) for place in range(KINDS[kind].count(ask))]
        assert (values[0], values[-1], len(values)) == (low, high, count)
    for answer in (low, high):
        assert KINDS[kind].fault(ask, answer) == ""
    for answer in (low - 1, high + 1):
        assert KINDS[kind].fault(ask, answer)


def test_points_between_the_ends_can_have_labels():
    labels = [option.label for option in asked("rate").options]
    assert labels == ["NONE", "", "", "MIDDLE", "", "", "MOST"]
    with pytest.raises(ValueError, match="only points between 0 and 6"):
        KINDS["rate"].model_validate(
            {"kind": "rate", **ASKED, **EXAMPLES["rate"], "labels": {6: "most"}}
        )


def test_the_right_answer_can_depend_on_a_condition():
    measure = KINDS["choose"].model_validate(
        {
            "kind": "choose",
            **ASKED,
            "options": {"yes": "yes", "no": "no"},
            "correct_by": {"victim": {"one": "yes", "many": "no"}},
        }
    )
    assert measure.has_right_answer()
    right = [measure.ask("m", Context(str, {"victim": each})).correct for each in ("one", "many")]
    assert right == ["yes", "no"]


@pytest.mark.parametrize("step", [7, 1000])
def test_a_line_whose_end_no_step_reaches_is_refused(step):
    fields = EXAMPLES["mark"] | {"minimum": 0, "maximum": 100}
    fine = KINDS["mark"].model_validate({"kind": "mark", **ASKED, **fields, "step": 0.1})
    assert fine.range().count == 1001
    with pytest.raises(ValueError, match="the range must be a whole number of steps"):
        KINDS["mark"].model_validate({"kind": "mark", **ASKED, **fields, "step": step})


def test_a_right_answer_is_given_once():
    fields = {"options": {"yes": "yes", "no": "no"}, "correct": "yes"}
    with pytest.raises(ValueError, match="found both 'correct' and 'correct_by'; keep one"):
        KINDS["choose"].model_validate(
            {"kind": "choose", **ASKED, **fields, "correct_by": {"victim": {"one": "yes"}}}
        )


def test_a_line_with_more_steps_than_a_hand_can_point_at_is_refused():
    fields = EXAMPLES["mark"] | {"minimum": 0, "maximum": 1_000_000, "step": 1}
    with pytest.raises(
        ValueError, match=r"found 1,000,000 steps from 0 to 1,000,000; make 'step' larger"
    ):
        KINDS["mark"].model_validate({"kind": "mark", **ASKED, **fields})
