"""The periods of sessions, from the events that mark their begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

BEGIN, END = "period_begin", "period_end"
APART = 1.0
"""Seconds between two screens of one period at most; with more, there was something else between them."""


@dataclass(frozen=True)
class Period:
    """One period of a session, which can have several screens."""

    participant: str
    session: str
    address: str
    screen: str
    """Its first screen."""
    visit: int
    begin: str
    """Date and time (UTC, ISO 8601)."""
    seconds: float | None
    """None if it was not completed."""
    held: float = 0.0
    """Seconds for which it was held by a pause."""
    place: tuple[Any, ...] = ()
    """Item and trial."""

    @property
    def start(self) -> float:
        """Begin in seconds since 1970."""
        return seconds_of(self.begin)

    @property
    def end(self) -> float | None:
        """End in seconds since 1970."""
        return None if self.seconds is None else self.start + self.seconds + self.held


def seconds_of(time: str) -> float:
    """Return a date and time as seconds since 1970."""
    return datetime.fromisoformat(time).timestamp()


def periods(
    events: Iterable[Mapping[str, Any]], places: Mapping[tuple[Any, ...], tuple[Any, ...]]
) -> list[Period]:
    """Return the periods of all sessions, in their order; those without an end were left or cut off.

    Parameters
    ----------
    places
        Participant, session, screen and visit -> item and trial: screens of different trials are different periods.
    """
    found: list[Period] = []
    marks = {
        (e["participant"], e["session"], e["time"], e["event"], e["screen"]): e
        for e in events
        if e.get("event") in (BEGIN, END)
    }
    # A begin comes before the end of its screen, also in the same millisecond.
    ordered = sorted(marks.values(), key=lambda e: (e["participant"], e["session"], e["time"]))
    for _, own in groupby(ordered, key=lambda e: (e["participant"], e["session"])):
        found += _joined(_of_screens(own, places))
    return found


def _of_screens(
    events: Iterable[Mapping[str, Any]], places: Mapping[tuple[Any, ...], tuple[Any, ...]]
) -> Iterator[Period]:
    begun: Period | None = None
    for event in events:
        if event["event"] == BEGIN:
            if begun is not None:
                yield begun
            key = tuple(event[name] for name in ("participant", "session", "screen", "visit"))
            begun = Period(
                event["participant"],
                event["session"],
                event["period"],
                event["screen"],
                event["visit"],
                event["time"],
                None,
                place=places.get(key, ()),
            )
        elif begun is not None and (begun.screen, begun.visit) == (event["screen"], event["visit"]):
            yield replace(begun, seconds=float(event["seconds"]), held=float(event["held"] or 0.0))
            begun = None
    if begun is not None:
        yield begun


def _joined(screens: Iterable[Period]) -> Iterator[Period]:
    """Yield periods, whose screens follow each other in the same trial."""
    last: Period | None = None
    for each in screens:
        if last is not None and last.end is not None and _goes_on(last, each):
            seconds = None
            if each.end is not None:
                seconds = each.end - last.start - last.held - each.held
            last = replace(last, seconds=seconds, held=last.held + each.held)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _goes_on(last: Period, each: Period) -> bool:
    assert last.end is not None
    same = (last.address, last.place) == (each.address, each.place)
    again = (last.screen, last.visit) == (each.screen, each.visit)
    return same and not again and each.start - last.end <= APART
