"""The columns of the data. Journal, data package, codebook and loader all use this one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from experiments.errors import UserError
from experiments.screen import Phase

Kind = Literal["text", "number", "integer", "boolean", "cells"]

#: Version of the format of rows, journals, collections, packages and collector databases. Each of these files states it
#: under ``SCHEMA_KEY``, rows by the file that they are in; it goes up by one when a program that reads the files so far
#: would misread a new one. Files of compassion 0.1.0 do not state it; they have the format 1.
SCHEMA = 2
SCHEMA_KEY = "schema"


class SchemaError(UserError):
    """A file has a format that this version of compassion does not know; the message states the remedy."""


def check_schema(where: object, content: Mapping[str, Any]) -> None:
    """Check that this version of compassion knows the format of a file.

    Parameters
    ----------
    where
        The file, for the message.
    content
        The part of its content that states the format.

    Raises
    ------
    SchemaError
        If a later version wrote the file.
    ValueError
        If the format is not a whole number from 1, as the file is damaged.
    """
    found = content.get(SCHEMA_KEY, 1)
    if type(found) is not int or found < 1:
        raise ValueError(f"'{SCHEMA_KEY}' should be a whole number from 1, found {found!r}")
    if found > SCHEMA:
        by = content.get("code_version") or content.get("packaged_by")
        raise SchemaError(
            f"{where} was written by a later version of compassion{f' ({by})' if by else ''}: it has the format {found},"
            f" and this version reads the formats 1 to {SCHEMA}. Update compassion; the file was not changed."
        )


@dataclass(frozen=True)
class Column:
    """One column of the data; ``sentence`` is its description in the codebook.

    ``since`` is the version of compassion that first wrote the column, empty for those that every version wrote: data of
    earlier versions lack it, and are read as if it were ``default``.
    """

    name: str
    kind: Kind
    sentence: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    since: str = ""
    default: str | float | bool | None = None
    """Value in data of earlier versions; None: empty."""


COLUMNS: tuple[Column, ...] = (
    Column("study", "text", "Name of the study, as in its protocol."),
    Column("protocol_version", "text", "Version of the protocol, as stated in its file."),
    Column("protocol_hash", "text", "SHA-256 of the protocol's content, first 16 hex digits."),
    Column(
        "code_version", "text", "Version of compassion that wrote the row, with its git commit."
    ),
    Column("mode", "text", "Mode of the study that the session ran in; modes are never pooled."),
    Column("participant", "text", "Random participant code; never a name."),
    Column("session", "text", "Number or name of the session of this participant."),
    Column("slot", "integer", "Number of the slot in the allocation list of this mode."),
    Column("language", "text", "Language of the texts shown (BCP 47)."),
    Column("simulated", "boolean", "Whether a simulated participant gave the answer."),
    Column(
        "renderer", "text", "What drew the screen.", levels=("lab", "browser", "none", "import")
    ),
    Column("sequence", "integer", "Running number of the row within the session, from 0."),
    Column(
        "phase",
        "text",
        "Part of the session that the screen belongs to.",
        levels=get_args(Phase),
    ),
    Column("task", "text", "Task that the screen belongs to."),
    Column("screen", "text", "Id of the screen within the timeline."),
    Column("visit", "integer", "Number of times the screen has been shown, including this time."),
    Column(
        "trial",
        "integer",
        "Number of the trial within its block of trials, from 1; empty outside trials.",
    ),
    Column("stimulus", "text", "Id of the stimulus item shown; empty if none."),
    Column("cells", "cells", "Levels of all between- and within-factors on this screen."),
    Column("measure", "text", "What was measured."),
    Column(
        "position",
        "integer",
        "Where several levels of a factor are shown together: place of the one that the question is about,"
        " from 1 (left, or top; in right-to-left languages right, or top).",
        since="1.1.0",
    ),
    Column("value", "text", "The answer as text; empty if skipped."),
    Column("number", "number", "The answer as a number where it is one, in `unit`."),
    Column("unit", "text", "Unit of `number`."),
    Column(
        "status",
        "text",
        "Whether the question was answered or skipped, the screen only shown, or the study left here; `back`: the participant"
        " went back to the screen before, and what had been answered so far does not count.",
        levels=("answered", "skipped", "shown", "left", "back"),
    ),
    Column("correct", "boolean", "For checks: whether the answer is correct; empty otherwise."),
    Column(
        "onset",
        "number",
        "Time from the start or resumption of the session until the screen appeared.",
        "s",
    ),
    Column(
        "response_time",
        "number",
        "Time from onset to this answer, excluding time in the pause and leave dialogs.",
        "s",
    ),
    Column("clock", "text", "Clock and device that `response_time` was read from."),
    Column("time", "text", "Date and time (UTC, ISO 8601) at which the row was written."),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)

#: Columns that are the same in all rows of a session; they are in the first line of its journal.
OF_SESSION: tuple[str, ...] = (
    "participant",
    "session",
    "study",
    "protocol_version",
    "protocol_hash",
    "code_version",
    "mode",
    "slot",
    "language",
    "simulated",
    "renderer",
)

_BY_NAME = {column.name: column for column in COLUMNS}
#: Columns of the table of sessions in data packages.
SESSION_COLUMNS: tuple[Column, ...] = (
    *(_BY_NAME[name] for name in OF_SESSION),
    Column(
        "outcome",
        "text",
        "How the session ended; empty if it did not (the window or page was closed).",
        levels=("complete", "left", "declined", "ineligible", "full"),
    ),
    Column("rows", "integer", "Number of rows."),
    Column("begun", "text", "Date and time (UTC, ISO 8601) at which the session began."),
    Column("ended", "text", "Date and time (UTC, ISO 8601) at which the last row was written."),
    Column(
        "seconds",
        "number",
        "Time from the first screen to the last answer, excluding interruptions of the session.",
        "s",
    ),
    Column("runs", "integer", "Number of times the session was started or resumed."),
    Column("pauses", "integer", "Number of pauses."),
    Column("device_failures", "integer", "Number of device failures that were recorded."),
    Column("frames", "integer", "Number of frames drawn while screens waited for answers."),
    Column("dropped_frames", "integer", "Number of frames that were shown late."),
)

#: Former name of a column -> its current name, to read data packages from earlier versions.
FORMER_NAMES = {"sittings": "runs"}

#: Columns that may differ between lab, browser and simulated rows of the same answers.
CLOCKS_AND_RENDERER: tuple[str, ...] = (
    "renderer",
    "onset",
    "response_time",
    "clock",
    "time",
    "code_version",
    "simulated",
    "participant",
    "session",
)

#: One row: every name of ``NAMES`` with a plain value, or None where empty.
Row = dict[str, Any]
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "cells": (dict,),
}
# Prepared once: the collector checks thousands of rows per second.
_KNOWN = frozenset(NAMES)
#: The columns that data of earlier versions lack -> their value in these data.
LATER = {column.name: column.default for column in (*COLUMNS, *SESSION_COLUMNS) if column.since}
_CHECKS = tuple(
    (column.name, column.kind, _TYPES[column.kind], column.levels) for column in COLUMNS
)


def now(precision: str = "milliseconds") -> str:
    """Return the current date and time (UTC) in the format of the column ``time``."""
    return datetime.now(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def faults_of(row: object) -> list[str]:
    """Return the faults of a row in words; an empty list for a valid row."""
    if not isinstance(row, dict):
        return ["it is not a JSON object"]
    faults: list[str] = []
    if row.keys() != _KNOWN:
        faults += [
            f"the column '{name}' is missing"
            for name in NAMES
            if name not in row and name not in LATER
        ]
        faults += [f"the column '{name}' is unknown" for name in row if name not in _KNOWN]
    for name, kind, types, levels in _CHECKS:
        value = row.get(name)
        if value is None:
            continue
        if not isinstance(value, types) or (value is True or value is False) != (kind == "boolean"):
            faults.append(f"'{name}' should be {kind}, found {value!r}")
        elif levels and value not in levels:
            faults.append(f"'{name}' should be one of {', '.join(levels)}, found {value!r}")
    return faults
