"""The texts for participants in a study: the values of all keys of the type ``Text``, found by their type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.files.scalars import Text
from experiments.language.braces import parse_text
from experiments.language.by import By
from experiments.protocol.study_file import StudyFile

_OF_TEXT = get_args(Text)[1]
"""What sets the type ``Text`` apart from other strings."""


def texts(study: StudyFile) -> Iterator[tuple[Key, str]]:
    """Yield every text for participants with its key in the file, in the order of the models."""
    yield from _of_model(study, ())


def factors_in_texts(study: StudyFile) -> set[str]:
    """Return the factors that stand in braces in a text, so that participants read the words of their levels."""
    in_braces = {name for _, text in texts(study) for name in parse_text(text).names}
    sections = [getattr(study.factors, varies) for varies in type(study.factors).model_fields]
    return {name for section in sections for name in section} & in_braces


def _of_model(model: Model, key: Key) -> Iterator[tuple[Key, str]]:
    for name, written, kind in _fields(type(model)):
        yield from _of_value(getattr(model, name), kind, (*key, written))


@cache
def _fields(model: type[Model]) -> list[tuple[str, str, Any]]:
    """Return name, key in the file and type of the fields of a model."""
    return [(name, of.alias or name, _type(of)) for name, of in model.model_fields.items()]


def _type(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _of_value(value: Any, kind: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, str):
        if _is_text(kind):
            yield key, value
    elif isinstance(value, By):
        of_level = _of_levels(type(value))
        for level, each in value.levels.items():
            yield from _of_value(each, of_level, (*key, level))
        if value.otherwise is not None:
            yield from _of_value(value.otherwise, of_level, (*key, "else"))
    elif isinstance(value, Model):
        yield from _of_model(value, key)
    elif isinstance(value, Mapping):
        for of_entry in _arguments(kind, dict):
            for name, each in value.items():
                # The only entry of a section without names is written without a name.
                yield from _of_value(each, of_entry, key if name == "" else (*key, str(name)))
    elif isinstance(value, tuple):
        for of_entry in _arguments(kind, tuple):
            for index, each in enumerate(value):
                yield from _of_value(each, of_entry, (*key, index))


@cache
def _of_levels(by: type[By[Any]]) -> Any:
    """Return the type of the values of a ``By``."""
    (of_level,) = _arguments(by.model_fields["levels"].annotation, dict)
    return of_level


_KNOWN: dict[int, tuple[Any, bool]] = {}
"""Identity of a type, which cannot always be hashed -> the type, and whether its values are texts."""


def _is_text(kind: Any) -> bool:
    if id(kind) not in _KNOWN:
        is_text = any(base is str and _OF_TEXT in marks for base, marks in _alternatives(kind))
        _KNOWN[id(kind)] = kind, is_text
    return _KNOWN[id(kind)][1]


def _alternatives(kind: Any, marks: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield each type that a value of this kind can have, with its annotations."""
    if get_origin(kind) is Annotated:
        inner, *added = get_args(kind)
        yield from _alternatives(inner, (*marks, *added))
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _alternatives(each, marks)
    else:
        yield kind, marks


def _arguments(kind: Any, of: type) -> Iterator[Any]:
    """Yield the type of the entries of a mapping or tuple."""
    for base, _ in _alternatives(kind):
        if get_origin(base) is of:
            yield get_args(base)[-1 if of is dict else 0]
            return
