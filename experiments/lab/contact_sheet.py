"""The contact sheet: every screen of every condition as the lab shows it, in PNG and on one HTML page."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from experiments.building import Study
from experiments.design import Slot
from experiments.lab.preview import picture_of
from experiments.screen import Screen
from experiments.timeline import Timeline, filled

SIZE = (1280, 720)
THUMB = (480, 270)
COLUMNS = 5
GAP, CAPTION = 14, 26


@dataclass(frozen=True)
class Condition:
    """One cell of one mode, with the screens of its first slot."""

    mode: str
    name: str
    timeline: Timeline


def conditions(study: Study, language: str, modes: Sequence[str]) -> Iterator[Condition]:
    """Return each cell of the modes once, by the first slot of the allocation list that has it."""
    for mode in modes:
        met: dict[tuple[tuple[str, str | int], ...], Slot] = {}
        for slot in study.slots(mode):
            met.setdefault(tuple(sorted(slot.cells.items())), slot)
        for cell, slot in sorted(met.items(), key=lambda item: item[1].number):
            name = ", ".join(f"{factor} {level}" for factor, level in cell) or "one cell"
            yield Condition(mode, name, study.timeline(slot, language))


def contact_sheet(study: Study, folder: Path, language: str, modes: Sequence[str]) -> Path:
    """Draw the contact sheet; return its HTML page.

    Screens that look alike in several conditions are drawn once.

    Parameters
    ----------
    folder
        Where the page, ``screens/`` and one ``sheet-*.png`` per condition are written.
    """
    screens = folder / "screens"
    screens.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, condition in enumerate(conditions(study, language, modes), start=1):
        shown = [
            (screen, _drawn(screen, condition.timeline, screens))
            for screen in condition.timeline.screens
        ]
        sheet = folder / f"sheet-{number:02d}-{condition.mode}.png"
        _sheet([file for _, file in shown], [screen.id for screen, _ in shown]).save(
            sheet, optimize=True
        )
        parts.append(_section(condition, shown, sheet.name))
    page = folder / "index.html"
    page.write_text(_page(study, language, "".join(parts)), encoding="utf-8")
    return page


def _drawn(screen: Screen, timeline: Timeline, folder: Path) -> Path:
    said = {**screen.to_json(), "cells": None, "stimulus": "", "id": ""}
    text = json.dumps(said, sort_keys=True) + timeline.language
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.png"
    if not file.exists():
        picture_of(filled(screen, {}), timeline, SIZE).save(file, optimize=True)
    return file


def _sheet(files: Sequence[Path], names: Sequence[str]) -> Image.Image:
    rows = -(-len(files) // COLUMNS)
    wide = COLUMNS * (THUMB[0] + GAP) + GAP
    sheet = Image.new("RGB", (wide, rows * (THUMB[1] + CAPTION + GAP) + GAP), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    for place, (file, name) in enumerate(zip(files, names, strict=True)):
        left = GAP + place % COLUMNS * (THUMB[0] + GAP)
        top = GAP + place // COLUMNS * (THUMB[1] + CAPTION + GAP)
        with Image.open(file) as picture:
            sheet.paste(picture.resize(THUMB, Image.Resampling.LANCZOS), (left, top))
        pen.rectangle((left, top, left + THUMB[0] - 1, top + THUMB[1] - 1), outline="#cccccc")
        pen.text((left + 2, top + THUMB[1] + 5), f"{place + 1}  {name}", fill="#444444", font=font)
    return sheet


def _section(condition: Condition, shown: Sequence[tuple[Screen, Path]], sheet: str) -> str:
    figures = "".join(
        f'<figure><a href="screens/{file.name}"><img loading="lazy" src="screens/{file.name}" alt=""></a>'
        f"<figcaption>{place}. <b>{html.escape(screen.id)}</b><br>{screen.kind}, {screen.phase}"
        f"{' · ' + html.escape(screen.stimulus) if screen.stimulus else ''}</figcaption></figure>"
        for place, (screen, file) in enumerate(shown, start=1)
    )
    title = html.escape(f"{condition.mode}: {condition.name}")
    return f'<section><h2>{title}</h2><p><a href="{sheet}">All on one picture</a></p><div class="sheet">{figures}</div></section>'


def _page(study: Study, language: str, parts: str) -> str:
    protocol = study.protocol
    title = html.escape(f"{protocol.title} ({protocol.study} {protocol.version}, {language})")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #2c2a27; background: #f6f1e9 }}
h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.1rem; margin-top: 2.5rem }}
.sheet {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1rem }}
figure {{ margin: 0 }} img {{ width: 100%; border: 1px solid #e6ddcf; border-radius: 4px }}
figcaption {{ font-size: .8rem; color: #6c655b }}
</style></head><body><h1>{title}</h1>
<p>Every screen of every condition, as the lab shows it at {SIZE[0]} x {SIZE[1]}. The first slot of each condition
is shown; amounts that depend on answers read as if nothing was given.</p>
{parts}</body></html>
"""
