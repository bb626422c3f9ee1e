"""Opening a study that has passed its checks; the deep one is done once for each content of a study."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from experiments.files.faults import Fault, InvalidFileError
from experiments.places import cache_folder
from experiments.protocol.values import faults_of_values
from experiments.study import Study, open_study
from experiments.version import code_version


def open_for_participants(file: Path) -> Study:
    """Open a study that is to be run or exported.

    The deep check takes seconds; a study that it found no fault in is not checked again by the same version.

    Raises
    ------
    InvalidFileError
        With all faults of the file, also those that only the deep check finds.
    """
    study = open_study(file)
    if faults := faults_beside(study):
        raise InvalidFileError(faults)
    passed = cache_folder("checked") / _name(study)
    if not passed.exists():
        # Imported here, because the analysis takes seconds to import.
        from analysis.planned.checking import check_deeply

        check_deeply(study)
        _note(passed)
    return study


def faults_beside(study: Study) -> list[Fault]:
    """Return the faults of a study's values, Back buttons and PO files, and what its own language lacks."""
    found = [*faults_of_values(study.opened), *study.faults_of_back]
    try:
        found += study.translations[0].gaps
    except InvalidFileError as error:
        found += error.faults
    return found


def _name(study: Study) -> str:
    of = f"{study.hash} {code_version()} {sys.version}"
    return hashlib.sha256(of.encode()).hexdigest()[:32]


def _note(passed: Path) -> None:
    try:
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.touch()
    except OSError:
        # It is only checked again the next time.
        pass
