"""Rows and events at the stub of the collector: waiting for them, and checking that they are complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stub import Stub


def settled(stub: Stub, wanted: Callable[[], bool], page: Any) -> None:
    """Wait until a condition is met."""
    for _ in range(1200):
        if wanted():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the stub has {sorted(stub.the_session().rows)}")


def last(stub: Stub) -> str | None:
    """Return the screen of the last row that arrived."""
    rows = stub.rows()
    return rows[-1]["screen"] if rows else None


def names_of_events(stub: Stub) -> list[str]:
    """Return the names of the recorded events."""
    return [event["event"] for event in stub.the_session().events]


def assert_whole(stub: Stub) -> None:
    """Check that every row arrived once, in an unbroken sequence, and no screen twice."""
    rows = stub.rows()
    assert [row["sequence"] for row in rows] == list(range(len(rows)))
    shown = [(row["screen"], row["visit"], row["measure"]) for row in rows]
    assert len(shown) == len(set(shown))
