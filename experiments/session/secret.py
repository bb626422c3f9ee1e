"""The secret of a collection's allocation lists: made once, kept with the collection, never in its data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from filelock import FileLock

from experiments.second_study import Study
from experiments.session.collection import Collection
from experiments.session.runnable import RunnableStudy

FILE = "allocation.secret"


def secret_of(folder: Path) -> str:
    """Return the secret of a collection; make it if the collection has none yet.

    Nobody can compute who gets which condition without it, and two laboratories get different lists.
    """
    path = folder / FILE
    with FileLock(str(path) + ".lock"):
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, secrets.token_hex(16))
        return path.read_text(encoding="ascii").strip()


def allocated(study: RunnableStudy, collection: Collection) -> RunnableStudy:
    """Return the study with the allocation lists of a collection; simulated ones are drawn from its name alone."""
    if collection.simulated or not isinstance(study, Study):
        return study
    return study.allocated(secret_of(collection.folder))


def _write(path: Path, secret: str) -> None:
    """Write the whole secret or nothing, readable by its owner only."""
    unfinished = path.with_suffix(".unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
