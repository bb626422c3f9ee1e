"""What a study of the first edition showed beside what the same study of the second edition shows.

The first edition is known here only by what it made: slots with their trials, and timelines, as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from experiments.protocol.opened import OpenedStudy
from experiments.protocol.slots import Slot, Trial
from experiments.screen import Screen
from experiments.study import Study
from experiments.timeline.timeline import Timeline

LOOPS: dict[str, dict[str, tuple[str, ...]]] = {
    "identified_victim": {"appeal": ("letters",)},
    "compassion_collapse": {"appeals": ("appeals",)},
    "parochial_vignettes": {"vignettes": ("practice", "vignettes"), "dictator": ("recipients",)},
}
"""Loop of the second edition -> stimuli of the first whose trials it holds."""


def texts(cells: Mapping[str, Any]) -> dict[str, str]:
    """Return cells with their levels as texts."""
    return {factor: str(level) for factor, level in cells.items()}


def same_slot(study: Study, first: Mapping[str, Any], number: int | None = None) -> Slot:
    """Return a slot with the cells, items and draws of a slot of the first edition.

    Parameters
    ----------
    number
        Its number (default: that of the first edition).
    """
    opened = study.opened
    keys = {loop.name: ".".join(map(str, loop.key)) for loop in opened.names.loops}
    trials: dict[str, tuple[Trial, ...]] = {}
    for loop, stimuli in LOOPS[study.study].items():
        trials[keys[loop]] = tuple(
            Trial(
                trial["item"],
                texts(trial["cells"]),
                fields_of(opened, loop, trial["item"]),
                practice=each == "practice",
            )
            for each in stimuli
            for trial in first["trials"][each]
        )
    for kind in opened.groups:
        trials[kind] = tuple(Trial(trial["item"], {}) for trial in first["trials"][kind])
    return Slot(
        number or first["slot"],
        first["mode"],
        first["block"],
        texts(first["cells"]),
        trials,
        first["draws"],
    )


def fields_of(opened: OpenedStudy, loop: str, item: str) -> dict[str, str]:
    """Return the fields of an item."""
    items = opened.items[loop]
    row = items.names.index(item)
    return {"item": item} | {field: values[row] for field, values in items.fields.items()}


def in_order(screens: Sequence[Screen]) -> list[Screen]:
    """Return the screens with explanations and ends directly after the question that leads there."""
    places = {screen.id: place for place, screen in enumerate(screens)}
    leads = {rule.go: screen.id for screen in screens for rule in screen.after if rule.measure}

    def place(screen: Screen) -> tuple[int, int]:
        return places[leads.get(screen.id, screen.id)], places[screen.id]

    return sorted(screens, key=place)


def pairs(first: Timeline, second: Timeline) -> Iterator[tuple[Screen, Screen]]:
    """Yield each screen of the first edition with that of the second.

    Raises
    ------
    ValueError
        If one of the two has more screens.
    """
    yield from zip(in_order(first.screens), in_order(second.screens), strict=True)


class Names:
    """Names of the second edition for the rows of one session of the first.

    Parameters
    ----------
    first, second
        The timeline that the session had, and that of the same slot in the second edition.
    """

    def __init__(self, first: Timeline, second: Timeline) -> None:
        self.second = second
        self.screens = {old.id: (old, new) for old, new in pairs(first, second)}
        for old, new in self.screens.values():
            if len(old.asks) > len(new.asks) or bool(old.asks) != bool(new.asks):
                raise ValueError(f"{old.id} asks {len(old.asks)}, {new.id} {len(new.asks)}")

    def screen(self, name: str) -> str:
        """Return the name of a screen."""
        return self.screens[name][1].id

    def measure(self, screen: str, measure: str) -> str:
        """Return the name of a measure."""
        old, new = self.screens[screen]
        asked = [ask.measure for ask in old.asks]
        if measure in asked:
            return new.asks[asked.index(measure)].measure
        return measure if measure == "leave" else new.kind

    def value(self, screen: str, measure: str, value: Any) -> Any:
        """Return the name of an option, and any other answer as it is."""
        old, new = self.screens[screen]
        for place, ask in enumerate(old.asks):
            options = [option.value for option in ask.options]
            if ask.measure == measure and value in options:
                return new.asks[place].options[options.index(value)].value
        return value

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row of the first edition with the names of the second; answers and times are the same."""
        old, new = self.screens[row["screen"]]
        given = row["value"] if row["number"] is None else row["number"]
        answer = self.value(row["screen"], row["measure"], given)
        same = answer == given
        return {
            **row,
            "protocol_version": self.second.protocol_version,
            "protocol_hash": self.second.protocol_hash,
            "slot": self.second.slot,
            "phase": new.phase,
            "task": new.task,
            "screen": new.id,
            "trial": new.trial,
            "stimulus": new.stimulus or None,
            "cells": dict(new.cells or {}),
            "measure": self.measure(row["screen"], row["measure"]),
            "value": row["value"] if same else str(answer),
            "number": row["number"] if same or isinstance(answer, (int, float)) else None,
            "unit": self._unit(old, new, row),
        }

    def _unit(self, old: Screen, new: Screen, row: Mapping[str, Any]) -> str | None:
        asked = [ask.measure for ask in old.asks]
        if row["measure"] not in asked:
            return None
        return new.asks[asked.index(row["measure"])].unit or None
