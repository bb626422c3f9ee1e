"""The simulated studies behind the stored collections, and the rows in their files."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.study import Study, open_study

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
OLD = HERE.parent / "old" / "0.1.0"
ARCHIVE = OLD / "data.tar.xz"
STORED = HERE / "stored"
#: Columns in which a later version may differ: the version of the code.
OF_THE_CODE = ("code_version", "schema")
#: Columns that are as they were in 0.1.0.
UNTOUCHED = (
    *("study", "code_version", "mode", "participant", "session", "language", "simulated"),
    *("renderer", "sequence", "visit", "number", "status", "correct"),
    *("onset", "response_time", "clock", "time"),
)


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
    """Return a study of 0.1.0 in the second edition."""
    return open_study(OLD / "studies" / f"{name}.yaml")


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


def untouched(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the number of rows, and a hash of what no new name of a measure, screen or option changes in them."""
    digest, number = hashlib.sha256(), 0
    for row in rows:
        # How many victims there were was a number; every option is a text now.
        option = row["measure"] == "how_many"
        kept = [None if option and name == "number" else row[name] for name in UNTOUCHED]
        digest.update(json.dumps(kept).encode())
        number += 1
    return {"rows": number, "sha256": digest.hexdigest()}


def unpacked(folder: Path) -> Path:
    """Unpack the data of 0.1.0 into a folder; return it."""
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder


def write_json(file: Path, content: Any) -> None:
    """Write JSON, packed where the name ends in ``.gz``; the same content gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=None if file.suffix == ".gz" else 1)
    data = (text + "\n").encode("utf-8")
    file.write_bytes(gzip.compress(data, mtime=0) if file.suffix == ".gz" else data)


def read_json(name: str) -> Any:
    """Return stored JSON by its name in ``stored/``."""
    data = (STORED / name).read_bytes()
    return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)
