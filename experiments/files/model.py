"""Frozen models of what is read from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic.fields import FieldInfo

NAME = r"^[a-z][a-z0-9_]*$"
VERSION = r"^\d+\.\d+\.\d+$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z]+)?$"
PATTERNS = {
    NAME: "Use lower-case letters, digits and underscores (_), starting with a letter.",
    VERSION: "Write three numbers separated by dots, such as 1.0.0.",
    LANGUAGE: "Use a code such as he, de or pt-BR.",
}
"""Pattern -> remedy for a text that does not match it."""


def _distinct(values: Sequence[Any]) -> Sequence[Any]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ValueError(f"found '{value}' twice; list it only once")
    return values


Distinct = AfterValidator(_distinct)
"""Validator: no entry occurs twice in a list."""


@dataclass(frozen=True)
class Seen:
    """What the reader remembers while models are built, by ``id`` of the value in the file."""

    models: dict[int, type[Model]] = field(default_factory=dict)
    kinds: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The keys of which one says what the entry is (``unions.one_of``)."""


class Model(BaseModel):
    """Base class of everything read from YAML: frozen, without unknown keys."""

    elsewhere: ClassVar[Mapping[str, str]] = {}
    """Key that people look for here -> what to write instead."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: ValidationInfo) -> Any:
        # The reader looks up which model a misspelt key, or a value without keys, was meant for.
        if isinstance(info.context, Seen):
            info.context.models[id(data)] = cls
        return data


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the keys of a model as they are written in a file, each with its field."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
