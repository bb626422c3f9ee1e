"""A display where there is none: Xvfb for demonstrations and tests on Linux machines without a screen."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys

from experiments.lab.window import NoWindowError

#: ``prctl`` option: which signal to get when the parent dies (``sys/prctl.h``).
_PR_SET_PDEATHSIG = 1


def ensure_display(size: str = "1920x1080") -> str:
    """Return a display that windows can open on: the one there is, or a virtual one, started now.

    A virtual display lives as long as this process: pyglet and Qt keep their connections to it, and
    would end the process if it went away before them.

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
            "there is neither a display nor Xvfb; use the PC's own screen, or apt install xvfb."
        )
    library = ctypes.CDLL(None)
    reading, writing = os.pipe()
    # With -displayfd the server itself picks a free number: runs side by side do not collide.
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
        raise NoWindowError("Xvfb did not start; try `Xvfb :99` to see why.")
    return f":{number}"
