"""What all tests share: the timelines of ``tests/timelines``, and a display where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
# The checkout itself is tested, whether or not it is installed.
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "timelines")]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Return a display that windows can open on; starts Xvfb where there is none."""
    if os.environ.get("DISPLAY") or sys.platform != "linux":
        yield os.environ.get("DISPLAY", "")
        return
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("there is neither a display nor Xvfb (apt install xvfb)")
    reading, writing = os.pipe()
    # With -displayfd the server itself picks a free number: parallel test runs do not collide.
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "3840x2160x24", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    os.environ["DISPLAY"] = f":{number}"
    yield f":{number}"
    del os.environ["DISPLAY"]
    server.terminate()
    server.wait(timeout=10)
