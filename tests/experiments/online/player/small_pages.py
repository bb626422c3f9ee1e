"""Exports of the shared timelines, as the player's tests open them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from experiments.online.export.page import build_page

HERE = Path(__file__).resolve().parent
PLAYER = HERE.parents[3] / "experiments" / "online" / "player"
TIMELINES = HERE.parents[2] / "timelines"
LANGUAGES = ("en", "he", "zh")


def study_of(target: str, **more: Any) -> dict[str, Any]:
    """Return the facts of the shared timelines' study."""
    return {
        "study": "every_kind",
        "title": "Every kind of screen",
        "protocol_version": "1.0",
        "protocol_hash": "0123456789abcdef",
        "mode": "primary",
        "languages": LANGUAGES,
        "slots": [{"slot": 7, "cells": {"secret": "condition"}}],
        "media": "",
        "target": target,
        **more,
    }


def export(folder: Path, target: str, **more: Any) -> Path:
    """Write the page with the shared timelines as an export has them."""
    build_page(folder, study_of(target, **more))
    (folder / "slots").mkdir()
    for language in LANGUAGES:
        further = "" if language == "en" else f".{language}"
        shutil.copy(
            TIMELINES / f"every_kind.{language}.json", folder / "slots" / f"0007{further}.json"
        )
    shutil.copytree(TIMELINES / "media", folder / "media")
    return folder
