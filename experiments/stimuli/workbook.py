"""The first sheet of an Excel workbook as texts, as they are seen in the spreadsheet."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from openpyxl import load_workbook

from experiments.files.faults import Fault, InvalidFileError

ERRORS = ("#N/A", "#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!")
"""What Excel shows in place of a value that cannot be computed."""


def read_workbook(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet, each with its number.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidFileError
        If the file cannot be read, or a cell has a formula without a value.
    """
    try:
        values = load_workbook(path, data_only=True).worksheets[0]
        formulas = load_workbook(path).worksheets[0]
    except FileNotFoundError:
        raise
    except OSError as error:
        found = f"the file cannot be read: {error.strerror}"
        raise _fault(path, 1, 1, found, "Check the path and the permissions.") from error
    except Exception as error:  # openpyxl raises errors of zipfile, xml and its own
        found = f"the file cannot be read as an Excel file: {error}"
        raise _fault(path, 1, 1, found, "Save it as .xlsx or CSV UTF-8.") from error
    faults: list[Fault] = []
    rows: list[tuple[int, list[str]]] = []
    for number, (row, written) in enumerate(
        zip(values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True),
        1,
    ):
        rows.append((number, [_cell(value) for value in row]))
        for column, (value, formula) in enumerate(zip(row, written, strict=True), 1):
            if value is None and formula is not None:
                found = "the cell has a formula whose value is not in the file"
                remedy = "Open the file in a spreadsheet program and save it, or write the value."
                faults.append(Fault(str(path), number, column, "", found, remedy))
            elif value in ERRORS:
                found = f"the cell has the error {value}"
                faults.append(Fault(str(path), number, column, "", found, "Write a value."))
    if faults:
        raise InvalidFileError(faults)
    return rows


def _cell(value: object) -> str:
    """Return a cell as it is seen: whole numbers without a decimal point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # A spreadsheet shows 15 digits: 0.3 for 0.1 + 0.2.
        return format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)


def _fault(path: Path, line: int, column: int, found: str, remedy: str) -> InvalidFileError:
    return InvalidFileError([Fault(str(path), line, column, "", found, remedy)])
