"""Mapping: how ``compassion data import --map`` reads the data of the hand-over (``analysis/foreign_map.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.online.builder.pages import straight
from experiments.online.builder.tables import text_cell
from experiments.screen import Ask, Screen
from experiments.timeline import Timeline


def map_of(timelines: Sequence[Timeline]) -> dict[str, Any]:
    """Return the map as plain data: a measure for each question, a factor for each that varies."""
    first = timelines[0]
    measures: dict[str, dict[str, Any]] = {}
    levels: dict[str, dict[str, str | int]] = {}
    for screen in (screen for timeline in timelines for screen in straight(timeline)):
        for ask in screen.asks:
            measures.setdefault(ask.measure.replace(".", "_"), _measure(screen, ask))
        for name, level in (screen.cells or {}).items():
            levels.setdefault(name, {})[text_cell(str(level))] = level
    return {
        "study": first.study,
        "version": first.protocol_version,
        "title": first.title,
        "source": "collected with PsychoPy Builder, from an export of compassion",
        "licence": "not stated",
        "mode": first.mode,
        "language": first.language,
        "missing": ["", "t:"],
        "participant": "participant",
        "session": "session",
        "stimulus": "stimulus",
        "trial": "trial",
        "keep": {
            "measure": [name for each in measures.values() for name in each["keep"]["measure"]]
        },
        "factors": {
            name: {"sentence": name, "column": f"cell_{name}", "levels": found}
            for name, found in levels.items()
            if len(found) > 1
        },
        "measures": measures,
    }


def _measure(screen: Screen, ask: Ask) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sentence": ask.prompt or ask.measure,
        "column": "answer",
        "phase": screen.phase,
        "unit": ask.unit,
        "once": screen.trial is None,
        "keep": {"measure": [ask.measure]},
    }
    if screen.kind == "rate":
        values = [option.value for option in ask.options]
        return {**said, "kind": "number", "low": min(values), "high": max(values)}
    if screen.kind in ("mark", "give"):
        return {**said, "kind": "number", "low": ask.low, "high": ask.high}
    return {**said, "kind": "text"}
