"""What all tests share: the timelines of ``tests/timelines``, and a display where there is none."""

from __future__ import annotations

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
    from experiments.lab.display import a_display
    from experiments.lab.window import NoWindow

    try:
        with a_display("3840x2160") as name:
            yield name
    except NoWindow as error:
        pytest.skip(str(error))
