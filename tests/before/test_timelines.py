"""The shipped studies show the screens of the first edition of the protocol language, but for the differences named here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from make_first import STUDIES
from make_second import second_of
from small_studies import CHECKOUT, read_json
from two_editions import in_order, same_slot, texts

from experiments.screen import Ask, Block, Screen
from experiments.study import Study, open_study
from experiments.timeline.timeline import Timeline


@cache
def study_of(name: str) -> Study:
    """Return a shipped study."""
    return open_study(CHECKOUT / "protocols" / f"{name}.yaml")


@cache
def first(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the first slot of every condition of the first edition, by mode."""
    return read_json(f"first/{name}.json.gz")


def cases() -> Iterator[Any]:
    """Yield each of these slots in each language."""
    for name, (modes, languages) in STUDIES.items():
        for mode in modes:
            for slot in first(name)[mode]:
                for language in languages:
                    case = f"{name}-{mode}-{slot['slot']}-{language}"
                    yield pytest.param(name, slot, language, id=case)


def screens_of(
    name: str, slot: dict[str, Any], language: str = "en"
) -> tuple[list[Screen], list[Screen]]:
    """Return the screens of the first and of the second edition, in the order of the session."""
    old = Timeline.from_json(slot["timelines"][language])
    new = study_of(name).timeline(same_slot(study_of(name), slot), language)
    return in_order(old.screens), in_order(new.screens)


def seen(screen: Screen) -> dict[str, Any]:
    """Return all that a participant sees on a screen, without names of measures and options."""
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
    """Return a question as a participant sees it; the right answer by its words."""
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
    agree, *_ = screen.asks[0].options
    return replace(screen, asks=(replace(screen.asks[0], prompt=TAKES_PART[agree.label]),))


TAKES_PART = {
    "I am 18 or older, I have read this page, and I agree to take part": "Do you take part?",
    "מלאו לי 18 שנים, קראתי את הדברים, ואני משתתף או משתתפת": "האם אתם משתתפים?",
    "我已年满 18 岁，已阅读以上内容，愿意参加": "您参加吗？",
}
"""Label of the first option of the consent -> its question."""


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


def what_was_drawn_ends_the_sentence(screen: Screen) -> Screen:
    """In Chinese, the sentence on the draw has another order, because studies say what was drawn as a parameter."""
    before, after = (
        "谁会被抽中，在研究开始前已由随机数确定。",
        "在研究开始前，随机数已确定谁会被抽中。",
    )
    text = screen.content[-1].text if screen.content else ""
    return with_text(screen, text.replace(before, after)) if before in text else screen


def with_text(screen: Screen, text: str) -> Screen:
    """Return the screen with another last text."""
    return replace(screen, content=(*screen.content[:-1], Block("text", text)))


DIFFERENCES: tuple[Callable[[Screen], Screen], ...] = (
    the_consent_has_a_question,
    the_attention_check_is_one_part,
    practice_asks_what_the_trials_ask,
    the_debriefing_offers_withdrawal_at_its_end,
    what_was_drawn_ends_the_sentence,
)


@pytest.mark.parametrize(("name", "slot", "language"), list(cases()))
def test_screens_are_those_of_the_first_edition(name, slot, language):
    old, new = screens_of(name, slot, language)
    for difference in DIFFERENCES:
        old = [difference(screen) for screen in old]
    assert [seen(screen) for screen in new] == [seen(screen) for screen in old]


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_every_difference_is_needed(difference):
    changed = [
        screen
        for name, (modes, languages) in STUDIES.items()
        for mode in modes
        for language in languages
        for screen in screens_of(name, first(name)[mode][0], language)[0]
        if difference(screen) != screen
    ]
    assert changed


@pytest.mark.parametrize(("name", "slot", "language"), list(cases()))
def test_the_same_decision_is_paid(name, slot, language):
    old, new = screens_of(name, slot, language)
    (old_receipt,) = [screen for screen in old if screen.ends == "complete"]
    (new_receipt,) = [screen for screen in new if screen.ends == "complete"]

    def paid(receipt: Screen, screens: list[Screen]) -> int:
        return [screen.id for screen in screens].index(receipt.fills[0].screen)

    assert paid(new_receipt, new) == paid(old_receipt, old)


@pytest.mark.parametrize("name", STUDIES)
def test_rules_lead_where_those_of_the_first_edition_do(name):
    """Declining, being too young and a wrong answer lead to the same pages as before, by conditions or rules."""
    (slot, *_) = first(name)[STUDIES[name][0][0]]
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


@pytest.mark.parametrize(
    ("name", "mode"), [(name, mode) for name in STUDIES for mode in STUDIES[name][0]]
)
def test_a_mode_has_the_conditions_of_the_first_edition_in_equal_parts(name, mode):
    study = study_of(name)
    conditions = {tuple(sorted(texts(slot["cells"]).items())) for slot in first(name)[mode]}
    drawn = Counter(tuple(sorted(slot.cells.items())) for slot in study.slots(mode))
    assert drawn.keys() == conditions
    assert len(set(drawn.values())) == 1


@pytest.mark.parametrize(
    ("name", "mode"), [(name, mode) for name in STUDIES for mode in STUDIES[name][0]]
)
def test_a_loop_has_as_many_trials_of_each_kind_as_in_the_first_edition(name, mode):
    study = study_of(name)
    (before, *_) = first(name)[mode]
    old, new = same_slot(study, before), study.slots(mode)[0]
    assert new.trials.keys() == old.trials.keys()
    for loop, trials in old.trials.items():
        varying = [
            Counter((tuple(sorted(trial.cells.items())), trial.practice) for trial in each)
            for each in (trials, new.trials[loop])
        ]
        # Practice has a condition by chance in the second edition, and no text that shows it.
        for counted in varying:
            for cells, practice in [key for key in counted if key[1]]:
                counted[(), practice] = counted.pop((cells, practice))
        assert varying[1] == varying[0], loop


def lost(before: Any, now: Any, where: str = "") -> list[str]:
    """Return the places where a stored value is missing or different now; there may be more."""
    if isinstance(before, dict) and isinstance(now, dict):
        lines = []
        for key, value in before.items():
            there = f"{where}.{key}"
            lines += lost(value, now[key], there) if key in now else [f"{there} is missing"]
        return lines
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [
            line
            for place, (a, b) in enumerate(zip(before, now, strict=True))
            for line in lost(a, b, f"{where}[{place}]")
        ]
    return [] if before == now else [f"{where}: {before!r} before, {now!r} now"]


def test_what_is_lost_is_found():
    before = {"screens": [{"id": "a", "asks": [1, 2]}]}
    assert lost(before, {"screens": [{"id": "a", "asks": [1, 2], "new": 1}]}) == []
    assert lost(before, {"screens": [{"id": "b", "asks": [1]}]}) == [
        ".screens[0].id: 'a' before, 'b' now",
        ".screens[0].asks: [1, 2] before, [1] now",
    ]
    assert lost(before, {}) == [".screens is missing"]


@pytest.mark.parametrize(
    ("name", "mode"), [(name, mode) for name in STUDIES for mode in STUDIES[name][0]]
)
def test_slots_and_screens_are_those_of_1_0(name, mode):
    before = read_json(f"second/{name}.json.gz")[mode]
    now = second_of(study_of(name), mode)
    assert now["timelines"].keys() == before["timelines"].keys()
    assert lost(before, now) == []
