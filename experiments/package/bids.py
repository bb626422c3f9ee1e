"""The files of a BIDS dataset: one table of behavioural data per session, participants, descriptions.

Brain Imaging Data Structure, https://bids-specification.readthedocs.io (behavioural experiments without
neural recordings): ``sub-<label>/ses-<label>/beh/sub-<label>_ses-<label>_task-<label>_beh.tsv``.

In the TSV files of BIDS, cells are not quoted and have no line breaks, and ``n/a`` marks missing values. A text that
contains a tab or line break, is empty, is ``n/a``, or begins with a quotation mark is therefore written as a JSON
string; all others are written unchanged.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.package.gathering import Gathered
from experiments.session.collection import label
from experiments.study import Study

VERSION = "1.10.0"
RULE_OF_TSV = (
    "In TSV files, n/a marks a missing value. A text that contains a tab or a line break, is empty, is n/a, or begins"
    " with a quotation mark is written as a JSON string."
)
_NO_TSV = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def to_tsv(text: str | None) -> str:
    r"""Convert a text to a TSV cell.

    >>> to_tsv(None), to_tsv("a b"), to_tsv("a\tb"), to_tsv("n/a")
    ('n/a', 'a b', '"a\\tb"', '"n/a"')
    """
    if text is None:
        return "n/a"
    if text in {"", "n/a"} or text[0] == '"' or text != text.strip() or _NO_TSV.search(text):
        # Other characters that Python and browsers treat as line breaks are written as \u....
        return _NO_TSV.sub(
            lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False)
        )
    return text


def task_of(study: str) -> str:
    """Return the task label of a study: letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", study)


def write_tsv(path: Path, table: pa.Table) -> None:
    """Write a table in the TSV format of BIDS."""
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
    """Write one table of behavioural data per session."""
    begin = 0
    # The rows are sorted by session, in the order of the table of sessions.
    for session in gathered.sessions.to_pylist():
        rows = gathered.rows.slice(begin, session["rows"])
        begin += session["rows"]
        if len(rows):
            sub, ses = f"sub-{label(session['participant'])}", f"ses-{label(session['session'])}"
            name = f"{sub}_{ses}_task-{task_of(gathered.study)}_beh.tsv"
            write_tsv(folder / sub / ses / "beh" / name, rows)


def sidecar(gathered: Gathered, book: dict[str, Any], study: Study) -> dict[str, Any]:
    """Describe the columns of the tables of behavioural data, once for all sessions.

    Parameters
    ----------
    book
        The codebook.
    """
    measures = {name: entry["Description"] for name, entry in book["measures"].items()}
    measure = {**book["columns"]["measure"], "Levels": measures}
    described = {**book["factors"], **book["columns"], "measure": measure}
    return {
        "TaskName": study.study,
        "TaskDescription": " ".join((study.file.summary or study.title).split()),
        "Instructions": "The texts shown are in code/protocol.yaml; translations are beside it.",
        "SoftwareName": "compassion",
        **{name: described[name] for name in gathered.rows.column_names if name in described},
    }


def write_participants(folder: Path, gathered: Gathered) -> None:
    """Write the table of participants: labels of their folders and participant codes."""
    counted = Counter(gathered.sessions["participant"].to_pylist())
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
            "simulated": {"Description": "Whether the participant was simulated."},
        },
    )


def description(
    gathered: Gathered, study: Study, code: str, licence: str, authors: tuple[str, ...]
) -> dict[str, Any]:
    """Describe the dataset."""
    dataset: dict[str, Any] = {
        "Name": f"SIMULATED DATA: {study.title}" if gathered.simulated else study.title,
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "compassion", "Version": code}],
        "Keywords": ["simulated"] if gathered.simulated else ["compassion"],
    }
    if licence:
        dataset["License"] = licence
    if authors:
        dataset["Authors"] = list(authors)
    if source := " ".join(study.file.source.split()):
        dataset["ReferencesAndLinks"] = [source]
    if approval := study.opened.values.get("approval"):
        dataset["EthicsApprovals"] = [approval]
    return dataset
