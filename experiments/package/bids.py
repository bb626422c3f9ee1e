"""The parts of a BIDS dataset: one table of behaviour per session, participants, descriptions.

Brain Imaging Data Structure, https://bids-specification.readthedocs.io (behavioural experiments without
neural recordings): ``sub-<label>/ses-<label>/beh/sub-<label>_ses-<label>_task-<label>_beh.tsv``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.labels import label
from experiments.package.codebook import Codebook
from experiments.package.gathering import Gathered
from experiments.package.text_cells import to_tsv
from experiments.protocol import Protocol

VERSION = "1.10.0"


def task_of(study: str) -> str:
    """Return the task label of a study: letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", study)


def write_tsv(path: Path, table: pa.Table) -> None:
    """Write a table as BIDS has it."""
    columns = [_cells(table[name]) for name in table.column_names]
    lines = ["\t".join(table.column_names), *map("\t".join, zip(*columns, strict=True))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _cells(column: pa.ChunkedArray) -> list[str]:
    values = column.to_pylist()
    if pa.types.is_string(column.type):
        return [to_tsv(value) for value in values]
    if pa.types.is_boolean(column.type):
        return ["n/a" if value is None else str(value).lower() for value in values]
    return ["n/a" if value is None else repr(value) for value in values]


def write_json(path: Path, data: Any) -> None:
    """Write plain data as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def write_sessions(folder: Path, gathered: Gathered) -> None:
    """Write one table of behaviour per session."""
    rows, task = gathered.rows, task_of(gathered.study)
    participants, sessions = rows["participant"].to_pylist(), rows["session"].to_pylist()
    begin = 0
    # The rows of a session follow one another.
    for place in range(1, len(rows) + 1):
        here = (participants[begin], sessions[begin])
        if place < len(rows) and (participants[place], sessions[place]) == here:
            continue
        sub, ses = f"sub-{label(here[0])}", f"ses-{label(here[1])}"
        path = folder / sub / ses / "beh" / f"{sub}_{ses}_task-{task}_beh.tsv"
        write_tsv(path, rows.slice(begin, place - begin))
        begin = place


def sidecar(gathered: Gathered, book: Codebook, protocol: Protocol) -> dict[str, Any]:
    """Describe the columns of the tables of behaviour, for all sessions at once."""
    measure = dict(book.columns["measure"])
    measure["Levels"] = {name: said["Description"] for name, said in book.measures.items()}
    described = {**book.columns, "measure": measure}
    factors = {name: book.factors[name] for name in gathered.factors if name in book.factors}
    return {
        "TaskName": protocol.study,
        "TaskDescription": " ".join(protocol.summary.split()),
        "Instructions": "The texts shown stand in code/protocol.yaml, language by language.",
        "SoftwareName": "compassion",
        **{name: described[name] for name in gathered.rows.column_names if name in described},
        **factors,
    }


def write_participants(folder: Path, gathered: Gathered) -> None:
    """Write who took part: the labels of the folders and the codes they stand for."""
    counted: dict[str, int] = {}
    for participant in gathered.sessions["participant"].to_pylist():
        counted[participant] = counted.get(participant, 0) + 1
    table = pa.table(
        {
            "participant_id": [f"sub-{label(code)}" for code in counted],
            "participant_code": list(counted),
            "sessions": list(counted.values()),
            "simulated": [gathered.simulated] * len(counted),
        }
    )
    write_tsv(folder / "participants.tsv", table)
    write_json(
        folder / "participants.json",
        {
            "participant_code": {"Description": "Random participant code; never a name."},
            "sessions": {"Description": "Number of sessions of this participant."},
            "simulated": {"Description": "Whether the participant is a simulated person."},
        },
    )


def description(
    gathered: Gathered, protocol: Protocol, code: str, licence: str, authors: tuple[str, ...]
) -> dict[str, Any]:
    """Describe the dataset."""
    made: dict[str, Any] = {
        "Name": f"SIMULATED DATA: {protocol.title}" if gathered.simulated else protocol.title,
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "ReferencesAndLinks": [" ".join(protocol.source.split())],
        "GeneratedBy": [{"Name": "compassion", "Version": code}],
        "Keywords": ["simulated"] if gathered.simulated else ["compassion"],
    }
    if licence:
        made["License"] = licence
    if authors:
        made["Authors"] = list(authors)
    if approval := protocol.stated("approval"):
        made["EthicsApprovals"] = [approval]
    return made
