"""Types of single values in a file in which every value is a text until its key wants something else.

Each type also takes the value itself (7 as well as ``"7"``), so that models can be built in Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, core_schema

from experiments.files.descriptions import descriptions
from experiments.files.faults import ValueFault, shortened
from experiments.files.model import NAME, PATTERNS

#: Editors read ``title: 1984`` by the rules of YAML 1.2, as a number.
_ANY_SCALAR = {"type": ["string", "number", "boolean"]}
#: Spaces other than the common one, and characters without width.
_UNSEEN = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u3000]")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_FROM_TO = re.compile(r"([0-9]+) to ([0-9]+)")
_NUMBER = re.compile(r"-?((0|[1-9][0-9]{0,14})(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")

T = TypeVar("T")


class CommentedText(str):
    """A text without quotes that has a comment behind it on its line.

    Attributes
    ----------
    comment
        Index of the comment, counted from the beginning of the text.
    """

    comment: int

    def __new__(cls, text: str, comment: int) -> CommentedText:
        """Make the text."""
        new = super().__new__(cls, text)
        new.comment = comment
        return new

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes it again in another process."""
        return CommentedText, (str(self), self.comment)


class QuotedText(str):
    """A text in quotes, which is never a number where a number or a text can be."""


def _not_cut(value: Any) -> Any:
    if isinstance(value, CommentedText):
        found = "a text for participants without quotes is cut here: what follows ' #' is a comment"
        remedy = "Put the text in quotes. A comment goes on a line of its own."
        raise ValueFault(found, remedy, value.comment)
    return value


def _one_line(value: str) -> str:
    if not value.strip():
        raise ValueFault("found no text", "Write something here, or remove the key.")
    if "\n" in value:
        raise ValueFault(f"found {value.count(chr(10)) + 1} lines", "Write it on one line.")
    if unseen := _UNSEEN.search(value):
        found = f"found an invisible character (U+{ord(unseen[0]):04X})"
        raise ValueFault(found, "Replace it by a common space, or delete it.", unseen.start())
    return value


def _name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        raise ValueFault(f"found '{value}', which cannot be a name", PATTERNS[NAME])
    return value


def _yes_no(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if value not in ("yes", "no"):
        raise ValueFault(f"found '{value}'", "Write yes or no.")
    return value == "yes"


def _whole(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _WHOLE.fullmatch(value):
        meant = _meant(value, _WHOLE) or "such as 12, with digits alone"
        found = f"found {shortened(value)}, which is not a whole number"
        raise ValueFault(found, f"Write a whole number: {meant}.")
    return int(value)


def _selection(value: Any) -> Any:
    if not isinstance(value, str) or not (found := _FROM_TO.fullmatch(value)):
        return _whole(value)
    if not 1 <= int(found[1]) <= int(found[2]):
        remedy = "Write the lower number first, such as 2 to 9; the first is 1."
        raise ValueFault(f"found {shortened(value)}", remedy)
    return value


def selected(listed: Sequence[T], selection: int | str) -> Sequence[T]:
    """Return what a selection picks.

    >>> selected("abcd", 2), selected("abcd", "3 to 4")
    ('ab', 'cd')
    """
    first, _, last = str(selection).rpartition(" to ")
    return listed[int(first or 1) - 1 : int(last)]


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        meant = _meant(value, _NUMBER) or "such as 12 or 0.5"
        raise ValueFault(
            f"found {shortened(value)}, which is not a number", f"Write a number: {meant}."
        )
    return float(value)


def _scalar(value: Any) -> Any:
    if not isinstance(value, (str, int, float)):
        raise ValueFault(f"found {shortened(value)}", "Write a number or a text.")
    if not isinstance(value, str) or isinstance(value, QuotedText):
        return value
    if _WHOLE.fullmatch(value):
        return int(value)
    return float(value) if _NUMBER.fullmatch(value) else value


def _meant(text: str, form: re.Pattern[str]) -> str:
    """Return what a loosely written number may mean, such as ``1000 or 1.000`` for ``1,000``."""
    text = text.replace("−", "-").removeprefix("+")
    possible = [
        text,
        re.sub(r"(?<=[0-9])[ _,.'’](?=[0-9]{3}(?![0-9]))", "", text),
        text.replace(",", "."),
        re.sub(r"\.0*$", "", text),
        re.sub(r"^(-?)0+(?=[0-9])", r"\1", text),
    ]
    return " or ".join(dict.fromkeys(number for number in possible if form.fullmatch(number)))


def _as_word(value: bool) -> str:
    return "yes" if value else "no"


class ShownText(str):
    """A text for participants; its class distinguishes it from all other texts."""


Text = Annotated[
    str, BeforeValidator(_not_cut), AfterValidator(ShownText), WithJsonSchema(_ANY_SCALAR)
]
"""A text for participants; Markdown, on as many lines as it needs."""
Words = Annotated[str, AfterValidator(_one_line), WithJsonSchema(_ANY_SCALAR)]
"""A text on one line that participants do not read, such as a level or a phrase."""
Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME})]
"""A name: lower-case letters, digits and ``_``, starting with a letter."""
Note = Annotated[str, WithJsonSchema(_ANY_SCALAR)]
"""A text on as many lines as it needs that participants do not read, such as a citation."""
Flag = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": ["yes", "no"]})]
"""``yes`` or ``no``, in hashes of contents true or false."""
YesNo = Annotated[Flag, PlainSerializer(_as_word, when_used="json")]
"""``yes`` or ``no``, in expansions too."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number, in digits."""
Selection = Annotated[
    int | str,
    BeforeValidator(_selection),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+ to [0-9]+$"}]}
    ),
]
"""How many of the first, or from which to which: ``8``, ``2 to 9``."""
Number = Annotated[float, BeforeValidator(_number)]
"""A number, in digits, with a point before its decimals."""
Scalar = Annotated[int | float | str, BeforeValidator(_scalar), WithJsonSchema(_ANY_SCALAR)]
"""A number or a text: a number if it is written like one and not in quotes (``007`` and ``1_000`` are texts)."""


class FileSchema(GenerateJsonSchema):
    """JSON schema of a model as its files are written: with the defaults yes and no, and the text under each field.

    Use it as ``Model.model_json_schema(schema_generator=FileSchema)``.
    """

    def encode_default(self, dft: Any) -> Any:
        """Return a default as it would be written."""
        return _as_word(dft) if isinstance(dft, bool) else super().encode_default(dft)

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        """Return the schema of a model, its keys with their descriptions."""
        made = super().model_schema(schema)
        properties = made.get("properties", {})
        for name, text in descriptions(schema["cls"]).items():
            key = schema["cls"].model_fields[name].alias or name
            if key in properties:
                properties[key]["description"] = text
        return made


@dataclass(frozen=True)
class Range:
    """Mark of a number type: the least and the greatest number, or limits that the number cannot reach.

    >>> from pydantic import TypeAdapter
    >>> TypeAdapter(Annotated[Whole, Range(least=2)]).json_schema()
    {'minimum': 2, 'type': 'integer'}
    """

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of a number within the range."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON schema with the limits."""
        limits = {
            "minimum": self.least,
            "maximum": self.most,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return handler(schema) | {name: at for name, at in limits.items() if at is not None}

    def _check(self, number: float) -> float:
        outside = (
            (self.least is not None and number < self.least)
            or (self.most is not None and number > self.most)
            or (self.above is not None and number <= self.above)
            or (self.below is not None and number >= self.below)
        )
        if outside:
            raise ValueFault(f"found {number:g}", f"Write a number {self._words}.")
        return number

    @property
    def _words(self) -> str:
        if self.least is not None and self.most is not None:
            return f"from {self.least:g} to {self.most:g}"
        limits = {
            "of at least": self.least,
            "of at most": self.most,
            "above": self.above,
            "below": self.below,
        }
        return " and ".join(
            f"{words} {limit:g}" for words, limit in limits.items() if limit is not None
        )
