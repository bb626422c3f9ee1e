"""Results as JSON: written beside the report, and read again to report without the data.

Tables keep their columns' order and kinds; numbers that JSON has no word for are written as
``"NaN"`` and ``"Infinity"`` (a z test has infinite degrees of freedom).
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ValidationError

from analysis.analysing.results import Results
from analysis.errors import AnalysisError
from experiments.package.csv_table import to_csv

FORMAT = "compassion results 3"
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def write_results(results: Results, folder: Path) -> Path:
    """Write ``results.json`` and one CSV file for each table into ``tables``; return the former."""
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for name, table in results.tables().items():
        _safe(table).to_csv(tables / f"{name}.csv", index=False)
    file = folder / "results.json"
    content = {"format": FORMAT, "simulated": results.simulated, **_plain(results)}
    file.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    return file


def read_results(path: Path) -> Results:
    """Read results that were stored.

    Parameters
    ----------
    path
        ``results.json``, or the folder that holds it.

    Raises
    ------
    AnalysisError
        If there is no such file, or it holds no results of this version.
    """
    file = path / "results.json" if path.is_dir() else path
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"{file} cannot be read as results ({error}).",
            "Give the folder that `compassion analyse` wrote, or its results.json.",
        ) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        found = said.get("format", "no results") if isinstance(said, dict) else "no results"
        raise AnalysisError(
            f"{file} holds '{found}', and this version reads '{FORMAT}'.",
            "Analyse the data again.",
        )
    try:
        return typing.cast(Results, _made(Results, said))
    except (KeyError, TypeError, AttributeError, ValidationError, yaml.YAMLError) as error:
        raise AnalysisError(
            f"{file} is damaged: {type(error).__name__} {error}.", "Analyse the data again."
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return {
            "columns": [
                {"name": str(name), "kind": _kind(value[name]), "values": _column(value[name])}
                for name in value.columns
            ]
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return _yaml(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _number(float(value))
    return value if value is None else str(value)


def _yaml(model: BaseModel) -> str:
    """A protocol as YAML, which unlike JSON knows levels that are numbers from texts."""
    return yaml.safe_dump(
        _lists(model.model_dump(exclude_unset=True)), allow_unicode=True, sort_keys=False
    )


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Texts written so that no spreadsheet takes a participant's code for a formula."""
    safe = table.copy()
    for name in table.columns:
        if _kind(table[name]) == "text":
            safe[name] = [None if pd.isna(v) else to_csv(str(v)) for v in table[name]]
    return safe


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(column) else "text"


def _column(column: pd.Series) -> list[Any]:
    if _kind(column) == "text":
        return [None if pd.isna(value) else str(value) for value in column]
    return [_plain(value) if not pd.isna(value) else "NaN" for value in column]


def _number(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _made(kind: Any, value: Any) -> Any:
    """The object of a type from what JSON holds of it."""
    if kind is pd.DataFrame:
        return _table(value)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_validate(yaml.safe_load(value))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        named = {f.name: _made(hints[f.name], value[f.name]) for f in dataclasses.fields(kind)}
        return kind(**named)  # type: ignore[operator]
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_made(inner, item) for item in value)
    if origin is dict:
        inner = typing.get_args(kind)[1]
        return {key: _made(inner, item) for key, item in value.items()}
    if origin is types.UnionType:
        kinds = [part for part in typing.get_args(kind) if part is not types.NoneType]
        return None if value is None else _made(kinds[0], value)
    if kind is float:
        return _WORDS[value] if isinstance(value, str) else float(value)
    return value


def _table(said: dict[str, Any]) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for column in said["columns"]:
        values = column["values"]
        if column["kind"] == "number":
            columns[column["name"]] = np.array([_made(float, v) for v in values], dtype=np.float64)
        elif column["kind"] == "text":
            columns[column["name"]] = pd.Series(values, dtype=object)
        else:
            columns[column["name"]] = pd.Series(values)
    return pd.DataFrame(columns)
