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

from pydantic import Field

from experiments.files.parsing import parse
from experiments.files.reading import Key, Model, Source, nearest
from experiments.files.scalars import Name, Text, Words
from experiments.files.typed import read_as_typed
from experiments.places import shipped_folder

PART_VERSION = r"^\d+(\.\d+)*$"
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
    """Value if the study sets none; without a default it must be set."""
    as_: Annotated[Text | None, Field(alias="as")] = None
    """What takes the place of ``{name}`` in a text if the value is neither empty nor ``no``."""

    @property
    def described(self) -> str:
        """What the parameter is, in a few words."""
        kinds = (self.text, self.number, self.yes_no, self.questions, self.measure)
        return next((words for words in kinds if words), "")


class Part(Model):
    """A part file."""

    part: Name
    """Name of the part, which is the name of its file."""
    version: Annotated[str, Field(pattern=PART_VERSION)]
    """Version; increase it with every change, and keep the file of the old version as ``NAME-VERSION.yaml``."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")] = "en"
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
    source = read_as_typed(path)
    return LoadedPart(parse(Part, source), source)


def load_part(path: Path) -> LoadedPart:
    """Read a part.

    Raises
    ------
    InvalidFileError
        If it cannot be read.
    """
    return _load(path.resolve(), path.stat().st_mtime)


def parts(beside: Path | None) -> dict[str, list[LoadedPart]]:
    """Return the parts that a study can use, each with its versions from the newest.

    A part beside the study replaces the shipped one of the same name.

    Parameters
    ----------
    beside
        Folder of the study.
    """
    found: dict[str, list[LoadedPart]] = {}
    folders = [shipped_folder("protocols") / "parts"]
    if beside is not None:
        folders.append(beside / "parts")
    for folder in folders:
        here: dict[str, list[LoadedPart]] = {}
        for path in sorted(folder.glob("*.yaml")):
            loaded = load_part(path)
            here.setdefault(loaded.part.part, []).append(loaded)
        found |= here
    for versions in found.values():
        versions.sort(key=lambda loaded: _number(loaded.part.version), reverse=True)
    return found


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


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace the holes that have a value; paragraphs that become empty disappear.

    >>> filled("A {b} {c}\\n\\n{d}\\n\\nE", {"b": "B", "d": ""})
    'A B {c}\\n\\nE'
    """
    paragraphs = []
    for paragraph in text.split("\n\n"):
        put = _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), paragraph)
        if put.strip() or not paragraph.strip():
            paragraphs.append(put.strip() if put != paragraph else put)
    return "\n\n".join(paragraphs)


__all__ = ["Key", "LoadedPart", "Part", "filled", "find_part", "holes", "only_hole", "parts"]
