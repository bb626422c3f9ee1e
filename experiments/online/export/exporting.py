"""Export: a folder with the page, one timeline per slot, the pictures, and a guide for the researcher.

All randomisation happens here, in Python; the browser only shows the timeline of its slot.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.online.export.guide import guide
from experiments.online.export.page import build_page
from experiments.online.export.targets import TARGETS, names
from experiments.online.recruitment import Recruitment
from experiments.places import shipped_folder
from experiments.protocol.entry import answered_factors
from experiments.session.collection import label
from experiments.session.keeping import keep
from experiments.session.secret import allocated_in
from experiments.study import Study
from experiments.timeline.timeline import Timeline


class ExportError(UserError):
    """The study cannot be exported as requested; the message states the remedy."""


@dataclass(frozen=True)
class Order:
    """The settings of an export."""

    target: str
    """Name of one of ``targets.TARGETS``."""
    mode: str
    languages: tuple[str, ...]
    """The first is the default; each is one of the protocol's."""
    slots: int
    """Number of slots of the allocation list, from its start."""
    recruitment: Recruitment


def order(
    study: Study,
    target: str,
    mode: str = "",
    languages: Sequence[str] = (),
    slots: int | None = None,
    recruitment: Recruitment | None = None,
) -> Order:
    """Return the settings of an export, with the protocol's defaults.

    Raises
    ------
    UserError
        If the protocol has no such mode or language; as ``ExportError`` also if it has fewer slots, or if the target
        does not exist or does not support an option, several languages or real stakes.
    """
    if target not in TARGETS:
        raise ExportError(f"there is no target '{target}'. The targets are {names('and')}.")
    if target == "builder" and recruitment is not None:
        raise ExportError(
            "the target builder has no --recruitment. Enter the address that grants the credit in Builder, in"
            " the experiment's settings under Online, Completed URL."
        )
    if target == "builder" and len(languages) > 1:
        raise ExportError(
            f"the target builder exports one language, not {', '.join(languages)}. Export each to a separate folder."
        )
    mode = study.mode(mode)
    chosen = tuple(dict.fromkeys(map(study.language, languages or study.languages)))
    if target == "builder":
        chosen = chosen[:1]
    study.demand_media(mode, chosen)
    available = len(study.slots(mode))
    requested = available if slots is None else slots
    if not 1 <= requested <= available:
        raise ExportError(
            f"{requested} places were requested, but the allocation list has {available}."
            f" Choose --slots from 1 to {available}."
        )
    if (asked := answered_factors(study.names, mode)) and target != "static":
        raise ExportError(
            f"in the mode '{mode}', the answer to '{next(iter(asked.values())).address}' decides which place a participant"
            f" gets, which needs a server that counts. Use the target static, not {target}."
        )
    if study.stakes(mode).kind == "real" and target not in ("static", "builder"):
        # Real amounts cannot be paid in cash online; the lottery mode is meant for this.
        others = [name for name in study.modes if study.stakes(name).kind != "real"]
        raise ExportError(
            f"the mode '{mode}' has real stakes, which are paid in cash. Export another mode with --mode"
            f" ({', '.join(others) or 'the protocol has none'}), or use the target static and pay"
            " each bonus yourself."
        )
    return Order(target, mode, chosen, requested, recruitment or Recruitment())


def write_folder(
    study: Study,
    folder: Path,
    ordered: Order,
    advance: Callable[[], object] = lambda: None,
    earlier: Path | None = None,
) -> Path:
    """Write the export folder.

    Our collector gets one folder, of which it serves only the public part. JATOS and Pavlovia show participants
    whatever they are given, so for them the public part is a separate folder ``site``.

    Parameters
    ----------
    advance
        Called after each slot, to show progress.
    earlier
        Earlier export whose allocation lists are used again (default: new ones).

    Raises
    ------
    ExportError
        If the folder is not empty, or cannot be written.
    """
    with whole_or_nothing(folder) as unfinished:
        study = allocated_in(unfinished, study, earlier)
        site = site_of(unfinished, ordered.target)
        (site / "slots").mkdir(parents=True)
        pictures: dict[str, str] = {}
        begins_without = bool(answered_factors(study.names, ordered.mode))
        for number in range(0 if begins_without else 1, ordered.slots + 1):
            for language in ordered.languages:
                screens = study.timeline_at(ordered.mode, number, language)
                check_no_frames(screens)
                timeline = screens.to_json()
                place_pictures(timeline["screens"], pictures)
                suffix = "" if language == ordered.languages[0] else f".{language}"
                text = json.dumps(timeline, ensure_ascii=False, separators=(",", ":"))
                _put(site / "slots" / f"{number:04d}{suffix}.json", text)
            if number:
                advance()
        copy_pictures(pictures, site / "media")
        about = facts(study, ordered)
        build_page(site, about)
        _put(unfinished / "study.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")
        readme = guide(
            study,
            ordered.target,
            ordered.mode,
            ordered.slots,
            ordered.languages,
            ordered.recruitment,
        )
        _put(unfinished / "README.md", readme)
        keep(study, unfinished)
    return folder


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder, which is renamed when the export is complete, and removed if it fails.

    Raises
    ------
    ExportError
        If the folder is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(
            f"{folder} is not empty; exports never overwrite files. Choose another folder with --to."
        )
    folder = folder.resolve()
    unfinished = folder.with_name(f".{folder.name}.unfinished-{os.getpid()}")
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def site_of(folder: Path, target: str) -> Path:
    """Return the folder of an export from which participants' browsers load the page."""
    return folder if target == "static" else folder / "site"


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def check_no_frames(timeline: Timeline) -> None:
    """Check that no display of a timed trial is shown for a number of frames.

    Raises
    ------
    ExportError
        If one is.
    """
    for screen in timeline.screens:
        for display in screen.displays:
            if display.frames:
                raise ExportError(
                    f"the trial '{screen.id}' shows something for {display.frames} frames, which last differently on each"
                    " participant's screen. Write the time in ms, or run the study in the lab with `compassion run`."
                )


def place_pictures(screens: Iterable[dict[str, Any]], pictures: dict[str, str]) -> None:
    """Collect the pictures, films and sounds of screens, and point the screens to their copies in the export.

    Parameters
    ----------
    screens
        Screens as plain data; the addresses of their pictures and clips are changed in place.
    pictures
        Path inside ``stimuli/`` (or absolute path) -> path inside the export's ``media``; entries are added.
    """
    for screen in screens:
        parts = (screen, *screen["panels"])
        for block in (block for part in parts for block in part["content"]):
            for shown in (*block["images"], *([block["clip"]] if block.get("clip") else ())):
                shown["src"] = pictures.setdefault(shown["src"], place_of(shown["src"]))
        for option in (option for ask in screen["asks"] for option in ask["options"]):
            if option["image"]:
                option["image"] = pictures.setdefault(option["image"], place_of(option["image"]))
        for version in (each for display in screen["displays"] for each in display["versions"]):
            for stimulus in (each for each in version["stimuli"] if each["image"]):
                stimulus["image"] = pictures.setdefault(
                    stimulus["image"], place_of(stimulus["image"])
                )


def copy_pictures(pictures: Mapping[str, str], media: Path) -> None:
    """Copy pictures (path inside ``stimuli/`` or absolute path -> path inside ``media``)."""
    for source, target in sorted(pictures.items()):
        copy = media / target
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped_folder("stimuli") / source, copy)


def place_of(source: str) -> str:
    """Return a picture's path inside ``media``; pictures of a lab's own sets have absolute paths as their source."""
    path = Path(source)
    if not path.is_absolute():
        return source
    digest = _digest(path)
    return f"own/{label(path.stem)}-{digest}{path.suffix.lower()}"


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def facts(study: Study, ordered: Order) -> dict[str, Any]:
    """Return the content of ``study.json``."""
    return {
        "study": study.study,
        "title": study.title_in(ordered.languages[0]),
        "protocol_version": study.version,
        "protocol_hash": study.hash,
        "mode": ordered.mode,
        "target": ordered.target,
        "languages": list(ordered.languages),
        "dropout_minutes": max(60.0, 4 * study.minutes),
        "away_hours": 12.0,
        "recruitment": ordered.recruitment.model_dump(mode="json"),
        "answered": sorted(answered_factors(study.names, ordered.mode)),
        "slots": [
            {"slot": slot.number, "block": slot.block, "cells": dict(slot.levels)}
            for slot in study.slots(ordered.mode)[: ordered.slots]
        ],
    }
