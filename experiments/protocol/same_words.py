"""Answers and levels that participants read the same words for, so that they cannot tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from experiments.files.faults import Findings, Key
from experiments.language.by import By, Varied, values
from experiments.protocol.cells import names_in_texts
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import entries, steps_of
from experiments.questions.choices import NONE, Choices

_LISTS = ("options", "boxes", "items")
"""Keys of a question whose words participants choose between."""

Same = tuple[Key, str, str, str]
"""Key of the second text, the two names, and the words of both."""


def same_options(opened: OpenedStudy) -> Iterator[Same]:
    """Yield the options, boxes and items of each question that have the same words."""
    for place, step in steps_of(opened.study):
        for name, question in (getattr(step, "ask", None) or {}).items():
            for part, listed in entries(question):
                if part in _LISTS and isinstance(listed, Mapping):
                    yield from _same(listed, (*place.key, "ask", name, part))
            if isinstance(question, Choices) and question.none is not None:
                for option, shown in question.options.items():
                    if words := _common(shown, question.none):
                        yield (*place.key, "ask", name, NONE), option, NONE, words


def same_levels(opened: OpenedStudy) -> Iterator[Same]:
    """Yield the levels that have the same words, of the factors that are used in texts."""
    shown = names_in_texts(opened)
    for factor in opened.names.factors.values():
        if factor.name in shown and factor.varies != "answered":
            named = {
                level: level if words is None else words for level, words in factor.levels.items()
            }
            yield from _same(named, factor.key)


def faults_of_options(opened: OpenedStudy) -> Findings:
    """Yield a fault for two options of a question that participants cannot tell apart."""
    for key, first, second, words in same_options(opened):
        found = f"'{first}' and '{second}' have the same words: {words}"
        yield key, found, "Give each words of its own."


def _same(listed: Mapping[Any, Varied[str]], key: Key) -> Iterator[Same]:
    for (first, one), (second, other) in combinations(listed.items(), 2):
        if words := _common(one, other):
            yield (*key, second), str(first), str(second), words


def _common(one: Varied[str], other: Varied[str]) -> str:
    """Return the words that two texts have under the same condition; '' if there are none."""
    if isinstance(one, By) and isinstance(other, By):
        if one.by != other.by:
            return ""
        levels = {**one.levels, **other.levels}
        pairs = [(one.otherwise, other.otherwise)]
        for level in levels:
            pairs.append(
                (one.levels.get(level, one.otherwise), other.levels.get(level, other.otherwise))
            )
        alike = [first for first, second in pairs if _plain(first) == _plain(second)]
    else:
        alike = [text for text in values(one) if _plain(text) in set(map(_plain, values(other)))]
    return next((_plain(text) for text in alike if _plain(text)), "")


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
