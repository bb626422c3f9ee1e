"""Stimulus sets: items with fields, texts, pictures and facts, read from ``stimuli/<set>/set.yaml`` with all faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from experiments.files.reading import (
    NAME,
    Distinct,
    Fault,
    FaultyFile,
    Key,
    Model,
    Source,
    nearest,
    parse,
    read,
)
from experiments.marked_text import fill, placeholders, without_placeholders
from experiments.places import find, room
from experiments.stimuli.norms import Norms, undeclared_in_norms
from experiments.stimuli.pictures import Lenders, Media, Picture, faults_of_picture

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
    """Its numbers, in digits, as the texts of any language have them."""
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
    """Language -> variant -> text, with blank lines between paragraphs."""

    def field(self, name: str, language: str) -> Scalar:
        """Return a field, in one language where it differs by language."""
        value = self.fields[name]
        return value[language] if isinstance(value, dict) else value


class StimulusSet(Model):
    """A set of stimuli, complete and checked; `load_set` reads it."""

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
    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Languages in which everything exists (BCP 47)."""
    variants: dict[str, Variant] = {}
    """Versions in which each text exists."""
    inserts: dict[str, Insert] = {}
    """Placeholders that the protocol fills."""
    declares: dict[str, str] = {}
    """Choices of design that a reader of the study must know."""
    disclosure: dict[str, str]
    """By language: what participants read about the stimuli at the end."""
    media: Media | None = None
    """Size of the picture files."""
    norms: Norms = Norms()
    """What `compassion check` finds broken."""
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
        items = {item.id: item for item in self.items}
        if id not in items:
            raise KeyError(f"the set '{self.set}' has no item '{id}'. {nearest(id, items)}")
        return items[id]

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
        for name in placeholders(text):
            if not values.get(name):
                raise KeyError(
                    f"'{{{name}}}' in {self.set}/{item.id} is not filled; give it in the protocol "
                    f"({self.inserts[name].sentence})"
                )
        return fill(text, values)

    def path(self, picture: Picture) -> Path:
        """Return the file of a picture."""
        return (self._folder / picture.file).resolve()

    def src(self, picture: Picture) -> str:
        """Return the path of a picture inside ``stimuli/``, or the whole path of a lab's own set."""
        return _src(self._folder, picture.file)


@cache
def _src(folder: Path, file: str) -> str:
    # Resolving asks the disk about each folder on the way; a timeline asks for the same pictures often.
    path, home = (folder / file).resolve(), room("stimuli").resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()


def load_set(name: str | Path) -> StimulusSet:
    """Read a stimulus set and refuse it with all its faults.

    Parameters
    ----------
    name
        Name of a set in ``stimuli/``, or path of a set's folder.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    FaultyFile
        With every fault: file, line, key, what was found, and the remedy.
    """
    folder = find(str(name), "stimuli")
    source = read(folder / "set.yaml")
    made = parse(StimulusSet, source)
    faults = [*_faults_of_set(made, source)]
    known = {
        "field of all items": set.intersection(*(set(item.fields) for item in made.items)),
        "language": made.languages,
        "placeholder": made.inserts,
        "variant": made.variants,
    }
    faults += [source.fault(*found) for found in undeclared_in_norms(made.norms, known)]
    items, of_pictures = _with_pictures(made, source)
    if faults or of_pictures:
        raise FaultyFile([*faults, *of_pictures])
    loaded = made.model_copy(update={"items": items})
    loaded._folder = folder
    return loaded


def _faults_of_set(made: StimulusSet, source: Source) -> Iterator[Fault]:
    if made.set != source.path.resolve().parent.name:
        yield source.fault(("set",), f"found '{made.set}'", "Name the set like its folder.")
    yield from source.mismatches(("disclosure",), made.disclosure, made.languages)
    yield from source.repeated(("items",), [item.id for item in made.items])
    for n, item in enumerate(made.items):
        key: Key = ("items", n)
        for name, value in item.fields.items():
            if isinstance(value, dict):
                yield from source.mismatches((*key, "fields", name), value, made.languages)
        if made.variants:
            yield from source.mismatches((*key, "texts"), item.texts, made.languages)
        for language, texts in item.texts.items():
            place: Key = (*key, "texts", language)
            yield from source.mismatches(place, texts, made.variants)
            for variant, text in texts.items():
                yield from _faults_of_text(made, item, text, source, (*place, variant))


def _faults_of_text(
    made: StimulusSet, item: Item, text: str, source: Source, key: Key
) -> Iterator[Fault]:
    known = [*made.inserts, *item.fields]
    for name in placeholders(text):
        if name not in known:
            yield source.fault(key, f"nothing fills '{{{name}}}'", nearest(name, known))
    if {"{", "}"} & set(without_placeholders(text)):
        yield source.fault(key, "a brace has no partner", "Write a placeholder as `{name}`.")


def _with_pictures(made: StimulusSet, source: Source) -> tuple[tuple[Item, ...], list[Fault]]:
    """Check all pictures, and put borrowed ones in their places."""
    faults: list[Fault] = []
    items = []
    lenders = Lenders(made.set, made.languages, source, _lender)
    for n, item in enumerate(made.items):
        pictures = []
        for k, picture in enumerate(item.images):
            key: Key = ("items", n, "images", k)
            if picture.of:
                pictures.append(lenders.borrow(picture, key))
            else:
                faults += faults_of_picture(picture, source, key, made.languages, made.media)
                pictures.append(picture)
        items.append(item.model_copy(update={"images": tuple(pictures)}))
    return tuple(items), [*faults, *lenders.faults]


def _lender(file: Path) -> tuple[Mapping[str, tuple[Key, Picture]], Media | None, Source]:
    """Read a set that pictures are borrowed from: item -> the first picture, if the set itself has it."""
    source = read(file)
    made = parse(StimulusSet, source)
    own = {
        item.id: (("items", n, "images", 0), item.images[0])
        for n, item in enumerate(made.items)
        if item.images and item.images[0].file
    }
    return own, made.media, source
