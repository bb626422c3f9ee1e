"""Questions as screens ask them, with one file for each kind of question (``experiments/questions``)."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from experiments.questions import Question
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here

__all__ = ["Asking", "ask"]

# Each of these modules registers how its kind is asked.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def ask(question: Question, address: str, here: Here) -> Asking:
    """Return what a screen asks for a question.

    Raises
    ------
    NotYetError
        If no screen can ask it yet.
    """
    asked = asking(question, address, here)

    def own(each: Ask) -> Ask:
        each = replace(each, local=True) if question.local else each
        return each.in_panel(here.panel) if here.panel else each

    turns = tuple(replace(each, ask=own(each.ask)) for each in asked.turns)
    return replace(asked, asks=tuple(map(own, asked.asks)), turns=turns)
