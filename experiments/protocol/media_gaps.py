"""What a laboratory must still supply before the first participant: pictures, films and sounds that a mode shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PIL import Image

from experiments.errors import UserError
from experiments.files.faults import dotted, nearest
from experiments.protocol.media import Medium, names_of
from experiments.protocol.opened import OpenedStudy
from experiments.stimuli.clips import ClipError, clip_facts
from experiments.stimuli.media import MANIFEST, kind_of_medium
from experiments.stimuli.pictures import NO_LICENCE

TOLERANCE = 1.0
"""Seconds by which a clip may be longer or shorter than its description says."""


def gaps(opened: OpenedStudy, mode: str, languages: Iterable[str]) -> list[str]:
    """Return what a laboratory must supply before the first participant of a mode, as one sentence each."""
    found: dict[str, None] = {}
    for named in opened.named_media:
        if mode not in named.modes:
            continue
        for name in names_of(named, opened.items, [mode]):
            if not name:
                found[f"{dotted(named.key)}: an item names no file"] = None
                continue
            captioned = languages if named.captions and named.kind != "picture" else ()
            found |= {
                f"{name}: {gap}": None for gap in _gaps(opened.media[name, named.kind], captioned)
            }
    return list(found)


def demand_media(opened: OpenedStudy, mode: str, languages: Iterable[str]) -> None:
    """Refuse a mode in which participants would miss a picture, film or sound.

    Raises
    ------
    UserError
        With all that a laboratory must supply.
    """
    if missing := gaps(opened, mode, languages):
        others = [each for each in opened.study.modes if each != mode]
        whole = [each for each in others if not gaps(opened, each, languages)]
        can = f" Modes that can be used without them: {', '.join(whole)}." if whole else ""
        listed = "\n".join(f"  - {each}" for each in missing)
        raise UserError(
            f"the mode '{mode}' cannot be used yet, because of the media that it shows:\n{listed}\n"
            f"stimuli/README.md describes such a folder.{can}"
        )


def plays_sound(opened: OpenedStudy, mode: str) -> bool:
    """Return whether participants of a mode hear something."""
    heard = (
        opened.media[name, named.kind]
        for named in opened.named_media
        if mode in named.modes and named.kind != "picture"
        for name in names_of(named, opened.items, [mode])
        if name
    )
    return any(each.is_there and clip_facts(each.path).sound for each in heard)


def _gaps(medium: Medium, languages: Iterable[str]) -> Iterator[str]:
    slot, kind = medium.slot, {"picture": "picture", "video": "film", "audio": "sound"}[medium.kind]
    if kind_of_medium(medium.path.name) != medium.kind:
        yield f"a file with this ending cannot be shown as a {kind}"
        return
    if slot is None:
        if medium.of is not None:
            remedy = nearest(medium.file, medium.of.files)
            yield f"it is not described in {medium.of.folder / MANIFEST}. {remedy}"
        elif "/" not in medium.name:
            yield f"it has no description; put it into a folder with a {MANIFEST}"
        else:
            yield f"its folder has no {MANIFEST}, which describes each file"
    if not medium.is_there:
        shows = "" if slot is None else f" It must show: {medium.shows('')}"
        yield f"there is no file {medium.path}.{shows}"
        return
    if slot is not None:
        if slot.licence.strip().lower() in NO_LICENCE:
            yield f"its licence is missing in {MANIFEST}"
        if not slot.source.strip():
            yield f"its source is missing in {MANIFEST}"
        if not slot.consent.strip():
            yield (
                f"its consent is missing in {MANIFEST}: who agreed to what, and where the signed form is kept (or 'no"
                " people shown')"
            )
    yield from _of_file(medium)
    for language in languages if slot is not None else ():
        if not medium.captions(language):
            yield f"it has no captions in '{language}', and the study says captions: yes"


def _of_file(medium: Medium) -> Iterator[str]:
    if medium.kind == "picture":
        try:
            with Image.open(medium.path) as image:
                image.verify()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            yield f"it cannot be read as a picture ({error}). Save it again as PNG or JPEG."
        return
    try:
        facts = clip_facts(medium.path)
    except ClipError as error:
        yield f"{error}. {error.remedy}"
        return
    planned = None if medium.slot is None else medium.slot.seconds
    if planned is not None and abs(planned - facts.seconds) > TOLERANCE:
        yield f"it lasts {facts.seconds:g} s, not {planned:g} s as {MANIFEST} says"
