"""Pictures of a stimulus set: their required facts, and checks of their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from experiments.files.faults import Fault, Key, nearest
from experiments.files.model import Model
from experiments.files.scalars import Note, Text, Whole
from experiments.files.source import Source
from experiments.places import is_there

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

    file: Note = ""
    """Path of a PNG or JPEG inside the set's folder, such as `media/river.png`."""
    of: Note = ""
    """Instead of `file`: the first picture of an item of another set, such as `portraits/portrait_01`."""
    role: Note = ""
    """Its role in the item, such as `child`."""
    kind: Note = ""
    """`illustration`, `silhouette`, `abstract`, `dots` or `photograph`."""
    alt: dict[Note, Text] = {}
    """Language -> description for people who cannot see the picture."""
    licence: Note = ""
    """SPDX code, or the wording of the permission."""
    source: Note = ""
    """Who made the picture and where it comes from."""
    consent: Note = ""
    """Photographs: who agreed to what, and where the signed form is kept."""


class Media(Model):
    """Properties of all picture files of a set."""

    width: Whole
    """Width in pixels."""
    height: Whole
    """Height in pixels."""
    kilobytes: Whole
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
