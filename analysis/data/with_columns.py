"""The computed columns of a study, and the means of its matrices, as columns of loaded data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analysis.data.averaged import matrix_means
from analysis.data.computed import Values
from analysis.data.load import Data
from analysis.data.measured import Measured
from analysis.data.names import column_of
from analysis.data.rows import KEYS, OF_TRIAL, in_order, steps_of
from analysis.errors import AnalysisError
from experiments.protocol.places import loops
from experiments.study import Study


def with_columns(data: Data, study: Study) -> Data:
    """Attach what a study computes, so that ``trials`` and ``participants`` have a column for each of it.

    Parameters
    ----------
    data
        Data with conditions, of one or several modes. Columns that are centred or standardised are so for all of its
        sessions and trials.

    Returns
    -------
    Data
        What cannot be computed from these data is left out, and said in ``notes``.
    """
    measured = Measured(data, study)
    steps = _steps_of_loops(data, study)
    # Levels on one page have the same trial.
    together = dict.fromkeys(name for loop in loops(study.file) for name in loop.step.together)
    of_trials: dict[str, list[pd.DataFrame]] = {}
    of_people: dict[str, list[pd.DataFrame]] = {}
    notes: list[str] = []
    for mode in data.modes:
        values = Values(measured, data.sessions[data.sessions["mode"] == mode], mode)
        for name in _computed(study):
            try:
                rows = values.rows(name)
            except AnalysisError as error:
                notes.append(f"'{name}' is left out: {error}")
                continue
            if "period" in rows and len(rows["period"].unique()) > 1:
                continue  # Neither a trial nor a session has one value of signals in several periods.
            rows = rows.assign(step=rows["loop"].map(steps))
            own = in_order(rows.rename(columns={"value": column_of(name)}), data.levels)
            in_loop = rows["step"].notna()
            for wanted, keys, found in (
                (of_trials, [*OF_TRIAL, *(each for each in together if each in own)], own[in_loop]),
                (of_people, KEYS, own[~in_loop]),
            ):
                if len(found):
                    table = found[[*keys, column_of(name)]].drop_duplicates(keys, keep="last")
                    wanted.setdefault(column_of(name), []).append(table)
    return replace(
        data,
        computed=tuple(pd.concat(each, ignore_index=True) for each in of_trials.values()),
        computed_once=tuple(pd.concat(each, ignore_index=True) for each in of_people.values()),
        notes=tuple(dict.fromkeys(notes)),
    )


def _steps_of_loops(data: Data, study: Study) -> dict[str, str]:
    """Return the place of each loop that asks something -> its name in ``trials``."""
    first = data.rows.drop_duplicates("measure").set_index("measure")["screen"]
    steps = steps_of(first)
    asked = study.names.measures.items()
    return {m.loop.place: steps[a] for a, m in asked if m.loop is not None and a in steps.index}


def _computed(study: Study) -> Iterator[str]:
    """Yield the names of the means of matrices, and of the columns of a study."""
    yield from (address for address, *_ in matrix_means(study.names))
    yield from study.file.columns
