"""The data that have arrived at the stub of the collector: waiting for them, and checking that they are complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stub import Stub


def settled(stub: Stub, expected: Callable[[], bool], page: Any) -> None:
    """Wait until the stub has the expected data."""
    for _ in range(1200):
        if expected():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the stub has {sorted(stub.the_session().rows)}")


def last(stub: Stub) -> str | None:
    """Return the screen of the last row that arrived."""
    rows = stub.rows()
    return rows[-1]["screen"] if rows else None


def names_of_events(stub: Stub) -> list[str]:
    """Return the names of the events that have arrived."""
    return [event["event"] for event in stub.the_session().events]


def assert_whole(stub: Stub) -> None:
    """Every row once, in an unbroken sequence, no screen doubled."""
    rows = stub.rows()
    assert [row["sequence"] for row in rows] == list(range(len(rows)))
    shown = [(row["screen"], row["visit"], row["measure"]) for row in rows]
    assert len(shown) == len(set(shown))
