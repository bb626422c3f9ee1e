"""Deletion when a participant withdraws: the rows go, and a ledger without content records that they went."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from experiments.package.arrow import DataError
from experiments.schema import now
from experiments.session.collection import label, read_collection
from experiments.session.journal import JournalError, read_journal

LEDGER = "deletions.jsonl"


@dataclass(frozen=True)
class Deletion:
    """What was deleted."""

    participant: str
    """The participant's code."""
    sessions: int
    rows: int
    remains: str = ""
    """What is left to do for the bytes to be gone from a database; empty if nothing."""


def hash_of(participant: str) -> str:
    """Return what the ledger has for a participant: the start of the SHA-256 of the code."""
    return hashlib.sha256(participant.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def ledger(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a collection's deletion ledger."""
    path = folder / LEDGER
    return _lines(path) if path.exists() else []


def delete(folder: Path | str, participant: str) -> Deletion:
    """Delete all sessions of a participant from a collection.

    The ledger keeps the hash of the code, so that copies and backups can be cleared of the same person,
    and the allocation log keeps the slot, so that the balance can still be checked. Packages that were
    made before are not changed.

    Raises
    ------
    DataError
        If the collection holds nothing of this participant, or cannot be changed.
    """
    collection = read_collection(Path(folder))
    found = {
        path: rows
        for path in collection.sessions.glob(f"sub-{label(participant)}_*.jsonl")
        if (rows := _rows(path, participant)) is not None
    }
    if not found:
        raise DataError(
            f"{folder} holds no session of '{participant}'. Capitals and spaces in a code matter."
        )
    code, rows = hash_of(participant), sum(found.values())
    line = {"participant": code, "sessions": len(found), "rows": rows, "time": now()}
    try:
        with (collection.folder / LEDGER).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        for path in found:
            path.unlink()
        for log in sorted(collection.folder.glob("allocation-*.jsonl")):
            _forget(log, participant, f"deleted-{code}")
    except OSError as error:
        raise DataError(
            f"{folder} cannot be changed ({error.strerror}). Correct the permissions, and delete again."
        ) from error
    return Deletion(participant, len(found), rows)


def _rows(path: Path, participant: str) -> int | None:
    """Count the rows of a journal; None if it is another participant's."""
    try:
        record = read_journal(path)
    except JournalError:
        # Without its first line the journal does not say whose it is; the file's name does.
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
