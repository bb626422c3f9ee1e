"""The files that a study uses: pictures, films, sounds and pages of text, and the hashes of all that it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.language.braces import Fill, FromFile, parse_text
from experiments.language.phrases import PhraseError
from experiments.places import find
from experiments.protocol.names import Items
from experiments.protocol.places import places
from experiments.protocol.study_file import StudyFile
from experiments.stimuli.scale import Scale
from experiments.stimuli.stimulus_set import StimulusSet

MEDIA = ("picture", "video", "audio")
"""Keys whose value is a media file."""
MOST_SHOWN = 200
DIGITS = 16
"""Hexadecimal digits of a hash that are kept."""


def named_files(study: StudyFile, folder: Path) -> Iterator[tuple[Key, str, Path | None]]:
    """Yield every media and text file that a step names: key, name, path (None if there is no such file).

    Those that a field of the items names are in ``files_of_items``.

    Parameters
    ----------
    folder
        Folder of the study.
    """
    for place, found in places(study):
        if not isinstance(found, str):
            continue
        media = any(part in MEDIA for part in place.key[-2:])
        for name in [found] if media and "{" not in found else _files_in(found):
            try:
                yield place.key, name, find(name, "stimuli", folder)
            except FileNotFoundError:
                yield place.key, name, None


def files_of_items(
    study: StudyFile, items: Mapping[str, Items], folder: Path
) -> Iterator[tuple[Key, str, Path | None]]:
    """Yield the pictures of timed trials that fields of the items name (``show: {picture: "{face}"}``)."""
    seen: set[str] = set()
    for place, found in places(study):
        of = items.get(place.loop.name) if place.loop is not None else None
        if not isinstance(found, str) or of is None or "{" not in found:
            continue
        if "show" not in place.key or not any(part in MEDIA for part in place.key[-2:]):
            continue
        for name in _with_fields(found, of):
            if name not in seen:
                seen.add(name)
                try:
                    yield place.key, name, find(name, "stimuli", folder)
                except FileNotFoundError:
                    yield place.key, name, None


def _with_fields(text: str, items: Items) -> list[str]:
    """Return a text for each item, if it has braces of their fields only."""
    try:
        pieces = parse_text(text).pieces
    except PhraseError:
        return []
    names = {piece.name for piece in pieces if isinstance(piece, Fill)}
    if not names <= set(items.fields) or any(isinstance(piece, FromFile) for piece in pieces):
        return []
    return [
        "".join(
            items.fields[piece.name][place] if isinstance(piece, Fill) else str(piece.text)
            for piece in pieces
            if not isinstance(piece, FromFile)
        )
        for place in range(len(items.names))
    ]


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
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]


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
