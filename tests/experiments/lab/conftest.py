"""A window for the lab's tests, opened once, and pages without any window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import every_kind
import pytest

from experiments.lab.form import Form
from experiments.lab.frame import PageContext
from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Key
from experiments.lab.page import Page
from experiments.screen import Screen
from experiments.timeline.timeline import Timeline

sys.path.insert(0, str(Path(__file__).resolve().parent))

from flips import at_flip


@pytest.fixture(scope="session")
def timelines() -> dict[str, Timeline]:
    return {language: every_kind.load(language) for language in every_kind.LANGUAGES}


@pytest.fixture(scope="session")
def english(timelines: dict[str, Timeline]) -> Timeline:
    return timelines["en"]


@pytest.fixture(scope="session")
def window(display: str) -> Iterator[Any]:
    from experiments.lab.window import open_window

    # Flips do not wait for a monitor here: the faster the frames, the sooner the walks are done.
    with open_window((1024, 768), pace=240.0) as opened:
        yield opened


@pytest.fixture
def responder(window: Any, english: Timeline) -> Iterator[Callable[..., Any]]:
    """Make responders at the window; a screen that does not end fails the test."""
    from experiments.lab.responder import LabResponder

    made = []

    def too_long() -> None:
        raise AssertionError("the screen does not end")

    # Windows of other tests on this display leave events behind: a focus that was lost would make keys ignored.
    window.win.winHandle.dispatch_events()
    at_flip(window, 400, too_long)

    def make(timeline: Timeline = english, **more: Any) -> Any:
        more.setdefault("settling", 0.0)
        made.append(LabResponder(window, timeline, root=every_kind.HERE, **more))
        return made[-1]

    yield make
    window.closed = False
    window.after_flip.clear()
    for each in made:
        each.close()


@pytest.fixture
def page(timelines: dict[str, Timeline]) -> Callable[..., Page]:
    def make(
        screen: str | Screen,
        language: str = "en",
        size: tuple[int, int] = (1024, 768),
        answers: dict[str, Any] | None = None,
        **more: Any,
    ) -> Page:
        timeline = timelines[language]
        shown = timeline.screens[timeline.index[screen]] if isinstance(screen, str) else screen
        form = Form.begin(shown, answers or {}, more.pop("on_draft", None))
        context = PageContext(timeline, every_kind.HERE, participant="p01")
        made = Page(shown, form, context, size, **more)
        made.tick(10.0)
        return made

    return make


@pytest.fixture
def press_key() -> Callable[..., None]:
    """Press keys on a page, one after the other, from a second after its onset."""

    def keys(page: Page, *names: str, start: float = 1.0, **how: Any) -> None:
        for place, name in enumerate(names):
            handle_input(page, Key(name, start + 0.01 * place, "keys", **how), onset=0.0)

    return keys
