"""Several levels on one page: a panel for each, with its own texts, pictures and questions."""

from __future__ import annotations

import pytest
from step_desk import STAKES, TEXT, Desk

from experiments.screen import Screen
from experiments.steps.not_yet import NotYetError
from experiments.study import open_study

WITHIN = ", within: {victims: {1: one child, 8: eight children}}"
LOOP = "  - {name: letter, each: people.csv, take: 1, together: victims, "
GIFT = 'gift: {allocation: "How much for {victims}?"}'


def shown(desk: Desk, more: str, number: int = 1) -> list[Screen]:
    """Return the screens of a trial that shows one and eight together."""
    return desk.screens(f"{LOOP}{more}}}", STAKES, WITHIN, number=number)


def test_each_level_has_its_panel_and_questions_in_the_order_of_chance(desk: Desk) -> None:
    orders = set()
    for number in range(1, 13):
        (screen,) = shown(
            desk, f'page: "# Help\\n\\n{{victims}}: {{text}}", ask: {{{GIFT}}}', number
        )
        levels = [panel.cells["victims"] for panel in screen.panels]
        orders.add(tuple(levels))
        words = {1: "one child", 8: "eight children"}
        assert [block.text for block in screen.content] == ["Help"]
        for panel in screen.panels:
            (text,) = panel.content
            assert text.text.startswith(f"{words[panel.cells['victims']]}: Story")
        assert [(ask.measure, ask.address, ask.panel, ask.prompt) for ask in screen.asks] == [
            (f"letter.gift@{place}", "letter.gift", place, f"How much for {words[level]}?")
            for place, level in enumerate(levels, start=1)
        ]
        assert screen.cells is not None
        assert "victims" not in screen.cells
        assert [screen.cells_of(ask)["victims"] for ask in screen.asks] == levels
    assert orders == {(1, 8), (8, 1)}


def test_what_begins_alike_is_shown_once_and_a_page_that_is_alike_has_no_panels(desk: Desk) -> None:
    flow = f'flow: [{{page: "{{text}}"}}, {{page: Decide now., ask: {{{GIFT}}}}}]'
    read, asked = shown(desk, flow)
    assert (read.panels, len(read.content)) == ((), 1)
    assert [block.text for block in asked.content] == ["Decide now."]
    assert [panel.content for panel in asked.panels] == [(), ()]


def test_a_later_page_of_the_trial_uses_the_answer_for_the_same_level(desk: Desk) -> None:
    flow = f'flow: [{{page: "{{victims}}", ask: {{{GIFT}}}}}, {{page: "{{gift}} for {{victims}}"}}]'
    _, after = shown(desk, flow)
    assert [panel.content[0].text.split()[0] for panel in after.panels] == [
        "[[gift_1]]",
        "[[gift_2]]",
    ]
    assert [(fill.name, fill.measure) for fill in after.fills] == [
        ("gift_1", "letter.gift@1"),
        ("gift_2", "letter.gift@2"),
    ]


def test_the_receipt_is_of_one_of_the_decisions(desk: Desk) -> None:
    flow = f'{LOOP}page: "{{victims}}", ask: {{{GIFT}}}}}\n  - {{use: receipt, of: gift}}'
    paid = set()
    study = desk.study(flow, STAKES, WITHIN)
    for slot in study.slots(study.mode(""))[:12]:
        (receipt,) = [each for each in study.timeline(slot).screens if each.task == "pay"]
        paid |= {(fill.screen, fill.measure) for fill in receipt.fills if fill.part == "given"}
    assert paid == {("letter.1", "letter.gift@1"), ("letter.1", "letter.gift@2")}


def test_parts_and_items_are_asked_for_each_level(desk: Desk) -> None:
    question = "felt: {rating: '{victims}', from: Low, to: High, items: {sad: sad, calm: calm}}"
    (screen,) = shown(desk, f"ask: {{{question}}}")
    assert [ask.measure for ask in screen.asks] == [
        f"letter.felt.{item}@{place}" for place in (1, 2) for item in ("sad", "calm")
    ]
    assert {panel.content[0].text for panel in screen.panels} == {"one child", "eight children"}


MORE = 'why: {choice: "Why for {victims}?", options: {a: A, b: B}, when: victims = 8}'


def test_a_panel_has_only_the_questions_of_its_level(desk: Desk) -> None:
    for number in range(1, 5):
        gift, why = shown(desk, f'page: "{{victims}}", ask: {{{GIFT}, {MORE}}}', number)
        assert [ask.panel for ask in gift.asks] == [1, 2]
        eight = [panel.cells["victims"] for panel in why.panels].index(8) + 1
        assert [(ask.measure, ask.panel) for ask in why.asks] == [(f"letter.why@{eight}", eight)]
        assert [len(panel.content) for panel in why.panels] == [1, 1]
        # Also where it is the first question.
        why, gift = shown(desk, f'page: "{{victims}}", ask: {{{MORE}, {GIFT}}}', number)
        assert ([ask.panel for ask in why.asks], len(gift.asks)) == ([eight], 2)


def test_ratings_of_one_level_share_the_table_of_all(desk: Desk) -> None:
    ends = "points: 7, from: Low, to: High"
    asked = f'sad: {{rating: "{{victims}}?", {ends}, when: victims = 1}}, calm: {{rating: "{{victims}}!", {ends}}}'
    (screen,) = shown(desk, f"ask: {{{asked}}}")
    one = [panel.cells["victims"] for panel in screen.panels].index(1) + 1
    assert [(ask.address, ask.panel) for ask in screen.asks if ask.panel == one] == [
        ("letter.sad", one),
        ("letter.calm", one),
    ]
    assert [ask.address for ask in screen.asks if ask.panel != one] == ["letter.calm"]


def test_conditions_on_the_level_and_on_an_earlier_answer(desk: Desk) -> None:
    before = '  - ask: {agrees: {choice: "Agree?", options: {y: "Yes", n: "No"}}}\n'
    question = MORE.replace("victims = 8", "victims = 8 and agrees = y")
    flow = f'{before}{LOOP}page: "{{victims}}", ask: {{{GIFT}, {question}}}}}'
    _, gift, why = desk.screens(flow, STAKES, WITHIN)
    assert gift.given == ()
    assert [(each.measure, each.equals) for each in why.given] == [("agrees", ("y",))]
    assert len(why.asks) == 1


@pytest.mark.parametrize(
    ("flow", "what"),
    [
        (
            f'flow: [{{page: "{{victims}}", ask: {{{GIFT}}}}}, {{when: gift > 0, page: "{{victims}}?"}}]',
            "depends on an answer for each of the levels",
        ),
        (
            'ask: {a: {choice: "{victims}?", options: {y: "Yes", n: "No"}}, b: {choice: "{victims}?", options: {y: "Yes", n: "No"}, when: a = y}}',
            "depends on an answer for each of the levels",
        ),
        (
            'flow: [{page: "{victims}"}, {when: victims = 8, page: More.}]',
            "only some of the levels",
        ),
        (
            'ask: {n: {choice: "{victims}?", options: {a: A, b: B}, correct: a, explain: It is A., attempts: 2}}',
            "an explanation after a wrong answer",
        ),
    ],
)
def test_what_cannot_be_shown_yet_is_said(desk: Desk, flow: str, what: str) -> None:
    with pytest.raises(NotYetError, match=what):
        shown(desk, flow)


def test_an_answer_for_one_of_the_levels_is_not_used_after_the_trial(desk: Desk) -> None:
    flow = f'{LOOP}page: "{{victims}}", ask: {{{GIFT}}}}}\n  - page: "You gave {{gift}}."'
    with pytest.raises(NotYetError, match="for several levels together on one page"):
        desk.screens(flow, STAKES, WITHIN)


def test_where_the_factor_is_between_the_word_has_no_effect(desk: Desk) -> None:
    modes = "modes: {apart: {}, joint: {within: [victims]}}\n" + STAKES
    flow = f'{LOOP}page: "{{victims}}", ask: {{{GIFT}}}}}'
    text = TEXT.format(flow=flow, more=modes, factors="")
    factor = "{group: [us, them], victims: {1: one child, 8: eight children}}"
    path = desk.folder / "small.yaml"
    path.write_text(text.replace("{group: [us, them]}", factor), encoding="utf-8")
    opened = open_study(path)
    apart, joint = (opened.timeline(opened.slots(mode)[0]).screens[0] for mode in opened.modes)
    assert ([ask.measure for ask in apart.asks], apart.panels) == (["letter.gift"], ())
    assert apart.cells is not None
    assert apart.cells["victims"] in (1, 8)
    assert len(joint.panels) == 2
