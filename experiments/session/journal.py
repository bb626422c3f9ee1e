"""The journal: an append-only file of one session, with one JSON object per line, saved before the next screen.

There are six types of lines: ``session`` (the first line: participant, slot, computer), ``row`` (an answer),
``draft`` (an answer on a screen that is still shown), ``frames`` (frame intervals of a screen), ``event`` (a
pause, a resumed session, a device failure ...) and ``end``. Each line is flushed and fsynced; if the process is
killed while it writes, at most that line is lost.

The rows of a screen are one unit: they are written together, and where a killed process left only some of them, the
session continues with that screen. The event ``resumed`` says how many rows count; those after them are drafts, so that
a screen never has rows of two showings (such as the old trace of a dial with its new mean).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.schema import SCHEMA, SCHEMA_KEY, Row, check_schema, faults_of, now
from experiments.screen import name_on_screen

RESUMED = "resumed"
"""Event at which a session continues."""


class JournalError(UserError):
    """A journal or collection cannot be read, begun or written; the message states the remedy."""


@dataclass(frozen=True)
class Damage:
    """A line of a journal, or a whole journal, that cannot be read; the file is not changed."""

    file: str
    line: int
    found: str
    whole: bool = False
    """Whether nothing in the file could be used."""

    def __str__(self) -> str:
        left = "the whole file" if self.whole else "the line"
        return f"{self.file}:{self.line}: {self.found}; {left} was ignored, all others were read"


@dataclass(frozen=True)
class Record:
    """The contents of a journal."""

    path: Path
    session: dict[str, Any]
    rows: list[Row]
    drafts: list[dict[str, Any]] = field(default_factory=list)
    """Drafts of the screen that was shown when the session stopped."""
    frames: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = ""
    damage: tuple[Damage, ...] = ()

    @property
    def slot(self) -> int:
        """The slot of the session; 0 if it had none before it ended.

        A session that began before its slot was known got it later.
        """
        own = (row["slot"] for row in reversed(self.rows) if row["slot"])
        return int(next(own, self.session.get("slot")) or 0)


class Journal(AbstractContextManager["Journal"]):
    """The open journal of one session, for writing.

    Raises
    ------
    JournalError
        If the file already exists (``begin``), or a line cannot be written.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def begin(cls, path: Path, session: dict[str, Any]) -> Journal:
        """Begin the journal of a new session; an existing journal is never changed.

        The session begins now, unless ``session`` has a ``time`` (a session that took place elsewhere).
        """
        if path.exists():
            raise JournalError(
                f"{path} already exists: this session has already begun."
                " Use `compassion run --resume` to continue it, or another session name."
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # O_EXCL: if another process begins the same session at the same time, one of them fails.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        except OSError as error:
            raise JournalError(
                f"{path} cannot be written ({error.strerror}). The session was not begun;"
                " choose another folder with --data, or change its permissions."
            ) from error
        journal = cls(path, descriptor)
        first = {"type": "session", SCHEMA_KEY: SCHEMA, **session}
        journal.write([{**first, "time": session.get("time", now())}])
        return journal

    @classmethod
    def resume(cls, path: Path) -> Journal:
        """Open an existing journal to append to it."""
        try:
            text = path.read_bytes()
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise JournalError(f"{path} cannot be resumed ({error.strerror}).") from error
        if text and not text.endswith(b"\n"):
            # The line that was being written when the process died must be separated from the next one.
            os.write(descriptor, b"\n")
        return cls(path, descriptor)

    def write(self, lines: Iterable[dict[str, Any]]) -> None:
        """Append lines and wait until they are saved."""
        text = "".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
        )
        data = text.encode("utf-8", "surrogatepass")
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise JournalError(
                f"{self.path} cannot be written ({error.strerror}). All earlier answers"
                " are saved. Free some space, then run `compassion run --resume`."
            ) from error

    def rows(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self.write({"type": "row", **row} for row in rows)

    def draft(self, screen: str, visit: int, measure: str, value: Any, seconds: float) -> None:
        """Append an answer on a screen that is still shown."""
        line = {"screen": screen, "visit": visit, "measure": measure, "value": value}
        self.write([{"type": "draft", **line, "seconds": round(seconds, 6)}])

    def event(self, event: str, **details: Any) -> None:
        """Append an event, such as a pause."""
        self.write([{"type": "event", "event": event, **details, "time": now()}])

    def frames(self, **statistics: Any) -> None:
        """Append the frame statistics of a screen."""
        self.write([{"type": "frames", **statistics}])

    def end(self, outcome: str) -> None:
        """Append the end of the session."""
        self.write([{"type": "end", "outcome": outcome, "time": now()}])

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: Path) -> Record:
    """Read a journal; damaged lines are ignored and listed.

    Raises
    ------
    JournalError
        If the file has no session line, so that its participant is unknown.
    SchemaError
        If a later version of compassion wrote it.
    """
    session: dict[str, Any] = {}
    rows: dict[int, Row] = {}
    drafts: list[dict[str, Any]] = []
    others: dict[str, list[dict[str, Any]]] = {"frames": [], "event": [], "end": []}
    damage: list[Damage] = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not raw.strip():
            continue
        found = ""
        try:
            line = json.loads(raw.decode("utf-8", "surrogatepass"))
            kind = line.pop("type")
            if kind == "session":
                check_schema(path, line)
        except (ValueError, AttributeError, TypeError, KeyError):
            kind, found = "", "this is not a line of a journal (incomplete or damaged)"
        if kind == "session":
            session = session or line
        elif kind == "row":
            faults = "; ".join(faults_of(line))
            found = f"this row is invalid: {faults}" if faults else _of_other_session(line, session)
            if not found and line["sequence"] not in rows:
                rows[line["sequence"]] = line
                drafts = []
        elif kind == "draft":
            drafts.append(line)
        elif kind in others:
            others[kind].append(line)
            if line.get("event") == RESUMED and "rows" in line:
                drafts += _cut_off(rows, line["rows"])
        else:
            found = found or f"lines of the type '{kind}' are unknown"
        if found:
            damage.append(Damage(str(path), number, found))
    if not session:
        raise JournalError(
            f"{path} has no session line: it is not a journal, or its first line is damaged."
        )
    outcome = others["end"][-1]["outcome"] if others["end"] else ""
    of_rows = list(rows.values())
    return Record(
        path, session, of_rows, drafts, others["frames"], others["event"], outcome, tuple(damage)
    )


def _cut_off(rows: dict[int, Row], count: int) -> list[dict[str, Any]]:
    """Remove the rows of a screen that was cut short, and return their answers as drafts."""
    cut = [rows.pop(sequence) for sequence in sorted(rows) if sequence >= count]
    return [
        {
            "screen": row["screen"],
            "visit": row["visit"],
            "measure": name_on_screen(row["measure"], row.get("position")),
            "value": row["value"] if row["number"] is None else row["number"],
            "seconds": row["response_time"],
        }
        for row in cut
        if row["value"] is not None
    ]


def _of_other_session(row: dict[str, Any], session: dict[str, Any]) -> str:
    """Return a message if a row belongs to another session; '' otherwise."""
    for name in ("participant", "session"):
        if name in session and row[name] not in (None, session[name]):
            return f"this row has the {name} '{row[name]}', but the journal has '{session[name]}'"
    return ""
