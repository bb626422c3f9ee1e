"""Previews: pictures of screens as in the lab, drawn without a window or display, and contact sheets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFont
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from experiments.lab.application import application
from experiments.lab.form import Form
from experiments.lab.frame import PageContext
from experiments.lab.page import Page
from experiments.lab.painting import Painting
from experiments.lab.storyboard import storyboard
from experiments.places import shipped_folder
from experiments.screen import Answer, Screen
from experiments.study import Study
from experiments.templates import environment
from experiments.timeline.timeline import Timeline, with_answers_filled_in

SIZE = (1280, 720)
#: Participant code on the last pages of a contact sheet.
PARTICIPANT = "p01"
#: Pixels of the contact sheet: a picture, the gap around it, and the line with its name.
THUMB = (480, 270)
COLUMNS = 5
GAP, CAPTION = 14, 26


def picture_of(
    screen: Screen,
    timeline: Timeline,
    size: tuple[int, int] = SIZE,
    answers: Mapping[str, Answer] | None = None,
    root: Path | None = None,
    participant: str = "",
) -> Image.Image:
    """Return a picture of a screen.

    The page is laid out and drawn by the same code as in the lab. Qt draws into memory; neither a display nor a
    PsychoPy window is needed.

    Parameters
    ----------
    size
        Width and height of the window in pixels.
    answers
        Answers to show as given (None: skipped).
    root
        Folder to which the paths of pictures are relative (default: ``stimuli/``).
    participant
        The participant code for the last page.

    Of a timed trial it has all displays, with their times.

    Raises
    ------
    FileNotFoundError
        If a picture of the screen is missing.
    """
    application()
    context = PageContext(timeline, root or shipped_folder("stimuli"), participant=participant)
    if screen.kind == "timed":
        return as_picture(storyboard(screen, context, size))
    page = Page(screen, Form.begin(screen, answers or {}, None), context, size)
    page.tick(1e6)
    return drawn(page)


def drawn(page: Page) -> Image.Image:
    """Return a picture of a page."""
    image = QImage(*page.size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    Painting(page).paint(painter, QRectF(0, 0, *page.size))
    painter.end()
    return as_picture(image)


def as_picture(image: QImage) -> Image.Image:
    """Return a picture of Qt as one of Pillow."""
    data = image.constBits()
    assert data is not None
    size = (image.width(), image.height())
    return Image.frombuffer("RGB", size, data.asstring(image.sizeInBytes()), "raw", "BGRX", 0, 1)


@dataclass(frozen=True)
class Condition:
    """One cell of one mode, with the screens of its first slot."""

    mode: str
    name: str
    timeline: Timeline


def conditions(study: Study, language: str, modes: Sequence[str]) -> Iterator[Condition]:
    """Yield each cell of the modes once, with its first slot in the allocation list."""
    for mode in modes:
        for slot in study.first_slots(mode):
            cell = sorted(slot.cells.items())
            name = ", ".join(f"{factor} {level}" for factor, level in cell) or "all participants"
            yield Condition(mode, name, study.timeline(slot, language))


def contact_sheet(
    study: Study,
    folder: Path,
    language: str,
    modes: Sequence[str],
    foretold: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Path:
    """Draw every screen of every condition, and return the HTML page that shows them.

    Screens that look the same in several conditions are drawn once.

    Parameters
    ----------
    folder
        Folder for the page, ``screens/`` and one ``sheet-*.png`` per condition.
    foretold
        Mode -> sentences on what a study of the planned size can tell.
    """
    screens = folder / "screens"
    screens.mkdir(parents=True, exist_ok=True)
    sections = []
    for number, condition in enumerate(conditions(study, language, modes), start=1):
        timeline = condition.timeline
        shown = [(screen, _drawn(screen, timeline, screens)) for screen in timeline.screens]
        sheet = f"sheet-{number:02d}-{condition.mode}.png"
        _sheet(shown).save(folder / sheet, optimize=True)
        sections.append((condition, sheet, shown))
    title = f"{study.title} ({study.study} {study.version}, {language})"
    template = environment("experiments.lab").get_template("contact_sheet.html.j2")
    page = folder / "index.html"
    text = template.render(title=title, size=SIZE, conditions=sections, foretold=foretold)
    page.write_text(text, encoding="utf-8")
    return page


def _drawn(screen: Screen, timeline: Timeline, folder: Path) -> Path:
    """Draw a screen, unless there is already one that looks the same."""
    looks = {**screen.to_json(), "cells": None, "stimulus": "", "id": ""}
    text = json.dumps(looks, sort_keys=True) + timeline.language
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.png"
    if not file.exists():
        picture = picture_of(with_answers_filled_in(screen, {}), timeline, participant=PARTICIPANT)
        picture.save(file, optimize=True)
    return file


def _sheet(shown: Sequence[tuple[Screen, Path]]) -> Image.Image:
    """Return one picture with thumbnails of all screens."""
    rows = -(-len(shown) // COLUMNS)
    wide = COLUMNS * (THUMB[0] + GAP) + GAP
    sheet = Image.new("RGB", (wide, rows * (THUMB[1] + CAPTION + GAP) + GAP), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    for place, (screen, file) in enumerate(shown):
        left = GAP + place % COLUMNS * (THUMB[0] + GAP)
        top = GAP + place // COLUMNS * (THUMB[1] + CAPTION + GAP)
        with Image.open(file) as picture:
            sheet.paste(picture.resize(THUMB, Image.Resampling.LANCZOS), (left, top))
        pen.rectangle((left, top, left + THUMB[0] - 1, top + THUMB[1] - 1), outline="#cccccc")
        name = f"{place + 1}  {screen.id}"
        pen.text((left + 2, top + THUMB[1] + 5), name, fill="#444444", font=font)
    return sheet
