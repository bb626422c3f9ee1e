"""Storage of results: ``results.json``, which can be read again, and one CSV file per table."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from analysis.data.tables import kind_of
from analysis.errors import AnalysisError
from analysis.planned.results import Results
from experiments.package.csv_table import to_csv

FORMAT = "compassion results 7"


@cache
def _as_json() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


def write_results(results: Results, folder: Path) -> Path:
    """Write ``results.json`` and one CSV file for each table into ``tables``; return the former."""
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for name, table in results.tables().items():
        _safe(table).to_csv(tables / f"{name}.csv", index=False)
    file = folder / "results.json"
    plain = json.loads(_as_json().dump_json(results))
    content = {"format": FORMAT, "simulated": results.simulated, **plain}
    file.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    return file


def read_results(path: Path) -> Results:
    """Read stored results.

    Parameters
    ----------
    path
        ``results.json``, or its folder.

    Raises
    ------
    AnalysisError
        If there is no such file, or it does not contain results of this version.
    """
    file = path / "results.json" if path.is_dir() else path
    try:
        stored: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"{file} cannot be read as results ({error}).",
            "Give the folder that `compassion analyse` wrote, or its results.json.",
        ) from error
    found = stored.get("format", "no results") if isinstance(stored, dict) else "no results"
    if found != FORMAT:
        command = stored.get("provenance", {}).get("command") if isinstance(stored, dict) else ""
        raise AnalysisError(
            f"{file} has the format '{found}', but this version reads '{FORMAT}'.",
            f"Analyse the data again: {command}" if command else "Analyse the data again.",
        )
    try:
        return _as_json().validate_python(stored)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise AnalysisError(
            f"{file} is damaged: {where}: {fault['msg']}.", "Analyse the data again."
        ) from error


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Escape texts, so that spreadsheets do not read a participant's code as a formula."""
    safe = table.copy()
    for name in table.columns:
        if kind_of(table[name]) == "text":
            safe[name] = [None if pd.isna(v) else to_csv(str(v)) for v in table[name]]
    return safe
