"""The places of a study where a name can be written: values by condition, conditions, and braces in texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.language.by import By
from experiments.language.conditions import Condition
from experiments.protocol.measures import Loop
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import LoopStep, PartStep
from experiments.protocol.study_file import StudyFile, flow_key
from experiments.questions import Question


@dataclass(frozen=True)
class Place:
    """Where in a session something is written."""

    key: Key
    session: str
    screen: int
    """Position of the screen; earlier answers are those of lower positions in the session."""
    loop: Loop | None = None
    """The loop around it."""
    given: tuple[Condition, ...] = ()
    """Conditions under which it is reached: those of its question, its step and the loops around it."""
    fills: frozenset[str] = frozenset()
    """Names that the loop's ``fill`` and ``practice`` give."""

    def at(self, part: str | int) -> Place:
        """Return the place of an entry of what is here."""
        return replace(self, key=(*self.key, part))

    def under(self, condition: Condition | None) -> Place:
        """Return the place with a further condition."""
        return self if condition is None else replace(self, given=(*self.given, condition))


def places(study: StudyFile) -> Iterator[tuple[Place, Any]]:
    """Yield every text, ``By`` and condition of the flow, with its place, in the order of the file.

    The screens are counted as the measures of ``names.Names`` are.
    """
    for session, steps in study.flow.items():
        key = flow_key(session)
        yield from _Walk(session).steps(steps, Place(key, session, 0))


class _Walk:
    def __init__(self, session: str) -> None:
        self.session = session
        self.screen = 0

    def steps(self, steps: tuple[Step, ...], place: Place) -> Iterator[tuple[Place, Any]]:
        for index, step in enumerate(steps):
            self.screen += 1
            here = replace(place.at(index), screen=self.screen)
            yield from self._step(step, here)

    def _step(self, step: Step, place: Place) -> Iterator[tuple[Place, Any]]:
        if step.when is not None:
            yield place.at("when"), step.when
        place = place.under(step.when)
        if isinstance(step, LoopStep):
            loop = Loop(step, place.key, self.session)
            fills = frozenset(step.fill)
            inside = replace(place, loop=loop, fills=fills)
            for name in type(step).model_fields:
                value = getattr(step, name)
                if name == "flow" and value is not None:
                    yield from self.steps(value, inside.at("flow"))
                elif name not in ("when", "where", "practice"):
                    of_loop = place if name in ("take", "break_", "time") else inside
                    yield from _values(value, of_loop.at(_key_of(step, name)))
            if isinstance(step.practice, Model):
                trained = replace(inside, fills=fills | frozenset(step.practice.fill))
                for name in ("page", "fill"):
                    value = getattr(step.practice, name)
                    yield from _values(value, trained.at("practice").at(name))
        elif isinstance(step, PartStep):
            yield from self.steps(step.flow, place.at("flow"))
        else:
            for name in type(step).model_fields:
                if name != "when":
                    yield from _values(getattr(step, name), place.at(_key_of(step, name)))


def _values(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Yield the texts, ``By`` and conditions inside a value."""
    if isinstance(value, (str, Condition)):
        yield place, value
    elif isinstance(value, By):
        yield place, value
        for level, each in value.levels.items():
            yield from _values(each, place.at(level))
        if value.otherwise is not None:
            yield from _values(value.otherwise, place.at("else"))
    elif isinstance(value, Question):
        if value.when is not None:
            yield place.at("when"), value.when
        inside = place.under(value.when)
        for name in type(value).model_fields:
            if name != "when":
                yield from _values(getattr(value, name), inside.at(_key_of(value, name)))
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name), place.at(_key_of(value, name)))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _values(each, place.at(str(name)))
    elif isinstance(value, (tuple, list)):
        for index, each in enumerate(value):
            yield from _values(each, place.at(index))


def _key_of(model: Model, name: str) -> str:
    return type(model).model_fields[name].alias or name
