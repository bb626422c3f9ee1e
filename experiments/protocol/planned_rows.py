"""Rows as the design plans them: the levels of every planned answer, and random values for what is a number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from experiments.language.columns import Call, Expression, Import, Name, Negative, Number, Operation
from experiments.language.conditions import Condition
from experiments.protocol.loops import can_hold, planned_number
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outcome_rows import OutcomeRows, Rows
from experiments.protocol.slots import AllocationList, Slot

MOST = 400
"""Largest number of participants with rows: more of them add no new cells."""


@dataclass(frozen=True)
class PlannedRow:
    """One planned answer."""

    participant: int
    trial: str
    """What is the same in all names of one trial: its loop, number and occasion."""
    levels: Mapping[str, str]
    """Levels of factors, ``session``, ``step``, ``occasion``, and fields of the item."""


class PlannedData:
    """The rows of one mode for the planned number of participants, at most ``MOST``.

    Parameters
    ----------
    opened
        The study.
    mode
        Name of the mode.
    slots
        The participants, if they are those of an allocation list.
    """

    def __init__(self, opened: OpenedStudy, mode: str, slots: Sequence[Slot] | None = None) -> None:
        self.opened = opened
        self.names = opened.names
        self.mode = mode
        self.rows_of = OutcomeRows(opened.names, opened.items)
        if slots is None:
            number = min(planned_number(opened.names, mode), MOST)
            slots = list(islice(AllocationList(opened, mode, "planned").slots(), number))
        self.slots = slots
        self._drawn: dict[tuple[str, str], float] = {}
        self._rng = np.random.default_rng(1)

    def rows(self, rows: Rows) -> list[PlannedRow]:
        """Return the rows of an outcome, of one for each participant if it is aggregated."""
        if rows.per_participant:
            return [PlannedRow(slot.number, "", self._levels_of(slot)) for slot in self.slots]
        return [
            row
            for slot in self.slots
            for source in rows.sources
            for row in self._of_source(slot, source, rows.where)
        ]

    def _of_source(
        self, slot: Slot, source: Measure, where: tuple[Condition, ...]
    ) -> Iterator[PlannedRow]:
        series = self.names.study.sessions.get(source.session)
        conditions = [*source.given, *where]
        own = {**self._levels_of(slot), "mode": self.mode, "session": source.session}
        own["step"] = source.step
        trials: list[tuple[str, Mapping[str, str]]] = [("", {})]
        if source.loop is not None:
            key = ".".join(map(str, source.loop.key))
            trials = [
                (f"{key} {place}", {**trial.fields, **trial.cells, **beside})
                for place, trial in enumerate(slot.trials.get(key, ()))
                if not trial.practice
                for beside in trial.together or ({},)
            ]
        elif source.knows is not None:
            # Asked after a loop of one item: its rows know the item, and nothing else of the trial.
            key = ".".join(map(str, source.knows.key))
            met = slot.trials.get(key, ())[-1:]
            trials = [("", {"item": trial.item}) for trial in met] or trials
        for occasion in range(1, (series.times if series is not None else 1) + 1):
            for place, (name, of_trial) in enumerate(trials, start=1):
                levels = {**own, **of_trial, "occasion": str(occasion), "trial": str(place)}
                if can_hold(conditions, levels):
                    yield PlannedRow(slot.number, f"{name} {source.session} {occasion}", levels)

    def _levels_of(self, slot: Slot) -> dict[str, str]:
        levels = {**slot.cells, **slot.answered}
        for name, factor in self.names.factors.items():
            if factor.varies == "sealed":
                levels[name] = list(factor.levels)["ABCDEFGHIJKL".index(slot.cells[name])]
            elif factor.varies == "answered" and name not in levels and factor.levels:
                own = list(factor.levels)
                levels[name] = own[slot.number % len(own)]
        return levels

    def value(self, name: str, row: PlannedRow, rows: Rows) -> float:
        """Return the value of a number in a row: computed from levels, and random where it is answered."""
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            if isinstance(of.value, Import):
                return self._random(name, row, True)
            return self._computed(of.value, row, rows)
        if name in row.levels:
            return _number(row.levels[name])
        try:
            own = self.rows_of.of(name, stacked=True)
        except AddressError:
            return self._random(name, row, True)
        return self._random(name, row, bool(own.loops & rows.loops))

    def _random(self, name: str, row: PlannedRow, in_each_row: bool) -> float:
        """Return the same random value whenever an answer is named."""
        key = (name, f"{row.participant} {row.trial if in_each_row else ''}")
        if key not in self._drawn:
            self._drawn[key] = float(self._rng.uniform(1, 7))
        return self._drawn[key]

    def _computed(self, node: Expression | Condition, row: PlannedRow, rows: Rows) -> float:
        if isinstance(node, Number):
            return float(node.value)
        if isinstance(node, Name):
            return self.value(node.address, row, rows)
        if isinstance(node, Condition):
            if all(name in row.levels for name in node.names):
                return float(can_hold([node], row.levels))
            return float(self._random(str(node), row, True) > 4)
        if isinstance(node, Negative):
            return -self._computed(node.of, row, rows)
        if isinstance(node, Operation):
            left, right = (self._computed(side, row, rows) for side in (node.left, node.right))
            if node.sign == "/":
                return left / right if right else math.nan
            return {"+": left + right, "-": left - right, "*": left * right}[node.sign]
        return self._called(node, row, rows)

    def _called(self, node: Call, row: PlannedRow, rows: Rows) -> float:
        if node.aggregates:
            return self._random(str(node), row, False)
        values = [self._computed(each, row, rows) for each in node.arguments]
        if node.function == "log":
            return math.log(values[0]) if values[0] > 0 else math.nan
        return {"mean": sum(values) / len(values), "min": min(values), "max": max(values)}[
            node.function
        ]


def _number(level: str) -> float:
    try:
        return float(level)
    except ValueError:
        return math.nan
