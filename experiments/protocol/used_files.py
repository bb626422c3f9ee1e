"""The pages of text that a study uses, and the hashes of all files that it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.language.braces import parse_text
from experiments.language.phrases import PhraseError
from experiments.places import find
from experiments.protocol.places import places
from experiments.protocol.study_file import StudyFile
from experiments.stimuli.media import MediaFolder
from experiments.stimuli.scale import Scale
from experiments.stimuli.stimulus_set import StimulusSet

MOST_SHOWN = 200
DIGITS = 16
"""Hexadecimal digits of a hash that are kept."""


def named_files(study: StudyFile, folder: Path) -> Iterator[tuple[Key, str, Path | None]]:
    """Yield every text file that a text names: key, name, path (None if there is no such file).

    Parameters
    ----------
    folder
        Folder of the study.
    """
    for place, found in places(study):
        if not isinstance(found, str):
            continue
        for name in _files_in(found):
            try:
                yield place.key, name, find(name, "stimuli", folder)
            except FileNotFoundError:
                yield place.key, name, None


def files_like(name: str, folder: Path) -> list[str]:
    """Return the files of the same kind in the folder of a file that is missing, as a study names them."""
    beside = Path(name).parent
    found = sorted((folder / beside).glob(f"*{Path(name).suffix}"))
    return [(beside / path.name).as_posix() for path in found[:MOST_SHOWN]]


def _files_in(text: str) -> tuple[str, ...]:
    try:
        return tuple(parse_text(text).files)
    except PhraseError:
        return ()


def hash_of_file(path: Path) -> str:
    """Return the first digits of the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:DIGITS]


def hash_of_set(stimuli: StimulusSet) -> str:
    """Return the first digits of the SHA-256 of a set: all that it says, and its picture files."""
    content = _content_of(stimuli)
    for image in (image for item in content["items"] for image in item.get("images", ())):
        if "of" in image:
            # Where a borrowed picture is differs between computers.
            del image["file"]
    digest = hashlib.sha256(_content(content))
    for item in stimuli.items:
        for picture in item.images:
            digest.update(stimuli.path(picture).read_bytes())
    return digest.hexdigest()[:DIGITS]


def hash_of_media(media: MediaFolder) -> str:
    """Return the first digits of the SHA-256 of what a folder of media must show.

    Licences and consent are those of a laboratory, and no part of the study; the files have hashes of their own.
    """
    content = {file: [slot.shows, slot.seconds] for file, slot in media.files.items()}
    return hashlib.sha256(_content(content)).hexdigest()[:DIGITS]


def hash_of_scale(scale: Scale) -> str:
    """Return the first digits of the SHA-256 of an instrument, without the wording that a lab supplies.

    That wording stays in the laboratory, and the data must be readable elsewhere.
    """
    content = _content_of(scale)
    if scale.items_text == "by_reference":
        for wording in (content, *content["items"]):
            for name in ("instruction", "anchors", "text"):
                wording.pop(name, None)
    return hashlib.sha256(_content(content)).hexdigest()[:DIGITS]


def _content_of(model: Model) -> dict[str, Any]:
    # Without defaults: what a later version adds must not change the hashes of earlier data.
    return model.model_dump(mode="json", exclude_defaults=True)


def _content(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
