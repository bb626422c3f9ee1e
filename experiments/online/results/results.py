"""Results of online studies: rows and events from a collector, JATOS, Pavlovia, or a file saved by the page.

A row is identified by participant, session and sequence, so that rows that were sent twice count once.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.schema import COLUMNS, LATER, NAMES, OF_SESSION, Row, faults_of

#: Source -> endings of the files to look for in a folder.
_ENDINGS = {
    "jatos": (".txt", ".jrzip", ".zip"),
    "pavlovia": (".csv",),
    "file": (".jsonl",),
}
SOURCES = ("collector", *_ENDINGS)
#: Name of the files with results in JATOS's archives: ``study_result_31/comp-result_40/data.txt``.
_RESULT = "data.txt"
#: Columns that are needed to know to what a row belongs.
_NEEDED = (*OF_SESSION, "sequence", "screen", "measure", "status", "time")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")

Event = dict[str, Any]
"""``{"event": name, "time": date and time, "detail": {...}}``."""
Found = tuple[str, dict[str, Any] | str]
"""File and line, and the object that was read there, or why it cannot be read."""


class ResultsImportError(UserError):
    """Files cannot be imported; the message gives file and line."""


@dataclass
class Results:
    """The contents of files or databases."""

    rows: list[Row] = field(default_factory=list)
    """Each row once, by participant, session and sequence."""
    faults: list[str] = field(default_factory=list)
    """Lines and rows that were ignored, with the reasons."""
    events: dict[str, list[Event]] = field(default_factory=dict)
    """Session -> pauses, reloads, type of browser and other events."""
    released: frozenset[str] = frozenset()
    """Sessions whose slot the collector released, and surplus sessions, which have no slot of their own."""
    deleted: frozenset[str] = frozenset()
    """Hashes of the codes of participants who withdrew and were deleted from the collector."""


def read_results(source: str, names: Sequence[str]) -> Results:
    """Read the results of a source.

    Parameters
    ----------
    source
        ``collector`` (databases), ``jatos`` (result files), ``pavlovia`` (CSV files), or ``file``
        (JSON lines that the page offered to save).
    names
        Files, or folders of files; for ``jatos`` also its archives (``.jrzip``, ``.zip``); for ``collector``
        database files or ``postgresql://`` addresses.

    Raises
    ------
    ResultsImportError
        If there is no such source, a file cannot be read, or the files have neither rows nor events.
    DatabaseError, CombinedDatabasesError
        If a database is not a collector's, or the databases do not belong together.
    """
    if source == "collector":
        return _from_collector(names)
    if source not in SOURCES:
        raise ResultsImportError(
            f"There is no source '{source}'. Use {', '.join(SOURCES)}, or --map for other tables."
        )
    read = _from_csv if source == "pavlovia" else _from_lines
    results = Results()
    kept: dict[tuple[str, str, int], tuple[Row, str]] = {}
    for name in names:
        for path, text in _texts_of(Path(name), source):
            for where, found in read(path, text):
                if isinstance(found, str):
                    results.faults.append(f"{where}: {found}")
                elif "event" in found and "measure" not in found:
                    _take_event(results, found)
                elif faults := faults_of(found) or _lacks(found):
                    results.faults.append(f"{where}: {'; '.join(faults)}")
                else:
                    key = (found["participant"], found["session"], found["sequence"])
                    first, place = kept.setdefault(key, (found, where))
                    if first != found:
                        results.faults.append(
                            f"{where}: differs from row {key[2]} of session {key[1]} at {place}, which was used instead"
                        )
    results.rows = [kept[key][0] for key in sorted(kept)]
    if not results.rows and not results.events:
        count = len(results.faults)
        first_fault = f" The first of {count} mistakes: {results.faults[0]}" if count else ""
        raise ResultsImportError(
            f"There are no answers in {', '.join(names)} (read as {source}).{first_fault}"
        )
    return results


def _lacks(row: Row) -> list[str]:
    return [f"'{name}' is empty" for name in _NEEDED if row[name] is None]


def _from_collector(names: Sequence[str]) -> Results:
    from experiments.online.collector import give

    data = give(list(names))
    events: dict[str, list[Event]] = {}
    for event in data.events:
        record = {name: event[name] for name in ("event", "time", "detail")}
        events.setdefault(event["session"], []).append(record)
    for line in data.allocation:
        if line["what"] == "surplus":
            # The event shows in the data that the session shares its slot with another session.
            surplus = {"event": "surplus", "time": line["time"], "detail": {"slot": line["slot"]}}
            events.setdefault(line["session"], []).append(surplus)
    released = [
        session["session"]
        for session in data.sessions
        if session["state"] == "dropped" or session["surplus"]
    ]
    faults = [
        f"the collector refused a row of session {refused['session']}: {refused['reason']}"
        for refused in data.refused
    ]
    return Results(list(data.rows), faults, events, frozenset(released), data.deleted)


def _texts_of(path: Path, source: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file, a folder or an archive, each with its name.

    Bytes that are not UTF-8 become surrogates, so that the other lines of a damaged file can be read.
    """
    try:
        files = [path]
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.suffix.lower() in _ENDINGS[source])
            if not files:
                endings = ", ".join(_ENDINGS[source])
                raise ResultsImportError(f"{path} has no files ending in {endings}.")
        for file in files:
            is_archive = file.suffix.lower() in {".jrzip", ".zip"} or zipfile.is_zipfile(file)
            if source == "jatos" and is_archive:
                yield from _texts_of_archive(file)
            else:
                yield str(file), file.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise ResultsImportError(f"{path} cannot be read ({error.strerror or error}).") from error
    except zipfile.BadZipFile as error:
        raise ResultsImportError(
            f"{path} is a damaged archive ({error}). Download it again from JATOS."
        ) from error


def _texts_of_archive(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        results = [name for name in archive.namelist() if name.rsplit("/", 1)[-1] == _RESULT]
        if not results:
            raise ResultsImportError(
                f"{path} has no results ({_RESULT}). In JATOS, choose Export Results and JATOS Results"
                " Archive, or Data Only as plain text."
            )
        for name in results:
            yield f"{path}/{name}", archive.read(name).decode("utf-8-sig", "surrogateescape")


def _from_lines(path: str, text: str) -> Iterator[Found]:
    """Read JSON lines; JATOS may join several results without a line break between them."""
    decoder = json.JSONDecoder()
    for number, line in enumerate(text.split("\n"), start=1):
        where, rest = f"{path}:{number}", line.strip()
        if _NOT_UTF8.search(rest):
            yield where, "it has bytes that are not UTF-8"
            continue
        while rest:
            try:
                found, end = decoder.raw_decode(rest)
            except (ValueError, RecursionError):
                yield where, "it is not a row (incomplete, or not JSON)"
                break
            yield where, found if isinstance(found, dict) else "it is not a row"
            rest = rest[end:].strip()


def _from_csv(path: str, text: str) -> Iterator[Found]:
    # A participant's text may be longer than the csv module allows by default.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    table = csv.DictReader(io.StringIO(text, newline=""))
    try:
        there = table.fieldnames or ()
        if missing := [name for name in NAMES if name not in there and name not in LATER]:
            yield f"{path}:1", f"the columns {', '.join(missing)} are missing"
            return
        for cells in table:
            where = f"{path}:{table.line_num}"
            if any(_NOT_UTF8.search(cell) for cell in cells.values() if isinstance(cell, str)):
                yield where, "it has bytes that are not UTF-8"
                continue
            try:
                yield (
                    where,
                    {
                        each.name: _value(cells[each.name], each.kind)
                        for each in COLUMNS
                        if each.name in there
                    },
                )
            except (KeyError, ValueError):
                yield where, "it is not a row (incomplete, or with values of the wrong type)"
    except csv.Error as error:
        yield f"{path}:{table.line_num}", f"it cannot be read as CSV from here on ({error})"


def _value(text: str | None, kind: str) -> Any:
    if text is None or text == "":
        return {} if kind == "cells" else None
    match kind:
        case "integer":
            return int(text)
        case "number":
            return float(text) if re.search("[.eE]", text) else int(text)
        case "boolean":
            return {"true": True, "false": False}[text.lower()]
        case "cells":
            return json.loads(text)
    return text


def _take_event(results: Results, found: dict[str, Any]) -> None:
    """Add an event, checked as by the collector; an event without a session cannot be assigned, and is ignored."""
    from experiments.online.collector.bodies import sort_events

    session = found.get("session")
    if not isinstance(session, str):
        return
    for event in sort_events([found])[0]:
        record = {"event": event.event, "time": event.time, "detail": event.detail}
        events = results.events.setdefault(session, [])
        if record not in events:
            events.append(record)
