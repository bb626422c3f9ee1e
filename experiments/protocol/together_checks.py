"""Levels that are together on one page: participants must see which of them a question is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from experiments.files.faults import Findings, Key
from experiments.language.by import By
from experiments.protocol.cells import TEXT, put_in, read
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import Loop, loops
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import LoopStep
from experiments.questions import Question


def faults_of_together(opened: OpenedStudy) -> Findings:
    """Yield the questions that are asked for several levels on a page on which nothing says for which."""
    for loop in loops(opened.study):
        if not loop.step.together:
            continue
        differs = _Differs(opened, loop)
        for key, step in _pages(loop):
            if differs.at(getattr(step, "page", None)) or _pictured(step, loop):
                continue
            for name, question in (getattr(step, "ask", None) or {}).items():
                if not differs.at(question):
                    factors = " and ".join(loop.step.together)
                    yield (
                        (*key, "ask", name),
                        f"it is asked for each level of {factors} on one page, and nothing there says for which",
                        f"Write {{{loop.step.together[0]}}} in the question, or in the text of the page.",
                    )


def _pages(loop: Loop) -> Iterator[tuple[Key, Step]]:
    """Yield what shows the pages of a loop: itself, or the steps of its flow."""
    if loop.step.flow is None:
        yield loop.key, loop.step
    for place, step in enumerate(loop.step.flow or ()):
        yield (*loop.key, "flow", place), step


def _pictured(step: Step, loop: Loop) -> bool:
    """Return whether a page has pictures that differ between the levels; they are on the first page of the loop."""
    pictures = loop.step.pictures
    shows = (each for _, each in _pages(loop) if getattr(each, "page", None) is not None)
    return (
        isinstance(pictures, By)
        and bool(set(pictures.by) & set(loop.step.together))
        and next(shows, None) is step
    )


class _Differs:
    """Whether what participants read in a loop differs between the levels that are together."""

    def __init__(self, opened: OpenedStudy, loop: Loop) -> None:
        self.opened, self.loop = opened, loop
        self.factors = set(loop.step.together)
        self.read: dict[str, bool] = {}

    def at(self, value: Any) -> bool:
        """Return whether a text, a question, or anything in it does."""
        if isinstance(value, By):
            inside = (*value.levels.values(), value.otherwise)
            return bool(self.factors & set(value.by)) or any(map(self.at, inside))
        if isinstance(value, str):
            return any(map(self.named, read(value).names))
        if isinstance(value, Question):
            return any(self.at(getattr(value, name)) for name in type(value).model_fields)
        if isinstance(value, Mapping):
            return any(map(self.at, value.values()))
        return False

    def named(self, name: str) -> bool:
        """Return whether what is put in for a name in braces does."""
        if name in self.factors:
            return True
        if name not in self.read:
            self.read[name] = False
            step: LoopStep = self.loop.step
            own = (step.variant, *step.fill.values()) if name == TEXT else (step.fill.get(name),)
            texts = (text for text, _ in put_in(self.opened, self.loop, name))
            self.read[name] = any(map(self.at, own)) or any(map(self.at, texts))
        return self.read[name]
