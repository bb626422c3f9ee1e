"""Exporting: a folder that holds the page, one timeline per slot, the pictures, and a note to who uploads it.

Everything that is random is drawn here, in Python; the browser only shows what the slot holds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from experiments.building import Study
from experiments.design import Slot
from experiments.online.guide import guide
from experiments.online.page import build_page
from experiments.online.recruitment import Recruitment
from experiments.places import room
from experiments.told import Told

Target = Literal["static", "jatos", "pavlovia"]


class ExportError(Told):
    """A study that cannot be exported as asked; the message says what to do."""


@dataclass(frozen=True)
class Order:
    """What is to be exported."""

    target: Target
    mode: str
    languages: tuple[str, ...]
    """The first is the default; each is one of the protocol's."""
    slots: int
    """How many slots of the allocation list are exported, from its start."""
    recruitment: Recruitment


def order(
    study: Study,
    target: Target,
    mode: str = "",
    languages: Sequence[str] = (),
    slots: int | None = None,
    recruitment: Recruitment | None = None,
) -> Order:
    """Make an order, with the protocol's defaults where nothing is said.

    Raises
    ------
    ExportError
        If a mode, a language or a number of slots is asked for that the protocol does not have.
    """
    protocol = study.protocol
    mode = mode or protocol.primary_mode
    if mode not in protocol.modes:
        raise ExportError(f"there is no mode '{mode}'; there are {', '.join(protocol.modes)}.")
    chosen = tuple(languages) or protocol.languages
    for language in chosen:
        if language not in protocol.languages:
            raise ExportError(
                f"the protocol has no texts in '{language}'; it has {', '.join(protocol.languages)}."
            )
    available = len(study.slots(mode))
    wanted = available if slots is None else slots
    if not 1 <= wanted <= available:
        raise ExportError(f"{wanted} slots were asked for; the allocation list has {available}.")
    if protocol.modes[mode].stakes.kind == "real" and target != "static":
        # Nobody can hand out five one-dollar units over a page; the lottery mode is made for that.
        raise ExportError(
            f"the mode '{mode}' has real stakes, paid in hand; export a lottery or hypothetical mode"
            f" ({', '.join(protocol.modes)}), or use the target static and pay each bonus yourself."
        )
    return Order(target, mode, chosen, wanted, recruitment or Recruitment())


def write_folder(study: Study, folder: Path, ordered: Order) -> Path:
    """Write the export folder.

    Raises
    ------
    ExportError
        If the folder holds something already, or cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportError(
            f"{folder} is not empty; exports never overwrite. Give another folder with --to."
        )
    try:
        _write(study, folder, ordered)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written ({error.strerror or error}).") from error
    return folder


def _write(study: Study, folder: Path, ordered: Order) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    slots = study.slots(ordered.mode)[: ordered.slots]
    pictures: set[str] = set()
    (folder / "slots").mkdir()
    for slot in slots:
        for language in ordered.languages:
            line = study.timeline(slot, language).to_json()
            pictures |= _pictures(line["screens"])
            further = "" if language == ordered.languages[0] else f".{language}"
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            (folder / "slots" / f"{slot.number:04d}{further}.json").write_text(
                text, encoding="utf-8"
            )
    for picture in sorted(pictures):
        target = folder / "media" / picture
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(room("stimuli") / picture, target)
    about = facts(study, ordered, slots)
    (folder / "study.json").write_text(
        json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    build_page(folder, about)
    if study.protocol.path is not None:
        shutil.copyfile(study.protocol.path, folder / "protocol.yaml")
    (folder / "README.md").write_text(
        guide(study.protocol, ordered.target, ordered.mode, len(slots)), encoding="utf-8"
    )


def _pictures(screens: Iterable[dict[str, Any]]) -> set[str]:
    found = set()
    for screen in screens:
        found |= {image["src"] for block in screen["content"] for image in block["images"]}
        found |= {option["image"] for ask in screen["asks"] for option in ask["options"]}
    return found - {""}


def facts(study: Study, ordered: Order, slots: Sequence[Slot]) -> dict[str, Any]:
    """Return what stands in ``study.json``."""
    protocol = study.protocol
    return {
        "study": protocol.study,
        "title": protocol.texts[ordered.languages[0]].get("title", protocol.title),
        "protocol_version": protocol.version,
        "protocol_hash": protocol.hash,
        "mode": ordered.mode,
        "target": ordered.target,
        "languages": list(ordered.languages),
        "dropout_minutes": max(60.0, 4 * protocol.minutes),
        "away_hours": 12.0,
        "recruitment": ordered.recruitment.model_dump(mode="json"),
        "slots": [
            {"slot": slot.number, "block": slot.block, "cells": slot.cells} for slot in slots
        ],
    }
