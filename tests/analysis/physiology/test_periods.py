"""Periods from the events of a session."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.physiology.periods import periods


def mark(what: str, at: float, screen: str, period: str = "rest", **more: Any) -> dict[str, Any]:
    time = f"2026-01-01T00:{int(at // 60):02}:{at % 60:06.3f}Z"
    of = {"participant": "p01", "session": "1", "screen": screen, "period": period, "visit": 1}
    return {"event": f"period_{what}", "time": time, **of, **more}


def end(at: float, screen: str, seconds: float, held: float = 0.0) -> dict[str, Any]:
    return mark("end", at, screen, seconds=seconds, held=held)


def test_a_period_that_is_cut_off_has_no_end_and_is_begun_again() -> None:
    events = [
        mark("begin", 0, "a"),
        {"participant": "p01", "session": "1", "event": "resumed", "time": "2026-01-01T00:00:50Z"},
        mark("begin", 60, "a"),
        end(90, "a", 30),
        mark("begin", 100, "b"),
    ]
    found = periods(events, {})
    assert [(each.screen, each.seconds) for each in found] == [("a", None), ("a", 30), ("b", None)]


def test_an_event_that_was_sent_twice_counts_once() -> None:
    events = [mark("begin", 0, "a"), mark("begin", 0, "a"), end(30, "a", 30), end(30, "a", 30)]
    (found,) = periods(events, {})
    assert found.seconds == 30


def test_screens_of_a_period_that_follow_each_other_are_one() -> None:
    events = [
        mark("begin", 0, "a"),
        end(20, "a", 15, 5),
        mark("begin", 20.2, "a.2"),
        end(30.2, "a.2", 10),
        mark("begin", 40, "a.3"),
        end(50, "a.3", 10),
    ]
    joined, apart = periods(events, {})
    assert (joined.screen, joined.held) == ("a", 5)
    assert joined.seconds == pytest.approx(25.2)
    assert joined.end == pytest.approx(joined.start + 30.2)
    assert (apart.screen, apart.seconds) == ("a.3", 10)


def test_screens_of_different_trials_are_different_periods() -> None:
    events = [mark("begin", 0, "a"), end(10, "a", 10), mark("begin", 10.1, "b"), end(20.1, "b", 10)]
    places = {("p01", "1", "a", 1): ("x", 1), ("p01", "1", "b", 1): ("y", 2)}
    assert [each.seconds for each in periods(events, places)] == [10, 10]
    assert [each.seconds for each in periods(events, {})] == [pytest.approx(20.1)]
