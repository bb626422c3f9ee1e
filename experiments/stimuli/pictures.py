"""Pictures of a stimulus set: their required facts, checks of their files, and borrowing from other sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from PIL import Image

from experiments.files.faults import Fault, Key, nearest
from experiments.files.model import Model
from experiments.files.source import Source
from experiments.places import is_there, shipped_folder

KINDS = ("illustration", "silhouette", "abstract", "dots", "photograph")
FORMATS = ("PNG", "JPEG")
#: Entries that mean that a picture has no licence.
NO_LICENCE = frozenset(
    {"", "?", "-", "none", "no", "unknown", "tbd", "todo", "n/a", "na", "internet"}
)

_PHOTOGRAPH = (
    "A photograph needs its licence, its source, and under `consent:` who agreed to what and where "
    "the signed form is kept (or 'no people shown'); see stimuli/README.md."
)


class Picture(Model):
    """One picture of an item, from the set itself or borrowed from another set."""

    file: str = ""
    """Path of a PNG or JPEG inside the set's folder, such as `media/river.png`."""
    of: str = ""
    """Instead of `file`: the first picture of an item of another set, such as `portraits/portrait_01`."""
    role: str = ""
    """Its role in the item, such as `child`."""
    kind: str = ""
    """`illustration`, `silhouette`, `abstract`, `dots` or `photograph`."""
    alt: dict[str, str] = {}
    """Language -> description for people who cannot see the picture."""
    licence: str = ""
    """SPDX code, or the wording of the permission."""
    source: str = ""
    """Who made the picture and where it comes from."""
    consent: str = ""
    """Photographs: who agreed to what, and where the signed form is kept."""


class Media(Model):
    """Properties of all picture files of a set."""

    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    kilobytes: int
    """Maximum size of a file."""


def faults_of_picture(
    picture: Picture, source: Source, key: Key, languages: tuple[str, ...], media: Media | None
) -> Iterator[Fault]:
    """Yield the faults of one picture in the set's own folder."""
    if not picture.file:
        remedy = "Give `file: media/NAME.png`, or `of: SET/ITEM` to borrow a picture."
        yield source.fault(key, "the picture has neither `file` nor `of`", remedy)
        return
    faults = [*_of_words(picture, languages), *_of_rights(picture)]
    yield from (source.fault((*key, name), found, remedy) for name, found, remedy in faults)
    for found, remedy in _of_file(picture, source.path.parent.resolve(), media):
        yield source.fault((*key, "file"), found, remedy)


def _of_words(picture: Picture, languages: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    if picture.kind not in KINDS:
        found = f"the kind of picture is '{picture.kind}'" if picture.kind else "there is no `kind`"
        yield "kind", found, nearest(picture.kind, KINDS)
    for language in languages:
        if not picture.alt.get(language, "").strip():
            found = f"no description of the picture in '{language}'"
            yield "alt", found, f"Add `{language}:` under `alt:`."


def _of_rights(picture: Picture) -> Iterator[tuple[str, str, str]]:
    photograph = picture.kind == "photograph"
    if picture.licence.strip().lower() in NO_LICENCE:
        found = (
            f"the licence is '{picture.licence}'" if picture.licence else "there is no `licence`"
        )
        remedy = _PHOTOGRAPH if photograph else "Add `licence:` with an SPDX code such as CC0-1.0."
        yield "licence", f"{found} for {picture.file}", remedy
    if not picture.source.strip():
        remedy = _PHOTOGRAPH if photograph else "Add `source:` with who made the picture."
        yield "source", f"there is no `source` for {picture.file}", remedy
    if photograph and not picture.consent.strip():
        yield "consent", f"there is no `consent` for {picture.file}", _PHOTOGRAPH


def _of_file(picture: Picture, folder: Path, media: Media | None) -> Iterator[tuple[str, str]]:
    path = (folder / picture.file).resolve()
    if not path.is_relative_to(folder):
        remedy = "Copy the picture into media/, or borrow it from its set with `of: SET/ITEM`."
        yield f"{picture.file} is outside the set's folder", remedy
        return
    if not is_there(path) or not path.is_file():
        yield f"there is no file {picture.file}", f"It is expected at {path}."
        return
    try:
        with Image.open(path) as image:
            form, size = image.format, image.size
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        found = f"{picture.file} cannot be read as a picture: {error}"
        yield found, "Save it again as PNG or JPEG."
        return
    if form not in FORMATS:
        yield f"{picture.file} is in the format {form}", "Save it as PNG or JPEG."
    if media is None:
        return
    if size != (media.width, media.height):
        yield (
            f"{picture.file} has {size[0]} x {size[1]} pixels",
            f"All pictures of this set must have {media.width} x {media.height}; resize it, or change "
            "`media:`.",
        )
    kilobytes = path.stat().st_size / 1024
    if kilobytes > media.kilobytes:
        remedy = f"Pictures of this set may have at most {media.kilobytes} kB; compress it."
        yield f"{picture.file} has {kilobytes:.0f} kB", remedy


PicturesOfSet = tuple[Mapping[str, tuple[Key, Picture]], Media | None, Source]
"""Pictures of a set that others can borrow: item -> key and picture; the properties of its files; its source."""


class BorrowedPictures:
    """Borrowing of pictures from other sets, each of which is read only once.

    Parameters
    ----------
    borrower, languages, source
        Name, languages and source of the borrowing set.
    read
        Function that reads the pictures of another set. Only the set's own pictures can be borrowed, so that two
        sets cannot borrow from each other.
    """

    def __init__(
        self,
        borrower: str,
        languages: tuple[str, ...],
        source: Source,
        read: Callable[[Path], PicturesOfSet],
    ) -> None:
        self.borrower, self.languages, self.source = borrower, languages, source
        self.read = cache(read)
        self.checked: set[str] = set()
        self.faults: list[Fault] = []

    def borrow(self, picture: Picture, key: Key) -> Picture:
        """Return the picture named by ``of``; if there is none, add a fault."""
        name, _, id = picture.of.partition("/")
        folder = self.source.path.resolve().parent
        files = [
            parent / name / "set.yaml" for parent in (folder.parent, shipped_folder("stimuli"))
        ]
        file = next(filter(is_there, files), None)
        remedy = "Write SET/ITEM: the name of another set in stimuli/ and one of its items."
        if file is not None and name != self.borrower:
            pictures, media, source = self.read(file)
            if id in pictures:
                original_key, original = pictures[id]
                if picture.of not in self.checked:
                    self.checked.add(picture.of)
                    self.faults += faults_of_picture(
                        original, source, original_key, self.languages, media
                    )
                path = os.path.relpath(source.path.resolve().parent / original.file, folder)
                given = {"file": Path(path).as_posix(), "of": picture.of, "role": picture.role}
                return original.model_copy(update=given)
            remedy = nearest(id, pictures)
        found = f"there is no picture '{picture.of}' to borrow"
        self.faults.append(self.source.fault((*key, "of"), found, remedy))
        return picture
