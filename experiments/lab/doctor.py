"""The doctor: checks whether this PC is ready to run participants, with a remedy for each problem."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

#: Number of frames shown to count dropped frames.
FRAMES = 60


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    check: str
    verdict: Literal["good", "warning", "missing"]
    found: str
    remedy: str = ""


def examine(folder: Path) -> Iterator[Finding]:
    """Run all checks and yield their findings (a window opens for about two seconds).

    Parameters
    ----------
    folder
        Folder for the data.
    """
    yield _python()
    yield _packages()
    yield _disk(folder)
    yield _display()
    if _has_display():
        yield from _window()
    yield _fonts()
    yield _sound()
    yield from _programs()


def _python() -> Finding:
    found = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    if (3, 11) <= sys.version_info[:2] <= (3, 12):
        return Finding("Python", "good", found)
    remedy = "Install Python 3.11 or 3.12; PsychoPy needs one of them."
    return Finding("Python", "missing", found, remedy)


def _packages() -> Finding:
    missing, found = [], []
    for name in ("psychopy", "pandas", "statsmodels", "pingouin", "pyyaml", "glmm"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if not missing:
        return Finding("packages", "good", ", ".join(found))
    remedy = "Run `make setup`, or pip install -r requirements.lock."
    return Finding("packages", "missing", f"not installed: {', '.join(missing)}", remedy)


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
        found = f"{place} cannot be written ({error.strerror})"
        remedy = "Change the permissions, or choose another folder with --data."
        return Finding("disk", "missing", found, remedy)
    free = shutil.disk_usage(place).free / 1e9
    if free >= 1:
        return Finding("disk", "good", f"{free:.0f} GB free in {place}")
    remedy = "Free some space: a session needs less than 1 MB, but the system needs more."
    return Finding("disk", "warning", f"{free:.1f} GB free in {place}", remedy)


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY"))


def _display() -> Finding:
    if _has_display():
        return Finding("display", "good", os.environ.get("DISPLAY", "the desktop"))
    remedy = (
        "Use a PC with a screen; on a computer without one: apt install xvfb,"
        " then `xvfb-run -a compassion ...`."
    )
    return Finding("display", "missing", "there is no display (DISPLAY is not set)", remedy)


def _window() -> Iterator[Finding]:
    """Open a window, show some frames in it, and close it."""
    from experiments.lab.window import open_window

    try:
        with open_window() as window:
            from pyglet.gl import gl_info

            window.restart_frames()
            for _ in range(FRAMES + 1):
                window.flip()
            frames = window.frames()
            renderer, opengl = gl_info.get_renderer(), gl_info.get_version()
    except Exception as error:  # a driver may fail in any way, which the doctor must report
        remedy = "Install the graphics driver; on Debian: apt install libgl1 libgl1-mesa-dri libglu1-mesa libegl1."
        yield Finding("window", "missing", f"no window can be opened: {error}", remedy)
        return
    yield Finding("OpenGL", "good", f"{renderer} ({opengl})")
    if any(word in renderer.lower() for word in ("llvmpipe", "softpipe", "software")):
        remedy = "Good enough for trying things out; to measure response times, use a PC with a graphics driver."
        yield Finding(
            "graphics",
            "warning",
            "frames are drawn by the processor, not by a graphics card",
            remedy,
        )
    if not window.synchronised:
        found = "the monitor's refresh rate could not be measured"
        remedy = "Close other programs, switch off variable refresh rates, and try again."
        yield Finding("refresh", "warning", found, remedy)
    else:
        dropped = f"{frames['dropped']} of {frames['n']} frames dropped"
        found = f"{window.refresh:.1f} Hz; {dropped}"
        yield _enough("refresh", window.refresh >= 55, found, "Set the monitor to 60 Hz or more.")
    wide, high = window.size
    fits, remedy = wide >= 1024 and high >= 768, "Use a screen of at least 1024 x 768."
    yield _enough("screen", fits, f"{wide} x {high} pixels", remedy)


def _fonts() -> Finding:
    from experiments.interface import interface, languages
    from experiments.lab.text import can_show

    missing = [interface(code).name for code in languages() if not can_show(code)]
    found = "all interface languages can be shown: " + ", ".join(languages())
    if missing:
        found = f"no font for: {', '.join(missing)}"
    remedy = "Install Noto fonts; on Debian: apt install fonts-noto-core fonts-noto-cjk."
    return _enough("fonts", not missing, found, remedy)


def _sound() -> Finding:
    from experiments.lab.sound import sound_output

    output = sound_output()
    remedy = "Only needed for films and sounds: connect loudspeakers or headphones; on Debian: apt install libportaudio2."
    return _enough("sound", bool(output), output or "there is no output for sound", remedy)


def _programs() -> Iterator[Finding]:
    """Check the programs that read the keyboard, and those for testing and exporting online studies."""
    from experiments.places import CHECKOUT

    installed = importlib.util.find_spec("psychtoolbox") is not None
    found = "psychtoolbox reads the keyboard" if installed else "psychtoolbox is not installed"
    remedy = (
        "Run pip install psychtoolbox: without it, response times of key presses are imprecise."
    )
    yield _enough("keyboard", installed, found, remedy)
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    browser = next(filter(None, map(shutil.which, names)), "")
    remedy = "Only needed to test online studies on this PC: install Chromium or Chrome."
    yield _enough("browser", bool(browser), browser or "Chromium was not found", remedy)
    installed = (CHECKOUT / "node_modules" / "jspsych").is_dir()
    found = "installed" if installed else "jsPsych is not installed"
    remedy = "Only needed to export online studies: run make setup, or npm ci."
    yield _enough("jsPsych", installed, found, remedy)


def _enough(check: str, is_good: bool, found: str, remedy: str) -> Finding:
    return Finding(check, "good", found) if is_good else Finding(check, "warning", found, remedy)
