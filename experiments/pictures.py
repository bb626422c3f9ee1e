"""Pictures of a stimulus set: what must be told of each, and whether its file may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from experiments.reading import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from experiments.reading import Fault, Key, Source

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
    """Part that the picture plays in its item, such as `child`."""
    kind: str = ""
    """`illustration`, `silhouette`, `abstract`, `dots` or `photograph`."""
    alt: dict[str, str] = {}
    """What is seen, by language, for people who do not see it."""
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
    """Tell all that is wrong with one picture that stands in a set's own folder."""
    if not picture.file:
        yield source.fault(
            key,
            "the picture has neither `file` nor `of`",
            "Give `file: media/NAME.png`, or `of: SET/ITEM` to borrow a picture.",
        )
        return
    if picture.kind not in KINDS:
        yield source.fault(
            (*key, "kind"),
            f"the kind of picture is {picture.kind!r}" if picture.kind else "no `kind` is given",
            "Give one of " + ", ".join(KINDS) + ".",
        )
    yield from _faults_of_rights(picture, source, key)
    for language in languages:
        if not picture.alt.get(language, "").strip():
            yield source.fault(
                (*key, "alt"),
                f"no description of the picture in '{language}'",
                f"Add `{language}:` under `alt:`.",
            )
    yield from _faults_of_file(picture, source, (*key, "file"), media)


def _faults_of_rights(picture: Picture, source: Source, key: Key) -> Iterator[Fault]:
    photograph = picture.kind == "photograph"
    if picture.licence.strip().lower() in NO_LICENCE:
        found = (
            f"the licence is {picture.licence!r}" if picture.licence else "no `licence` is given"
        )
        yield source.fault(
            (*key, "licence"),
            f"{found} for {picture.file}",
            _PHOTOGRAPH if photograph else "Add `licence:` with an SPDX code such as CC0-1.0.",
        )
    if not picture.source.strip():
        yield source.fault(
            (*key, "source"),
            f"no `source` is given for {picture.file}",
            _PHOTOGRAPH if photograph else "Add `source:` with who made the picture.",
        )
    if photograph and not picture.consent.strip():
        yield source.fault((*key, "consent"), f"no `consent` for {picture.file}", _PHOTOGRAPH)


def _faults_of_file(
    picture: Picture, source: Source, key: Key, media: Media | None
) -> Iterator[Fault]:
    folder = source.path.parent.resolve()
    path = (folder / picture.file).resolve()
    if not path.is_relative_to(folder):
        yield source.fault(
            key,
            f"{picture.file} lies outside the set's folder",
            "Copy the picture into media/, or borrow it from its set with `of: SET/ITEM`.",
        )
        return
    if not path.is_file():
        yield source.fault(key, f"there is no file {picture.file}", f"Expected at {path}.")
        return
    try:
        with Image.open(path) as image:
            format_, size = image.format, image.size
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        yield source.fault(
            key,
            f"{picture.file} cannot be read as a picture: {error}",
            "Save it again as PNG or JPEG.",
        )
        return
    if format_ not in FORMATS:
        yield source.fault(
            key, f"{picture.file} is in the format {format_}", "Save it as PNG or JPEG."
        )
    if media is None:
        return
    if size != (media.width, media.height):
        yield source.fault(
            key,
            f"{picture.file} has {size[0]} x {size[1]} pixels",
            f"All pictures of this set have {media.width} x {media.height}; resize it, or change "
            "`media:` for all.",
        )
    kilobytes = path.stat().st_size / 1024
    if kilobytes > media.kilobytes:
        yield source.fault(
            key,
            f"{picture.file} has {kilobytes:.0f} kB",
            f"Pictures of this set have at most {media.kilobytes} kB; compress it.",
        )
