"""Questions as screens ask them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import singledispatch

from experiments.language.quantities import Amount
from experiments.questions import Question, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.choice import Choice
from experiments.questions.number import Number
from experiments.questions.rating import Rating
from experiments.questions.slider import Slider
from experiments.questions.text import Text
from experiments.screen import Ask, Option
from experiments.steps.here import Here, NotYetError
from experiments.steps.money import money_format


@singledispatch
def ask(question: Question, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    """Return the kind of screen that asks a question, and what it asks.

    Raises
    ------
    NotYetError
        If no screen can ask it yet.
    """
    raise NotYetError(f"questions of the kind '{kind_of(question)}' cannot be shown yet")


@ask.register
def _(question: Rating, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    last = question.first + question.points - 1
    labels = {question.first: here.text(question.from_), last: here.text(question.to)}
    labels |= {point: here.text(label) for point, label in question.labels.items()}
    options = tuple(Option(p, labels.get(p, "")) for p in range(question.first, last + 1))
    asked = Ask(address, here.text(question.rating), question.required, question.unit, options)
    return "rate", _items(question, asked, here)


@ask.register
def _(question: Slider, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    asked = Ask(
        address,
        here.text(question.slider),
        question.required,
        question.unit,
        low=question.least,
        high=question.most,
        step=question.step,
        low_label=here.text(question.from_),
        high_label=here.text(question.to),
    )
    return "mark", _items(question, asked, here)


def _items(question: Rating | Slider, asked: Ask, here: Here) -> tuple[Ask, ...]:
    """Return the question, or one for each item of a matrix."""
    if not question.items:
        return (asked,)
    return tuple(
        replace(
            asked, measure=f"{asked.measure}.{name}", prompt=f"{asked.prompt} {here.text(words)}"
        )
        for name, words in question.items.items()
    )


@ask.register
def _(question: Choice, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    options = tuple(Option(name, here.text(words)) for name, words in question.options.items())
    correct = None if question.correct is None else str(here.value(question.correct))
    asked = Ask(
        address, here.text(question.choice), question.required, options=options, correct=correct
    )
    return "choose", (asked,)


@ask.register
def _(question: Number, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    if question.decimals:
        raise NotYetError("numbers with decimals cannot be entered yet")
    least = 0 if question.least is None else question.least
    most = 999_999 if question.most is None else question.most
    asked = Ask(
        address,
        here.text(question.number),
        question.required,
        question.unit,
        low=least,
        high=most,
        entry="integer",
        longest=max(len(f"{most:.0f}"), len(f"{least:.0f}")),
        correct=_whole(question, here),
    )
    return "write", (asked,)


def _whole(question: Number, here: Here) -> int | None:
    if question.correct is None:
        return None
    right = float(here.value(question.correct))
    if not right.is_integer():
        raise NotYetError("numbers with decimals cannot be entered yet")
    return int(right)


@ask.register
def _(question: Text, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    if question.local:
        raise NotYetError("answers that never leave the device ('local: yes') cannot be asked yet")
    if question.characters.least:
        raise NotYetError(
            "texts of a least length ('characters: {least: ...}') cannot be asked yet"
        )
    asked = Ask(
        address,
        here.text(question.text),
        question.required,
        entry="text" if question.lines == 1 else "lines",
        longest=question.characters.most,
    )
    return "write", (asked,)


@ask.register
def _(question: Allocation, address: str, here: Here) -> tuple[str, tuple[Ask, ...]]:
    if question.boxes:
        raise NotYetError("allocations among several boxes cannot be shown yet")
    stakes, texts = here.session.stakes, here.session.interface.texts
    if question.of is None and stakes is None:
        raise NotYetError("an allocation needs stakes, or its own 'of:'")
    unit = "" if question.of is not None or stakes is None else stakes.currency
    whole = stakes.endowment if stakes is not None else 0.0
    step = stakes.step if stakes is not None else 1.0
    if question.of is not None:
        unit, whole = _amount(question.of)
        step = 1.0
    if question.step is not None:
        step = _amount(question.step)[1]
    asked = Ask(
        address,
        here.text(question.allocation),
        question.required,
        unit or "points",
        low=0.0,
        high=whole,
        step=step,
        low_label=here.text(question.keep) or texts["keep"],
        high_label=here.text(question.give) or texts["give"],
        money=money_format(unit, whole, step),
    )
    return "give", (asked,)


def _amount(given: Amount | Decimal) -> tuple[str, float]:
    if isinstance(given, Amount):
        return given.currency, float(given.value)
    return "", float(given)


Asking = Callable[[Question, str, Here], tuple[str, tuple[Ask, ...]]]
