"""The export folder as the collector reads it: what everybody may fetch, and what stays on the server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError

from experiments.files.reading import Fault, InvalidFileError, Model, dotted
from experiments.online.recruitment import Recruitment
from experiments.screen import Ask
from experiments.timeline.timeline import Timeline

#: What a page may consist of. All else in the folder (the protocol with its hypotheses, the completion
#: codes, the other slots' conditions) never leaves the server.
PUBLIC = frozenset(
    [
        *(".html", ".js", ".mjs", ".css", ".woff2"),
        *(".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".ico"),
        *(".mp3", ".ogg", ".wav", ".mp4", ".webm"),
    ]
)
PUBLIC_NAMES = frozenset({"LICENSES"})
EXPORT_AGAIN = "Make the folder again with `compassion export PROTOCOL --target static`."


class PlannedSlot(Model):
    """One place of the allocation list."""

    model_config = ConfigDict(extra="ignore")

    slot: Annotated[int, Field(ge=0)]
    block: int = 1
    """Permuted block that the slot belongs to."""
    cells: dict[str, str | int] = {}
    """Levels of the between-factors."""


class Study(Model):
    """The file ``study.json`` of an export."""

    model_config = ConfigDict(extra="ignore")

    study: str
    title: str
    protocol_version: str
    protocol_hash: str
    mode: str
    target: str = "static"
    """What the folder was exported for; only ``static`` can be served."""
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    """The first is the default; the timelines of the others are ``slots/0001.LANGUAGE.json``."""
    slots: Annotated[tuple[PlannedSlot, ...], Field(min_length=1)]
    """The allocation list, in the order in which slots are given out."""
    dropout_minutes: Annotated[float, Field(gt=0)] = 90.0
    """Silence after which a participant counts as dropped out and the slot is given out again.

    Only silence that the server was there to hear counts: see ``store.Listening``.
    """
    away_hours: Annotated[float, Field(gt=0)] = 12.0
    """Absence after which a participant is asked before going on."""
    recruitment: Recruitment = Recruitment()
    simulated: bool = False
    """Whether simulated people answer; the rows of a study are all of one kind."""


@dataclass(frozen=True)
class Frame:
    """What the rows of one slot must agree with."""

    fixed: dict[str, Any]
    """Column -> the one value it can have in this slot."""
    screens: dict[str, dict[str, Any]]
    """Screen -> column -> the one value it can have on this screen."""
    asks: dict[str, dict[str, tuple[str, Ask | None]]]
    """Screen -> each measure that its rows can have -> kind of the screen, and what was asked (None: nothing was)."""


@dataclass(frozen=True, eq=False)
class Export:
    """A checked export folder."""

    root: Path
    study: Study
    files: dict[str, Path] = field(repr=False)
    """Address below ``/`` -> file, for everything that a participant may fetch."""

    def timeline_file(self, slot: int, language: str) -> Path:
        """Return the file that holds the timeline of a slot."""
        further = "" if language == self.study.languages[0] else f".{language}"
        return self.root / "slots" / f"{slot:04d}{further}.json"

    def timeline(self, slot: int, language: str) -> Timeline:
        """Read the timeline of a slot."""
        return Timeline.from_json(json.loads(self.timeline_file(slot, language).read_bytes()))

    @lru_cache(maxsize=4096)  # noqa: B019 - one export lives as long as the server
    def frame(self, slot: int, language: str) -> Frame:
        """Return what the rows of a slot must agree with."""
        return _frame(self.timeline(slot, language), self.study.simulated)


def read_export(root: str | Path) -> Export:
    """Read and check an export folder.

    Raises
    ------
    InvalidFileError
        Naming every file that is missing, is not JSON, or belongs to another study.
    """
    root = Path(root)
    study = _study(root / "study.json")
    if study.target != "static":
        found = f"the folder was exported for {study.target} and cannot be served here"
        remedy = (
            f"Use it with {study.target} (its README.md says how), or make a folder to serve with"
            " `compassion export PROTOCOL --target static`."
        )
        raise InvalidFileError([Fault(str(root / "study.json"), 1, 1, "target", found, remedy)])
    files = {
        path.relative_to(root).as_posix(): path
        for path in sorted(root.rglob("*"))
        if _public(root, path)
    }
    export = Export(root, study, files)
    faults = _faults_of_slots(export)
    if "index.html" not in files:
        faults.append(_fault(root / "index.html", "", "the file is missing"))
    if faults:
        raise InvalidFileError(faults)
    return export


def _public(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    inside = path.resolve().is_relative_to(root.resolve())
    hidden = any(part.startswith(".") for part in parts) or parts[0] == "slots"
    known = path.suffix.lower() in PUBLIC or path.name in PUBLIC_NAMES
    return known and not hidden and inside and path.is_file()


def _study(path: Path) -> Study:
    try:
        return Study.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidFileError(
            [_fault(path, "", f"it cannot be read: {error.strerror}")]
        ) from error
    except ValidationError as error:
        found = [
            _fault(path, dotted(item["loc"]), item["msg"].removeprefix("Value error, "))
            for item in error.errors()
        ]
        raise InvalidFileError(found) from error


def _faults_of_slots(export: Export) -> list[Fault]:
    numbers = [planned.slot for planned in export.study.slots]
    if len(set(numbers)) < len(numbers):
        twice = "a slot is in the allocation list twice"
        return [_fault(export.root / "study.json", "slots", twice)]
    faults = []
    for slot, language in product(numbers, export.study.languages):
        if found := _fault_of_timeline(export, slot, language):
            faults.append(_fault(export.timeline_file(slot, language), *found))
    return faults


def _fault_of_timeline(export: Export, slot: int, language: str) -> tuple[str, str] | None:
    try:
        timeline = export.timeline(slot, language)
    except OSError as error:
        return "", f"it cannot be read: {error.strerror}"
    except ValidationError as error:
        fault = error.errors()[0]
        return dotted(fault["loc"]), f"it is not a timeline: {fault['msg']}"
    except ValueError as error:
        return "", f"it is not JSON: {error}"
    names = ("study", "protocol_version", "protocol_hash", "mode")
    wanted = {name: getattr(export.study, name) for name in names}
    for key, value in {**wanted, "slot": slot, "language": language}.items():
        if (found := getattr(timeline, key)) != value:
            return key, f"found {found!r}, but the export is for {value!r}"
    return None


def _fault(path: Path, key: str, found: str) -> Fault:
    return Fault(str(path), 1, 1, key, found, EXPORT_AGAIN)


def _frame(timeline: Timeline, simulated: bool) -> Frame:
    names = ("study", "protocol_version", "protocol_hash", "mode", "slot", "language")
    fixed = {name: getattr(timeline, name) for name in names}
    screens: dict[str, dict[str, Any]] = {}
    asks: dict[str, dict[str, tuple[str, Ask | None]]] = {}
    for screen in timeline.screens:
        screens[screen.id] = {
            "phase": screen.phase,
            "task": screen.task,
            "trial": screen.trial,
            "stimulus": screen.stimulus or None,
            "cells": dict(screen.cells or {}),
        }
        asked = {ask.measure: (screen.kind, ask) for ask in screen.asks}
        nothing = screen.kind, None
        asks[screen.id] = {**(asked or {screen.kind: nothing}), "leave": nothing}
    return Frame({**fixed, "simulated": simulated}, screens, asks)
