"""References: a key whose value names a factor, a text or a measure says so in its type; one walk finds all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from experiments.files.reading import Key, Model, nearest

Level = str | int
Found = Iterator[tuple[Key, str, str]]
"""Faults as checks yield them: the key, what was found, the remedy."""


@dataclass(frozen=True)
class Refers:
    """Mark of a type whose values are names: what they name, and whether a step asks it."""

    to: str
    asked: bool = False


Text = Annotated[str, Refers("text")]
"""Key of a text."""
FactorName = Annotated[str, Refers("factor")]
ModeName = Annotated[str, Refers("mode")]
MeasureName = Annotated[str, Refers("measure")]
Asked = Annotated[str, Refers("measure", asked=True)]
"""A declared measure that the step asks."""
StepName = Annotated[str, Refers("step")]
StimuliName = Annotated[str, Refers("stimuli")]
"""A use of stimuli that the protocol names."""


@dataclass(frozen=True)
class OfFactors:
    """Mark of a mapping from factors to their levels, all of them if it is ``whole``."""

    whole: bool = False


Levels = Annotated[dict[FactorName, tuple[Level, ...]], OfFactors()]
"""Factor -> levels."""


class Reference(NamedTuple):
    """One name that a file gives, and where."""

    key: Key
    refers: Refers | OfFactors
    value: Any


def references(model: Model, key: Key = ()) -> Iterator[Reference]:
    """Yield everything that a model names, in the order of its keys; defaults name nothing."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value != field.default:
            yield from _named(value, field.annotation, field.metadata, (*key, name))


def _named(value: Any, kind: Any, marks: Iterable[Any], key: Key) -> Iterator[Reference]:
    for mark in marks:
        if isinstance(mark, (Refers, OfFactors)):
            yield Reference(key, mark, value)
    inner = get_args(kind)
    if isinstance(value, Model):
        yield from references(value, key)
    elif get_origin(kind) is Annotated:
        yield from _named(value, inner[0], inner[1:], key)
    elif get_origin(kind) in (Union, UnionType):
        for each in inner:
            if isinstance(value, _plain(each)):
                yield from _named(value, each, (), key)
                return
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _named(each, inner[0], (), (*key, place))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _named(name, inner[0], (), (*key, name))
            yield from _named(each, inner[1], (), (*key, name))


def _plain(kind: Any) -> Any:
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    return get_origin(kind) or kind


def undeclared(key: Key, what: str, names: Iterable[object], known: Iterable[object]) -> Found:
    """Yield the names that are not among the known ones, with the nearest that is."""
    known = list(known)
    for name in names:
        if name not in known:
            yield key, f"found {what} '{name}', which is not declared", nearest(str(name), known)


def every_level(key: Key, given: Iterable[Level], levels: Iterable[Level]) -> Found:
    """Yield the levels that a mapping lacks, and those that its factor does not have."""
    given = list(given)
    yield from undeclared(key, "the level", given, levels)
    for level in levels:
        if level not in given:
            yield key, f"the level '{level}' is left out", f"Add '{level}:' here."
