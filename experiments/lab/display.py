"""A virtual display (Xvfb), for demonstrations and tests on Linux computers without a screen."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys

from experiments.lab.window import NoWindowError

#: ``prctl`` option: the signal that a process receives when its parent dies (``sys/prctl.h``).
_PR_SET_PDEATHSIG = 1


def ensure_display(size: str = "1920x1080") -> str:
    """Return the display for windows: the existing one, or a new virtual one.

    A virtual display runs until this process ends: pyglet and Qt keep their connections to it, and would
    end the process if it stopped earlier.

    Raises
    ------
    NoWindowError
        If there is neither a display nor Xvfb.
    """
    if not os.environ.get("DISPLAY") and sys.platform == "linux":
        os.environ["DISPLAY"] = _start(size)
    return os.environ.get("DISPLAY", "")


def _start(size: str) -> str:
    program = shutil.which("Xvfb")
    if program is None:
        raise NoWindowError(
            "there is neither a display nor Xvfb. Use a PC with a screen, or install Xvfb (apt install xvfb)."
        )
    library = ctypes.CDLL(None)
    reading, writing = os.pipe()
    # With -displayfd the server chooses a free number, so that parallel runs do not conflict.
    subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM),
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if not number:
        raise NoWindowError("Xvfb did not start. Run `Xvfb :99` to see why.")
    return f":{number}"
