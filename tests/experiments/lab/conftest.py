"""A window for the lab's tests, opened once, and pages without any window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import every_kind
import pytest

from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.page import Page
from experiments.lab.setting import Setting
from experiments.lab.steering import take
from experiments.screen import Screen
from experiments.timeline import Timeline


@pytest.fixture(scope="session")
def timelines() -> dict[str, Timeline]:
    return {language: every_kind.load(language) for language in every_kind.LANGUAGES}


@pytest.fixture(scope="session")
def english(timelines: dict[str, Timeline]) -> Timeline:
    return timelines["en"]


@pytest.fixture(scope="session")
def window(display: str) -> Iterator[Any]:
    from experiments.lab.window import open_window

    # No monitor is waited for here: the faster the frames, the sooner the walks are done.
    with open_window((1024, 768), pace=240.0) as opened:
        yield opened


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
        made = Page(shown, form, Setting.of(timeline, every_kind.HERE), size, **more)
        made.tick(10.0)
        return made

    return make


@pytest.fixture
def strike() -> Callable[..., None]:
    """Strike keys on a page, one after the other, from a second after its onset."""

    def keys(page: Page, *names: str, start: float = 1.0, **how: Any) -> None:
        for place, name in enumerate(names):
            take(page, Key(name, start + 0.01 * place, "keys", **how), onset=0.0)

    return keys
