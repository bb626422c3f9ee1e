"""Folders of media: ``media.yaml`` says for each picture, film and sound what it must show and who permits its use."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Discriminator, Field, PrivateAttr, Tag, field_validator

from experiments.files.faults import Fault, InvalidFileError, ValueFault
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import Reader, read
from experiments.files.scalars import Name, Note, Number, Range, Text
from experiments.places import is_there
from experiments.screen import Cue
from experiments.stimuli.captions import CaptionsError, parse_captions
from experiments.stimuli.clips import FORMATS

MANIFEST = "media.yaml"
PICTURES = (".png", ".jpg", ".jpeg")

InLanguages = Annotated[
    Annotated[Text, Tag("<value>")] | Annotated[dict[Note, Text], Tag("<languages>")],
    Discriminator(lambda value: "<languages>" if isinstance(value, dict) else "<value>"),
]
"""A text in all languages, or language -> text."""


def kind_of_medium(file: str) -> str:
    """Return ``picture``, ``video`` or ``audio`` by the ending of a file; '' if it is none of these.

    >>> kind_of_medium("films/river.mp4"), kind_of_medium("river.txt")
    ('video', '')
    """
    ending = PurePosixPath(file).suffix.lower()
    if ending in PICTURES:
        return "picture"
    return FORMATS[ending][0] if ending in FORMATS else ""


class Slot(Model):
    """One picture, film or sound: what it must show, and once the file is there, who permits its use."""

    shows: InLanguages
    """What it shows or says, in a sentence; read out to people who cannot see it, and shown in previews without the file."""
    seconds: Annotated[Number, Range(above=0)] | None = None
    """How long the film or sound must last."""
    licence: Note = ""
    """SPDX code, or the wording of the permission."""
    source: Note = ""
    """Who made it and where it comes from."""
    consent: Note = ""
    """Who agreed to what, and where the signed form is kept; or `no people shown`."""
    captions: dict[Note, Note] = {}
    """Language -> WebVTT file in the folder."""

    def shown(self, language: str) -> str:
        """Return what it shows, in a language if it is said in it."""
        if isinstance(self.shows, str):
            return self.shows
        return self.shows.get(language) or next(iter(self.shows.values()), "")


class MediaFolder(Model):
    """The description of a folder of pictures, films and sounds."""

    media: Name
    """Name of the folder."""
    version: Note
    """Version; change it whenever a file changes."""
    files: Annotated[dict[Note, Slot], Field(min_length=1)]
    """File in the folder -> what it shows. The file itself can be missing until a laboratory puts it there."""

    _folder: Path = PrivateAttr(default=Path())
    _captions: dict[str, tuple[Cue, ...]] = PrivateAttr(default_factory=dict)

    @field_validator("files", mode="after")
    @classmethod
    def _known_endings(cls, files: dict[str, Slot]) -> dict[str, Slot]:
        for file in files:
            if not kind_of_medium(file):
                known = ", ".join([*PICTURES, *FORMATS])
                raise ValueFault(f"'{file}' is no picture, film or sound", f"Endings: {known}.")
        return files

    @property
    def folder(self) -> Path:
        """The folder."""
        return self._folder

    def captions(self, file: str, language: str) -> tuple[Cue, ...]:
        """Return the captions of a film or sound in a language; none if there is no file with them."""
        return self._captions.get(self.files[file].captions.get(language, ""), ())


def load_media(folder: Path, read: Reader = read) -> MediaFolder:
    """Read the description of a folder of media, and the captions that it names.

    Whether the pictures, films and sounds are there is another question: see ``experiments/protocol/media.py``.

    Raises
    ------
    InvalidFileError
        With every fault of the description and of the captions.
    """
    source = read(folder / MANIFEST)
    media = parse(MediaFolder, source)
    media._folder = folder.resolve()
    faults: list[Fault] = []
    if media.media != media.folder.name:
        remedy = "Give it the name of its folder."
        faults.append(source.fault(("media",), f"found '{media.media}'", remedy))
    for file, slot in media.files.items():
        for language, name in slot.captions.items():
            path = media.folder / name
            if not is_there(path):
                continue
            try:
                media._captions[name] = parse_captions(path.read_text(encoding="utf-8"))
            except (CaptionsError, UnicodeDecodeError) as error:
                line = error.line if isinstance(error, CaptionsError) else 1
                found = getattr(error, "found", "it is no text in UTF-8")
                remedy = getattr(error, "remedy", "Save it as UTF-8.")
                key = ("files", file, "captions", language)
                faults.append(source.fault(key, f"{name}, line {line}: {found}", remedy))
    if faults:
        raise InvalidFileError(faults)
    return media
