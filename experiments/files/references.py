"""References: names in a file that must exist elsewhere in it, such as those of factors and measures.

The type of a key states what its value names (``MeasureName``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from experiments.files.faults import Findings, Key, nearest
from experiments.files.model import Model


@dataclass(frozen=True)
class NameOf:
    """Mark of a type whose values are names of things in the file, such as measures."""

    kind: str
    """Kind of thing that the values name."""


FactorName = Annotated[str, NameOf("factor")]
MeasureName = Annotated[str, NameOf("measure")]


def unknown_names(model: Model, known: Mapping[str, Collection[str]], key: Key = ()) -> Findings:
    """Yield a fault for each name in a model that is not declared; ``known`` maps each kind to its names."""
    for place, kind, name in _references(model, key):
        yield from undeclared(place, f"the {kind}", [name], known[kind])


def _references(model: Model, key: Key) -> Iterator[tuple[Key, str, Any]]:
    """Yield key, kind and value of each name in the order of the keys, except those of default values."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value != field.default:
            yield from _named(value, field.annotation, field.metadata, (*key, name))


def _named(value: Any, kind: Any, marks: Iterable[Any], key: Key) -> Iterator[tuple[Key, str, Any]]:
    for mark in marks:
        if isinstance(mark, NameOf):
            yield key, mark.kind, value
    inner = get_args(kind)
    if isinstance(value, Model):
        yield from _references(value, key)
    elif get_origin(kind) is Annotated:
        yield from _named(value, inner[0], inner[1:], key)
    elif get_origin(kind) in (Union, UnionType):
        for each in inner:
            if isinstance(value, _plain(each)):
                yield from _named(value, each, (), key)
                return
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _named(entry, inner[0], (), (*key, index))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _named(name, inner[0], (), (*key, name))
            yield from _named(each, inner[1], (), (*key, name))


def _plain(kind: Any) -> Any:
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    return get_origin(kind) or kind


def undeclared(key: Key, kind: str, names: Iterable[object], known: Iterable[object]) -> Findings:
    """Yield a fault for each name that is not declared, with the most similar declared name as the remedy.

    Parameters
    ----------
    kind
        Kind of thing that is named, with its article, such as ``"the level"``.
    """
    known = list(known)
    for name in names:
        if name not in known:
            yield key, f"found {kind} '{name}', which is not declared", nearest(str(name), known)
