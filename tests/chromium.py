"""Chromium as tests and benchmarks open it."""

from __future__ import annotations

import shutil
from typing import Any

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Return where Chromium is; None if it is not installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: Any) -> Any:
    """Open Chromium with Playwright."""
    # Patience for slow machines, in milliseconds.
    return playwright.chromium.launch(executable_path=program(), args=list(FLAGS), timeout=300_000)
