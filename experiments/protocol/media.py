"""The pictures, films and sounds that steps show: what a study calls them, and where each is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from experiments.files.faults import Key, nearest
from experiments.language.braces import Fill, Literal, parse_text
from experiments.language.by import By
from experiments.language.phrases import PhraseError
from experiments.places import find, is_there
from experiments.protocol.loops import can_hold
from experiments.protocol.names import Items
from experiments.protocol.places import Loop, Place, steps_of
from experiments.protocol.screen_steps import ScreenStep, ShownPicture, ShowStep
from experiments.protocol.study_file import StudyFile
from experiments.screen import Cue
from experiments.stimuli.media import MANIFEST, MediaFolder, Slot
from experiments.stimuli.stimulus_set import StimulusSet, src_of

MEDIA = ("picture", "video", "audio")
"""Keys whose value is a media file."""


@dataclass(frozen=True)
class Named:
    """What a step says about a medium: a file name, in which fields of the item can stand in braces."""

    key: Key
    kind: str
    """``picture``, ``video`` or ``audio``."""
    name: str
    captions: bool
    place: Place
    modes: frozenset[str] = frozenset()
    """Modes in which it is shown."""


@dataclass(frozen=True)
class Medium:
    """A picture, film or sound that a step shows."""

    name: str
    """As the study names it."""
    kind: str
    path: Path
    """Where it is, or is expected."""
    slot: Slot | None = None
    """Its description; None if there is none."""
    of: MediaFolder | None = None

    @property
    def is_there(self) -> bool:
        """Whether the file is there."""
        return is_there(self.path)

    @property
    def src(self) -> str:
        """Its path as screens have it."""
        return src_of(self.path)

    def shows(self, language: str) -> str:
        """Return its description, or else its name."""
        return self.slot.shown(language) if self.slot is not None else self.name

    def captions(self, language: str) -> tuple[Cue, ...]:
        """Return its captions in a language."""
        return () if self.of is None or self.slot is None else self.of.captions(self.file, language)

    @property
    def file(self) -> str:
        """Its name in the described folder."""
        assert self.of is not None
        return self.path.relative_to(self.of.folder).as_posix()


def named_media(study: StudyFile) -> Iterator[Named]:
    """Yield every medium that a step names, with the modes in which it can be shown."""
    for place, step in steps_of(study):
        found: Iterable[tuple[Key, str, Any]] = ()
        if isinstance(step, ScreenStep):
            found = [((kind,), kind, getattr(step, kind)) for kind in MEDIA]
        elif isinstance(step, ShowStep):
            shown = step.show if isinstance(step.show, dict) else {"": step.show}
            found = [
                (("show", *([spot] if spot else []), "picture"), "picture", each.picture)
                for spot, each in shown.items()
                if isinstance(each, ShownPicture)
            ]
        captions = isinstance(step, ScreenStep) and step.captions
        possible = {mode for mode in study.modes if can_hold(place.given, {"mode": mode})}
        for key, kind, value in found:
            for inside, name, modes in _values(value, possible):
                yield Named(
                    (*place.key, *key, *inside), kind, name, captions, place, frozenset(modes)
                )


def _values(value: Any, modes: set[str]) -> Iterator[tuple[Key, str, set[str]]]:
    """Yield each value of a varied value with its key and the modes that can have it."""
    if isinstance(value, str):
        yield (), value, modes
    elif isinstance(value, By):
        left = set(modes)
        for level, each in value.levels.items():
            own = modes & {level} if value.by == ("mode",) else modes
            left -= own if value.by == ("mode",) else set()
            yield from (((level, *key), name, of) for key, name, of in _values(each, own))
        if value.otherwise is not None:
            yield from ((("else", *key), n, of) for key, n, of in _values(value.otherwise, left))


def filled(name: str, fields: Mapping[str, str]) -> str:
    """Return a file name with the fields of an item put in.

    Raises
    ------
    KeyError
        If the item has no such field.
    """
    if "{" not in name:
        return name
    pieces = parse_text(name).pieces
    return "".join(
        fields[piece.name] if isinstance(piece, Fill) else getattr(piece, "text", "")
        for piece in pieces
    )


def names_of(named: Named, items: Mapping[str, Items], modes: Iterable[str]) -> Iterator[str]:
    """Yield the files that a name can be in some modes: one for each item, if it has a field of the items.

    Parameters
    ----------
    items
        Name of a loop -> the items that it can draw.
    """
    loop = named.place.loop
    if "{" not in named.name:
        yield named.name
        return
    for fields in _rows(items, loop):
        if any(can_hold(_conditions(loop, named), {**fields, "mode": mode}) for mode in modes):
            yield filled(named.name, fields)


def _conditions(loop: Loop | None, named: Named) -> list[Any]:
    where = [] if loop is None or loop.step.where is None else [loop.step.where]
    return [*where, *named.place.given]


def _rows(items: Mapping[str, Items], loop: Loop | None) -> Iterator[dict[str, str]]:
    own = Items(()) if loop is None else items.get(loop.name, Items(()))
    for row, item in enumerate(own.names):
        yield {"item": item, **{name: values[row] for name, values in own.fields.items()}}


def wrong_braces(named: Named, items: Mapping[str, Items]) -> tuple[str, str] | None:
    """Return what is wrong with the braces of a file name, and the remedy."""
    loop = named.place.loop
    own = None if loop is None else items.get(loop.name)
    known = [] if own is None else ["item", *own.fields]
    try:
        pieces = parse_text(named.name).pieces
    except PhraseError as error:
        return error.found, error.remedy
    for piece in pieces:
        if isinstance(piece, Fill) and piece.name not in known:
            found = (
                f"'{piece.name}' is no column of the items, and a file is named before the session"
            )
            return found, nearest(piece.name, known)
        if not isinstance(piece, (Fill, Literal)):
            return "the name of a file cannot come from a file", "Write the name itself."
    return None


def home_of(name: str, folder: Path) -> tuple[str, Path] | None:
    """Return the described folder that a name leads into, as the study names it and its path; None if there is none.

    Parameters
    ----------
    folder
        Folder of the study, in which the name is looked for first.
    """
    for parent in PurePosixPath(name).parents:
        try:
            found = find(str(parent / MANIFEST), "stimuli", folder)
        except FileNotFoundError:
            continue
        if parent != PurePosixPath() or found.parent == folder.resolve():
            return str(parent), found.parent
    return None


def described(name: str, kind: str, home: tuple[str, MediaFolder]) -> Medium:
    """Return a medium in a described folder.

    Parameters
    ----------
    home
        The folder as the study names it, and its description.
    """
    file = PurePosixPath(name).relative_to(home[0]).as_posix()
    return Medium(name, kind, home[1].folder / file, home[1].files.get(file), home[1])


def without_description(name: str, kind: str, folder: Path) -> Medium:
    """Return a medium in a folder that nobody has described."""
    try:
        return Medium(name, kind, find(name, "stimuli", folder))
    except FileNotFoundError:
        return Medium(name, kind, folder / name)


def of_set(name: str, stimuli: StimulusSet) -> Medium | None:
    """Return the first picture of an item of a stimulus set, for ``SET/ITEM``; None if there is none."""
    item = next((each for each in stimuli.items if each.id == name.partition("/")[2]), None)
    if item is None or not item.images:
        return None
    picture = item.images[0]
    consent = picture.consent or "no people shown"
    slot = Slot(shows=picture.alt, licence=picture.licence, source=picture.source, consent=consent)
    return Medium(name, "picture", stimuli.path(picture), slot)
