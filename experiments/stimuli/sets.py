"""Stimulus sets: items with fields, texts, pictures and facts, read from ``stimuli/<set>/set.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from experiments.files.faults import Fault, InvalidFileError, Key, nearest
from experiments.files.model import NAME, Distinct, Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.source import Source
from experiments.marked_text import fill, placeholders, without_placeholders
from experiments.places import find, shipped_folder
from experiments.stimuli.norms import Norms, undeclared_in_norms
from experiments.stimuli.pictures import BorrowedPictures, Media, Picture, faults_of_picture

Scalar = str | int | float


class Variant(Model):
    """One variant of the texts of all items."""

    sentence: str
    """Description of the variant in one sentence."""
    pictures: Literal["shown", "none", "by protocol"]
    """Whether an item's pictures are shown with it."""


class Insert(Model):
    """A placeholder whose value the protocol provides, such as ``{count}``."""

    sentence: str
    """Description of the values in one sentence."""
    samples: tuple[str, ...] = Field(min_length=1)
    """Sample values with which norms are checked."""
    default: dict[str, str] = {}
    """Language -> value if the protocol provides none."""


class Fact(Model):
    """A published fact that an item's texts state."""

    claim: str
    """The fact as stated in the source."""
    numbers: tuple[str, ...] = ()
    """Its numbers, in digits, as written in the texts of any language."""
    source: str
    """Publication in which the fact was reported."""
    read_in: str
    """Publication in which it was read; differs from the source if the tag is V2."""
    tag: Literal["V", "V2", "M+"]
    """V: read in the source; V2: read in a secondary source; M+: from memory, to be checked."""


class Item(Model):
    """One stimulus."""

    id: str = Field(pattern=NAME)
    """Name of the item in the data."""
    practice: bool = False
    """Whether the item is used only for practice."""
    fields: dict[str, Scalar | dict[str, str]] = {}
    """Properties of the item; texts can use a field as ``{field}``."""
    images: tuple[Picture, ...] = ()
    """Pictures, in the order in which picture rules use them."""
    facts: tuple[Fact, ...] = ()
    """Sources of the numbers in the texts."""
    texts: dict[str, dict[str, str]] = {}
    """Language -> variant -> text, with blank lines between paragraphs."""

    def field(self, name: str, language: str) -> Scalar:
        """Return the value of a field, in the given language if it differs by language."""
        value = self.fields[name]
        return value[language] if isinstance(value, dict) else value


class StimulusSet(Model):
    """A complete and checked set of stimuli, as read by `load_set`."""

    set: str = Field(pattern=NAME)
    """Name of the set and of its folder."""
    version: str
    """Version of the set; change it whenever an item changes."""
    title: str
    """Title of the set."""
    licence: str = Field(min_length=2)
    """SPDX code of the licence."""
    author: str
    """Who made the set."""
    citation: str
    """Publication to cite, and the model on which the set is based."""
    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Languages of all texts (BCP 47)."""
    variants: dict[str, Variant] = {}
    """Variants of each text."""
    inserts: dict[str, Insert] = {}
    """Placeholders whose values the protocol provides."""
    declares: dict[str, str] = {}
    """Design choices that readers of the study must know about."""
    disclosure: dict[str, str]
    """Language -> information on the stimuli for participants at the end."""
    media: Media | None = None
    """Properties of the picture files."""
    norms: Norms = Norms()
    """Norms that `compassion check` checks."""
    items: tuple[Item, ...] = Field(min_length=1)
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
        return _src(self._folder, picture.file)


@cache
def _src(folder: Path, file: str) -> str:
    # Cached: resolving a path accesses the disk for each parent folder, and timelines often use the same pictures.
    path, home = (folder / file).resolve(), shipped_folder("stimuli").resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()


def load_set(name: str | Path) -> StimulusSet:
    """Read a stimulus set.

    Parameters
    ----------
    name
        Name of a set in ``stimuli/``, or path of a set's folder.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    InvalidFileError
        Listing every fault in the set.
    """
    folder = find(str(name), "stimuli")
    source = read(folder / "set.yaml")
    stimuli = parse(StimulusSet, source)
    faults = [*_faults_of_set(stimuli, source)]
    known = {
        "field of all items": set.intersection(*(set(item.fields) for item in stimuli.items)),
        "language": stimuli.languages,
        "placeholder": stimuli.inserts,
        "variant": stimuli.variants,
    }
    faults += [source.fault(*found) for found in undeclared_in_norms(stimuli.norms, known)]
    items, of_pictures = _with_pictures(stimuli, source)
    if faults or of_pictures:
        raise InvalidFileError([*faults, *of_pictures])
    loaded = stimuli.model_copy(update={"items": items})
    loaded._folder = folder
    return loaded


def _faults_of_set(stimuli: StimulusSet, source: Source) -> Iterator[Fault]:
    if stimuli.set != source.path.resolve().parent.name:
        yield source.fault(
            ("set",), f"found '{stimuli.set}'", "Give the set the name of its folder."
        )
    yield from source.mismatches(("disclosure",), stimuli.disclosure, stimuli.languages)
    yield from source.repeated(("items",), [item.id for item in stimuli.items])
    for n, item in enumerate(stimuli.items):
        key: Key = ("items", n)
        for name, value in item.fields.items():
            if isinstance(value, dict):
                yield from source.mismatches((*key, "fields", name), value, stimuli.languages)
        if stimuli.variants:
            yield from source.mismatches((*key, "texts"), item.texts, stimuli.languages)
        for language, texts in item.texts.items():
            place: Key = (*key, "texts", language)
            yield from source.mismatches(place, texts, stimuli.variants)
            for variant, text in texts.items():
                yield from _faults_of_text(stimuli, item, text, source, (*place, variant))


def _faults_of_text(
    stimuli: StimulusSet, item: Item, text: str, source: Source, key: Key
) -> Iterator[Fault]:
    known = [*stimuli.inserts, *item.fields]
    for name in placeholders(text):
        if name not in known:
            yield source.fault(key, f"there is no value for '{{{name}}}'", nearest(name, known))
    if {"{", "}"} & set(without_placeholders(text)):
        yield source.fault(
            key, "a brace is not closed or not opened", "Write a placeholder as `{name}`."
        )


def _with_pictures(stimuli: StimulusSet, source: Source) -> tuple[tuple[Item, ...], list[Fault]]:
    """Check all pictures, and replace borrowed ones with the originals."""
    faults: list[Fault] = []
    items = []
    borrowed = BorrowedPictures(stimuli.set, stimuli.languages, source, _pictures_of)
    for n, item in enumerate(stimuli.items):
        pictures = []
        for k, picture in enumerate(item.images):
            key: Key = ("items", n, "images", k)
            if picture.of:
                pictures.append(borrowed.borrow(picture, key))
            else:
                faults += faults_of_picture(picture, source, key, stimuli.languages, stimuli.media)
                pictures.append(picture)
        items.append(item.model_copy(update={"images": tuple(pictures)}))
    return tuple(items), [*faults, *borrowed.faults]


def _pictures_of(file: Path) -> tuple[Mapping[str, tuple[Key, Picture]], Media | None, Source]:
    """Read the pictures that can be borrowed from a set: the first of each item, if it is the set's own."""
    source = read(file)
    stimuli = parse(StimulusSet, source)
    first = {
        item.id: (("items", n, "images", 0), item.images[0])
        for n, item in enumerate(stimuli.items)
        if item.images and item.images[0].file
    }
    return first, stimuli.media, source
