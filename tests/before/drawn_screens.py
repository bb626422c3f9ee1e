"""Pictures of screens in the lab and in the browser, and how alike two of them are.

The screens are those of the timelines of all kinds, and those of the studies of 0.1.0, which are stored as JSON.

Pictures are stored small (WebP). They are compared on small grey copies, so that another rasteriser or
another version of a font does not count, but a part that is missing, moved or of another colour does.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from small_studies import CHECKOUT, STORED

sys.path.insert(0, str(CHECKOUT / "tests" / "timelines"))
sys.path.insert(0, str(CHECKOUT / "tests" / "experiments" / "online" / "player"))

import contract
import every_kind
from json_answers import JsonHandler, Served

from experiments.interface import interface
from experiments.lab.preview import picture_of
from experiments.online.export.page import build_page
from experiments.places import shipped_folder
from experiments.screen import Response, Screen
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline, with_answers_filled_in

LAB_SIZE, BROWSER_SIZE = (1280, 720), (1024, 768)
STORED_WIDTH = 560
#: Size of the grey copies, and of the tiles in which they are compared.
GREY, TILES = (160, 96), (16, 12)
#: Largest difference of grey levels (of 255), in the mean of a picture and in the mean of a tile.
MEAN, TILE = 1.0, 10.0
#: Where a word moves to the next line. A line that only just fits does so on one machine and not on another,
#: by a fraction of a pixel in a font's hinting; a missing button differs by 86.
REFLOWED, MOST_REFLOWED = 40.0, 3
EVERY_KIND = "every_kind"


@dataclass(frozen=True)
class Shown:
    """A screen in the lab, and the file of its stored picture."""

    name: str
    file: str
    timeline: Timeline
    screen: Screen
    root: Path

    def in_lab(self) -> Image.Image:
        """Return the picture of the screen in the lab."""
        screen = with_answers_filled_in(self.screen, {})
        return picture_of(screen, self.timeline, LAB_SIZE, root=self.root)


def lab_screens() -> Iterator[Shown]:
    """Return every screen of the timelines of all kinds, and of every condition of the studies of 0.1.0."""
    files, any_timeline = stored_index("lab"), {}
    for language in every_kind.LANGUAGES:
        timeline = any_timeline[language] = every_kind.build(language)
        for screen in timeline.screens:
            name = f"{EVERY_KIND}/{language}/{screen.id}"
            yield Shown(name, files.get(name, ""), timeline, screen, every_kind.HERE)
    names: dict[str, str] = {}
    for name, file in files.items():
        names.setdefault(file, name)
    # A page needs of its timeline only the language with the texts of the buttons, and the part of the session.
    for file, content in stored_screens()["lab"].items():
        screen = Screen.from_json(content["screen"])
        timeline = in_the_place_of_its_phase(any_timeline[content["language"]], screen)
        yield Shown(names[file], file, timeline, screen, shipped_folder("stimuli"))


def in_the_place_of_its_phase(timeline: Timeline, screen: Screen) -> Timeline:
    """Return a timeline in which a screen is the first of its phase."""
    screens = list(timeline.screens)
    place = next((i for i, each in enumerate(screens) if each.phase == screen.phase), len(screens))
    screens[place : place + 1] = [screen]
    return replace(timeline, screens=tuple(screens))


@dataclass(frozen=True)
class InBrowser:
    """A screen of a timeline with the rows that lead to it."""

    name: str
    timeline: dict[str, Any]
    screen: str
    rows: list[dict[str, Any]]


def _on_the_way(name: str, timeline: Timeline, answer: Any) -> Iterator[InBrowser]:
    progress = SessionRun(
        timeline, SessionIdentity("p1", "s1", False, "browser"), lambda: "2026-01-01T00:00Z"
    )
    rows: list[dict[str, Any]] = []
    met = set()
    content = timeline.to_json()
    while (screen := progress.current()) is not None:
        if screen.kind != "look" and screen.id not in met and not screen.ends:
            yield InBrowser(f"{name}/{screen.id}", content, screen.id, list(rows))
        met.add(screen.id)
        rows += json.loads(json.dumps(progress.take(answer(progress, screen))))


def browser_screens(languages: tuple[str, ...] = every_kind.LANGUAGES) -> Iterator[InBrowser]:
    """Return the screens of the timelines of all kinds that a participant sees who answers everything."""
    for language in languages:
        walk = contract.walks(language)["answered"]

        def answer(progress: SessionRun, screen: Any, walk: Any = walk) -> Response:
            return contract.response(walk, screen, progress.visit)

        yield from _on_the_way(f"{EVERY_KIND}/{language}", every_kind.build(language), answer)


def browser_screens_of_studies() -> Iterator[InBrowser]:
    """Return the screens that a participant of 0.1.0 saw in each mode."""
    for name, content in stored_screens()["browser"].items():
        language = content["timeline"]["language"]
        timeline = Timeline.from_json(
            {**content["timeline"], "interface": interface(language).texts}
        )
        for screen, rows in content["screens"].items():
            yield InBrowser(f"{name}/{screen}", timeline.to_json(), screen, content["rows"][:rows])


class OneScreen(Served):
    """Serves the page, with one screen of one timeline."""

    def __init__(self, folder: Path) -> None:
        self.screen: InBrowser | None = None
        self.page: Any = None
        self.serve(_Handler, folder)

    def close(self) -> None:
        """Stop listening, and close the page."""
        if self.page is not None:
            self.page.context.close()
        self.server.shutdown()
        self.server.server_close()


class _Handler(JsonHandler):
    def do_POST(self) -> None:
        body = json.loads(self.body())
        if not self.path.endswith("sessions"):
            sequences = [row["sequence"] for row in body.get("rows", [])]
            self.answer(200, {"accepted": sequences, "known": [], "rejected": []})
            return
        shown = self.stub.screen
        answer = {"session": "s1", "participant": "p1", "token": "t", "slot": 1, "surplus": False}
        answer |= {"timeline": shown.timeline, "rows": shown.rows, "next_sequence": len(shown.rows)}
        answer |= {"drafts": None, "outcome": None, "redirect": None, "form": None}
        self.answer(200, {**answer, "state": "running"})


def page_for_all(folder: Path) -> Path:
    """Write the page with the media of all studies."""
    build_page(
        folder,
        {
            "study": "screens",
            "title": "Screens",
            "protocol_version": "1.0",
            "protocol_hash": "0123456789abcdef",
            "mode": "primary",
            "languages": list(every_kind.LANGUAGES),
            "slots": [{"slot": 1, "cells": {}}],
            "media": "",
            "target": "static",
        },
    )
    shutil.copytree(every_kind.HERE / "media", folder / "media")
    for path in shipped_folder("stimuli").rglob("*"):
        if path.suffix in {".png", ".jpg", ".svg", ".webp"}:
            target = folder / path.relative_to(shipped_folder("stimuli"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return folder


def drawn_in_browser(browser: Any, server: OneScreen, shown: InBrowser) -> Image.Image:
    """Return the picture of a screen in the browser."""
    server.screen = shown
    page = server.page = server.page or _page(browser)
    page.goto(f"{server.address}?lang={shown.timeline['language']}&PROLIFIC_PID=abc")
    page.locator(f'form.screen.is-shown[data-screen="{shown.screen}"]').wait_for()
    page.evaluate("document.fonts.ready")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    # The button of a screen with a least time looks different until that time is over.
    page.wait_for_function("!document.querySelector('.proceed[aria-disabled=true]')")
    data = page.screenshot(animations="disabled", caret="hide", full_page=True)
    return Image.open(io.BytesIO(data)).convert("RGB")


def _page(browser: Any) -> Any:
    """Return a page without the state of earlier screens."""
    size = dict(zip(("width", "height"), BROWSER_SIZE, strict=True))
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    context.add_init_script("localStorage.clear()")
    return context.new_page()


def store(picture: Image.Image, file: Path) -> None:
    """Write a picture small."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(packed(picture))


def packed(picture: Image.Image) -> bytes:
    """Return a picture as it is stored."""
    height = round(picture.height * STORED_WIDTH / picture.width)
    small = picture.resize((STORED_WIDTH, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "WEBP", quality=35, method=6)
    return file.getvalue()


def stored_index(where: str) -> dict[str, str]:
    """Return name of a screen -> file of its picture, of ``lab`` or ``browser``."""
    return json.loads((STORED / "screens" / f"{where}.json").read_text(encoding="utf-8"))


@cache
def stored_screens() -> dict[str, Any]:
    """Return the screens of the studies of 0.1.0 that the stored pictures show, of ``lab`` and ``browser``."""
    content = gzip.decompress((STORED / "screens" / "screens.json.gz").read_bytes())
    return json.loads(content)


def unlike(file: str, picture: Image.Image, tile: float = TILE, mean: float = MEAN) -> str:
    """Return how a picture differs from a stored one; empty if the two are alike.

    ``tile`` is the greatest difference allowed in one place and ``mean`` that of the whole picture, in grey levels.
    """
    with Image.open(STORED / "screens" / file) as before:
        height = round(picture.height * STORED_WIDTH / picture.width)
        if abs(before.height - height) > 4:
            return f"{height} high and not {before.height} (at a width of {STORED_WIDTH})"
        fault = _difference(before, picture, tile, mean)
        if fault:
            # Compression is slow, and lossy for screens full of text, so it is then applied to both pictures.
            with Image.open(io.BytesIO(packed(picture))) as now:
                fault = _difference(before, now, tile, mean)
    return fault


def _difference(before: Image.Image, now: Image.Image, tile: float, mean: float) -> str:
    difference = np.abs(_grey(before) - _grey(now))
    rows, columns = GREY[1] // TILES[1], GREY[0] // TILES[0]
    tiles = difference.reshape(TILES[1], rows, TILES[0], columns).mean(axis=(1, 3))
    if difference.mean() > mean or tiles.max() > tile:
        return f"grey levels differ by {difference.mean():.2f}, in one place by {tiles.max():.1f}"
    return ""


def _grey(picture: Image.Image) -> np.ndarray:
    small = picture.convert("L").resize(GREY, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64)
