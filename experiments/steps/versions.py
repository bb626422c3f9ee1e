"""Versions of a screen: one for each earlier answer that its texts, pictures or right answers differ by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from experiments.language.by import By
from experiments.language.conditions import Condition, IsOneOf, Missing
from experiments.protocol.reach import Reach
from experiments.protocol.screen_steps import ShownPicture, Step
from experiments.protocol.steps import LoopStep
from experiments.questions import Question
from experiments.screen import Given
from experiments.steps.conditions import given
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError

_OF_ITEMS = ("variant", "pictures", "fill")
"""Keys of a loop that its screens use."""


@dataclass(frozen=True)
class Version:
    """One version of the screens of a step."""

    here: Here
    given: tuple[Given, ...]
    """The earlier answers that it is for."""


def versions(step: Step, here: Here) -> Iterator[Version]:
    """Yield the versions of a step at a place; the only one if nothing differs by an earlier answer.

    A participant who skipped the earlier question sees the version of ``else``, if every value has one.

    Raises
    ------
    NotYetError
        If a value differs by an answer whose possible values are not a list.
    """
    if isinstance(step, LoopStep) and (here.loop is None or here.loop.step is not step):
        # Its screens are those of its trials, which have versions of their own.
        yield Version(here, ())
        return
    found = list(_by(step))
    if here.loop is not None:
        found += [by for key in _OF_ITEMS for by in _by(getattr(here.loop.step, key))]
    names = differing(found, here)
    reach = Reach(here.session.opened)
    answers: list[list[str | None]] = []
    for name in names:
        values = reach.possible(name, here.place)
        if values is None:
            raise NotYetError(
                f"a value that differs by '{name}' cannot be shown yet, since its answers are not a list"
            )
        covered = all(by.otherwise is not None for by in found if name in by.by)
        answers.append([*values, *([None] if covered else [])])
    for chosen in product(*answers):
        if not names:
            yield Version(here, ())
            continue
        levels = {name: value or "" for name, value in zip(names, chosen, strict=True)}
        suffix = ".".join(value or "skipped" for value in levels.values())
        version = replace(here, name=f"{here.name}.{suffix}", answers={**here.answers, **levels})
        conditions = given(_tests(levels), here)
        if conditions is not None:
            yield Version(version, conditions)


def _tests(levels: Mapping[str, str]) -> Condition:
    """Return the condition that earlier answers are these, where '' is none."""
    return Condition(
        tuple(IsOneOf(name, (level,)) if level else Missing(name) for name, level in levels.items())
    )


def differing(value: Any, here: Here) -> list[str]:
    """Return the names of earlier answers that a value differs by at a place."""
    names = (name for by in _by(value) for name in by.by if name not in here.levels)
    return list(dict.fromkeys(names))


def _by(value: Any) -> Iterator[By[Any]]:
    """Yield every ``By`` inside a step, a question or a value, but not those of the steps inside a step."""
    if isinstance(value, By):
        yield value
        for inner in (*value.levels.values(), value.otherwise):
            yield from _by(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _by(inner)
    elif isinstance(value, (Step, Question, ShownPicture)):
        for name in type(value).model_fields:
            if name not in ("flow", "take"):
                yield from _by(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _by(inner)
