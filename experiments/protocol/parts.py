"""Parts: steps that many studies share, with what a study may set in them as parameters.

A part is a file in ``protocols/parts`` or in ``parts`` beside the study. In its texts, ``{name}`` is the value of a
parameter; a value or key that is only ``{name}`` is replaced by all that the study wrote there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, model_validator

from experiments.files.faults import Fault, InvalidFileError, ValueFault, nearest, shortened
from experiments.files.model import LANGUAGE, Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Name, Text, Words
from experiments.files.source import Source
from experiments.language.phrases import PhraseError
from experiments.language.quantities import parse_number
from experiments.places import shipped_folder

PART_VERSION = r"^\d+(\.\d+)*$"
KINDS = ("text", "number", "yes_no", "questions", "measure")
"""Kinds of parameter."""
FOLDER = "parts"
IF_PAID = "if paid"
"""Default of a parameter: yes in a study that pays participants for taking part, otherwise no."""
_WITH_BLANK = re.compile(r"( ?)(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")
_HOLE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")


class Parameter(Model):
    """Something that a study may set in a part. One of the keys ``text``, ``number``, ``yes_no``, ``questions`` and
    ``measure`` says of what kind it is, and describes it."""

    text: Words | None = None
    """A text for participants."""
    number: Words | None = None
    """A number."""
    yes_no: Words | None = None
    """Yes or no."""
    questions: Words | None = None
    """Questions that are added."""
    measure: Words | None = None
    """The address of a question of the study."""
    default: Any = None
    """Value if the study sets none; without a default it must be set. ``if paid``: yes if the study has stakes or declares
    a payment, otherwise no."""
    as_: Annotated[Text | None, Field(alias="as")] = None
    """What takes the place of ``{name}`` in a text if the value is neither empty nor ``no``."""

    @model_validator(mode="after")
    def _one_kind(self) -> Parameter:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            found = f"found {' and '.join(given) or 'no kind'}"
            raise ValueFault(found, f"Write one of {', '.join(KINDS)}, with what the parameter is.")
        return self

    @property
    def kind(self) -> str:
        """``text``, ``number``, ``yes_no``, ``questions`` or ``measure``."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def described(self) -> str:
        """What the parameter is, in a few words."""
        return str(getattr(self, self.kind))

    @property
    def placeholder(self) -> Any:
        """A value that has no further faults, in place of one that is wrong or missing."""
        return {} if self.kind == "questions" else "0" if self.kind == "number" else ""

    def wrong(self, value: Any) -> tuple[str, str] | None:
        """Return what is wrong with a value, and the remedy; None if it can be set."""
        if self.kind == "questions":
            if isinstance(value, dict):
                return None
            return f"found {shortened(value)}", "Write questions: {name: {choice: ...}}."
        values = [value]
        if isinstance(value, dict) and "by" in value and self.kind in ("text", "yes_no"):
            values = [each for level, each in value.items() if level != "by"]
        for each in values:
            if not isinstance(each, str):
                found = (
                    "found a list"
                    if isinstance(each, list)
                    else f"found the keys {', '.join(each)}"
                )
                return found, f"Write one value: {self.described}."
            if self.kind == "yes_no" and each not in ("yes", "no"):
                return f"found '{each}'", "Write yes or no."
            if self.kind == "number":
                try:
                    parse_number(each)
                except PhraseError as error:
                    return error.found, error.remedy
        return None


class Part(Model):
    """A part file."""

    part: Name
    """Name of the part, which is the name of its file."""
    version: Annotated[
        str, Field(pattern=PART_VERSION), WithJsonSchema({"type": ["string", "number"]})
    ]
    """Version; increase it with every change, and keep the file of the old version as ``NAME-VERSION.yaml``."""
    language: Annotated[str, Field(pattern=LANGUAGE)] = "en"
    """Language of its texts."""
    summary: Words = ""
    """What the part does, in one sentence."""
    parameters: dict[Name, Parameter] = {}
    """What a study may set."""
    flow: Annotated[list[Any], Field(min_length=1)]
    """Its steps, in the language of studies."""


@dataclass(frozen=True)
class LoadedPart:
    """A part with the file it was read from."""

    part: Part
    source: Source

    @property
    def address(self) -> str:
        """Name and version: ``consent@1.3``."""
        return f"{self.part.part}@{self.part.version}"


@cache
def _load(path: Path, changed: float) -> LoadedPart:
    source = read(path)
    return LoadedPart(parse(Part, source), source)


def load_part(path: Path) -> LoadedPart:
    """Read a part.

    Raises
    ------
    InvalidFileError
        With every fault of the file.
    """
    return _load(path.resolve(), path.stat().st_mtime)


@dataclass(frozen=True)
class Parts:
    """The parts that a study can use."""

    found: Mapping[str, list[LoadedPart]]
    """Name -> its versions, from the newest."""
    faulty: frozenset[str]
    """Names of parts whose files have faults."""
    faults: tuple[Fault, ...]


def parts(beside: Path | None) -> Parts:
    """Return the parts that a study can use. A part beside the study replaces the shipped one of the same name.

    Parameters
    ----------
    beside
        Folder of the study.
    """
    found: dict[str, list[LoadedPart]] = {}
    faulty: set[str] = set()
    faults: list[Fault] = []
    for folder in [shipped_folder("protocols") / FOLDER, *([beside / FOLDER] if beside else [])]:
        here: dict[str, list[LoadedPart]] = {}
        for path in sorted(folder.glob("*.yaml")):
            name = path.stem.partition("-")[0]
            try:
                loaded = load_part(path)
            except InvalidFileError as error:
                faulty.add(name)
                faults += error.faults
                continue
            if loaded.part.part != name:
                remedy = f"Name the file {loaded.part.part}.yaml, or the part '{name}'."
                what = f"the part '{loaded.part.part}' is in a file of another name"
                faults.append(loaded.source.fault(("part",), what, remedy))
            here.setdefault(loaded.part.part, []).append(loaded)
        found |= here
    for versions in found.values():
        versions.sort(key=lambda loaded: _number(loaded.part.version), reverse=True)
    return Parts(found, frozenset(faulty), tuple(faults))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def find_part(use: str, known: Mapping[str, list[LoadedPart]]) -> LoadedPart:
    """Return the part that ``use: NAME`` or ``use: NAME@VERSION`` names.

    Raises
    ------
    LookupError
        With what was found and the remedy, if there is no such part or version.
    """
    name, _, version = use.partition("@")
    if name not in known:
        raise LookupError(f"there is no part '{name}'", nearest(name, known))
    for loaded in known[name]:
        if not version or loaded.part.version == version:
            return loaded
    versions = ", ".join(loaded.part.version for loaded in known[name])
    raise LookupError(f"the part '{name}' has no version {version}", f"There is: {versions}.")


def holes(text: str) -> Iterator[str]:
    """Yield the names in single braces of a text."""
    yield from _HOLE.findall(text)


def only_hole(text: str) -> str:
    """Return the name if the text is nothing but ``{name}``, otherwise ''."""
    whole = _HOLE.fullmatch(text.strip())
    return whole[1] if whole else ""


def _put(found: re.Match[str], values: Mapping[str, str]) -> str:
    if found[2] not in values:
        return found[0]
    value = values[found[2]]
    return found[1] + value if value else ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace the holes that have a value; paragraphs that become empty disappear, blanks before nothing too.

    >>> filled("A {b} {c} {d} D\\n\\n{d}\\n\\nE", {"b": "B", "d": ""})
    'A B {c} D\\n\\nE'
    """
    paragraphs = []
    for paragraph in text.split("\n\n"):
        put = _WITH_BLANK.sub(lambda found: _put(found, values), paragraph)
        if put.strip() or not paragraph.strip():
            paragraphs.append(put.strip() if put != paragraph else put)
    return "\n\n".join(paragraphs)
