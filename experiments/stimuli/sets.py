"""Reading stimulus sets: ``stimuli/<set>/set.yaml``, with all faults of texts and pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from experiments.files.faults import Fault, InvalidFileError, Key, nearest
from experiments.files.parsing import parse
from experiments.files.reading import Reader, read
from experiments.files.references import unknown_names
from experiments.files.source import Source
from experiments.marked_text import placeholders, without_placeholders
from experiments.places import find, is_there, shipped_folder
from experiments.stimuli.pictures import Picture, faults_of_picture
from experiments.stimuli.stimulus_set import Item, StimulusSet


def load_set(name: str | Path, read: Reader = read) -> StimulusSet:
    """Read a stimulus set.

    Parameters
    ----------
    name
        Name of a set in ``stimuli/``, or path of a set's folder.
    read
        Reader of its file, and of those of sets from which it borrows pictures.

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
    in_order = {kind: sorted(names) for kind, names in known.items()}
    faults += (source.fault(*f) for f in unknown_names(stimuli.norms, in_order, ("norms",)))
    pictures = _Pictures(stimuli, source, read)
    items = [
        item.model_copy(update={"images": tuple(pictures.of_item(n, item))})
        for n, item in enumerate(stimuli.items)
    ]
    if faults or pictures.faults:
        raise InvalidFileError([*faults, *pictures.faults])
    loaded = stimuli.model_copy(update={"items": tuple(items)})
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
            for text in value.values() if isinstance(value, dict) else [value]:
                if {"{", "}"} & set(str(text)):
                    found = "a field has braces, which nothing fills"
                    yield source.fault((*key, "fields", name), found, "Write the words themselves.")
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


class _Pictures:
    """The pictures of a set, checked, with the originals of those that it borrows from other sets.

    Only a set's own pictures can be borrowed, so that two sets cannot borrow from each other.
    """

    def __init__(self, stimuli: StimulusSet, source: Source, read: Reader) -> None:
        self.stimuli, self.source, self.read = stimuli, source, read
        self.folder = source.path.resolve().parent
        self.lenders: dict[Path, tuple[Source, StimulusSet]] = {}
        self.checked: set[str] = set()
        self.faults: list[Fault] = []

    def of_item(self, n: int, item: Item) -> Iterator[Picture]:
        """Yield the pictures of the item with the index ``n``; add their faults."""
        for k, picture in enumerate(item.images):
            key: Key = ("items", n, "images", k)
            if picture.of:
                yield self._borrowed(picture, key)
            else:
                self._check(picture, self.source, key, self.stimuli)
                yield picture

    def _check(self, picture: Picture, source: Source, key: Key, owner: StimulusSet) -> None:
        languages = self.stimuli.languages
        self.faults += faults_of_picture(picture, source, key, languages, owner.media)

    def _borrowed(self, picture: Picture, key: Key) -> Picture:
        """Return the picture named by ``of``; if there is none, add a fault."""
        name, _, id = picture.of.partition("/")
        homes = (self.folder.parent, shipped_folder("stimuli"))
        file = next((f for home in homes if is_there(f := home / name / "set.yaml")), None)
        remedy = "Write SET/ITEM: the name of another set in stimuli/ and one of its items."
        if file is not None and name != self.stimuli.set:
            source, lender = self._lender(file)
            # The first picture of each item, if it is the set's own.
            lent = {
                item.id: (("items", n, "images", 0), item.images[0])
                for n, item in enumerate(lender.items)
                if item.images and item.images[0].file
            }
            if id in lent:
                original_key, original = lent[id]
                if picture.of not in self.checked:
                    self.checked.add(picture.of)
                    self._check(original, source, original_key, lender)
                path = os.path.relpath(source.path.resolve().parent / original.file, self.folder)
                given = {"file": Path(path).as_posix(), "of": picture.of, "role": picture.role}
                return original.model_copy(update=given)
            remedy = nearest(id, lent)
        found = f"there is no picture '{picture.of}' to borrow"
        self.faults.append(self.source.fault((*key, "of"), found, remedy))
        return picture

    def _lender(self, file: Path) -> tuple[Source, StimulusSet]:
        if file not in self.lenders:
            source = self.read(file)
            self.lenders[file] = source, parse(StimulusSet, source)
        return self.lenders[file]
