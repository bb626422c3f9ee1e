"""Conditions of the sessions, attached once the study of the data is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.load import Data
from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from experiments.protocol.entry import answered_factors
from experiments.protocol.loops import between_factors, cells_of
from experiments.study import Study


def with_conditions(data: Data, study: Study) -> Data:
    """Attach the condition of each session, also of participants who left before it began.

    The rows of a session have its condition from the first screen on. That of a session without rows is looked up in the
    allocation list; it stays empty if the list is not the one of the data, whose secret only the collection has.

    Returns
    -------
    Data
        ``sessions`` has a column for each factor that is allocated to sessions in one of their modes, and ``cell`` with
        the name of the condition (counterbalanced and answered factors have columns too, but define none); ``rows`` has
        the levels as the study writes them; ``levels`` has the factors' levels.

    Raises
    ------
    AnalysisError
        If the slot of a collected session is not in the allocation list of the study.
    """
    sessions = data.sessions
    between = {
        mode: {
            **between_factors(study.names, mode),
            **{name: study.levels[name] for name in answered_factors(study.names, mode)},
        }
        for mode in data.modes
    }
    factors = [n for n in study.names.factors if any(n in own for own in between.values())]
    _check_slots(data, study)
    cells = _cells_in_rows(data, study, between)
    if any(cell is None for cell in cells):
        cells = _with_listed(cells, sessions, study)
    known = [_name(study, cell) for own in between.values() for cell in cells_of(own)]
    columns = {
        factor: pd.Series(
            [(cell or {}).get(factor) for cell in cells], sessions.index, dtype=object
        )
        for factor in factors
    }
    named = [None if cell is None else _name(study, cell) for cell in cells]
    cell = pd.Categorical(named, categories=list(dict.fromkeys(known)))
    rows = data.rows.assign(
        **{
            name: _as_written(data.rows[name], levels)
            for name, levels in study.levels.items()
            if name in data.rows
        }
    )
    return replace(
        data, rows=rows, sessions=sessions.assign(**columns, cell=cell), levels=study.levels
    )


def _check_slots(data: Data, study: Study) -> None:
    """Check that each session has a slot of the list; simulations can go on beyond its end."""
    known = [mode for mode in data.modes if mode in study.modes]
    lengths = {mode: len(study.slots(mode)) for mode in known}
    least = {mode: 0 if answered_factors(study.names, mode) else 1 for mode in known}
    for mode, slot in zip(data.sessions["mode"], data.sessions["slot"], strict=True):
        length = lengths.get(mode, 0)
        if pd.isna(slot) or slot < least.get(mode, 1) or (slot > length and not data.simulated):
            raise AnalysisError(
                f"A session has the place {slot} in the allocation list of the mode {mode!r}, which ends at {length}.",
                "Analyse with the protocol in the folder of the data.",
            )


def _cells_in_rows(
    data: Data, study: Study, between: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> list[dict[str, str] | None]:
    """Return the levels of the between-factors of each session, from its rows; None where no row has all of them."""
    found: dict[tuple[object, ...], dict[str, str]] = {}
    rows = data.rows
    cells = rows[[*KEYS, "mode", "cells"]].drop_duplicates()
    for participant, session, mode, written in cells.to_numpy().tolist():
        own, levels = between.get(mode, {}), json.loads(written or "{}")
        if all(name in levels for name in own):
            found.setdefault(
                (participant, session),
                {name: written_level(levels[name], of) for name, of in own.items()},
            )
    keys = zip(data.sessions["participant"], data.sessions["session"], strict=True)
    return [found.get(key) for key in keys]


def _with_listed(
    cells: list[dict[str, str] | None], sessions: pd.DataFrame, study: Study
) -> list[dict[str, str] | None]:
    """Return the levels with those of the allocation list where they are unknown, if it is the one of the data."""
    listed: list[dict[str, str] | None] = []
    for mode, slot in zip(sessions["mode"], sessions["slot"], strict=True):
        slots = study.slots(mode)
        known = 1 <= slot <= len(slots)
        listed.append(dict(slots[int(slot) - 1].levels) if known else None)
    pairs = list(zip(cells, listed, strict=True))
    same = all(None in (cell, own) or cell == own for cell, own in pairs)
    return [own if cell is None and same else cell for cell, own in pairs]


def written_level(stored: object, levels: tuple[str, ...]) -> str:
    """Return a level as the study writes it; rows have the levels of some factors as whole numbers."""
    if str(stored) in levels or not isinstance(stored, (int, np.integer)):
        return str(stored)
    return next(
        (level for level in levels if level.isdecimal() and int(level) == stored), str(stored)
    )


def _as_written(column: pd.Series, levels: tuple[str, ...]) -> pd.Series:
    known = {value: written_level(value, levels) for value in column.dropna().unique()}
    return column.astype(object).map(known)


def _name(study: Study, cells: Mapping[str, object]) -> str:
    factors = study.names.factors
    left_out = ("counterbalanced", "answered")
    varied = {n: level for n, level in cells.items() if factors[n].varies not in left_out}
    return ", ".join(f"{name} = {level}" for name, level in varied.items()) or "all"
