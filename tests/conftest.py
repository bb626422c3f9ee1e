"""What all tests share: the timelines of ``tests/timelines``, and a display where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
# The checkout itself is tested, whether or not it is installed.
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests"), str(CHECKOUT / "tests" / "timelines")]


@pytest.fixture(scope="session")
def display() -> str:
    """Return a display that windows can open on; starts Xvfb where there is none."""
    from experiments.lab.display import ensure_display
    from experiments.lab.window import NoWindowError

    try:
        return ensure_display("3840x2160")
    except NoWindowError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return Chromium, one for all tests (Playwright runs once a thread); skip where there is none."""
    import chromium

    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if chromium.program() is None:
        pytest.skip("there is no Chromium (apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        yield opened
        opened.close()
