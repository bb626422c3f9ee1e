"""Conditions of the sessions, attached once the study of the data is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.data.load import Data
from analysis.errors import AnalysisError
from experiments.design.slots import cells_of
from experiments.protocol.protocol import Protocol
from experiments.study import Study


def with_conditions(data: Data, study: Study) -> Data:
    """Attach the condition of each session, also of participants who left before it began.

    Returns
    -------
    Data
        ``sessions`` has a column for each between-factor of the slots, and ``cell`` with the name of the
        condition (nuisance factors have columns too, but do not define conditions); ``levels`` has the
        factors' levels.

    Raises
    ------
    AnalysisError
        If the slot of a session is not in the allocation list of the study.
    """
    sessions, protocol = data.sessions, study.protocol
    between = {mode: protocol.between(mode) for mode in data.modes}
    assigned = [_cells(study, *at) for at in zip(sessions["mode"], sessions["slot"], strict=True)]
    factors = sorted({name for names in between.values() for name in names})
    known = [_name(protocol, cell) for own in between.values() for cell in cells_of(own)]
    columns = {
        factor: pd.Series([cells.get(factor) for cells in assigned], sessions.index)
        for factor in factors
    }
    cell = pd.Categorical(
        [_name(protocol, cells) for cells in assigned], categories=list(dict.fromkeys(known))
    )
    levels = {
        name: _as_in_rows(factor.levels)
        for name, factor in protocol.factors.items()
        if not factor.numeric
    }
    return replace(data, sessions=sessions.assign(**columns, cell=cell), levels=levels)


def _as_in_rows(levels: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return levels as they are stored in rows: if one is text, all are."""
    return tuple(map(str, levels)) if any(isinstance(level, str) for level in levels) else levels


def _name(protocol: Protocol, cells: Mapping[str, object]) -> str:
    varied = {name: level for name, level in cells.items() if not protocol.factors[name].nuisance}
    return ", ".join(f"{name} = {level}" for name, level in varied.items()) or "all"


def _cells(study: Study, mode: str, slot: int) -> dict[str, str | int]:
    slots = study.slots(mode)
    if pd.isna(slot) or not 1 <= slot <= len(slots):
        raise AnalysisError(
            f"A session has the slot {slot} of the mode {mode!r}, whose list ends at {len(slots)}.",
            "Analyse with the protocol in the folder of the data.",
        )
    return slots[int(slot) - 1].cells
