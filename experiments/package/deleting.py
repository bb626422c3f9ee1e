"""Deletion of a participant's data after withdrawal; a ledger records that data were deleted, but not which."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from experiments.package.arrow import DataError
from experiments.package.imported import forget
from experiments.schema import now
from experiments.session.collection import label, read_collection
from experiments.session.device import DeviceAnswers
from experiments.session.journal import JournalError, read_journal

LEDGER = "deletions.jsonl"


@dataclass(frozen=True)
class Deletion:
    """The result of a deletion."""

    participant: str
    """The participant's code."""
    sessions: int
    rows: int
    still_to_do: str = ""
    """What must still be done to erase the data from a database; empty if nothing."""


def hash_of(participant: str) -> str:
    """Return the hash by which the ledger identifies a participant: the start of the code's SHA-256."""
    return hashlib.sha256(participant.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def ledger(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a collection's deletion ledger."""
    path = folder / LEDGER
    return _lines(path) if path.exists() else []


def delete(folder: Path | str, participant: str) -> Deletion:
    """Delete all sessions of a participant from a collection.

    Imported signals are deleted, too; the recordings themselves are the laboratory's to delete. The ledger keeps the hash of the code, so that the participant can also be deleted from copies and backups. The
    allocation log keeps the slot, so that the balance can still be checked. Existing packages are not changed.

    Raises
    ------
    DataError
        If the collection has no session of this participant, or cannot be changed.
    """
    collection = read_collection(Path(folder))
    journals = {
        path: rows
        for path in collection.sessions.glob(f"sub-{label(participant)}_*.jsonl")
        if (rows := _rows(path, participant)) is not None
    }
    if not journals:
        raise DataError(
            f"{folder} has no session of '{participant}'. Check upper and lower case and spaces in the code."
        )
    code, rows = hash_of(participant), sum(journals.values())
    line = {"participant": code, "sessions": len(journals), "rows": rows, "time": now()}
    try:
        with (collection.folder / LEDGER).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        for path in journals:
            path.unlink()
            DeviceAnswers.of(path).delete()
        forget(collection.folder, participant)
        for log in sorted(collection.folder.glob("allocation-*.jsonl")):
            _forget(log, participant, f"deleted-{code}")
    except OSError as error:
        raise DataError(
            f"{folder} cannot be changed ({error.strerror}). Change its permissions, and delete again."
        ) from error
    return Deletion(participant, len(journals), rows)


def _rows(path: Path, participant: str) -> int | None:
    """Count the rows of a journal; None if it is another participant's."""
    try:
        record = read_journal(path)
    except JournalError:
        # Without its first line, only the file's name identifies the participant.
        return sum(b'"type":"row"' in line for line in path.read_bytes().splitlines())
    return len(record.rows) if record.session["participant"] == participant else None


def _forget(log: Path, participant: str, code: str) -> None:
    """Replace a participant's code in an allocation log."""
    with FileLock(f"{log}.lock"):
        lines = _lines(log)
        for line in lines:
            if line["participant"] == participant:
                line["participant"] = code
        partial = log.with_suffix(".partial")
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        partial.write_text(text, encoding="utf-8")
        partial.replace(log)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
