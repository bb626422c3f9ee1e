"""The simulated studies behind the stored collections, and the rows that their sessions consist of."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.simulate import population, sessions
from experiments.study import Study, open_study

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
OLD = HERE.parent / "old" / "0.1.0"
STORED = HERE / "stored"
#: Columns in which a later version may differ: the version of the code.
OF_THE_CODE = ("code_version", "schema")


@dataclass(frozen=True)
class Small:
    """One stored collection of simulated sessions."""

    study: str
    mode: str
    n: int
    hypothesis: str
    seed: int = 1


COLLECTIONS = (
    Small("identified_victim", "real", 60, "identified_victim_dollars"),
    Small("compassion_collapse", "between", 60, "exponential_to_floor"),
    Small("parochial_vignettes", "dots", 30, "favouritism"),
)
#: Every mode of every study, and each of its languages once: (study, mode, language).
SESSIONS = (
    ("identified_victim", "real", "he"),
    ("identified_victim", "lottery", "zh"),
    ("identified_victim", "hypothetical", "en"),
    ("compassion_collapse", "between", "en"),
    ("compassion_collapse", "within", "en"),
    ("parochial_vignettes", "dots", "en"),
    ("parochial_vignettes", "paintings", "en"),
)


def study_of(name: str) -> Study:
    """Return a study with the texts that it had when its outputs were stored."""
    return open_study(OLD / "studies" / f"{name}.yaml")


def rows_of_people(study: str, mode: str, language: str, n: int = 3) -> Iterator[dict[str, Any]]:
    """Return all rows of the first simulated people of a mode."""
    people = population(study_of(study), seed=5, mode=mode)
    for session in sessions(people, n, language):
        yield from session.rows


def without_code(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row or a line of a journal without the version of the code that wrote it."""
    return {name: value for name, value in row.items() if name not in OF_THE_CODE}


def journal_rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a collection as they are in its files, read without the package's own reader."""
    found = []
    for path in sorted((folder / "sessions").glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            if line.startswith(b'{"type":"row",'):
                row = json.loads(line)
                del row["type"]
                found.append(row)
    return found


def unpacked(archive: str, folder: Path) -> Path:
    """Unpack one of the stored folders into a folder; return it."""
    with tarfile.open(OLD / f"{archive}.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    return folder / archive
