"""Importing: the results of an online study, as journals of a collection like those of the lab.

Importing twice, or a longer download after a shorter one, never doubles an answer and never loses one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.online.results.results import Event, Results, ResultsImportError
from experiments.package.deleting import hash_of, ledger
from experiments.schema import OF_SESSION, Row
from experiments.session.collection import Collection, open_collection
from experiments.session.journal import Journal, Record, read_journal
from experiments.session.session import RELEASED_AFTER, allocation
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity, SessionRun


@dataclass
class Imported:
    """What an import has done."""

    sessions: int = 0
    """New sessions."""
    rows: int = 0
    """New rows."""
    known: int = 0
    """Rows that were there already."""
    faults: list[str] = field(default_factory=list)
    """Lines and rows that were left out, and sessions that do not fit their timeline."""
    withdrawn: int = 0
    """Participants who were left out because they withdrew and were deleted."""


def import_results(
    study: Study,
    folder: Path,
    results: Results,
    follow: Callable[[list[list[Row]]], Iterable[list[Row]]] = iter,
) -> Imported:
    """Put results into a collection, a journal for each session.

    Parameters
    ----------
    follow
        Gives the sessions one by one, and may show how far the import is.

    Raises
    ------
    ResultsImportError
        If rows belong to another study or another content of the protocol, or the files hold both simulated
        and collected rows. Nothing is written then.
    JournalError
        If the folder holds another study, or simulated where these are collected data (or the reverse), or
        cannot be written.
    """
    done = Imported(faults=list(results.faults))
    sessions: dict[tuple[str, str], list[Row]] = {}
    for row in results.rows:
        _check_study(study, row)
        sessions.setdefault((row["participant"], row["session"]), []).append(row)
    _leave_out_deleted(folder, sessions, results.deleted, done)
    simulated = {row["simulated"] for row in results.rows}
    if len(simulated) > 1:
        raise ResultsImportError(
            "the files hold simulated and collected rows; they are never put together."
        )
    if not sessions:
        return done
    collection = open_collection(folder, study.protocol, simulated=simulated == {True})
    # In the order in which they began, so that the allocation log reads as it happened.
    ordered = sorted(sessions.values(), key=lambda rows: min(row["time"] for row in rows))
    for rows in follow(ordered):
        rows.sort(key=lambda row: row["sequence"])
        if fault := _fault_of_slot(study, rows[0]):
            done.faults.append(f"{_name(rows[0])} was left out: {fault}")
            continue
        events = results.events.get(rows[0]["session"], ())
        record = _write(collection, rows, events, done)
        _conclude(study, collection, record, rows[0]["session"] in results.given_up, done)
    return done


def _check_study(study: Study, row: Row) -> None:
    protocol = study.protocol
    if (row["study"], row["protocol_hash"]) != (protocol.study, protocol.hash):
        raise ResultsImportError(
            f"the rows belong to {row['study']} {row['protocol_version']} (content {row['protocol_hash']}),"
            f" the protocol is {protocol.study} {protocol.version} (content {protocol.hash})."
            " Give the protocol that was exported (protocol.yaml of the export folder)."
        )


def _leave_out_deleted(
    folder: Path,
    sessions: dict[tuple[str, str], list[Row]],
    elsewhere: frozenset[str],
    done: Imported,
) -> None:
    """Leave out participants who have withdrawn, so that an older copy brings nobody back."""
    deleted = elsewhere | {line["participant"] for line in ledger(folder)}
    gone = {who for who, _ in sessions if hash_of(who) in deleted}
    done.withdrawn = len(gone)
    for key in [key for key in sessions if key[0] in gone]:
        del sessions[key]
    for path in sorted(folder.glob("sessions/*.jsonl")):
        who = path.name.removeprefix("sub-").split("_ses-")[0]
        if hash_of(who) in elsewhere:
            done.faults.append(
                f"{who} was deleted from the collector's database and is still in {folder};"
                f" `compassion data delete {folder} {who}` deletes what is here"
            )


def _fault_of_slot(study: Study, row: Row) -> str:
    """Return why a session's timeline cannot be composed; empty if it can."""
    mode, slot, language = row["mode"], row["slot"], row["language"]
    if mode not in study.protocol.modes:
        return f"the protocol has no mode '{mode}'"
    if not 1 <= slot <= len(study.slots(mode)):
        return f"slot {slot} is not in the allocation list of '{mode}'"
    if language not in study.protocol.languages:
        return f"the protocol has no texts in '{language}'"
    return ""


def _name(row: dict[str, Any]) -> str:
    return f"session {row['session']} of {row['participant']}"


def _write(
    collection: Collection, rows: Sequence[Row], events: Sequence[Event], done: Imported
) -> Record:
    """Write what is new of a session behind what is there, and return all of it."""
    first = rows[0]
    path = collection.journal(first["participant"], first["session"])
    known: dict[int, Row] = {}
    known_events: set[tuple[str, str]] = set()
    if path.exists():
        record = read_journal(path)
        known = {row["sequence"]: row for row in record.rows}
        known_events = {(event["event"], event["time"]) for event in record.events}
        journal = Journal.resume(path)
    else:
        begun = min([first["time"], *(event["time"] for event in events)])
        journal = Journal.begin(path, {**{name: first[name] for name in OF_SESSION}, "time": begun})
        done.sessions += 1
    new = [row for row in rows if row["sequence"] not in known]
    lines = [e for e in _events(events) if (e["event"], e["time"]) not in known_events]
    with journal:
        if new:
            journal.rows(new)
        if lines:
            journal.write(lines)
    done.rows += len(new)
    done.known += len(rows) - len(new)
    done.faults += [
        f"row {row['sequence']} of {_name(row)} differs from the one in {path}, which was kept"
        for row in rows
        if known.get(row["sequence"], row) != row
    ]
    return read_journal(path)


def _events(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return events as a journal has them: a page that opens again is a session resumed."""
    lines: list[dict[str, Any]] = []
    opened = 0
    for event in sorted(events, key=lambda event: event["time"]):
        line = {"type": "event", "event": event["event"], "time": event["time"]}
        if event["event"] == "browser":
            opened += 1
            if opened > 1:
                at = event["detail"].get("screen") or ""
                lines.append({**line, "event": "resumed", "at": at})
        # The detail comes from a browser: it must not say what the line is.
        lines.append({**event["detail"], **line})
    return lines


def _conclude(
    study: Study, collection: Collection, record: Record, given_up: bool, done: Imported
) -> None:
    """Note the session's slot, and how the session ended by its rows."""
    first = record.session
    log = allocation(study, collection, first["mode"])
    log.note(first["slot"], first["participant"], first["session"])
    outcome = record.outcome or _outcome(study, record, done)
    if outcome and not record.outcome:
        with Journal.resume(record.path) as journal:
            journal.end(outcome)
    if outcome in RELEASED_AFTER or given_up:
        why = "surplus" if outcome == "complete" else outcome or "dropped out"
        log.release(first["participant"], first["session"], why)


def _outcome(study: Study, record: Record, done: Imported) -> str:
    """Return how a session ended, by its timeline; empty if it did not."""
    first = record.session
    slot = study.slots(first["mode"])[first["slot"] - 1]
    person = SessionIdentity(
        first["participant"], first["session"], first["simulated"], first["renderer"]
    )
    run = SessionRun(study.timeline(slot, first["language"]), person)
    try:
        run.replay(sorted(record.rows, key=lambda row: row["sequence"]))
    except ValueError as error:
        done.faults.append(f"{_name(first)}: {error}")
        return ""
    return run.outcome
