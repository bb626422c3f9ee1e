"""What is in the files of an earlier version, read without the package's own readers where that is possible."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any


def digest_of(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the number of rows and a hash of their content, whatever their order and that of their columns."""
    texts = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    content = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return {"rows": len(texts), "sha256": content}


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal or log that are complete."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def collection(folder: Path) -> dict[str, Any]:
    """Return what is in a collection: its card, its rows by column, and the other lines of its journals by type."""
    rows, others = [], Counter[str]()
    outcomes = {}
    for path in sorted((folder / "sessions").glob("*.jsonl")):
        for line in lines_of(path):
            kind = line.pop("type")
            if kind == "row":
                rows.append(line)
            others[kind] += 1
            if kind == "end":
                outcomes[path.stem] = line["outcome"]
    card = json.loads((folder / "collection.json").read_text(encoding="utf-8"))
    draws = [line for log in sorted(folder.glob("allocation-*.jsonl")) for line in lines_of(log)]
    return {
        "card": card,
        "rows": digest_of(rows),
        "lines": dict(others),
        "outcomes": outcomes,
        "draws": digest_of(draws),
    }


def database(file: Path) -> dict[str, Any]:
    """Return the number of lines in each table of a database, and its rows."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = sorted(name for (name,) in connection.execute(query))
        count = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }
        rows = [json.loads(text) for (text,) in connection.execute("SELECT row FROM rows")]
        about = dict(connection.execute("SELECT name, value FROM about").fetchall())
    return {"tables": count, "rows": digest_of(rows), "about": about}


def table(file: Path) -> dict[str, Any]:
    """Return the heading of a CSV or TSV file, and its lines."""
    with file.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.reader(opened, delimiter="\t" if file.suffix == ".tsv" else ","))
    return {"columns": lines[0], **digest_of({"line": line} for line in lines[1:])}


def package(folder: Path) -> dict[str, Any]:
    """Return the tables of a data package."""
    tables = [*folder.glob("derivatives/tidy/*.csv"), folder / "participants.tsv"]
    return {path.name: table(path) for path in sorted(tables)}


def known_of(folder: Path) -> dict[str, Any]:
    """Return what is in all files of a version."""
    folders = [*sorted((folder / "simulated").iterdir()), folder / "lab"]
    power = json.loads((folder / "power" / "power.json").read_text(encoding="utf-8"))
    lock = json.loads((folder / "prereg" / "prereg.json").read_text(encoding="utf-8"))
    return {
        "collections": {each.name: collection(each) for each in folders},
        "packages": {each.name: package(each) for each in sorted((folder / "packages").iterdir())},
        "collector": database(folder / "collector" / "study.sqlite"),
        "export": json.loads((folder / "export" / "study.json").read_text(encoding="utf-8")),
        "imported": {
            name: table(folder / "imported" / "data" / f"{name}.csv")
            for name in ("rows", "sessions")
        },
        "power": {name: power[name] for name in ("format", "key", "protocol_hash", "planned")},
        "prereg": {name: lock[name] for name in ("format", "hash", "protocol_version")},
        "tally": {path.name: table(path) for path in sorted((folder / "tally").glob("*.csv"))},
    }
