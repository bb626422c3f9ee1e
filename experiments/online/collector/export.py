"""The export folder that the collector serves: files that anyone may download, and files that stay on the server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError

from experiments.files.faults import Fault, InvalidFileError, dotted
from experiments.files.model import Model
from experiments.online.recruitment import Recruitment
from experiments.screen import Ask, Decision
from experiments.session.keeping import STIMULI
from experiments.timeline.timeline import Timeline

#: Types of files that a page can need. All other files in the folder (the protocol with its hypotheses, the completion
#: codes, the conditions of other slots) never leave the server.
PUBLIC = frozenset(
    [
        *(".html", ".js", ".mjs", ".css", ".woff2"),
        *(".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".ico"),
        *(".mp3", ".ogg", ".wav", ".mp4", ".webm"),
    ]
)
PUBLIC_NAMES = frozenset({"LICENSES"})
EXPORT_AGAIN = "Create the folder again with `compassion export PROTOCOL --target static`."


class PlannedSlot(Model):
    """One entry of the allocation list."""

    model_config = ConfigDict(extra="ignore")

    slot: Annotated[int, Field(ge=0)]
    block: int = 1
    """Permuted block to which the slot belongs."""
    cells: dict[str, str | int] = {}
    """Levels of the between-factors, and those of the answered factors that the slot is for."""


class Study(Model):
    """The file ``study.json`` of an export."""

    model_config = ConfigDict(extra="ignore")

    study: str
    title: str
    protocol_version: str
    protocol_hash: str
    mode: str
    target: str = "static"
    """Target of the export; only ``static`` can be served."""
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    """The first is the default; the timelines of the others are ``slots/0001.LANGUAGE.json``."""
    slots: Annotated[tuple[PlannedSlot, ...], Field(min_length=1)]
    """The allocation list, in the order in which slots are taken."""
    answered: tuple[str, ...] = ()
    """Factors whose level an answer decides: a session begins with the slot 0, and takes one of its levels later."""
    dropout_minutes: Annotated[float, Field(gt=0)] = 90.0
    """Minutes of silence after which a participant counts as dropped out, and the slot is allocated again.

    Silence counts only while the server is running: see ``store.Uptime``.
    """
    away_hours: Annotated[float, Field(gt=0)] = 12.0
    """Hours of absence after which a participant is asked before continuing."""
    recruitment: Recruitment = Recruitment()
    simulated: bool = False
    """Whether participants are simulated, which is the same for all rows of a study."""


@dataclass(frozen=True)
class ExpectedRows:
    """The values that the rows of one slot must have."""

    fixed: dict[str, Any]
    """Column -> the only value it can have in this slot."""
    screens: dict[str, dict[str, Any]]
    """Screen -> column -> the only value it can have on this screen."""
    slot: int
    """Number of the slot; rows of the entry have 0."""
    asks: dict[str, dict[str, tuple[str, Ask | None]]]
    """Screen -> name on the screen of what its rows can be about -> kind of the screen, and what was asked (None if
    nothing was)."""
    cells: dict[tuple[str, str], dict[str, Any]]
    """(Screen, name on the screen) of the questions in panels -> the levels that they are about."""
    back: frozenset[str]
    """Screens with a Back button."""


@dataclass(frozen=True, eq=False)
class Export:
    """A checked export folder."""

    root: Path
    study: Study
    files: dict[str, Path] = field(repr=False)
    """Path below ``/`` -> file, for every file that anyone may download."""

    def timeline_file(self, slot: int, language: str) -> Path:
        """Return the file that holds the timeline of a slot."""
        suffix = "" if language == self.study.languages[0] else f".{language}"
        return self.root / "slots" / f"{slot:04d}{suffix}.json"

    def timeline(self, slot: int, language: str) -> Timeline:
        """Read the timeline of a slot."""
        return Timeline.from_json(json.loads(self.timeline_file(slot, language).read_bytes()))

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """The answers that decide which slots a participant can get; none if all are for everybody."""
        if not self.study.answered:
            return ()
        entry = self.timeline(0, self.study.languages[0]).entry
        return entry.decisions if entry else ()

    @lru_cache(maxsize=4096)  # noqa: B019 - one export lives as long as the server
    def expected(self, slot: int, language: str) -> ExpectedRows:
        """Return the values that the rows of a slot must have."""
        return expected_rows(self.timeline(slot, language), self.study.simulated)


def read_export(root: str | Path) -> Export:
    """Read and check an export folder.

    Raises
    ------
    InvalidFileError
        If files are missing, are not JSON, or belong to another study; it names all of them.
    """
    root = Path(root)
    study = _study(root / "study.json")
    if study.target != "static":
        found = f"the folder was exported for {study.target}, and the collector cannot serve it"
        remedy = (
            f"Use it with {study.target} (see its README.md), or create a folder to serve with"
            " `compassion export PROTOCOL --target static`."
        )
        raise InvalidFileError([Fault(str(root / "study.json"), 1, 1, "target", found, remedy)])
    files = {
        path.relative_to(root).as_posix(): path
        for path in sorted(root.rglob("*"))
        if _is_public(root, path)
    }
    export = Export(root, study, files)
    faults = _faults_of_slots(export)
    if "index.html" not in files:
        faults.append(_fault(root / "index.html", "", "the file is missing"))
    if faults:
        raise InvalidFileError(faults)
    return export


def _is_public(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    inside = path.resolve().is_relative_to(root.resolve())
    hidden = any(part.startswith(".") for part in parts) or parts[0] in ("slots", STIMULI)
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
    if export.study.answered:
        numbers = [0, *numbers]
    if len(set(numbers)) < len(numbers):
        duplicate = "a place is in the allocation list twice"
        return [_fault(export.root / "study.json", "slots", duplicate)]
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
    expected = {name: getattr(export.study, name) for name in names}
    for key, value in {**expected, "slot": slot, "language": language}.items():
        if (found := getattr(timeline, key)) != value:
            return key, f"found {found!r}, but the export is for {value!r}"
    return None


def _fault(path: Path, key: str, found: str) -> Fault:
    return Fault(str(path), 1, 1, key, found, EXPORT_AGAIN)


def expected_rows(timeline: Timeline, simulated: bool) -> ExpectedRows:
    """Return the values that the rows of a timeline must have."""
    names = ("study", "protocol_version", "protocol_hash", "mode", "language")
    fixed = {name: getattr(timeline, name) for name in names}
    screens: dict[str, dict[str, Any]] = {}
    asks: dict[str, dict[str, tuple[str, Ask | None]]] = {}
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    # A session without a slot has the screens of the entry, and explanations of wrong answers there.
    possible = [
        screen
        for screen in timeline.screens
        if timeline.slot or timeline.is_entry(screen) or not screen.cells
    ]
    for screen in possible:
        screens[screen.id] = {
            "slot": 0 if timeline.is_entry(screen) else timeline.slot,
            "phase": screen.phase,
            "task": screen.task,
            "trial": screen.trial,
            "stimulus": screen.stimulus or None,
            "cells": dict(screen.cells or {}),
        }
        # Nothing must be answered on a screen that ends by itself.
        ends = bool(screen.at_most or screen.displays)
        asked: dict[str, tuple[str, Ask | None]] = {
            ask.measure: (screen.kind, replace(ask, required=ask.required and not ends))
            for ask in screen.asks
        }
        asked |= {display.name: ("display", None) for display in screen.displays}
        not_asked = screen.kind, None
        asks[screen.id] = {**(asked or {screen.kind: not_asked}), "leave": not_asked}
        in_panels = (ask for ask in screen.asks if ask.panel)
        cells |= {(screen.id, ask.measure): screen.cells_of(ask) for ask in in_panels}
    back = frozenset(screen.id for screen in possible if screen.back)
    constant = {**fixed, "simulated": simulated}
    return ExpectedRows(constant, screens, timeline.slot, asks, cells, back)
