"""The doctor: what this PC lacks for running participants, and how to mend it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

Verdict = Literal["good", "warning", "missing"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""


def examine(folder: Path) -> Iterator[Finding]:
    """Look at everything, one finding at a time (the window opens for about two seconds).

    Parameters
    ----------
    folder
        Where data will be written.
    """
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _packages,
        lambda: _disk(folder),
        _display,
    )
    for check in checks:
        yield check()
    if _has_display():
        yield from _window()
    yield _fonts()
    yield _keyboard()
    yield _browser()
    yield _node()


def _python() -> Finding:
    found = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    if (3, 11) <= sys.version_info[:2] <= (3, 12):
        return Finding("Python", "good", found)
    return Finding(
        "Python", "missing", found, "Install Python 3.11 or 3.12; PsychoPy needs one of them."
    )


def _packages() -> Finding:
    names = ("psychopy", "pandas", "statsmodels", "pingouin", "pyyaml", "glmm")
    lacking, found = [], []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lacking.append(name)
    if lacking:
        return Finding(
            "packages",
            "missing",
            f"not installed: {', '.join(lacking)}",
            "Run `make setup`, or pip install -r requirements.lock.",
        )
    return Finding("packages", "good", ", ".join(found))


def _disk(folder: Path) -> Finding:
    place = folder
    while not place.exists():
        place = place.parent
    try:
        with tempfile.NamedTemporaryFile(dir=place) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding(
            "disk",
            "missing",
            f"{place} cannot be written ({error.strerror})",
            "Mend the permissions, or choose another folder with --data.",
        )
    free = shutil.disk_usage(place).free / 1e9
    if free < 1:
        return Finding(
            "disk",
            "warning",
            f"{free:.1f} GB free in {place}",
            "Make room: a session needs less than 1 MB, but the system itself needs more.",
        )
    return Finding("disk", "good", f"{free:.0f} GB free in {place}")


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY"))


def _display() -> Finding:
    if _has_display():
        return Finding("display", "good", os.environ.get("DISPLAY", "the desktop's own"))
    return Finding(
        "display",
        "missing",
        "there is no display (DISPLAY is not set)",
        "Sit at the PC's own screen; on a machine without one: apt install xvfb, then `xvfb-run -a compassion ...`.",
    )


def _window() -> Iterator[Finding]:
    from experiments.lab.examination import examine_window

    try:
        seen = examine_window()
    except Exception as error:  # a driver may fail in any way; the doctor tells, and goes on
        yield Finding(
            "window",
            "missing",
            f"no window opens: {error}",
            "Install the graphics driver; on Debian: apt install libgl1 libgl1-mesa-dri libglu1-mesa libegl1.",
        )
        return
    yield Finding("OpenGL", "good", f"{seen.renderer} ({seen.version})")
    software = any(word in seen.renderer.lower() for word in ("llvmpipe", "softpipe", "software"))
    if software:
        yield Finding(
            "graphics",
            "warning",
            "frames are drawn by the processor",
            "Good enough for trying out; use a PC with a graphics driver for measuring response times.",
        )
    if seen.refresh is None:
        yield Finding(
            "refresh",
            "warning",
            "the monitor's refresh rate could not be measured",
            "Close other programs; switch off variable refresh; try again.",
        )
    else:
        verdict: Verdict = "good" if seen.refresh >= 55 else "warning"
        yield Finding(
            "refresh",
            verdict,
            f"{seen.refresh:.1f} Hz; {seen.dropped} of {seen.frames} frames dropped",
            "" if verdict == "good" else "Set the monitor to 60 Hz or more.",
        )
    wide, high = seen.size
    fits = wide >= 1024 and high >= 768
    yield Finding(
        "screen",
        "good" if fits else "warning",
        f"{wide} x {high} pixels",
        "" if fits else "Use a screen of at least 1024 x 768.",
    )


def _fonts() -> Finding:
    from experiments.interface import interface, languages
    from experiments.lab.text import can_show

    lacking = [interface(code).name for code in languages() if not can_show(code)]
    if not lacking:
        return Finding(
            "fonts", "good", "all interface languages can be shown: " + ", ".join(languages())
        )
    return Finding(
        "fonts",
        "warning",
        f"no font for: {', '.join(lacking)}",
        "Install Noto fonts; on Debian: apt install fonts-noto-core fonts-noto-cjk.",
    )


def _keyboard() -> Finding:
    if importlib.util.find_spec("psychtoolbox") is None:
        return Finding(
            "keyboard",
            "warning",
            "psychtoolbox is not installed",
            "pip install psychtoolbox: without it response times from keys are coarse.",
        )
    return Finding("keyboard", "good", "psychtoolbox reads the keys")


def _browser() -> Finding:
    from shutil import which

    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = next((path for name in names if (path := which(name))), None)
    if found:
        return Finding("browser", "good", found)
    return Finding(
        "browser",
        "warning",
        "no Chromium was found",
        "Only needed for testing online studies here: install Chromium or Chrome.",
    )


def _node() -> Finding:
    from experiments.places import CHECKOUT

    if (CHECKOUT / "node_modules" / "jspsych").is_dir():
        return Finding("jsPsych", "good", "installed")
    return Finding(
        "jsPsych",
        "warning",
        "jsPsych is not installed",
        "Only needed for exporting to the browser: make setup, or npm ci.",
    )
