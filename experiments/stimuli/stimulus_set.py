"""A stimulus set: items with fields, texts, pictures and facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag

from experiments.files.faults import nearest
from experiments.files.model import Distinct, Model
from experiments.files.scalars import Flag, Name, Note, Scalar, Text
from experiments.marked_text import fill, placeholders
from experiments.places import within_stimuli
from experiments.stimuli.norms import Norms
from experiments.stimuli.pictures import Media, Picture

FieldValue = Annotated[
    Annotated[Scalar, Tag("<value>")] | Annotated[dict[Note, Text], Tag("<languages>")],
    Discriminator(lambda value: "<languages>" if isinstance(value, dict) else "<value>"),
]
"""The value of a field in all languages, or language -> value."""


class Variant(Model):
    """One variant of the texts of all items."""

    sentence: Note
    """Description of the variant in one sentence."""
    pictures: Literal["shown", "none", "by protocol"]
    """Whether an item's pictures are shown with it."""


class Insert(Model):
    """A placeholder whose value the protocol provides, such as ``{count}``."""

    sentence: Note
    """Description of the values in one sentence."""
    samples: Annotated[tuple[Note, ...], Field(min_length=1)]
    """Sample values with which norms are checked."""
    default: dict[Note, Text] = {}
    """Language -> value if the protocol provides none."""


class Fact(Model):
    """A published fact that an item's texts state."""

    claim: Note
    """The fact as stated in the source."""
    numbers: tuple[Note, ...] = ()
    """Its numbers, in digits, as written in the texts of any language."""
    source: Note
    """Publication in which the fact was reported."""
    read_in: Note
    """Publication in which it was read; differs from the source if the tag is V2."""
    tag: Literal["V", "V2", "M+"]
    """V: read in the source; V2: read in a secondary source; M+: from memory, to be checked."""


class Item(Model):
    """One stimulus."""

    id: Name
    """Name of the item in the data."""
    practice: Flag = False
    """Whether the item is used only for practice."""
    fields: dict[Note, FieldValue] = {}
    """Properties of the item; texts can use a field as ``{field}``."""
    images: tuple[Picture, ...] = ()
    """Pictures, in the order in which picture rules use them."""
    facts: tuple[Fact, ...] = ()
    """Sources of the numbers in the texts."""
    texts: dict[Note, dict[Note, Text]] = {}
    """Language -> variant -> text, with blank lines between paragraphs."""

    def field(self, name: str, language: str) -> str | int | float:
        """Return the value of a field, in the given language if it differs by language."""
        value = self.fields[name]
        return value[language] if isinstance(value, dict) else value


class StimulusSet(Model):
    """A complete and checked set of stimuli, as read by `load_set`."""

    set: Name
    """Name of the set and of its folder."""
    version: Note
    """Version of the set; change it whenever an item changes."""
    title: Note
    """Title of the set."""
    licence: Annotated[str, Field(min_length=2)]
    """SPDX code of the licence."""
    author: Note
    """Who made the set."""
    citation: Note
    """Publication to cite, and the model on which the set is based."""
    languages: Annotated[tuple[Note, ...], Field(min_length=1), Distinct]
    """Languages of all texts (BCP 47)."""
    variants: dict[Note, Variant] = {}
    """Variants of each text."""
    inserts: dict[Note, Insert] = {}
    """Placeholders whose values the protocol provides."""
    declares: dict[Note, Note] = {}
    """Design choices that readers of the study must know about."""
    disclosure: dict[Note, Text]
    """Language -> information on the stimuli for participants at the end."""
    media: Media | None = None
    """Properties of the picture files."""
    norms: Norms = Norms()
    """Norms that `compassion check` checks."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    """The stimuli."""

    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """Folder of the set."""
        return self._folder

    @property
    def trials(self) -> tuple[Item, ...]:
        """Items for trials."""
        return tuple(item for item in self.items if not item.practice)

    @property
    def practice(self) -> tuple[Item, ...]:
        """Items for practice."""
        return tuple(item for item in self.items if item.practice)

    def item(self, id: str) -> Item:
        """Return an item by its id.

        Raises
        ------
        KeyError
            If there is no such item; the message suggests the most similar id.
        """
        items = {item.id: item for item in self.items}
        if id not in items:
            raise KeyError(f"the set '{self.set}' has no item '{id}'. {nearest(id, items)}")
        return items[id]

    def text(self, item: Item, language: str, variant: str, inserts: Mapping[str, str]) -> str:
        """Return an item's text with all placeholders replaced.

        Values are taken from ``inserts``, else from the item's fields, else from the defaults of the set.

        Raises
        ------
        KeyError
            If a placeholder has no value, or the language or variant does not exist.
        """
        values = {name: insert.default.get(language, "") for name, insert in self.inserts.items()}
        values |= {name: str(item.field(name, language)) for name in item.fields}
        values |= inserts
        text = item.texts[language][variant]
        for name in placeholders(text):
            if not values.get(name):
                raise KeyError(
                    f"'{{{name}}}' in {self.set}/{item.id} has no value; provide it in the protocol "
                    f"({self.inserts[name].sentence})"
                )
        return fill(text, values)

    def path(self, picture: Picture) -> Path:
        """Return the file of a picture."""
        return (self._folder / picture.file).resolve()

    def src(self, picture: Picture) -> str:
        """Return the path of a picture within ``stimuli/``, or its full path if the set belongs to the lab."""
        return src_of(self._folder / picture.file)


@cache
def src_of(file: Path) -> str:
    """Return the path of a file within ``stimuli/``, or its full path if it is elsewhere."""
    # Cached: resolving a path accesses the disk for each parent folder, and timelines often use the same pictures.
    return within_stimuli(file.resolve())
