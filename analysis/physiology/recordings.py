"""The list of recordings: a CSV file with one line for each session, and when its recorder was at a marker."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from analysis.errors import AnalysisError

REQUIRED = ("participant", "file", "period", "at")
OPTIONAL = ("session", "rate")


@dataclass(frozen=True)
class Recording:
    """One recording, and how its clock relates to that of the session."""

    line: int
    """Line in the list."""
    participant: str
    session: str
    file: Path
    rate: float | None
    """Samples per second; None for RR intervals."""
    period: str
    """The period at whose begin ..."""
    at: float
    """... the recorder showed this time, in seconds since its start."""


def refuse(file: Path, line: int, found: str, remedy: str) -> NoReturn:
    """Raise an error about a line of a file."""
    raise AnalysisError(f"{file}:{line}: {found}.", remedy)


def read_recordings(path: Path) -> list[Recording]:
    """Read the list of recordings.

    Raises
    ------
    AnalysisError
        If it cannot be read; with file and line.
    """
    return list(_recordings(path))


def _recordings(path: Path) -> Iterator[Recording]:
    seen: dict[tuple[str, str], int] = {}
    for line, row in lines_of(path, REQUIRED, (*REQUIRED, *OPTIONAL)):
        for name in REQUIRED:
            if not row[name]:
                refuse(path, line, f"'{name}' is empty", "Every recording needs it.")
        rate = number(path, line, "rate", row["rate"]) if row.get("rate") else None
        if rate is not None and rate <= 0:
            refuse(path, line, f"the rate is {rate:g}", "Write samples per second, such as 1000.")
        one = Recording(
            line,
            row["participant"],
            row.get("session") or "1",
            path.parent / row["file"],
            rate,
            row["period"],
            number(path, line, "at", row["at"]),
        )
        if not one.file.is_file():
            found = f"there is no file {one.file}"
            refuse(path, line, found, "Write its path as seen from this list.")
        who = (one.participant, one.session)
        if who in seen:
            found = f"the session '{who[1]}' of '{who[0]}' is in line {seen[who]} already"
            refuse(path, line, found, "Keep one recording for each session.")
        seen[who] = line
        yield one


def lines_of(
    path: Path, required: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of a CSV file with their numbers.

    Raises
    ------
    AnalysisError
        If the file cannot be read, a column is missing or unknown, or a line has too few or too many cells.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise AnalysisError(f"There is no file {path}.", "Check its name and folder.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(
            f"{path} cannot be read ({error}).", "Save it as CSV (UTF-8)."
        ) from error
    head, *rest = text.splitlines() or [""]
    sign = max(",;\t", key=head.count)
    names = [name.strip() for name in next(csv.reader([head], delimiter=sign), [])]
    for name in required:
        if name not in names:
            found = f"there is no column '{name}'; the columns are {', '.join(names) or 'none'}"
            refuse(path, 1, found, f"The first line names the columns: {','.join(known)}.")
    for name in names:
        if name not in known:
            refuse(path, 1, f"the column '{name}' is unknown", f"Known are {', '.join(known)}.")
    for line, cells in enumerate(csv.reader(rest, delimiter=sign), start=2):
        if not cells:
            continue
        if len(cells) != len(names):
            found = f"found {len(cells)} cells, and the first line has {len(names)}"
            refuse(path, line, found, "Write a cell for each column.")
        yield line, dict(zip(names, (cell.strip() for cell in cells), strict=True))


def number(path: Path, line: int, name: str, cell: str) -> float:
    """Return a cell as a number.

    Raises
    ------
    AnalysisError
        If it is none.
    """
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):
        refuse(path, line, f"'{name}' is '{cell}', which is no number", "Write it as 12.5.")
    return value
