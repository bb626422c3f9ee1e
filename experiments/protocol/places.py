"""The places of a study's flow: its steps, and what is written in them where a name can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.language.by import By
from experiments.language.conditions import Condition
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import LoopStep, Practice
from experiments.protocol.study_file import StudyFile, entry_key
from experiments.questions import Question

_AROUND = ("take", "break", "time")
"""Keys of a loop in which no item can be named."""
_NO_PLACES = ("when", "where", "flow")
"""Keys of models whose values have places of their own, or are about items that are drawn before the session."""


@dataclass(frozen=True)
class Loop:
    """A loop of the flow."""

    step: LoopStep
    key: Key
    session: str
    given: tuple[Condition, ...] = ()
    """Conditions under which it is shown: its own, and those of the steps around it."""

    @property
    def name(self) -> str:
        """Name of the loop in addresses."""
        return self.step.address

    @property
    def place(self) -> str:
        """Its place in the file, in dotted form."""
        return ".".join(map(str, self.key))


@dataclass(frozen=True)
class Place:
    """Where in a session something is written."""

    key: Key
    session: str
    screen: int
    """Position of the screen; earlier answers are those of lower positions in the session."""
    step: str = ""
    """Name of the step in addresses: that of the outermost one around this place that has a name."""
    loop: Loop | None = None
    """The loop around it."""
    given: tuple[Condition, ...] = ()
    """Conditions under which it is reached: those of its question, its step and the loops around it."""
    practice: bool = False
    """Whether what is answered here is never analysed."""

    def at(self, part: str | int) -> Place:
        """Return the place of an entry of what is here."""
        return replace(self, key=(*self.key, part))

    def under(self, condition: Condition | None) -> Place:
        """Return the place with a further condition."""
        return self if condition is None else replace(self, given=(*self.given, condition))

    def inside(self, step: Step) -> Place:
        """Return the place inside the step that is here."""
        if not isinstance(step, LoopStep):
            return self
        return replace(self, loop=Loop(step, self.key, self.session, self.given))

    @property
    def fills(self) -> set[str]:
        """Names that the loop's ``fill`` gives, and in its practice also that of ``practice``."""
        if self.loop is None:
            return set()
        step, entry = self.loop.step, self.key[len(self.loop.key) :]
        if isinstance(step.practice, Practice) and entry[:1] == ("practice",):
            return {*step.fill, *step.practice.fill}
        return set(step.fill)


def steps_of(study: StudyFile) -> Iterator[tuple[Place, Step]]:
    """Yield all steps, also those inside loops and parts, with their places, in the order of the file."""
    for session, steps in study.flow.items():
        yield from _steps(steps, Place(entry_key("flow", session), session, 0), count(1))


def _steps(
    steps: tuple[Step, ...], around: Place, screens: Iterator[int]
) -> Iterator[tuple[Place, Step]]:
    for index, step in enumerate(steps):
        place = replace(
            around.at(index).under(step.when),
            screen=next(screens),
            step=around.step or step.address,
            practice=around.practice or step.practice is True,
        )
        yield place, step
        yield from _steps(getattr(step, "flow", None) or (), place.inside(step).at("flow"), screens)


def loops(study: StudyFile) -> list[Loop]:
    """Return all loops in the order of the file, also those that ask nothing."""
    return [
        Loop(step, place.key, place.session, place.given)
        for place, step in steps_of(study)
        if isinstance(step, LoopStep)
    ]


def places(study: StudyFile) -> Iterator[tuple[Place, Any]]:
    """Yield every text, ``By`` and condition of the flow with its place, step by step."""
    for place, step in steps_of(study):
        if step.when is not None:
            yield place.at("when"), step.when
        inside = place.inside(step)
        for part, value in entries(step):
            if part not in _NO_PLACES:
                here = place if part in _AROUND else inside
                yield from _values(value, here.at(part))


def _values(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Yield the texts, ``By`` and conditions inside a value."""
    if isinstance(value, (str, Condition, By)):
        yield place, value
    if isinstance(value, Question) and value.when is not None:
        yield place.at("when"), value.when
        place = place.under(value.when)
    for part, each in entries(value):
        # The last screen of practice is between two trials.
        here = (
            replace(place, loop=None) if isinstance(value, Practice) and part == "page" else place
        )
        if not isinstance(value, Model) or part not in _NO_PLACES:
            yield from _values(each, here.at(part))


def entries(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield what is directly inside a value of a study, each with its key in the file."""
    if isinstance(value, By):
        yield from value.levels.items()
        if value.otherwise is not None:
            yield "else", value.otherwise
    elif isinstance(value, Model):
        for name, field in type(value).model_fields.items():
            yield field.alias or name, getattr(value, name)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name), each
    elif isinstance(value, (tuple, list)):
        yield from enumerate(value)
