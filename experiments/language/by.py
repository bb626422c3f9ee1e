"""Values that differ between conditions: ``{by: victim, identified: 1, else: 0}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import Discriminator, Field, Tag, model_serializer, model_validator

from experiments.files.model import Model

T = TypeVar("T")

_OWN = ("by", "else")


class By(Model, Generic[T]):
    """One value for each level of a factor, a mode, a session, a field of the item or an earlier answer."""

    by: Annotated[tuple[str, ...], Field(min_length=1)]
    """What the value depends on: one name, or a list of names whose levels are joined by a space."""
    levels: dict[str, T] = {}
    """Level -> value. Without any, the value is the name of the level itself."""
    otherwise: Annotated[T | None, Field(alias="else")] = None
    """The value at all other levels (``else``)."""

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "by" not in data:
            return data
        names = data["by"]
        return {
            "by": [names] if isinstance(names, str) else names,
            "levels": {level: value for level, value in data.items() if level not in _OWN},
            "else": data.get("else"),
        }

    @model_serializer
    def _written(self) -> dict[str, Any]:
        otherwise = {} if self.otherwise is None else {"else": self.otherwise}
        return {
            "by": self.by[0] if len(self.by) == 1 else list(self.by),
            **self.levels,
            **otherwise,
        }

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(core))
        value = whole["properties"]["levels"].get("additionalProperties", True)
        name = {"type": "string"}
        return {
            "type": "object",
            "description": (By.__doc__ or "").strip(),
            "properties": {
                "by": {
                    "anyOf": [name, {"type": "array", "items": name}],
                    "description": "What the value depends on.",
                },
                "else": value,
            },
            "required": ["by"],
            "additionalProperties": value,
        }

    def at(self, levels: Mapping[str, str]) -> T | str:
        """Return the value at these levels.

        Raises
        ------
        KeyError
            If there is no value for them.
        """
        level = " ".join(levels[name] for name in self.by)
        if level in self.levels:
            return self.levels[level]
        if self.otherwise is not None:
            return self.otherwise
        if not self.levels:
            return level
        raise KeyError(level)

    def missing(self, possible: Sequence[Iterable[str]]) -> list[str]:
        """Return the levels without a value, given those that each name can have."""
        if self.otherwise is not None or not self.levels:
            return []
        return [" ".join(each) for each in product(*possible) if " ".join(each) not in self.levels]

    def impossible(self, possible: Sequence[Iterable[str]]) -> list[str]:
        """Return the levels with a value that cannot occur, given those that each name can have."""
        known = {" ".join(each) for each in product(*possible)}
        return [level for level in self.levels if level not in known]


def _is_by(value: Any) -> str:
    return "by" if isinstance(value, By) or (isinstance(value, dict) and "by" in value) else "value"


if TYPE_CHECKING:
    Varied: TypeAlias = T | By[T]
else:

    class Varied:
        """A value, or one for each level: ``Varied[int]``."""

        def __class_getitem__(cls, kind: Any) -> Any:
            plain, by = Annotated[kind, Tag("value")], Annotated[By[kind], Tag("by")]
            return Annotated[plain | by, Discriminator(_is_by)]


def values(varied: Any) -> list[Any]:
    """Return every value that a varied value can take."""
    if not isinstance(varied, By):
        return [varied]
    return [*varied.levels.values(), *([] if varied.otherwise is None else [varied.otherwise])]
