"""What is known of each session beside its answers: one row per session, with its own list of columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from experiments.journal import Record
from experiments.package.arrow import fields_of
from experiments.schema import COLUMNS, OF_SESSION, Column, Row

_OF_SCHEMA = {column.name: column for column in COLUMNS}

SESSION_COLUMNS: tuple[Column, ...] = (
    *(_OF_SCHEMA[name] for name in OF_SESSION),
    Column(
        "outcome",
        "text",
        "How the session ended; empty if it did not (the window or page was closed).",
        levels=("complete", "left", "declined", "ineligible"),
    ),
    Column("rows", "integer", "Number of rows."),
    Column("begun", "text", "Date and time (UTC, ISO 8601) at which the session began."),
    Column("ended", "text", "Date and time (UTC, ISO 8601) at which the last row was written."),
    Column(
        "seconds",
        "number",
        "Time from the first screen to the last answer, the time between two sittings left out.",
        "s",
    ),
    Column("sittings", "integer", "Number of sittings; more than one if it was interrupted."),
    Column("pauses", "integer", "Number of pauses."),
    Column("device_failures", "integer", "Number of failures of the device that were noted."),
    Column("frames", "integer", "Number of frames drawn while screens waited for answers."),
    Column("dropped_frames", "integer", "Number of frames that came too late."),
)
SESSION_SCHEMA: pa.Schema = pa.schema(fields_of(SESSION_COLUMNS))


def session_of(record: Record) -> dict[str, Any]:
    """Return the facts of a session from its journal."""
    said, rows = record.session, record.rows
    events = [event.get("event") for event in record.events]
    return {
        **{name: said.get(name) for name in OF_SESSION},
        "outcome": record.outcome or None,
        "rows": len(rows),
        "begun": said.get("time"),
        "ended": rows[-1]["time"] if rows else None,
        "seconds": seconds_of(rows),
        "sittings": 1 + events.count("resumed"),
        "pauses": events.count("pause"),
        "device_failures": events.count("device_failure"),
        "frames": sum(frame.get("n", 0) for frame in record.frames),
        "dropped_frames": sum(frame.get("dropped", 0) for frame in record.frames),
    }


def seconds_of(rows: list[Row]) -> float | None:
    """Return how long a session took; the clock of onsets starts anew with each sitting.

    >>> seconds_of([{"onset": 0, "response_time": 2}, {"onset": 5, "response_time": 1},
    ...             {"onset": 0, "response_time": 4}])
    10.0
    """
    total, latest, before = 0.0, 0.0, -1.0
    timed = [row for row in rows if row["onset"] is not None]
    for row in timed:
        if row["onset"] < before:
            total, latest = total + latest, 0.0
        before = row["onset"]
        latest = max(latest, row["onset"] + (row["response_time"] or 0.0))
    return round(total + latest, 6) if timed else None
