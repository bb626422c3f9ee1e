"""Questions as screens ask them, with one file for each kind of question (``experiments/questions``)."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from experiments.questions import Question
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError

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
    if question.local:
        raise NotYetError("answers that never leave the device ('local: yes') cannot be asked yet")
    return asking(question, address, here)
