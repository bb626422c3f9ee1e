"""One line of a foreign table as rows of our schema, with what does not fit told by line and column."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.foreign_map import ForeignMap, ForeignMeasure, Keep
from experiments.reading import Fault
from experiments.schema import NAMES, Row
from experiments.version import code_version

Values = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    file: str
    number: int
    values: Values


@dataclass
class Table:
    """What has been read so far."""

    made: ForeignMap
    names: list[str]
    faults: list[Fault] = field(default_factory=list)
    answers: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    """(participant, session) -> rows."""
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)
    """What stands on which line, to find what stands twice."""

    @cached_property
    def content(self) -> str:
        """Hash of the mapping's content, which stands where the hash of a protocol stands."""
        said = self.made.model_dump(mode="json", exclude={"analysis"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    def fault(self, line: Line, column: str, found: str, remedy: str) -> None:
        """Note what does not fit."""
        place = self.names.index(column) + 1 if column in self.names else 1
        self.faults.append(Fault(line.file, line.number, place, column, found, remedy))


def kept(values: Values, keep: Keep) -> bool:
    """Say whether a line has one of the values wanted in each column."""
    return all(values[column] in map(str, wanted) for column, wanted in keep.items())


def take(table: Table, line: Line) -> None:
    """Make the rows of one line."""
    made, values = table.made, line.values
    participant = values[made.participant].strip()
    if participant in made.missing:
        table.fault(line, made.participant, "no participant is named", "Fill in a code.")
        return
    session = values[made.session] if made.session else "1"
    cells = _cells(table, line)
    own = table.answers.setdefault((participant, session), [])
    for name, measure in made.measures.items():
        if not kept(values, measure.keep):
            continue
        if measure.column:
            columns = [(measure.column, cells)]
        else:
            columns = [(wide.column, {**cells, **wide.cells}) for wide in measure.columns]
        for column, where in columns:
            row = _row(table, line, participant, session, name, measure, column, where)
            if row is not None:
                own.append(row)


def _cells(table: Table, line: Line) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, factor in table.made.factors.items():
        if not factor.column:
            continue
        found = line.values[factor.column]
        levels = {str(said): level for said, level in factor.levels.items()}
        if found in levels:
            cells[name] = levels[found]
        elif found not in table.made.missing:
            remedy = (
                f"Add it to the levels of '{name}' in the mapping, or filter the line ('keep')."
            )
            table.fault(line, factor.column, f"found {found!r}, which is no level", remedy)
    return cells


def _row(
    table: Table,
    line: Line,
    participant: str,
    session: str,
    name: str,
    measure: ForeignMeasure,
    column: str,
    cells: dict[str, Any],
) -> Row | None:
    made, values = table.made, line.values
    stimulus = values[made.stimulus] if made.stimulus else None
    trial = () if measure.once else (stimulus, values.get(made.trial), *sorted(cells.items()))
    key = (participant, session, name, *trial)
    text = values[column].strip()
    if key in table.seen:
        if measure.once:
            _check_once(table, line, key, participant, session, name, measure, column, text)
        else:
            found = f"'{name}' of '{participant}' in this condition stands on line {table.seen[key]} too"
            remedy = (
                "If it was asked several times, name the column that numbers the trials ('trial')."
            )
            table.fault(line, column, found, remedy)
        return None
    table.seen[key] = line.number
    value, number = _answer(table, line, measure, column, text)
    return {
        **dict.fromkeys(NAMES),
        "study": made.study,
        "protocol_version": made.version,
        "protocol_hash": table.content,
        "code_version": code_version(),
        "mode": made.mode,
        "participant": participant,
        "session": session,
        "language": made.language or None,
        "simulated": False,
        "renderer": "import",
        "phase": measure.phase,
        "task": "import",
        "screen": f"line {line.number}",
        "visit": 1,
        # The trial's own key for now; ``_numbered`` turns it into a number.
        "trial": None if measure.once else trial,
        "stimulus": stimulus,
        "cells": {} if measure.once else cells,
        "measure": name,
        "value": value,
        "number": number,
        "unit": measure.unit or None,
        "status": "skipped" if value is None else "answered",
    }


def _answer(
    table: Table, line: Line, measure: ForeignMeasure, column: str, text: str
) -> tuple[str | None, float | None]:
    if text in table.made.missing:
        return None, None
    if measure.kind == "text":
        return text, None
    try:
        number = float(text) * measure.times + measure.plus
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        remedy = "If it stands for a missing answer, add it to 'missing' in the mapping."
        table.fault(line, column, f"found {text!r}, which is no number", remedy)
        return None, None
    low, high = measure.low, measure.high
    if (low is not None and number < low) or (high is not None and number > high):
        table.fault(
            line,
            column,
            f"found {text} (here: {number:g}), outside {low} to {high}",
            "Correct the bounds in the mapping, or filter the line ('keep').",
        )
    return f"{number:g}" if number != int(number) else str(int(number)), number


def _check_once(
    table: Table,
    line: Line,
    key: tuple[object, ...],
    participant: str,
    session: str,
    name: str,
    measure: ForeignMeasure,
    column: str,
    text: str,
) -> None:
    before = next(
        row["value"] for row in table.answers[participant, session] if row["measure"] == name
    )
    value, _ = _answer(table, line, measure, column, text)
    if value != before:
        found = f"found {text!r}, and {before!r} on line {table.seen[key]}"
        table.fault(line, column, found, "A fact about the participant ('once') does not change.")
