"""A display where there is none: Xvfb for demonstrations and tests on Linux machines without a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from experiments.lab.window import NoWindow


@contextmanager
def a_display(size: str = "1920x1080") -> Iterator[str]:
    """Provide a display that windows can open on: the one there is, or a virtual one.

    Raises
    ------
    NoWindow
        If there is neither a display nor Xvfb.
    """
    if os.environ.get("DISPLAY") or sys.platform != "linux":
        yield os.environ.get("DISPLAY", "")
        return
    program = shutil.which("Xvfb")
    if program is None:
        raise NoWindow(
            "there is neither a display nor Xvfb; sit at the PC's own screen, or apt install xvfb."
        )
    reading, writing = os.pipe()
    # With -displayfd the server itself picks a free number: runs side by side do not collide.
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    os.environ["DISPLAY"] = f":{number}"
    try:
        yield f":{number}"
    finally:
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait(timeout=10)
