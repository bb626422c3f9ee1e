"""The shipped studies in the second edition show the screens of the first edition, but for the differences named here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from experiments.design.slots import Slot as FirstSlot
from experiments.interface import interface
from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.slots import Slot, Trial
from experiments.screen import Ask, Block, Screen
from experiments.steps.compose import compose
from experiments.steps.here import Session
from experiments.study import Study, open_study

PROTOCOLS = shipped_folder("protocols")
MODES = {
    "identified_victim": ("real", "lottery", "hypothetical"),
    "compassion_collapse": ("between", "within"),
    "parochial_vignettes": ("dots", "paintings"),
}
LOOPS: dict[str, dict[str, tuple[str, ...]]] = {
    "identified_victim": {"appeal": ("letters",)},
    "compassion_collapse": {"appeals": ("appeals",)},
    "parochial_vignettes": {"vignettes": ("practice", "vignettes"), "dictator": ("recipients",)},
}
"""Loop of the second edition -> stimuli of the first whose trials it holds."""


@cache
def first(name: str) -> Study:
    """Return a study of the first edition."""
    return open_study(PROTOCOLS / f"{name}.yaml")


@cache
def second(name: str) -> OpenedStudy:
    """Return a study of the second edition."""
    return read_study(PROTOCOLS / "drafts" / f"{name}.yaml")


def same_slot(name: str, slot: FirstSlot) -> Slot:
    """Return the slot of the second edition with the same cells, items and draws."""
    opened = second(name)
    loops = {loop.name: loop for loop in opened.names.loops}
    trials: dict[str, tuple[Trial, ...]] = {}
    for loop, stimuli in LOOPS[name].items():
        trials[".".join(map(str, loops[loop].key))] = tuple(
            Trial(
                trial.stimulus,
                {factor: str(level) for factor, level in trial.cells.items()},
                fields_of(opened, loop, trial.stimulus),
                practice=each == "practice",
            )
            for each in stimuli
            for trial in slot.trials[each]
        )
    for kind in opened.groups:
        trials[kind] = tuple(Trial(trial.stimulus, {}) for trial in slot.trials[kind])
    cells = {factor: str(level) for factor, level in slot.cells.items()}
    return Slot(slot.number, slot.mode, slot.block, cells, trials, slot.draws)


def fields_of(opened: OpenedStudy, loop: str, item: str) -> dict[str, str]:
    """Return the fields of an item."""
    items = opened.items[loop]
    row = items.names.index(item)
    return {"item": item} | {field: values[row] for field, values in items.fields.items()}


def cases() -> Iterator[Any]:
    """Yield the first slot of every cell of every mode."""
    for name, modes in MODES.items():
        for mode in modes:
            for number, slot in enumerate(first(name).first_slots(mode)):
                yield pytest.param(name, slot, id=f"{name}-{mode}-{number}")


def screens_of(name: str, slot: FirstSlot) -> tuple[list[Screen], list[Screen]]:
    """Return the screens of the first and of the second edition, in the order of the session."""
    old = list(first(name).timeline(slot, "en").screens)
    session = Session(second(name), same_slot(name, slot), "en", interface("en"))
    new = list(compose(session).screens)
    return in_order(old), in_order(new)


def in_order(screens: list[Screen]) -> list[Screen]:
    """Return the screens with explanations and ends directly after the question that leads there."""
    places = {screen.id: place for place, screen in enumerate(screens)}
    leads = {rule.go: screen.id for screen in screens for rule in screen.after if rule.measure}

    def place(screen: Screen) -> tuple[int, int]:
        return places[leads.get(screen.id, screen.id)], places[screen.id]

    return sorted(screens, key=place)


def seen(screen: Screen) -> dict[str, Any]:
    """Return all that a participant meets on a screen, without names of measures and options."""
    return {
        "kind": screen.kind,
        "content": [(block.type, block.text, block.images) for block in screen.content],
        "asks": [asked(ask) for ask in screen.asks],
        "button": screen.proceed,
        "seconds": (screen.duration, screen.at_least),
        "ends": screen.ends,
        "item": "" if screen.phase == "consent" else screen.stimulus,
        "trial": screen.trial,
        "fills": [(fill.name, fill.part, fill.of, fill.money) for fill in screen.fills],
    }


def asked(ask: Ask) -> dict[str, Any]:
    """Return a question as a participant meets it; the right answer by its words."""
    labels = {option.value: option.label for option in ask.options}
    return {
        "prompt": ask.prompt,
        "options": [(option.label, option.image) for option in ask.options],
        "right": None if ask.correct is None else labels[ask.correct],
        "range": (ask.low, ask.high, ask.step, ask.low_label, ask.high_label),
        "required": ask.required,
        "unit": ask.unit,
        "money": ask.money,
        "entry": (ask.entry, ask.longest),
    }


def the_consent_has_a_question(screen: Screen) -> Screen:
    """A choice of the second edition has a question in words, for the codebook."""
    if screen.id != "consent":
        return screen
    return replace(screen, asks=(replace(screen.asks[0], prompt="Do you take part?"),))


def the_attention_check_is_one_part(screen: Screen) -> Screen:
    """The attention check is a part with one right answer, "Often", instead of another in each study."""
    if screen.id != "attention.attention_check":
        return screen
    ask = screen.asks[0]
    prompt = ask.prompt.replace(f'"{str(ask.correct).capitalize()}"', '"Often"')
    return replace(screen, asks=(replace(ask, prompt=prompt, correct="often"),))


def practice_asks_what_the_trials_ask(screen: Screen) -> Screen:
    """Practice trials belong to their loop, so that they ask its questions; the first edition asked for compassion only."""
    if screen.id != "practice.1.practice_compassion":
        return screen
    distress = replace(screen.asks[0], prompt="How distressed did you yourself feel while reading?")
    return replace(screen, asks=(*screen.asks, distress))


def the_debriefing_offers_withdrawal_at_its_end(screen: Screen) -> Screen:
    """The part has the offer to withdraw, help and contact together at its end, in the same words in every study."""
    text = screen.content[-1].text if screen.content else ""
    if screen.id == "debrief.1" and OFFER in text:
        return with_text(screen, text.replace(f"\n\n{OFFER}", ""))
    if screen.id == "debrief.2" and " If the texts have upset you" in text:
        before, help_line = text.split(" If the texts have upset you")
        help_line = f"If the topic has upset you{help_line} Questions about the study: {CONTACT}."
        return with_text(screen, f"{before}\n\n{OFFER}\n\n{help_line}")
    return screen


CONTACT = "[name and e-mail of the responsible researcher]"
OFFER = (
    "If you would like us to delete your answers now that you know this,"
    f" send us the code shown on your last page: {CONTACT}."
)


def with_text(screen: Screen, text: str) -> Screen:
    """Return the screen with another last text."""
    return replace(screen, content=(*screen.content[:-1], Block("text", text)))


DIFFERENCES: tuple[Callable[[Screen], Screen], ...] = (
    the_consent_has_a_question,
    the_attention_check_is_one_part,
    practice_asks_what_the_trials_ask,
    the_debriefing_offers_withdrawal_at_its_end,
)


@pytest.mark.parametrize(("name", "slot"), list(cases()))
def test_screens_are_those_of_the_first_edition(name: str, slot: FirstSlot) -> None:
    old, new = screens_of(name, slot)
    for difference in DIFFERENCES:
        old = [difference(screen) for screen in old]
    assert [seen(screen) for screen in new] == [seen(screen) for screen in old]


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_every_difference_is_needed(difference: Callable[[Screen], Screen]) -> None:
    changed = [
        screen
        for name in MODES
        for slot in first(name).first_slots(MODES[name][0])[:1]
        for screen in screens_of(name, slot)[0]
        if difference(screen) != screen
    ]
    assert changed


@pytest.mark.parametrize(("name", "slot"), list(cases()))
def test_the_same_decision_is_paid(name: str, slot: FirstSlot) -> None:
    old, new = screens_of(name, slot)
    (old_receipt,) = [screen for screen in old if screen.ends == "complete"]
    (new_receipt,) = [screen for screen in new if screen.ends == "complete"]

    def paid(receipt: Screen, screens: list[Screen]) -> int:
        return [screen.id for screen in screens].index(receipt.fills[0].screen)

    assert paid(new_receipt, new) == paid(old_receipt, old)


@pytest.mark.parametrize("name", MODES)
def test_rules_lead_where_those_of_the_first_edition_do(name: str) -> None:
    """Declining, being too young and a wrong answer lead to the same pages as before, by conditions or rules."""
    (slot, *_) = first(name).first_slots(MODES[name][0])
    _, new = screens_of(name, slot)
    ids = [screen.id for screen in new]
    declined, ineligible = ids.index("consent.2"), ids.index("consent.4")
    (refused,), (young,) = new[declined].given, new[ineligible].given
    assert (refused.screen, refused.equals) == ("consent", ("no",))
    assert (young.screen, young.sign, young.limit) == ("consent.age", "<", 18.0)
    explained = [screen for screen in new if screen.id.endswith(".explained")]
    assert [rule.go for screen in explained for rule in screen.after] == [
        screen.id for screen in new for rule in screen.after if rule.visits_below == 2
    ]


@pytest.mark.parametrize("name", MODES)
def test_a_study_has_at_most_150_lines(name: str) -> None:
    text = (PROTOCOLS / "drafts" / f"{name}.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
