"""Rows as the design plans them: the levels of every planned answer, and random values for what is a number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from experiments.language.columns import Call, Import, Operation
from experiments.language.conditions import Condition
from experiments.language.evaluating import Evaluator
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
        self.rows_of = OutcomeRows(opened.names)
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
            trials = [
                (f"{source.loop.place} {place}", {**trial.fields, **trial.cells, **beside})
                for place, trial in enumerate(slot.trials.get(source.loop.place, ()))
                if not trial.practice
                for beside in trial.together or ({},)
            ]
        elif source.knows is not None:
            # Asked after a loop of one item: its rows know the item, and nothing else of the trial.
            met = slot.trials.get(source.knows.place, ())[-1:]
            trials = [("", {"item": trial.item}) for trial in met] or trials
        for occasion in range(1, (series.times if series is not None else 1) + 1):
            for place, (name, of_trial) in enumerate(trials, start=1):
                levels = {**own, **of_trial, "occasion": str(occasion), "trial": str(place)}
                if can_hold(conditions, levels):
                    yield PlannedRow(slot.number, f"{name} {source.session} {occasion}", levels)

    def _levels_of(self, slot: Slot) -> dict[str, str]:
        levels = dict(slot.levels)
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
            return _InRow(self, row, rows).evaluated(of.value)
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


@dataclass(frozen=True)
class _InRow(Evaluator[float]):
    """Evaluates what a column computes in a planned row of an outcome."""

    data: PlannedData
    row: PlannedRow
    of_outcome: Rows

    def number(self, value: float) -> float:
        return value

    def named(self, name: str) -> float:
        return self.data.value(name, self.row, self.of_outcome)

    def tested(self, condition: Condition) -> float:
        if all(name in self.row.levels for name in condition.names):
            return float(can_hold([condition], self.row.levels))
        return float(self.data._random(str(condition), self.row, True) > 4)

    def aggregated(self, node: Call) -> float:
        return self.data._random(str(node), self.row, False)

    def undefined(self, node: Operation | Call, value: float, wrong: bool) -> float:
        return math.nan


def _number(level: str) -> float:
    try:
        return float(level)
    except ValueError:
        return math.nan
