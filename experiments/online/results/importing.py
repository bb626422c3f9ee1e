"""Import of an online study's results into a collection, as journals like those of the lab.

Results may be imported repeatedly, and a longer download after a shorter one: no answer is duplicated or lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.online.results.results import Event, Results, ResultsImportError
from experiments.package.deleting import hash_of, ledger
from experiments.protocol.entry import answered_factors
from experiments.schema import OF_SESSION, Row
from experiments.session.collection import Collection, open_collection
from experiments.session.journal import Journal, Record, read_journal
from experiments.session.secret import allocated
from experiments.session.session import FULL, RELEASED_AFTER, allocation
from experiments.study import SECRET, Study
from experiments.timeline.rows import asked_in
from experiments.timeline.session_run import ENTERED, SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline


@dataclass
class Imported:
    """The result of an import."""

    sessions: int = 0
    """New sessions."""
    rows: int = 0
    """New rows."""
    known: int = 0
    """Rows that already existed."""
    faults: list[str] = field(default_factory=list)
    """Lines and rows that were ignored, and sessions that do not fit their timeline."""
    withdrawn: int = 0
    """Number of participants who were not imported because they have withdrawn and were deleted."""


def import_results(
    study: Study,
    folder: Path,
    results: Results,
    progress: Callable[[list[list[Row]]], Iterable[list[Row]]] = iter,
) -> Imported:
    """Add results to a collection, with a journal for each session.

    Parameters
    ----------
    progress
        Iterates over the sessions, and may display the progress (default: no display).

    Raises
    ------
    ResultsImportError
        If rows belong to another study or to a protocol with other content, or the files have both simulated
        and collected rows. In this case nothing is written.
    JournalError
        If the folder has another study, has simulated data while these are collected (or the reverse), or cannot
        be written.
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
            "The files have both simulated and collected rows, which are never combined. Import them separately."
        )
    if not sessions:
        return done
    if simulated == {False} and not study.secret and not (folder / SECRET).exists():
        raise ResultsImportError(
            f"{study.path} does not have the allocation lists with which the sessions took place."
            " Use the protocol that was exported (protocol.yaml in the export folder, beside"
            f" {SECRET})."
        )
    collection = open_collection(folder, study, simulated=simulated == {True})
    study = allocated(study, collection)
    # In order of their start, so that the allocation log is chronological.
    ordered = sorted(sessions.values(), key=lambda rows: min(row["time"] for row in rows))
    for rows in progress(ordered):
        rows.sort(key=lambda row: row["sequence"])
        fault = _fault_of_slot(study, rows)
        timeline = None if fault else _timeline(study, rows)
        if timeline is None or (fault := _fault_of_conditions(timeline, rows)):
            done.faults.append(f"{_name(rows[0])} was not imported: {fault}")
            continue
        events = results.events.get(rows[0]["session"], ())
        record = _write(collection, rows, events, done)
        released = rows[0]["session"] in results.released
        _conclude(study, collection, record, timeline, released, done)
    return done


def _check_study(study: Study, row: Row) -> None:
    if (row["study"], row["protocol_hash"]) != (study.study, study.hash):
        raise ResultsImportError(
            f"The rows belong to {row['study']} {row['protocol_version']} (hash {row['protocol_hash']}),"
            f" but the protocol is {study.study} {study.version} (hash {study.hash})."
            " Use the protocol that was exported (protocol.yaml in the export folder)."
        )


def _leave_out_deleted(
    folder: Path,
    sessions: dict[tuple[str, str], list[Row]],
    deleted_elsewhere: frozenset[str],
    done: Imported,
) -> None:
    """Remove participants who have withdrawn, so that an older copy does not bring them back."""
    deleted = deleted_elsewhere | {line["participant"] for line in ledger(folder)}
    withdrawn = {who for who, _ in sessions if hash_of(who) in deleted}
    done.withdrawn = len(withdrawn)
    for key in [key for key in sessions if key[0] in withdrawn]:
        del sessions[key]
    for path in sorted(folder.glob("sessions/*.jsonl")):
        who = path.name.removeprefix("sub-").split("_ses-")[0]
        if hash_of(who) in deleted_elsewhere:
            done.faults.append(
                f"{who} was deleted from the collector's database, but is still in {folder};"
                f" delete these data with `compassion data delete {folder} {who}`"
            )


def _slot_of(rows: Sequence[Row]) -> int:
    """Return the slot of a session; 0 if it ended before it had one."""
    return max(int(row["slot"]) for row in rows)


def _fault_of_slot(study: Study, rows: Sequence[Row]) -> str:
    """Return why a session's timeline cannot be composed; empty if it can."""
    mode, slot, language = rows[0]["mode"], _slot_of(rows), rows[0]["language"]
    if mode not in study.modes:
        return f"the protocol has no mode '{mode}'"
    least = 0 if answered_factors(study.names, mode) else 1
    if not least <= slot <= len(study.slots(mode)):
        return f"the place {slot} is not in the allocation list of '{mode}'"
    if language not in study.languages:
        return f"the protocol has no texts in '{language}'"
    return ""


def _timeline(study: Study, rows: Sequence[Row]) -> Timeline:
    return study.timeline_at(rows[0]["mode"], _slot_of(rows), rows[0]["language"])


def _fault_of_conditions(timeline: Timeline, rows: Sequence[Row]) -> str:
    """Return that rows are of other conditions than their slot has, as with other allocation lists; empty if not."""
    for row in rows:
        place = timeline.index.get(row["screen"])
        # Rows of screens that do not exist are reported when the session is gone through.
        if place is None:
            continue
        screen = timeline.screens[place]
        # The item of a consent form is its text, which has values that the laboratory may have changed since.
        same_item = screen.phase == "consent" or (row["stimulus"] or "") == screen.stimulus
        asked = next((ask for ask in screen.asks if ask.measure == asked_in(row)), None)
        cells = screen.cells_of(asked) if asked else screen.cells or {}
        if not same_item or (row["cells"] or {}) != cells:
            return (
                f"its conditions are not those of place {row['slot']} in the allocation list of '{row['mode']}'; use the protocol that was"
                " exported (protocol.yaml in the export folder), with its allocation lists"
            )
    return ""


def _name(row: dict[str, Any]) -> str:
    return f"session {row['session']} of {row['participant']}"


def _write(
    collection: Collection, rows: Sequence[Row], events: Sequence[Event], done: Imported
) -> Record:
    """Append a session's new rows and events to its journal, and return the complete journal."""
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
        f"row {row['sequence']} of {_name(row)} differs from the row in {path}, which was kept"
        for row in rows
        if known.get(row["sequence"], row) != row
    ]
    return read_journal(path)


def _events(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return events in the format of a journal; each time a page was opened again counts as a resumed session."""
    lines: list[dict[str, Any]] = []
    opened = 0
    # An event that was on its way when the next one came was sent again.
    once = {(event["event"], event["time"]): event for event in events}
    for event in sorted(once.values(), key=lambda event: event["time"]):
        line = {"type": "event", "event": event["event"], "time": event["time"]}
        if event["event"] == "browser":
            opened += 1
            if opened > 1:
                at = event["detail"].get("screen") or ""
                lines.append({**line, "event": "resumed", "at": at})
        # The details come from a browser, and must not replace the type of the line.
        lines.append({**event["detail"], **line})
    return lines


def _conclude(
    study: Study,
    collection: Collection,
    record: Record,
    timeline: Timeline,
    released: bool,
    done: Imported,
) -> None:
    """Record the session's slot, and the outcome that follows from its rows."""
    first = record.session
    log = allocation(study, collection, first["mode"])
    if timeline.slot:
        log.note(timeline.slot, first["participant"], first["session"])
    outcome = record.outcome or _outcome(timeline, record, done)
    if outcome and not record.outcome:
        with Journal.resume(record.path) as journal:
            journal.end(outcome)
    if outcome in RELEASED_AFTER or released:
        why = "surplus" if outcome == "complete" else outcome or "dropped out"
        log.release(first["participant"], first["session"], why)


def _outcome(timeline: Timeline, record: Record, done: Imported) -> str:
    """Return the outcome to which the rows of a session lead; empty if the session did not end."""
    first = record.session
    identity = SessionIdentity(
        first["participant"], first["session"], first["simulated"], first["renderer"]
    )
    run = SessionRun(timeline, identity)
    try:
        run.replay(sorted(record.rows, key=lambda row: row["sequence"]))
    except ValueError as error:
        done.faults.append(f"{_name(first)}: {error}")
        return ""
    # Who is asked no further after the entry came when there were enough participants of the group.
    return FULL if run.outcome == ENTERED else run.outcome
