"""The kinds of question that a study can ask, with one file each: the file's name is the key that says the kind."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from inspect import isclass
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated

from experiments.files.unions import one_of
from experiments.questions.question import Checked, Question, Scale, kind_of

__all__ = ["KINDS", "AnyQuestion", "Checked", "Question", "Scale", "kind_of"]

#: Modules of this folder that are not a kind.
BASE = ("options", "question", "stakes")


def _kinds() -> dict[str, type[Question]]:
    found: dict[str, type[Question]] = {}
    for module in iter_modules(__path__):
        if module.name not in BASE:
            parts = vars(import_module(f"{__name__}.{module.name}"))
            (found[module.name],) = (
                each
                for each in parts.values()
                if isclass(each)
                and issubclass(each, Question)
                and each.__module__ == f"{__name__}.{module.name}"
            )
    return found


KINDS: dict[str, type[Question]] = _kinds()
"""Key that says the kind -> its model."""

if TYPE_CHECKING:
    AnyQuestion = Question
else:
    AnyQuestion = Annotated[reduce(or_, KINDS.values()), one_of(*KINDS)]
