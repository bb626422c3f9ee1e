"""Data frames within results, which Pydantic writes to JSON and reads again.

Columns keep their order and type. Numbers that JSON cannot represent are written as ``"NaN"``,
``"Infinity"`` and ``"-Infinity"`` (a z test has infinite degrees of freedom).
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import PlainSerializer, PlainValidator


def _written(table: pd.DataFrame) -> dict[str, Any]:
    return {"columns": [_column(str(name), column) for name, column in table.items()]}


def _column(name: str, column: pd.Series) -> dict[str, Any]:
    kind, values = kind_of(column), column.tolist()
    if kind == "text":
        values = [None if pd.isna(value) else str(value) for value in column]
    elif kind == "number":
        numbers = column.astype(float).tolist()
        values = [v if math.isfinite(v) else json.dumps(v) for v in numbers]
    return {"name": name, "kind": kind, "values": values}


def kind_of(column: pd.Series) -> str:
    """Return the type of a column: boolean, integer, number or text; integers with missing values are numbers."""
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column) and not column.hasnans:
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(column) else "text"


def _read(stored: Any) -> pd.DataFrame:
    if isinstance(stored, pd.DataFrame):
        return stored
    try:
        return pd.DataFrame({column["name"]: _values(**column) for column in stored["columns"]})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a table ({type(error).__name__}: {error})") from error


def _values(name: str, kind: str, values: list[Any]) -> Any:
    if kind == "number":
        # NumPy parses the names of the numbers that JSON cannot represent.
        return np.array(values, dtype=np.float64)
    return pd.Series(values, name=name, dtype=object if kind == "text" else None)


Table = Annotated[pd.DataFrame, PlainValidator(_read), PlainSerializer(_written)]


def empty(*columns: str) -> pd.DataFrame:
    """Return a table with these columns and no rows."""
    return pd.DataFrame(columns=list(columns))
