"""Deletion at a participant's wish: the rows go, and a ledger without content says that they went."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from experiments.collection import read_collection
from experiments.journal import JournalError, read_journal
from experiments.labels import label
from experiments.package.arrow import DataError
from experiments.package.gathering import LEDGER
from experiments.schema import now


@dataclass(frozen=True)
class Deletion:
    """What was deleted."""

    code: str
    """Hash of the participant's code, as the ledger states it."""
    sessions: int
    rows: int


def hash_of(participant: str) -> str:
    """Return what stands for a participant in the ledger: the start of the SHA-256 of the code."""
    return hashlib.sha256(participant.encode("utf-8", "surrogatepass")).hexdigest()[:16]


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
    found = [
        (path, rows)
        for path in collection.sessions.glob(f"sub-{label(participant)}_*.jsonl")
        if (rows := _rows(path, participant)) is not None
    ]
    if not found:
        raise DataError(
            f"{folder} holds no session of '{participant}'. Codes are told apart by capitals and spaces."
        )
    code = hash_of(participant)
    rows = sum(count for _, count in found)
    said = {"participant": code, "sessions": len(found), "rows": rows, "time": now()}
    try:
        with (collection.folder / LEDGER).open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(said) + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        for path, _ in found:
            path.unlink()
        for log in sorted(collection.folder.glob("allocation-*.jsonl")):
            _forget(log, participant, f"deleted-{code}")
    except OSError as error:
        raise DataError(
            f"{folder} cannot be changed ({error.strerror}). Mend the permissions, and delete again."
        ) from error
    return Deletion(code, len(found), rows)


def _rows(path: Path, participant: str) -> int | None:
    """Count the rows of a journal; None if it is another participant's."""
    try:
        record = read_journal(path)
    except JournalError:
        # Without its first line the journal does not say whose it is; the file's name does.
        return sum(b'"type":"row"' in line for line in path.read_bytes().splitlines())
    return len(record.rows) if record.session["participant"] == participant else None


def _forget(log: Path, participant: str, written: str) -> None:
    """Put another code in the place of a participant's in an allocation log."""
    with FileLock(f"{log}.lock"):
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]
        for line in lines:
            if line["participant"] == participant:
                line["participant"] = written
        partial = log.with_suffix(".partial")
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        partial.write_text(text, encoding="utf-8")
        partial.replace(log)
