"""Import of published tables into rows of our schema, with a mapping file.

The result is a tidy folder (``rows`` and ``sessions`` as Parquet and CSV, the mapping, the hashes of the
tables), which ``analysis.data.load`` reads like other data; the renderer of its rows is ``import``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.foreign.mapping import ForeignMap, ForeignMeasure, Keep, load_map
from experiments.files.faults import Fault, InvalidFileError, nearest
from experiments.package import DataError, write_tidy
from experiments.package.arrow import SESSION_SCHEMA, factors_of, table_of
from experiments.schema import NAMES, Row
from experiments.version import code_version

#: Largest number of faults in one report; more of them usually have a single cause.
MOST_FAULTS = 50
#: A number as tables have it: not 1_000, which Python would read, nor words such as nan.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def import_foreign(
    mapping: Path | str, files: Sequence[Path | str], target: Path | str
) -> list[Path]:
    """Import foreign tables into a new folder.

    Parameters
    ----------
    mapping
        The mapping, a YAML file.
    files
        CSV tables with the same columns.
    target
        New folder.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InvalidFileError
        With the faults of the mapping, or of the tables (file, line, column, what was found).
    DataError
        If the target exists or cannot be written.
    """
    folder = Path(target)
    if folder.exists():
        raise DataError(f"{folder} already exists, and is not overwritten. Choose another folder.")
    foreign_map = load_map(mapping)
    paths = [Path(file) for file in files]
    reader = _Reader(foreign_map)
    for path in paths:
        reader.read(path)
    rows, sessions = reader.tables(paths)
    about = {
        "study": foreign_map.study,
        "simulated": False,
        "title": foreign_map.title,
        "source": foreign_map.source,
        "licence": foreign_map.licence,
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


class _Reader:
    """Converter of lines of foreign tables to rows of our schema, which collects faults."""

    def __init__(self, mapping: ForeignMap) -> None:
        self.mapping = mapping
        codes = map(_number, mapping.missing)
        self.missing_numbers = {code for code in codes if not math.isnan(code)}
        """Codes of missing answers that are numbers: -99 is also written -99.0."""
        self.faults: list[Fault] = []
        self.rows: dict[tuple[str, str], list[Row]] = {}
        """(participant, session) -> rows."""
        self.seen: dict[tuple[object, ...], tuple[int, str | None]] = {}
        """Participant, measure and condition -> line and answer."""
        content = mapping.model_dump(mode="json", exclude={"analysis"})
        for factor in content["factors"].values():
            # The hash of a map without it is that of 1.0, which did not know it.
            if not factor["varies"]:
                del factor["varies"]
        self.common = {
            **dict.fromkeys(NAMES),
            "study": mapping.study,
            "protocol_version": mapping.version,
            # The mapping replaces the protocol.
            "protocol_hash": hashlib.sha256(
                json.dumps(content, sort_keys=True).encode()
            ).hexdigest()[:16],
            "code_version": code_version(),
            "mode": mapping.mode,
            "language": mapping.language or None,
            "simulated": False,
            "renderer": "import",
            "task": "import",
            "visit": 1,
        }

    def read(self, path: Path) -> None:
        """Read one table."""
        self.path, self.line = path, 1
        lines = self._lines()
        self.names = next(lines)
        lacking = [name for name in self.mapping.columns if name not in self.names]
        for name in lacking:
            self._fault(name, "there is no such column", nearest(name, self.names))
        for cells in lines if not lacking else ():
            values = dict(zip(self.names, cells, strict=True))
            if _kept(values, self.mapping.keep):
                self._take(values)

    def tables(self, files: Sequence[Path]) -> tuple[pa.Table, pa.Table]:
        """Return rows and sessions.

        Raises
        ------
        InvalidFileError
            With all entries that do not fit the mapping.
        DataError
            If no line passed the filters.
        """
        if self.faults:
            raise InvalidFileError(self.faults[:MOST_FAULTS])
        rows, sessions = [], []
        for own in self.rows.values():
            trials: dict[object, int] = {}
            for sequence, row in enumerate(own):
                key = row["trial"]
                trial = None if key is None else trials.setdefault(key, len(trials) + 1)
                rows.append({**row, "sequence": sequence, "trial": trial})
            if own:
                session = {name: own[0].get(name) for name in SESSION_SCHEMA.names}
                sessions.append({**session, "rows": len(own)})
        if not rows:
            raise DataError(
                f"No line of {', '.join(map(str, files))} passes the mapping's filters ('keep')."
            )
        return table_of(rows), pa.Table.from_pylist(sessions, SESSION_SCHEMA)

    def _lines(self) -> Iterator[list[str]]:
        """Yield the cells of each line, the header first; ``line`` is the number of its first line in the file."""
        try:
            text = self.path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            what = getattr(error, "strerror", None) or "it is not text in UTF-8"
            raise DataError(f"{self.path} cannot be read: {what}.") from error
        reader = csv.reader(text.splitlines(keepends=True), delimiter=self.mapping.separator)
        names = next(reader, [])
        yield names
        self.line = reader.line_num + 1
        for cells in reader:
            if len(cells) not in {0, len(names)}:
                found = f"the line has {len(cells)} cells, but the header has {len(names)} columns"
                remedy = "Look for a missing or superfluous separator or quotation mark."
                raise InvalidFileError([Fault(str(self.path), self.line, 1, "", found, remedy)])
            if cells:
                yield cells
            self.line = reader.line_num + 1

    def _fault(self, column: str, found: str, remedy: str) -> None:
        place = self.names.index(column) + 1 if column in self.names else 1
        self.faults.append(Fault(str(self.path), self.line, place, column, found, remedy))

    def _take(self, values: dict[str, str]) -> None:
        """Convert one line to rows."""
        mapping = self.mapping
        participant = values[mapping.participant].strip()
        if participant in mapping.missing:
            self._fault(mapping.participant, "the participant is missing", "Enter a code.")
            return
        who = (participant, values[mapping.session] if mapping.session else "1")
        stimulus = values[mapping.stimulus] if mapping.stimulus else None
        cells = self._cells(values)
        own = self.rows.setdefault(who, [])
        for name, measure in mapping.measures.items():
            for column, levels in measure.answer_columns if _kept(values, measure.keep) else ():
                where = {**cells, **levels}
                trial = (stimulus, values.get(mapping.trial), *sorted(where.items()))
                # A provisional key of the trial; trials are numbered after all lines are read.
                once: Row = {"trial": None, "cells": {}}
                asked = once if measure.once else {"trial": trial, "cells": where}
                key = (*who, name, *(() if measure.once else trial))
                answer = self._answer(key, measure, column, values[column].strip())
                if answer is not None:
                    own.append(
                        {
                            **self.common,
                            "participant": who[0],
                            "session": who[1],
                            "phase": measure.phase,
                            "screen": f"line {self.line}",
                            "stimulus": stimulus,
                            **asked,
                            "measure": name,
                            "value": answer[0],
                            "number": answer[1],
                            "unit": measure.unit or None,
                            "status": "skipped" if answer[0] is None else "answered",
                        }
                    )

    def _cells(self, values: dict[str, str]) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        for name, factor in self.mapping.factors.items():
            if not factor.column:
                continue
            found = values[factor.column]
            levels = {str(written): level for written, level in factor.levels.items()}
            if found in levels:
                cells[name] = levels[found]
            elif found not in self.mapping.missing:
                remedy = f"Add it to the levels of '{name}' in the mapping, or leave the line out ('keep')."
                self._fault(factor.column, f"found {found!r}, which is not a level", remedy)
        return cells

    def _answer(
        self, key: tuple[object, ...], measure: ForeignMeasure, column: str, text: str
    ) -> tuple[str | None, float | None] | None:
        """Return an answer as text and number; None if it was read before."""
        before = self.seen.get(key)
        if before and not measure.once:
            found = f"'{key[2]}' of '{key[0]}' in this condition is also on line {before[0]}"
            remedy = (
                "If it was asked several times, name the column that numbers the trials ('trial')."
            )
            self._fault(column, found, remedy)
            return None
        value, number = self._value(measure, column, text)
        if before:
            if value != before[1]:
                found = f"found {text!r}, but {before[1]!r} on line {before[0]}"
                remedy = "A participant variable ('once') has one value per participant."
                self._fault(column, found, remedy)
            return None
        self.seen[key] = (self.line, value)
        return value, number

    def _value(
        self, measure: ForeignMeasure, column: str, text: str
    ) -> tuple[str | None, float | None]:
        if text in self.mapping.missing:
            return None, None
        if measure.kind == "text":
            return text, None
        found = _number(text)
        if found in self.missing_numbers:
            return None, None
        number = found * measure.times + measure.plus
        if not math.isfinite(number):
            remedy = "If it marks a missing answer, add it to 'missing' in the mapping."
            self._fault(column, f"found {text!r}, which is not a number", remedy)
            return None, None
        written = f"{number:g}" if number != int(number) else str(int(number))
        low, high = measure.low, measure.high
        if (low is not None and number < low) or (high is not None and number > high):
            remedy = "Correct the bounds in the mapping, or leave the line out ('keep')."
            self._fault(column, f"found {text} (here: {written}), outside {low} to {high}", remedy)
        return written, number


def _number(text: str) -> float:
    """Return a number as it is written in a table; nan if it is none."""
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def _kept(values: dict[str, str], keep: Keep) -> bool:
    """Return whether a line has one of the required values in each column."""
    return all(values[column] in map(str, wanted) for column, wanted in keep.items())
