"""Selections of rows and answers, and wide tables of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.names import column_of
from experiments.timeline.rows import taken_back

KEYS = ["participant", "session"]
#: Columns that are the same in all rows of a session.
SESSION = [*KEYS, "mode", "slot", "language"]
#: Columns that are the same in all rows of a trial, in addition to the factors.
TRIAL = [*SESSION, "step", "trial", "item"]
#: Columns that tell the trials of all sessions apart.
OF_TRIAL = [*KEYS, "step", "trial"]
#: Status of a question that was asked.
ASKED = ("answered", "skipped")

_IN_LOOP = re.compile(r"(.+?)\.\d+(\.|$)")


def of_sessions(table: pd.DataFrame, sessions: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether each row of a table belongs to one of ``sessions``; both have ``KEYS``."""
    own, wanted = (pd.MultiIndex.from_frame(frame[KEYS]) for frame in (table, sessions))
    return np.asarray(own.isin(wanted))


def that_count(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of questions that were asked, without answers that participants took back by going back.

    These are the answers on the screen from which they went back, and the earlier ones on that to which they came.
    """
    if (gone := rows["status"] == "back").any():
        backs = of_sessions(rows, rows.loc[gone, KEYS].drop_duplicates())
        sessions = rows[backs].sort_values("sequence", kind="stable").groupby(KEYS, sort=False)
        names = ["screen", "visit", "status"]
        taken = {
            (*key, *visit)
            for key, own in sessions
            for visit in taken_back(own[names].to_dict("records"))
        }
        visits = pd.MultiIndex.from_frame(rows[[*KEYS, "screen", "visit"]])
        rows = rows[~visits.isin(taken)]
    return rows[rows["status"].isin(ASKED)]


def last_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the last row of each session and measure: if a question was asked again, the last answer counts."""
    ordered = rows.sort_values("sequence", kind="stable")
    return ordered.drop_duplicates([*KEYS, "measure"], keep="last")


def answers(rows: pd.DataFrame, factors: Sequence[str], measure: str, phase: str) -> pd.DataFrame:
    """Return the answers to a measure, one row per trial.

    Returns
    -------
    DataFrame
        ``TRIAL``, the factors, the answer as ``number`` and as text (``value``), and ``response_time`` (s).
        If a screen was shown again, the last answer counts.
    """
    asked = (rows["measure"] == measure) & (rows["phase"] == phase)
    table = rows[asked & (rows["status"] == "answered")].sort_values("sequence", kind="stable")
    table = table.assign(step=steps_of(table["screen"])).rename(columns={"stimulus": "item"})
    table = table.drop_duplicates([*KEYS, "step", "trial", "item", *factors], keep="last")
    table = table.sort_values(OF_TRIAL, kind="stable").reset_index(drop=True)
    return table[[*TRIAL, *factors, "number", "value", "response_time"]]


def steps_of(screens: pd.Series) -> pd.Series:
    """Return the name of the loop that each screen belongs to, with which its id begins; missing outside loops."""
    codes, ids = pd.factorize(screens)
    found = [_IN_LOOP.match(str(each)) for each in ids]
    names = np.array([match and match.group(1) for match in found] + [None], dtype=object)
    return pd.Series(names[codes], screens.index, dtype=object)


def named(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Name the columns of ``answers`` after the measure.

    The answers are then in the column of the measure (numeric if all are numbers, otherwise text), the
    response times in that with ``_time``.
    """
    kept, other = "number", "value"
    if table["number"].isna().any():
        kept, other = other, kept
    column = column_of(measure)
    names = {kept: column, "response_time": f"{column}_time"}
    return table.drop(columns=other).rename(columns=names)


def wide(
    rows: pd.DataFrame, factors: Sequence[str], measures: Sequence[str], phase: str
) -> pd.DataFrame:
    """Return one row per trial: ``TRIAL``, the factors, and two columns for each measure (see ``named``).

    Trials without any answer are left out, skipped measures are missing.
    """
    keys = [*TRIAL, *factors]
    columns = [named(answers(rows, factors, measure, phase), measure) for measure in measures]
    if not columns:
        return pd.DataFrame(columns=keys)
    table = reduce(lambda left, right: left.merge(right, on=keys, how="outer"), columns)
    table = table.sort_values(OF_TRIAL, kind="stable").reset_index(drop=True)
    return plain(table, [*factors, "slot", "trial"])


def asked_once(rows: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the sessions with a column (``column_of``) for each measure in the rows; the last answer to each counts."""
    last = last_of_each(rows[rows["status"] == "answered"])
    given, numbers = (
        last.pivot(index=KEYS, columns="measure", values=v) for v in ("value", "number")
    )
    columns = {
        column_of(name): numbers[name]
        if (numbers[name].notna() == given[name].notna()).all()
        else given[name]
        for name in last["measure"].unique()
    }
    return sessions.join(pd.DataFrame(columns, index=given.index), on=KEYS)


def with_computed(table: pd.DataFrame, computed: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return a table with the columns of others, which come last there, in one row for each trial or session."""
    for own in computed:
        keys = list(own.columns[:-1])
        table = table.merge(own, on=keys, how="left")
    return table


def plain(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table in which these columns, if they are nullable integers, have NumPy types, as models require."""
    table = table.copy()
    for name in columns:
        if isinstance(table[name].dtype, pd.Int64Dtype):
            table[name] = table[name].astype("float64" if table[name].isna().any() else "int64")
    return table


def in_order(table: pd.DataFrame, levels: Mapping[str, Sequence[str | int]]) -> pd.DataFrame:
    """Return a table with factors as ordered categories."""
    ordered = {
        name: pd.Categorical(table[name], categories=list(own), ordered=True)
        for name, own in levels.items()
        if name in table
    }
    return table.assign(**ordered)
