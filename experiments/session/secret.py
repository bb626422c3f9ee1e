"""The secret of allocation lists: made once for a collection or an export, kept with it, never in its data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from experiments.errors import UserError
from experiments.session.collection import Collection
from experiments.study import SECRET, Study, secret_in


def secret_of(folder: Path, wanted: str = "") -> str:
    """Return the secret of a folder; make it if the folder has none yet.

    Nobody can compute who gets which condition without it, and two laboratories get different lists.

    Parameters
    ----------
    wanted
        Secret that the folder must have, if its allocation lists are those of another folder.

    Raises
    ------
    UserError
        If the folder has another secret.
    """
    path = folder / SECRET
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, wanted or secrets.token_hex(16))
    secret = secret_in(folder)
    if wanted and secret != wanted:
        raise UserError(
            f"{folder} has other allocation lists than the study beside which its sessions took place."
            " Choose another folder with --to."
        )
    return secret


def allocated(study: Study, collection: Collection) -> Study:
    """Return the study with the allocation lists of a collection; simulated ones are drawn from its name alone.

    Raises
    ------
    UserError
        If the study has allocation lists of its own, and the collection others.
    """
    if collection.simulated:
        return study
    return study.allocated(secret_of(collection.folder, study.secret))


def study_of(study: Study, folder: Path) -> Study:
    """Return the study with the allocation lists of a folder, if it has its own."""
    secret = secret_in(folder)
    return study.allocated(secret) if secret else study


def allocated_in(folder: Path, study: Study, earlier: Path | None = None) -> Study:
    """Return the study with allocation lists of its own for an export, or with those of an earlier export.

    Raises
    ------
    UserError
        If the earlier export has no allocation lists of its own.
    """
    wanted = study.secret
    if earlier is not None and not (wanted := secret_in(earlier)):
        raise UserError(f"{earlier} has no allocation lists to use again ({SECRET} is missing).")
    return study.allocated(secret_of(folder, wanted))


def _write(path: Path, secret: str) -> None:
    """Write the whole secret, readable by its owner only, unless another process has written one."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
