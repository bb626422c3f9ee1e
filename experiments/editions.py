"""Opening a study file of either edition of the protocol language, until the first one goes."""

from __future__ import annotations

from pathlib import Path

from experiments.files.typed import read_as_typed
from experiments.second_study import Study as SecondStudy
from experiments.second_study import open_study as open_second
from experiments.study import Study, open_study


def open_either(path: str | Path) -> Study | SecondStudy:
    """Open a study file.

    Raises
    ------
    InvalidFileError
        With every fault of the file, and of all that it uses.
    """
    is_first = "measures" in read_as_typed(path).tree
    return open_study(path) if is_first else open_second(path)
