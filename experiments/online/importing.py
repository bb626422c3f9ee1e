"""Importing: what a collector, JATOS, Pavlovia or a saved file holds, as journals of a collection.

A session becomes a journal like one of the lab. Rows are told apart by session and sequence, so that
importing twice, or a longer download after a shorter one, never doubles an answer and never loses one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.building import Study
from experiments.collection import Collection, open_collection
from experiments.journal import Journal, read_journal
from experiments.schema import COLUMNS, NAMES, Row, faults_of
from experiments.session import RETURNING, allocation
from experiments.sitting import Person, Sitting
from experiments.told import Told

SOURCES = ("collector", "jatos", "pavlovia", "file")


class ImportFault(Told):
    """Files that cannot be imported; the message names file and line."""


@dataclass
class Imported:
    """What an import has done."""

    sessions: int = 0
    rows: int = 0
    known: int = 0
    """Rows that were there already."""
    faults: list[str] = field(default_factory=list)
    """Lines and rows that were left out, and why."""


def rows_of(source: str, names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Read rows from a source.

    Parameters
    ----------
    source
        ``collector`` (databases), ``jatos`` (result files), ``pavlovia`` (CSV files), or ``file``
        (JSON lines that the page has offered to save).

    Returns
    -------
    rows, faults
        Each row once; what was left out, in words.
    """
    if source == "collector":
        from experiments.online.collector.give import give

        return list(give(list(names)).rows), []
    if source not in SOURCES:
        raise ImportFault(
            f"there is no source '{source}'; there are {', '.join(SOURCES)}, or --map for other tables."
        )
    read = _from_csv if source == "pavlovia" else _from_lines
    rows: dict[tuple[str, int], Row] = {}
    faults: list[str] = []
    for name in names:
        path = Path(name)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ImportFault(f"{path} cannot be read ({error}).") from error
        for line, row in read(text):
            if found := ["it is not a row"] if row is None else faults_of(row):
                faults.append(f"{path}:{line}: {'; '.join(found)}")
                continue
            assert row is not None
            rows.setdefault((row["session"], row["sequence"]), row)
    return sorted(rows.values(), key=lambda row: (row["session"], row["sequence"])), faults


def _from_lines(text: str) -> Iterator[tuple[int, Row | None]]:
    """Read JSON lines; JATOS may put several results behind one another without a line break."""
    decoder = json.JSONDecoder()
    for number, line in enumerate(text.split("\n"), start=1):
        rest = line.strip()
        while rest:
            try:
                said, end = decoder.raw_decode(rest)
            except ValueError:
                yield number, None
                break
            if not (isinstance(said, dict) and "event" in said and "measure" not in said):
                yield number, said if isinstance(said, dict) else None
            rest = rest[end:].strip()


def _from_csv(text: str) -> Iterator[tuple[int, Row | None]]:
    kinds = {column.name: column.kind for column in COLUMNS}
    for number, said in enumerate(csv.DictReader(io.StringIO(text, newline="")), start=2):
        try:
            yield number, {name: _value(said[name], kinds[name]) for name in NAMES}
        except (KeyError, ValueError):
            yield number, None


def _value(text: str | None, kind: str) -> Any:
    if text is None or text == "":
        return {} if kind == "cells" else None
    match kind:
        case "integer":
            return int(text)
        case "number":
            number = float(text)
            return int(number) if number.is_integer() and "." not in text else number
        case "boolean":
            return {"true": True, "false": False}[text.lower()]
        case "cells":
            return json.loads(text)
    return text


def import_rows(
    study: Study, folder: Path, rows: Iterable[Row], faults: Sequence[str] = ()
) -> Imported:
    """Put rows into a collection, a journal for each session.

    Raises
    ------
    ImportFault
        If rows belong to another study or another content of the protocol.
    """
    done = Imported(faults=list(faults))
    sessions: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if (row["study"], row["protocol_hash"]) != (study.protocol.study, study.protocol.hash):
            raise ImportFault(
                f"the rows belong to {row['study']} {row['protocol_version']} (content {row['protocol_hash']}),"
                f" the protocol is {study.protocol.study} {study.protocol.version} (content {study.protocol.hash})."
                " Give the protocol that was exported (protocol.yaml of the export folder)."
            )
        sessions.setdefault((row["participant"], row["session"]), []).append(row)
    simulated = {row["simulated"] for session in sessions.values() for row in session}
    if len(simulated) > 1:
        raise ImportFault(
            "the files hold simulated and collected rows; they are never put together."
        )
    if not sessions:
        return done
    collection = open_collection(folder, study.protocol, simulated=simulated == {True})
    for session in sessions.values():
        _import_session(study, collection, sorted(session, key=lambda row: row["sequence"]), done)
    return done


def _import_session(study: Study, collection: Collection, rows: list[Row], done: Imported) -> None:
    first = rows[0]
    path = collection.journal(first["participant"], first["session"])
    person = Person(first["participant"], first["session"], first["simulated"], first["renderer"])
    if path.exists():
        record = read_journal(path)
        there = {row["sequence"] for row in record.rows}
        ended = bool(record.outcome)
        journal = Journal.resume(path)
    else:
        there, ended = set(), False
        names = (
            "participant",
            "session",
            "study",
            "protocol_version",
            "protocol_hash",
            "code_version",
        )
        more = ("mode", "slot", "language", "simulated", "renderer")
        journal = Journal.begin(path, {name: first[name] for name in (*names, *more)})
        done.sessions += 1
    with journal:
        new = [row for row in rows if row["sequence"] not in there]
        done.known += len(rows) - len(new)
        done.rows += len(new)
        if new:
            journal.rows(new)
        log = allocation(study, collection, first["mode"])
        log.note(first["slot"], person.participant, person.session)
        if ended:
            return
        outcome = _outcome(study, first, person, read_journal(path).rows, done)
        if outcome:
            journal.end(outcome)
            if outcome in RETURNING:
                log.release(person.participant, person.session, outcome)


def _outcome(study: Study, first: Row, person: Person, rows: list[Row], done: Imported) -> str:
    """Return how a session ended by its rows, as its timeline has it."""
    slot = study.slots(first["mode"])[first["slot"] - 1]
    sitting = Sitting(study.timeline(slot, first["language"]), person)
    try:
        sitting.replay(sorted(rows, key=lambda row: row["sequence"]))
    except ValueError as error:
        done.faults.append(f"session {first['session']} of {first['participant']}: {error}")
    return sitting.outcome
