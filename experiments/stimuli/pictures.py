"""Pictures of a stimulus set: what must be known of each, whether its file may be shown, and borrowing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from PIL import Image

from experiments.files.reading import Fault, Key, Model, Source, nearest
from experiments.places import room

KINDS = ("illustration", "silhouette", "abstract", "dots", "photograph")
FORMATS = ("PNG", "JPEG")
#: Words that people write into a licence field when they have none.
NO_LICENCE = frozenset(
    {"", "?", "-", "none", "no", "unknown", "tbd", "todo", "n/a", "na", "internet"}
)

_PHOTOGRAPH = (
    "A photograph is used only with its licence, its source, and under `consent:` who agreed to "
    "what and where the paper is kept (or 'no people shown'); see stimuli/README.md."
)


class Picture(Model):
    """One picture of an item, or a picture borrowed from another set."""

    file: str = ""
    """Path of a PNG or JPEG inside the set's folder, such as `media/river.png`."""
    of: str = ""
    """Instead of `file`: the first picture of an item of another set, such as `portraits/portrait_01`."""
    role: str = ""
    """Its part in the item, such as `child`."""
    kind: str = ""
    """`illustration`, `silhouette`, `abstract`, `dots` or `photograph`."""
    alt: dict[str, str] = {}
    """What it shows, by language, for people who cannot see it."""
    licence: str = ""
    """SPDX code, or the words of the permission."""
    source: str = ""
    """Who made it and where it comes from."""
    consent: str = ""
    """Of photographs: who agreed to what, and where the paper is kept."""


class Media(Model):
    """What all picture files of a set have in common."""

    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    kilobytes: int
    """Greatest size of one file."""


def faults_of_picture(
    picture: Picture, source: Source, key: Key, languages: tuple[str, ...], media: Media | None
) -> Iterator[Fault]:
    """Yield all that is wrong with one picture of a set's own folder."""
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
        yield f"{picture.file} lies outside the set's folder", remedy
        return
    if not path.is_file():
        yield f"there is no file {picture.file}", f"Expected at {path}."
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
            f"All pictures of this set have {media.width} x {media.height}; resize it, or change "
            "`media:` for all.",
        )
    kilobytes = path.stat().st_size / 1024
    if kilobytes > media.kilobytes:
        remedy = f"Pictures of this set have at most {media.kilobytes} kB; compress it."
        yield f"{picture.file} has {kilobytes:.0f} kB", remedy


Lent = tuple[Mapping[str, tuple[Key, Picture]], Media | None, Source]
"""What a set lends: item -> place and picture; the size of its pictures; its file."""


class Lenders:
    """Sets that pictures are borrowed from, each read once.

    Parameters
    ----------
    borrower, languages, source
        Name, languages and file of the set that borrows.
    read
        Reads the file of a lender. It lends only pictures of its own: two sets cannot borrow from each other.
    """

    def __init__(
        self,
        borrower: str,
        languages: tuple[str, ...],
        source: Source,
        read: Callable[[Path], Lent],
    ) -> None:
        self.borrower, self.languages, self.source = borrower, languages, source
        self.read = cache(read)
        self.checked: set[str] = set()
        self.faults: list[Fault] = []

    def borrow(self, picture: Picture, key: Key) -> Picture:
        """Return the picture that ``of`` names; if there is none, note the fault."""
        name, _, id = picture.of.partition("/")
        folder = self.source.path.resolve().parent
        files = [place / name / "set.yaml" for place in (folder.parent, room("stimuli"))]
        file = next((file for file in files if file.is_file()), None)
        remedy = "Give the name of another set in stimuli/, a slash, and one of its items."
        if file is not None and name != self.borrower:
            lent, media, source = self.read(file)
            if id in lent:
                place, own = lent[id]
                if picture.of not in self.checked:
                    self.checked.add(picture.of)
                    self.faults += faults_of_picture(own, source, place, self.languages, media)
                path = os.path.relpath(source.path.resolve().parent / own.file, folder)
                given = {"file": Path(path).as_posix(), "of": picture.of, "role": picture.role}
                return own.model_copy(update=given)
            remedy = nearest(id, lent)
        found = f"there is no picture '{picture.of}' to borrow"
        self.faults.append(self.source.fault((*key, "of"), found, remedy))
        return picture
