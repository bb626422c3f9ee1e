"""What all kinds of question have in common when a screen asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

from experiments.language.by import Varied
from experiments.marked_text import blocks
from experiments.measures.trace import sample_at
from experiments.protocol.orders import shuffled
from experiments.questions import Question, Scale, kind_of
from experiments.questions.question import Order
from experiments.screen import Ask, Block
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError


@dataclass(frozen=True)
class Turn:
    """One of several screens of a question; earlier answers decide which of them are shown."""

    name: str
    """Last part of the measure."""
    ask: Ask
    after: tuple[tuple[str, int], ...]
    """Answers on the way to it: name of the earlier turn, and its answer."""


@dataclass(frozen=True)
class Asking:
    """What a screen asks for one question."""

    kind: str
    """Kind of screen (``experiments.measures``)."""
    asks: tuple[Ask, ...]
    stem: tuple[Block, ...] = ()
    """The question above the items of a matrix, or above parts that are answered together."""
    turns: tuple[Turn, ...] = ()
    """Screens that ask the parts one at a time, instead of ``asks``; the first one is always shown."""

    def within(self, seconds: float) -> Asking:
        """Return it on a screen that ends by itself after some seconds, which are the length of a trace."""
        if self.kind != "trace":
            return self
        trace, *parts = self.asks
        return replace(self, asks=(replace(trace, longest=sample_at(seconds)), *parts))


@singledispatch
def asking(question: Question, address: str, here: Here) -> Asking:
    """Return what a screen asks for a question; each kind of question registers its own.

    Raises
    ------
    NotYetError
        If no screen can ask it yet.
    """
    raise NotYetError(f"questions of the kind '{kind_of(question)}' cannot be shown yet")


def with_items(kind: str, question: Scale, asked: Ask, here: Here) -> Asking:
    """Return the question, or in a matrix its items under it."""
    if not question.items:
        return Asking(kind, (asked,))
    items = tuple(
        replace(asked, measure=f"{asked.measure}.{name}", prompt=here.text(words))
        for name, words in in_order(question.items, question.order, asked.measure, here)
    )
    return Asking(kind, items, blocks(asked.prompt))


def in_order(
    entries: Mapping[str, Varied[str]], order: Order, address: str, here: Here
) -> list[tuple[str, Varied[str]]]:
    """Return options or items in the order of the question; a random one is drawn for each screen of the slot."""
    listed = list(entries.items())
    if order == "as written":
        return listed
    return shuffled(listed, here.generator(address))
