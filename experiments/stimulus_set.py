"""What a stimulus set is: items with fields, texts, pictures and facts, and what holds for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr

from experiments import placeholders
from experiments.norms import Norms
from experiments.pictures import Media, Picture
from experiments.places import room
from experiments.reading import NAME, Model, nearest

Scalar = str | int | float


class Variant(Model):
    """One version in which the texts of all items exist."""

    sentence: str
    """What this version is, in a sentence."""
    pictures: Literal["shown", "none", "by protocol"]
    """Whether an item's pictures belong to it."""


class Insert(Model):
    """A placeholder that the protocol fills, such as ``{count}``."""

    sentence: str
    """What is put in, in a sentence."""
    samples: tuple[str, ...] = Field(min_length=1)
    """Values that norms are checked with."""
    default: dict[str, str] = {}
    """Value by language where the protocol gives none."""


class Fact(Model):
    """A published fact that an item's texts state."""

    claim: str
    """The fact as the source has it."""
    numbers: tuple[str, ...] = ()
    """Its numbers, in digits, as they stand in the texts of any language."""
    source: str
    """Publication that the fact is from."""
    read_in: str
    """Where it was read; differs from the source if the tag is V2."""
    tag: Literal["V", "V2", "M+"]
    """V: read in the source; V2: read in a secondary source; M+: recalled, to be checked."""


class Item(Model):
    """One stimulus."""

    id: str = Field(pattern=NAME)
    """Name of the item in the data."""
    practice: bool = False
    """Whether it serves for practice only."""
    fields: dict[str, Scalar | dict[str, str]] = {}
    """What is known of the item; texts may use a field as ``{field}``."""
    images: tuple[Picture, ...] = ()
    """Pictures, in the order in which a photo rule takes them."""
    facts: tuple[Fact, ...] = ()
    """Sources of the numbers in the texts."""
    texts: dict[str, dict[str, str]] = {}
    """Language -> variant -> text; a blank line parts paragraphs."""

    def field(self, name: str, language: str) -> Scalar:
        """Return a field, in one language where it differs by language."""
        value = self.fields[name]
        return value[language] if isinstance(value, dict) else value


class StimulusSet(Model):
    """A set of stimuli, complete and checked; `experiments.stimuli.load_set` makes it."""

    set: str = Field(pattern=NAME)
    """Name of the set and of its folder."""
    version: str
    """Version of the set; change it with every change of an item."""
    title: str
    """What the set is, in a line."""
    licence: str = Field(min_length=2)
    """SPDX code of the licence."""
    author: str
    """Who made it."""
    citation: str
    """What to cite, and what it was modelled on."""
    languages: tuple[str, ...] = Field(min_length=1)
    """Languages in which everything exists (BCP 47)."""
    variants: dict[str, Variant] = {}
    """Versions in which each text exists."""
    inserts: dict[str, Insert] = {}
    """Placeholders that the protocol fills."""
    declares: dict[str, str] = {}
    """Choices of design that a reader of the study must know."""
    disclosure: dict[str, str]
    """By language: what participants are told of the stimuli."""
    media: Media | None = None
    """Size of the picture files."""
    norms: Norms = Norms()
    """What `check_norms` holds the set to."""
    items: tuple[Item, ...] = Field(min_length=1)
    """The stimuli."""

    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """Folder that the set was read from."""
        return self._folder

    @property
    def trials(self) -> tuple[Item, ...]:
        """Items that serve for trials."""
        return tuple(item for item in self.items if not item.practice)

    @property
    def practice(self) -> tuple[Item, ...]:
        """Items that serve for practice."""
        return tuple(item for item in self.items if item.practice)

    def item(self, id: str) -> Item:
        """Return an item by its id.

        Raises
        ------
        KeyError
            With the nearest id, if there is none of this name.
        """
        for item in self.items:
            if item.id == id:
                return item
        known = nearest(id, [item.id for item in self.items])
        raise KeyError(f"the set '{self.set}' has no item '{id}'. {known}")

    def text(self, item: Item, language: str, variant: str, inserts: Mapping[str, str]) -> str:
        """Return an item's text with every placeholder filled.

        Inserts given come first, then the item's fields, then the defaults of the set.

        Raises
        ------
        KeyError
            If a placeholder has neither, or the language or variant does not exist.
        """
        values = {name: made.default.get(language, "") for name, made in self.inserts.items()}
        values |= {name: str(item.field(name, language)) for name in item.fields}
        values |= inserts
        text = item.texts[language][variant]
        for name in placeholders.names(text):
            if not values.get(name):
                raise KeyError(
                    f"'{{{name}}}' in {self.set}/{item.id} is not filled; give it in the protocol "
                    f"({self.inserts[name].sentence})"
                )
        return placeholders.fill(text, values)

    def path(self, picture: Picture) -> Path:
        """Return the file of a picture."""
        return (self._folder / picture.file).resolve()

    def src(self, picture: Picture) -> str:
        """Return the path of a picture inside ``stimuli/``, or the whole path of a lab's own set."""
        return _src(self._folder, picture.file)

    @property
    def digest(self) -> str:
        """SHA-256 of the set file and all its pictures, first 16 hex digits."""
        files = {self.path(picture) for item in self.items for picture in item.images}
        total = hashlib.sha256((self._folder / "set.yaml").read_bytes())
        for file in sorted(files, key=lambda path: path.name):
            total.update(hashlib.sha256(file.read_bytes()).digest())
        return total.hexdigest()[:16]


@cache
def _src(folder: Path, file: str) -> str:
    # Resolving asks the disk about each folder on the way; a timeline asks for the same pictures often.
    path, home = (folder / file).resolve(), room("stimuli").resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()
