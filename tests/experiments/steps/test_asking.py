"""Questions as screens ask them."""

from __future__ import annotations

import pytest
from step_desk import STAKES, Desk

from experiments.protocol.names import AddressError
from experiments.screen import Option, Screen
from experiments.timeline.timeline import is_shown


def test_a_rating_has_its_points_with_their_labels(desk: Desk) -> None:
    ask = desk.ask(
        "{rating: How?, points: 4, first: 0, labels: {2: Middle}, from: None, to: All, unit: stars}"
    )
    assert ask.options == (Option(0, "None"), Option(1, ""), Option(2, "Middle"), Option(3, "All"))
    assert (ask.prompt, ask.unit, ask.required) == ("How?", "stars", False)


def test_the_points_of_a_rating_can_be_numbered_and_all_labelled(desk: Desk) -> None:
    ask = desk.ask(
        "{rating: How?, points: 3, labels: {2: Some}, from: None, to: All, numbered: yes}"
    )
    assert ask.numbered
    assert [option.label for option in ask.options] == ["None", "Some", "All"]
    assert not desk.ask("{rating: How?, from: None, to: All}").numbered


def test_a_slider_has_its_range(desk: Desk) -> None:
    ask = desk.ask("{slider: How?, least: -1, most: 1, step: 0.5, from: Bad, to: Good}")
    assert (ask.low, ask.high, ask.step, ask.low_label, ask.high_label) == (
        -1.0, 1.0, 0.5, "Bad", "Good",
    )  # fmt: skip


def test_a_matrix_has_its_question_above_the_items(desk: Desk) -> None:
    flow = "  - name: now\n    page: Please answer.\n    ask: {mood: {rating: Are you, points: 5, from: Not, to: Very, items: {calm: calm?, glad: glad?}}}"
    (screen,) = desk.screens(flow)
    assert [block.text for block in screen.content] == ["Please answer.", "Are you"]
    assert [(ask.measure, ask.prompt) for ask in screen.asks] == [
        ("now.mood.calm", "calm?"),
        ("now.mood.glad", "glad?"),
    ]


def test_a_choice_has_the_right_answer_of_the_condition(desk: Desk) -> None:
    flow = "  - ask: {which: {choice: Which group?, options: {us: We, them: They}, correct: {by: group}}}"
    for number in range(1, 5):
        slot = desk.study(flow).slots("main")[number - 1]
        (screen,) = desk.screens(flow, number=number)
        assert screen.asks[0].correct == slot.cells["group"]
        assert screen.asks[0].options == (Option("us", "We"), Option("them", "They"))


def test_a_number_is_whole(desk: Desk) -> None:
    ask = desk.ask("{number: How many?, least: 1, most: 120, correct: 7, unit: dots}")
    assert (ask.entry, ask.low, ask.high, ask.longest, ask.correct, ask.unit) == (
        "integer", 1.0, 120.0, 3, 7, "dots",
    )  # fmt: skip


@pytest.mark.parametrize("question", ["decimals: 1", "correct: 10.5", "correct: 10.5, decimals: 1"])
def test_a_number_has_its_decimals(desk: Desk, question: str) -> None:
    ask = desk.ask(f"{{number: How much?, least: 0, most: 120, {question}}}")
    assert (ask.entry, ask.step, ask.longest) == ("decimal", 0.1, 5)
    assert ask.correct == (10.5 if "correct" in question else None)


@pytest.mark.parametrize(("lines", "entry"), [(1, "text"), (3, "lines")])
def test_a_text_has_one_line_or_several(desk: Desk, lines: int, entry: str) -> None:
    ask = desk.ask(f"{{text: Why?, lines: {lines}, characters: {{least: 20, most: 90}}}}")
    assert (ask.entry, ask.least, ask.longest) == (entry, 20, 90)


def test_an_allocation_divides_the_endowment(desk: Desk) -> None:
    ask = desk.ask("{allocation: 'How much of {endowment}?', give: Ann gets}", STAKES)
    assert (ask.prompt, ask.unit, ask.high, ask.step) == ("How much of $10?", "USD", 10.0, 1.0)
    assert (ask.low_label, ask.high_label) == ("You keep", "Ann gets")
    assert ask.money == {"prefix": "$", "suffix": "", "decimals": 0}


@pytest.mark.parametrize(
    ("of", "unit", "money"),
    [
        ("of: 6", "points", {"prefix": "", "suffix": "", "decimals": 0}),
        ("of: 6 EUR, step: 0.50 EUR", "EUR", {"prefix": "€", "suffix": "", "decimals": 2}),
    ],
)
def test_an_allocation_can_divide_something_else(
    desk: Desk, of: str, unit: str, money: dict[str, object]
) -> None:
    ask = desk.ask(f"{{allocation: How much?, {of}}}")
    assert (ask.high, ask.unit, ask.money) == (6.0, unit, money)


def test_a_dial_asks_for_its_trace_and_what_is_computed_from_it(desk: Desk) -> None:
    dial = "{dial: How much?, from: None, to: Much}"
    (screen,) = desk.screens(f"  - {{page: A letter., time: 12.5 s, ask: {{felt: {dial}}}}}")
    trace, mean, peak, slope = screen.asks
    assert (screen.kind, screen.at_least, screen.at_most) == ("trace", 12.5, 12.5)
    assert (trace.measure, trace.prompt, trace.entry) == ("felt", "How much?", "trace")
    assert (trace.low_label, trace.high_label, trace.longest) == ("None", "Much", 125)
    asked = [(each.measure, each.unit, each.high) for each in (mean, peak, slope)]
    assert asked == [
        ("felt.mean", "points", 100.0),
        ("felt.peak", "points", 100.0),
        ("felt.slope", "points per minute", 60_000.0),
    ]


def test_later_screens_can_use_the_numbers_of_a_dial_but_not_its_trace(desk: Desk) -> None:
    dial = "  - {time: 9 s, ask: {felt: {dial: How?, from: Low, to: High}}}\n"
    (_, page, other) = desk.screens(
        dial + "  - page: 'It was {felt.mean}.'\n  - {page: Why?, when: felt missing}"
    )
    assert [(fill.screen, fill.measure) for fill in page.fills] == [("felt", "felt.mean")]
    assert other.given[0].missing
    for wrong in ("page: 'It was {felt}.'", "{page: High., when: felt = 3}"):
        with pytest.raises(AddressError, match="'felt' is the whole course of a dial"):
            desk.screens(f"{dial}  - {wrong}")


def test_an_answer_that_stays_on_the_device_can_be_named_but_decides_nothing(desk: Desk) -> None:
    flow = "  - ask: {friend: {text: Who?, local: yes}}\n  - {page: 'Think of {friend}.', when: CONDITION}"
    asked, page = desk.screens(
        flow.replace("CONDITION", "friend != Ann").replace(", when: friend != Ann", "")
    )
    assert asked.asks[0].local
    assert [(fill.screen, fill.measure) for fill in page.fills] == [("friend", "friend")]
    (_, again) = desk.screens(flow.replace("CONDITION", "friend missing"))
    assert again.given[0].missing


def parts(desk: Desk, question: str, more: str = "") -> tuple[Screen, list[tuple[str, str]]]:
    """Return the screen of a question, and measure and prompt of each of its parts."""
    (screen,) = desk.screens(f"  - ask: {{asked: {question}}}", more)
    return screen, [(ask.measure, ask.prompt) for ask in screen.asks]


def test_an_allocation_among_boxes_asks_each(desk: Desk) -> None:
    screen, asked = parts(
        desk,
        "{allocation: Divide {endowment}., boxes: {a: Ann, b: Ben}}".replace(
            "Divide {endowment}.", "'Divide {endowment}.'"
        ),
        STAKES,
    )
    assert (screen.kind, [block.text for block in screen.content]) == ("split", ["Divide $10."])
    assert asked == [("asked.a", "Ann"), ("asked.b", "Ben")]
    assert {(ask.low, ask.high, ask.step, ask.unit) for ask in screen.asks} == {
        (0.0, 10.0, 1.0, "USD")
    }


def test_choices_ask_each_option(desk: Desk) -> None:
    screen, asked = parts(desk, "{choices: Which?, options: {a: A, b: B, none: None}, most: 2}")
    assert (screen.kind, asked) == (
        "select",
        [("asked.a", "A"), ("asked.b", "B"), ("asked.none", "None")],
    )
    assert {(ask.low, ask.high, ask.least, ask.most) for ask in screen.asks} == {(0.0, 1.0, 1, 2)}


def test_none_of_them_is_last_and_chosen_alone(desk: Desk) -> None:
    question = "{choices: Which?, options: {a: A, b: B, c: C}, none: None of these, order: random}"
    screen, asked = parts(desk, question)
    assert asked[-1] == ("asked.none", "None of these")
    assert [ask.alone for ask in screen.asks] == [False, False, False, True]
    # An option of this name is an ordinary one.
    screen, _ = parts(desk, "{choices: Which?, options: {a: A, none: None}}")
    assert not any(ask.alone for ask in screen.asks)


def test_a_ranking_has_its_options_in_random_order(desk: Desk) -> None:
    orders = []
    for number in range(1, 9):
        flow = "  - ask: {asked: {ranking: Which?, options: {a: A, b: B, c: C}}}"
        (screen,) = desk.screens(flow, number=number)
        assert {(ask.low, ask.high) for ask in screen.asks} == {(1.0, 3.0)}
        orders.append("".join(ask.prompt for ask in screen.asks))
    assert {"".join(sorted(order)) for order in orders} == {"ABC"}
    assert len(set(orders)) > 2


LIST = (
    "{price_list: Which?, amounts: [25, 5, 15, 35], currency: USD, take: For me, leave: For Ann%s}"
)


def test_a_price_list_has_a_row_for_each_amount(desk: Desk) -> None:
    screen, asked = parts(desk, LIST % "")
    assert (screen.kind, [block.text for block in screen.content]) == ("decide", ["Which?"])
    assert asked == [
        ("asked.at_25", "$25"),
        ("asked.at_5", "$5"),
        ("asked.at_15", "$15"),
        ("asked.at_35", "$35"),
    ]
    assert {ask.options for ask in screen.asks} == {(Option(1, "For me"), Option(0, "For Ann"))}
    assert {ask.amounts for ask in screen.asks} == {(5.0, 15.0, 25.0, 35.0)}


def shown(screens: list[Screen], turning: float) -> list[str]:
    """Return the amounts that are shown to a participant who takes all from an amount on."""
    given: dict[tuple[str, str], int] = {}
    seen = []
    for screen in screens:
        if is_shown(screen, given):
            (ask,) = screen.asks
            given[screen.id, ask.measure] = int(ask.amount >= turning)
            seen.append(ask.prompt)
    return seen


def test_one_amount_at_a_time_halves_the_range(desk: Desk) -> None:
    screens = desk.screens(f"  - ask: {{asked: {LIST % ', in_turn: yes'}}}")
    assert [screen.id for screen in screens][:2] == ["asked", "asked.asked.at_15"]
    assert len(screens) == 4
    assert shown(screens, 5) == ["$25", "$15", "$5"]
    assert shown(screens, 15) == ["$25", "$15", "$5"]
    assert shown(screens, 25) == ["$25", "$15"]
    assert shown(screens, 35) == ["$25", "$35"]
    assert shown(screens, 99) == ["$25", "$35"]


RANDOM = "{choice: Which?, options: {a: A, b: B, c: C}, order: random, correct: b}"


def test_options_in_random_order_are_those_of_the_slot(desk: Desk) -> None:
    flow = f"  - each: people.csv\n    ask: {{which: {RANDOM}}}"
    study = desk.study(flow)

    def orders(number: int) -> list[str]:
        timeline = study.timeline(study.slots("main")[number])
        asks = [ask for screen in timeline.screens for ask in screen.asks]
        assert {ask.correct for ask in asks[:4]} == {"b"}
        return ["".join(str(option.value) for option in ask.options) for ask in asks[:4]]

    every = [orders(number) for number in range(12)]
    assert every[3] == orders(3)
    assert {"".join(sorted(order)) for of_slot in every for order in of_slot} == {"abc"}
    assert len({order for of_slot in every for order in of_slot}) == 6
    assert any(len(set(of_slot)) > 1 for of_slot in every)


def test_items_of_a_matrix_in_random_order(desk: Desk) -> None:
    items = ", ".join(f"i{number}: I{number}" for number in range(8))
    question = f"{{rating: How?, from: A, to: B, items: {{{items}}}, order: random}}"
    flow = f"  - ask: {{asked: {question}}}"
    orders = {
        tuple(ask.prompt for ask in desk.screens(flow, number=number)[0].asks)
        for number in range(1, 7)
    }
    assert len(orders) == 6
    assert {tuple(sorted(order)) for order in orders} == {tuple(f"I{n}" for n in range(8))}
