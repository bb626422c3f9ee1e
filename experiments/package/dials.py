"""The samples of all dials in one table, with one row for each sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from experiments.measures.trace import PER_SECOND, samples
from experiments.package.gathering import Gathered
from experiments.protocol.measures import Measure
from experiments.questions.dial import Dial
from experiments.study import Study

DIALS = "dials.csv"
COLUMNS = {
    "participant": "Random participant code; never a name.",
    "session": "Number or name of the session of this participant.",
    "sequence": "Running number of the row with the whole trace, within the session.",
    "phase": "Part of the session; dials in practice are never analysed.",
    "step": "Step that asks the question.",
    "item": "Item shown; empty if none.",
    "trial": "Number of the trial; empty outside trials.",
    "question": "Name of the question.",
    "seconds": "Seconds from the onset of the screen, pauses left out.",
    "value": "Position of the dial, from 0 to 100.",
}
"""Column -> its description."""


def has_dials(study: Study) -> bool:
    """Return whether a study has a dial."""
    return any(isinstance(measure.asked, Dial) for measure in study.names.measures.values())


def dials(gathered: Gathered, study: Study) -> pa.Table | None:
    """Return the samples of all dials; None if the study has no dial.

    There are no samples before the first movement.
    """
    asked = {
        name: measure
        for name, measure in study.names.measures.items()
        if isinstance(measure.asked, Dial) and not measure.part and not measure.asked.local
    }
    if not asked:
        return None
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in _traces(gathered, asked):
        measure = asked[row["measure"]]
        first, values = samples(row["value"])
        fixed = [row[name] for name in ("participant", "session", "sequence", "phase")]
        fixed += [measure.step, row["stimulus"], row["trial"], measure.question]
        for name, value in zip(COLUMNS, fixed, strict=False):
            columns[name] += [value] * len(values)
        columns["seconds"] += [(first + place) / PER_SECOND for place in range(len(values))]
        columns["value"] += values
    numbers = {
        "sequence": pa.int64(),
        "trial": pa.int64(),
        "seconds": pa.float64(),
        "value": pa.int64(),
    }
    return pa.table(
        {name: pa.array(column, numbers.get(name, pa.string())) for name, column in columns.items()}
    )


def _traces(gathered: Gathered, asked: Mapping[str, Measure]) -> Iterable[dict[str, Any]]:
    """Yield the rows with a trace."""
    names = ["participant", "session", "sequence", "phase", "stimulus", "trial", "measure", "value"]
    for batch in gathered.rows.select(names).to_batches():
        for row in batch.to_pylist():
            if row["measure"] in asked and row["value"] is not None:
                yield row
