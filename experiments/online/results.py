"""Results: the rows, and what happened beside them, that a collector, JATOS, Pavlovia or a saved file holds.

Rows are told apart by participant, session and sequence, so that what was sent twice counts once.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.online.downloads import ImportFault, texts_of
from experiments.schema import COLUMNS, NAMES, Row, faults_of

SOURCES = ("collector", "jatos", "pavlovia", "file")
#: What a row must state for anybody to know where it belongs.
NEEDED = (
    "study",
    "protocol_version",
    "protocol_hash",
    "code_version",
    "mode",
    "participant",
    "session",
    "slot",
    "language",
    "simulated",
    "renderer",
    "sequence",
    "screen",
    "measure",
    "status",
    "time",
)
#: Longest field that the csv module reads: a text of the longest row that the collector takes, and more.
_LONGEST_FIELD = 1_000_000
_NOT_UTF8 = re.compile("[\udc80-\udcff]")

Event = dict[str, Any]
"""``{"event": name, "time": date and time, "detail": {...}}``."""


@dataclass
class Results:
    """What files or databases hold."""

    rows: list[Row] = field(default_factory=list)
    """Each row once, by participant, session and sequence."""
    faults: list[str] = field(default_factory=list)
    """Lines and rows that were left out, and why."""
    events: dict[str, list[Event]] = field(default_factory=dict)
    """Session -> pauses, reloads, the kind of browser, and the like."""
    given_up: frozenset[str] = frozenset()
    """Sessions whose slot the collector has given back, or that never had one of their own (surplus)."""
    deleted: frozenset[str] = frozenset()
    """Hashes of the codes of participants whom the collector has deleted at their wish."""


def read_results(source: str, names: Sequence[str]) -> Results:
    """Read what a source has kept.

    Parameters
    ----------
    source
        ``collector`` (databases), ``jatos`` (result files), ``pavlovia`` (CSV files), or ``file``
        (JSON lines that the page has offered to save).
    names
        The files, or folders of them; for ``jatos`` also its archives (``.jrzip``, ``.zip``); for ``collector``
        databases, also by ``postgresql://`` address.

    Raises
    ------
    ImportFault
        If there is no such source, a file cannot be read, or nothing in the files is a row.
    DatabaseFault, GiveFault
        If a database is none, or databases do not belong together.
    """
    if source == "collector":
        return _from_collector(names)
    if source not in SOURCES:
        raise ImportFault(
            f"there is no source '{source}'; there are {', '.join(SOURCES)}, or --map for other tables."
        )
    read = _from_csv if source == "pavlovia" else _from_lines
    found = Results()
    kept: dict[tuple[str, str, int], tuple[Row, str]] = {}
    for name in names:
        for where, said in (said for text in texts_of(Path(name), source) for said in read(*text)):
            if isinstance(said, str):
                found.faults.append(f"{where}: {said}")
            elif "event" in said and "measure" not in said:
                _take_event(found, said)
            elif faults := _faults(said):
                found.faults.append(f"{where}: {'; '.join(faults)}")
            else:
                _take_row(found, kept, said, where)
    found.rows = [kept[key][0] for key in sorted(kept)]
    if not found.rows and not found.events:
        first = (
            f" The first of {len(found.faults)} faults: {found.faults[0]}" if found.faults else ""
        )
        raise ImportFault(f"there are no answers in {', '.join(names)} (read as {source}).{first}")
    return found


def _from_collector(names: Sequence[str]) -> Results:
    from experiments.online.collector import give

    given = give(list(names))
    events: dict[str, list[Event]] = {}
    for event in given.events:
        said = {name: event[name] for name in ("event", "time", "detail")}
        events.setdefault(event["session"], []).append(said)
    for line in given.allocation:
        if line["what"] == "surplus":
            # So that the data say who shares a slot with somebody who had it first.
            said = {"event": "surplus", "time": line["time"], "detail": {"slot": line["slot"]}}
            events.setdefault(line["session"], []).append(said)
    gone = [one["session"] for one in given.sessions if one["state"] == "dropped" or one["surplus"]]
    faults = [
        f"a row of session {one['session']} was refused by the collector: {one['reason']}"
        for one in given.refused
    ]
    return Results(list(given.rows), faults, events, frozenset(gone), given.deleted)


def _from_lines(path: str, text: str) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Read JSON lines; JATOS may put several results behind one another without a line break."""
    decoder = json.JSONDecoder()
    for number, line in enumerate(text.split("\n"), start=1):
        where, rest = f"{path}:{number}", line.strip()
        if _NOT_UTF8.search(rest):
            yield where, "it holds bytes that are not UTF-8"
            continue
        while rest:
            try:
                said, end = decoder.raw_decode(rest)
            except (ValueError, RecursionError):
                yield where, "it is no row (torn, or not JSON)"
                break
            yield where, said if isinstance(said, dict) else "it is no row"
            rest = rest[end:].strip()


def _from_csv(path: str, text: str) -> Iterator[tuple[str, dict[str, Any] | str]]:
    kinds = {column.name: column.kind for column in COLUMNS}
    table = csv.DictReader(io.StringIO(text, newline=""))
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        if missing := [name for name in NAMES if name not in (table.fieldnames or ())]:
            yield f"{path}:1", f"the columns {', '.join(missing)} are missing"
            return
        for said in table:
            where = f"{path}:{table.line_num}"
            if any(_NOT_UTF8.search(value) for value in said.values() if isinstance(value, str)):
                yield where, "it holds bytes that are not UTF-8"
                continue
            try:
                yield where, {name: _value(said[name], kinds[name]) for name in NAMES}
            except (KeyError, ValueError):
                yield where, "it is no row (torn, or its values are of another kind)"
    except csv.Error as error:
        yield f"{path}:{table.line_num}", f"it cannot be read as CSV from here on ({error})"
    finally:
        csv.field_size_limit(before)


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


def _faults(said: dict[str, Any]) -> list[str]:
    return faults_of(said) or [f"'{name}' is empty" for name in NEEDED if said[name] is None]


def _take_row(
    found: Results, kept: dict[tuple[str, str, int], tuple[Row, str]], row: Row, where: str
) -> None:
    key = (row["participant"], row["session"], row["sequence"])
    first, place = kept.setdefault(key, (row, where))
    if first != row:
        found.faults.append(
            f"{where}: another row {key[2]} of session {key[1]} stands at {place}, and was kept"
        )


def _take_event(found: Results, said: dict[str, Any]) -> None:
    """Keep an event as the collector would; one that does not say whose it is cannot be told from others'."""
    from experiments.online.collector.bodies import sort_events

    session = said.get("session")
    if not isinstance(session, str):
        return
    for event in sort_events([said])[0]:
        kept = {"event": event.event, "time": event.time, "detail": event.detail}
        events = found.events.setdefault(session, [])
        if kept not in events:
            events.append(kept)
