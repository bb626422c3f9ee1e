"""Foreign data: other people's tables brought into our rows by a written mapping.

The result is a tidy folder (``rows`` and ``sessions`` as Parquet and CSV, the mapping, the hash of the
table), which ``analysis.load`` reads like any other data; its rows state the renderer ``import``.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from analysis.foreign_map import ForeignMap, load_map
from analysis.foreign_rows import Line, Table, kept, take
from experiments.package import DataError, write_tidy
from experiments.package.arrow import SESSION_SCHEMA, factors_of, table_of
from experiments.reading import Fault, FaultyFile, nearest
from experiments.schema import Row
from experiments.version import code_version

#: Faults that are told at once; a table with more has one cause for all of them.
MOST_FAULTS = 50


def import_foreign(
    mapping: Path | str, files: Sequence[Path | str], target: Path | str
) -> list[Path]:
    """Import foreign tables into a new folder.

    Parameters
    ----------
    mapping
        The mapping, a YAML file.
    files
        Tables as CSV, all of the same columns.
    target
        Folder to write; it must not be there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FaultyFile
        With the faults of the mapping, or of the tables (file, line, column, what was found).
    DataError
        If the target is there already or cannot be written.
    """
    folder = Path(target)
    if folder.exists():
        raise DataError(f"{folder} is there already; imports never overwrite. Name another folder.")
    made = load_map(mapping)
    paths = [Path(file) for file in files]
    rows, sessions = read_foreign(made, paths)
    about = {
        "study": made.study,
        "simulated": False,
        "title": made.title,
        "source": made.source,
        "licence": made.licence,
        "imported_by": code_version(),
        "factors": list(factors_of(rows)),
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
    }
    partial = folder.with_name(folder.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        write_tidy(partial, rows, sessions, about)
        shutil.copyfile(mapping, partial / "map.yaml")
        partial.rename(folder)
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}).") from error
    return sorted(folder.iterdir())


def read_foreign(made: ForeignMap, files: Sequence[Path]) -> tuple[pa.Table, pa.Table]:
    """Read foreign tables as rows and sessions of our schema.

    Raises
    ------
    FaultyFile
        With what does not fit the mapping.
    """
    table = Table(made, [])
    for path in files:
        names, lines = _lines(path, made.separator)
        table.names = names
        lacking = [name for name in made.columns if name not in names]
        table.faults += [
            Fault(str(path), 1, 1, name, "there is no such column", nearest(name, names))
            for name in lacking
        ]
        if lacking:
            continue
        for line in lines:
            if kept(line.values, made.keep):
                take(table, line)
    if table.faults:
        raise FaultyFile(table.faults[:MOST_FAULTS])
    rows = [row for own in table.answers.values() for row in _numbered(own)]
    if not rows:
        raise DataError(
            f"no line of {', '.join(map(str, files))} is kept by the mapping's filters ('keep')."
        )
    return table_of(rows), _sessions(table)


def _lines(path: Path, separator: str) -> tuple[list[str], Iterator[Line]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise DataError(f"{path} cannot be read: {what}.") from error
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    names = next(reader, [])

    def lines() -> Iterator[Line]:
        begins = reader.line_num + 1
        for cells in reader:
            if len(cells) not in {0, len(names)}:
                found = f"the line has {len(cells)} cells where there are {len(names)} columns"
                remedy = "Look for a separator or a quotation mark too many or too few."
                raise FaultyFile([Fault(str(path), begins, 1, "", found, remedy)])
            if cells:
                yield Line(str(path), begins, dict(zip(names, cells, strict=True)))
            begins = reader.line_num + 1

    return names, lines()


def _numbered(rows: Iterable[Row]) -> Iterator[Row]:
    """Number the rows and the trials of a session."""
    trials: dict[object, int] = {}
    for sequence, row in enumerate(rows):
        key = row["trial"]
        number = None if key is None else trials.setdefault(key, len(trials) + 1)
        yield {**row, "sequence": sequence, "trial": number}


def _sessions(table: Table) -> pa.Table:
    lines = [
        {**{name: own[0].get(name) for name in SESSION_SCHEMA.names}, "rows": len(own)}
        for own in table.answers.values()
        if own
    ]
    return pa.Table.from_pylist(lines, SESSION_SCHEMA)
