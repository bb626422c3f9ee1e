"""Questions as screens ask them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

import numpy as np

from experiments.language.by import Varied
from experiments.marked_text import blocks
from experiments.protocol.orders import shuffled
from experiments.questions import Question, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.choice import Choice
from experiments.questions.number import Number
from experiments.questions.question import Order
from experiments.questions.rating import Rating
from experiments.questions.slider import Slider
from experiments.questions.stakes import money_format
from experiments.questions.text import Text
from experiments.screen import Ask, Block, Option
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError


@dataclass(frozen=True)
class Asking:
    """What a screen asks for one question."""

    kind: str
    """Kind of screen (``experiments.measures``)."""
    asks: tuple[Ask, ...]
    stem: tuple[Block, ...] = ()
    """Text above the items of a matrix."""


def ask(question: Question, address: str, here: Here) -> Asking:
    """Return what a screen asks for a question.

    Raises
    ------
    NotYetError
        If no screen can ask it yet.
    """
    if question.local:
        raise NotYetError("answers that never leave the device ('local: yes') cannot be asked yet")
    return _ask(question, address, here)


@singledispatch
def _ask(question: Question, address: str, here: Here) -> Asking:
    raise NotYetError(f"questions of the kind '{kind_of(question)}' cannot be shown yet")


@_ask.register
def _(question: Rating, address: str, here: Here) -> Asking:
    points = range(question.first, question.first + question.points)
    options = tuple(Option(point, here.text(question.words.get(point))) for point in points)
    asked = Ask(address, here.text(question.rating), question.required, question.unit, options)
    return _items("rate", question, asked, here)


@_ask.register
def _(question: Slider, address: str, here: Here) -> Asking:
    points = question.points_range
    asked = Ask(
        address,
        here.text(question.slider),
        question.required,
        question.unit,
        low=points.low,
        high=points.high,
        step=points.step,
        low_label=here.text(question.from_),
        high_label=here.text(question.to),
    )
    return _items("mark", question, asked, here)


def _items(kind: str, question: Rating | Slider, asked: Ask, here: Here) -> Asking:
    """Return the question, or in a matrix its items under it."""
    if not question.items:
        return Asking(kind, (asked,))
    items = tuple(
        replace(asked, measure=f"{asked.measure}.{name}", prompt=here.text(words))
        for name, words in _in_order(question.items, question.order, asked.measure, here)
    )
    return Asking(kind, items, blocks(asked.prompt))


def _in_order(
    entries: Mapping[str, Varied[str]], order: Order, address: str, here: Here
) -> list[tuple[str, Varied[str]]]:
    """Return options or items in the order of the question; a random one is drawn for each screen of the slot."""
    listed = list(entries.items())
    if order == "as written":
        return listed
    words = f"{here.session.draws['orders']} {here.name} {address}"
    rng = np.random.default_rng(int(hashlib.sha256(words.encode()).hexdigest()[:16], 16))
    return shuffled(listed, rng)


@_ask.register
def _(question: Choice, address: str, here: Here) -> Asking:
    options = tuple(
        Option(name, here.text(words))
        for name, words in _in_order(question.options, question.order, address, here)
    )
    correct = None if question.correct is None else str(here.value(question.correct))
    asked = Ask(
        address, here.text(question.choice), question.required, options=options, correct=correct
    )
    return Asking("choose", (asked,))


@_ask.register
def _(question: Number, address: str, here: Here) -> Asking:
    if question.decimals:
        raise NotYetError("numbers with decimals cannot be entered yet")
    numbers = question.range()
    assert numbers is not None
    asked = Ask(
        address,
        here.text(question.number),
        question.required,
        question.unit,
        low=numbers.low,
        high=numbers.high,
        entry="integer",
        longest=max(len(f"{numbers.high:.0f}"), len(f"{numbers.low:.0f}")),
        correct=_whole(question, here),
    )
    return Asking("write", (asked,))


def _whole(question: Number, here: Here) -> int | None:
    if question.correct is None:
        return None
    correct = here.value(question.correct)
    right = float(correct)
    if not right.is_integer():
        raise NotYetError("numbers with decimals cannot be entered yet")
    return int(right)


@_ask.register
def _(question: Text, address: str, here: Here) -> Asking:
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
    return Asking("write", (asked,))


@_ask.register
def _(question: Allocation, address: str, here: Here) -> Asking:
    if question.boxes:
        raise NotYetError("allocations among several boxes cannot be shown yet")
    stakes, texts = here.session.stakes, here.session.interface.texts
    divided = question.divided(stakes)
    if divided is None:
        raise NotYetError("an allocation without stakes needs its own 'of:'")
    currency, whole, step = divided
    asked = Ask(
        address,
        here.text(question.allocation),
        question.required,
        currency or "points",
        low=0.0,
        high=whole,
        step=step,
        low_label=here.text(question.keep) or texts["keep"],
        high_label=here.text(question.give) or texts["give"],
        money=money_format(currency, whole, step),
    )
    return Asking("give", (asked,))
