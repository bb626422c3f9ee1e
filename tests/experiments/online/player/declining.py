"""A participant who declines: the shortest path through the study of all kinds, and its rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import contract
import hand

from experiments.schema import faults_of

WALK = contract.walks("en")["declined"]
ROWS = contract.rows_of("en", WALK)
PROLIFIC = {"source": "prolific", "codes": {"complete": "C1", "declined": "D1"}, "hosts": []}
MANY = [{"slot": number} for number in (3, 7, 9)]


def decline(page: Any) -> None:
    """Go through the study without giving consent."""
    while True:
        screen = hand.screen_of(page)
        hand.respond(page, WALK[screen][0] if screen in WALK else {})
        if screen == "declined":
            return
        hand.wait_for_next(page, screen)


def wait_until(holds: Callable[[], Any]) -> None:
    """Wait for something that the browser does by itself."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def assert_rows(rows: list[dict[str, Any]]) -> None:
    """The rows are those of the contract, and valid."""
    assert [contract.without_clocks(row) for row in rows] == ROWS
    assert [fault for row in rows for fault in faults_of(row)] == []
