"""Only a study that pays for taking part promises to pay those who leave; otherwise its screens are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from step_desk import STAKES, Desk

from experiments.interface import interface
from experiments.study import Study

CONSENT = "  - use: consent\n    about: people in difficulty\n"
DECLARED = "declares: {payment: 3 GBP for taking part}"
PROMISE = ", and you still receive your full payment for taking part."
LANGUAGES = {"de": "Vergütung", "he": "תשלום", "zh": "报酬"}


def shown(study: Study, language: str = "en") -> tuple[str, str]:
    """Return the text of the consent form and that of the question whether to leave."""
    timeline = study.timeline(study.slots(study.mode())[0], language)
    form = "\n".join(block.text for block in timeline.screens[0].content)
    return form, timeline.interface["leave_text"]


@pytest.mark.parametrize("more", [STAKES, DECLARED])
def test_a_study_that_pays_promises_it(desk: Desk, more: str) -> None:
    form, leave = shown(desk.study(CONSENT, more))
    assert PROMISE in form
    assert leave == interface("en").texts["leave_text"]
    assert "payment" in leave


def test_a_study_that_does_not_pay_promises_nothing(desk: Desk) -> None:
    form, leave = shown(desk.study(CONSENT))
    assert "the button at the bottom of the page." in form
    assert "payment" not in form + leave
    assert leave == "You can stop at any time without giving a reason."


def test_the_form_of_a_study_can_say_it_by_itself(desk: Desk) -> None:
    assert PROMISE in shown(desk.study(f"{CONSENT}    payment: yes\n"))[0]
    assert PROMISE not in shown(desk.study(f"{CONSENT}    payment: no\n", STAKES))[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("more", "paid"), [("", False), (DECLARED, True)])
def test_so_it_is_in_every_language(desk: Desk, language: str, more: str, paid: bool) -> None:
    study = desk.study(CONSENT, more)
    (Path(study.opened.source.path).parent / f"small.{language}.po").write_text(
        _translation(language), "utf-8"
    )
    form, leave = shown(desk.study(CONSENT, more), language)
    assert (LANGUAGES[language] in form) == paid
    assert (LANGUAGES[language] in leave) == paid


def _translation(language: str) -> str:
    """Return a translation of the study's own texts: the same words."""
    texts = ("A small study", "people in difficulty", "How much?", "Little", "Much", "us", "them")
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    return head + "".join(f'\nmsgid "{text}"\nmsgstr "{text}"\n' for text in texts)
