"""Read a stimulus set from ``stimuli/<set>/set.yaml``, and refuse it with all its faults."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from experiments import placeholders
from experiments.norms import faults_of_norms
from experiments.pictures import Picture, faults_of_picture
from experiments.places import find, room
from experiments.reading import Fault, FaultyFile, Key, Source, nearest, parse, read
from experiments.stimulus_set import Item, StimulusSet

__all__ = ["Item", "Picture", "StimulusSet", "load_set"]


def load_set(name: str | Path, beside: Path | None = None) -> StimulusSet:
    """Read a stimulus set and refuse it with all its faults.

    Parameters
    ----------
    name
        Name of a set in ``stimuli/``, or path of a set's folder.
    beside
        Folder of the protocol that names the set; looked in first.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    FaultyFile
        With every fault: file, line, key, what was found, what would do.
    """
    folder = find(str(name), "stimuli", beside)
    source = read(folder / "set.yaml")
    made = parse(StimulusSet, source)
    faults = [*_faults_of_set(made, source), *faults_of_norms(made, source)]
    items, more = _with_pictures(made, source)
    if faults or more:
        raise FaultyFile([*faults, *more])
    loaded = made.model_copy(update={"items": items})
    loaded._folder = folder
    return loaded


def _faults_of_set(made: StimulusSet, source: Source) -> Iterator[Fault]:
    if made.set != source.path.resolve().parent.name:
        yield source.fault(
            ("set",), f"found '{made.set}'", "Name the set like the folder that it stands in."
        )
    yield from _missing(made.disclosure, made.languages, source, ("disclosure",))
    seen: dict[str, int] = {}
    for n, item in enumerate(made.items):
        key: Key = ("items", n)
        if item.id in seen:
            yield source.fault(
                (*key, "id"), f"'{item.id}' stands twice", "Give each item its own id."
            )
        seen[item.id] = n
        for name, value in item.fields.items():
            if isinstance(value, dict):
                yield from _missing(value, made.languages, source, (*key, "fields", name))
        if made.variants:
            yield from _missing(item.texts, made.languages, source, (*key, "texts"))
        for language, texts in item.texts.items():
            place: Key = (*key, "texts", language)
            yield from _missing(texts, tuple(made.variants), source, place)
            for variant, text in texts.items():
                yield from _faults_of_text(made, item, text, source, (*place, variant))


def _missing(
    given: Mapping[str, object], wanted: tuple[str, ...], source: Source, key: Key
) -> Iterator[Fault]:
    for name in wanted:
        if not given.get(name):
            yield source.fault(key, f"'{name}' is missing", f"Add `{name}:` here.")
    for name in given:
        if name not in wanted:
            yield source.fault((*key, name), f"'{name}' is not declared", nearest(name, wanted))


def _faults_of_text(
    made: StimulusSet, item: Item, text: str, source: Source, key: Key
) -> Iterator[Fault]:
    known = [*made.inserts, *item.fields]
    for name in placeholders.names(text):
        if name not in known:
            yield source.fault(key, f"nothing fills '{{{name}}}'", nearest(name, known))
    if {"{", "}"} & set(placeholders.without(text)):
        yield source.fault(key, "a brace stands alone", "Write a placeholder as `{name}`.")


class _Lenders:
    """Sets that pictures are borrowed from, each read once."""

    def __init__(self, made: StimulusSet, source: Source) -> None:
        self.made, self.source = made, source
        self.read: dict[str, tuple[StimulusSet, Source] | None] = {}
        self.checked: set[str] = set()
        self.faults: list[Fault] = []

    def lender(self, name: str) -> tuple[StimulusSet, Source] | None:
        """Return a set that stands beside the borrower, or in ``stimuli/``."""
        if name not in self.read:
            beside = self.source.path.resolve().parent.parent
            files = [place / name / "set.yaml" for place in (beside, room("stimuli"))]
            file = next((file for file in files if file.is_file()), None)
            source = read(file) if file and name != self.made.set else None
            self.read[name] = (parse(StimulusSet, source), source) if source else None
        return self.read[name]

    def borrow(self, picture: Picture, key: Key) -> Picture:
        """Return the picture that ``of`` names; if there is none, note the fault."""
        name, _, id = picture.of.partition("/")
        found = self.lender(name)
        if found is None:
            remedy = "Give the name of another set in stimuli/, a slash, and one of its items."
            return self._refuse(picture, key, remedy)
        lender, source = found
        # Only pictures that the lender itself holds: two sets cannot borrow from each other.
        own = {
            item.id: (("items", n, "images", 0), item.images[0])
            for n, item in enumerate(lender.items)
            if item.images and item.images[0].file
        }
        if id not in own:
            return self._refuse(picture, key, nearest(id, own))
        place, lent = own[id]
        languages = self.made.languages
        if picture.of not in self.checked:
            self.checked.add(picture.of)
            self.faults += faults_of_picture(lent, source, place, languages, lender.media)
        file = os.path.relpath(
            source.path.resolve().parent / lent.file, self.source.path.resolve().parent
        )
        given = {"file": Path(file).as_posix(), "of": picture.of, "role": picture.role}
        return lent.model_copy(update=given)

    def _refuse(self, picture: Picture, key: Key, remedy: str) -> Picture:
        found = f"there is no picture '{picture.of}' to borrow"
        self.faults.append(self.source.fault((*key, "of"), found, remedy))
        return picture


def _with_pictures(made: StimulusSet, source: Source) -> tuple[tuple[Item, ...], list[Fault]]:
    """Check all pictures, and put those borrowed in their places."""
    faults: list[Fault] = []
    items = []
    lenders = _Lenders(made, source)
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
