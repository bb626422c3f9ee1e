"""Opening a study file of either edition of the protocol language, until the first one goes."""

from __future__ import annotations

from pathlib import Path

from experiments.protocol.edition import is_second_edition
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
    return open_second(path) if is_second_edition(Path(path)) else open_study(path)
