"""Presentation lists: groups of participants with the same items in the same conditions, and their dropout.

The lists are those of the study's allocation list, so that power is computed for the design as it will be run: a
participant in a slot sees the trials of that slot. Because of counterbalancing, the lists repeat, so that of ``n``
participants in a cell, ``n / period`` are on each list. Participants who leave early have answered the first trials of
a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from analysis.errors import AnalysisError
from analysis.planned.plan import Planned
from analysis.planned.predictors import NumberOf, Predictors
from experiments.language.columns import Import
from experiments.protocol.loops import cell_factors
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.outcome_rows import OutcomeRows, Rows
from experiments.protocol.planned import stacks_of
from experiments.protocol.planned_rows import PlannedData, PlannedRow
from experiments.study import Study

Row = tuple[str, tuple[str | float, ...]]
"""Item of one answer ('' if there is none), and the levels of the factors, then the numbers of the model."""
GOLDEN = (5**0.5 - 1) / 2
"""Golden ratio: the fractional parts of its first n multiples are spread evenly over 0 to 1 for every n."""
NOTHING = -1
"""In ``Lists.turns``, a participant who is not asked."""


@dataclass(frozen=True)
class Lists:
    """The rows of each presentation list, and its share of the participants."""

    factors: tuple[str, ...]
    """Factors of the model, in the order of the levels of a row, as columns of frames."""
    rows: tuple[tuple[Row, ...], ...]
    """Rows of each list, in the order in which its first participant sees them."""
    cells: int
    """Number of cells to which the sample size per cell applies: those of the between-factors of the mode."""
    turns: tuple[tuple[int, ...], ...]
    """For each cell in which the outcome is asked, the lists of its participants in turn, for one period."""
    answered: tuple[float, ...] = (1.0,)
    """Proportions of participants who answer all rows, all but the last, all but the last two, ...; they add up to 1."""
    numbers: tuple[NumberOf, ...] = ()
    """Numbers of the model, in the order of their values in a row. Answers are standard normal, and unrelated to the
    conditions: they are +1 and -1 on two copies of each list, as the information depends on mean and variance only."""

    @property
    def rows_per_participant(self) -> int:
        """Largest number of answers of a participant who completes the session."""
        return max(map(len, self.rows))

    @property
    def items(self) -> tuple[str, ...]:
        """Items that are presented, sorted."""
        return tuple(sorted({item for rows in self.rows for item, _ in rows}))

    @property
    def pairs(self) -> set[tuple[str, tuple[str, ...]]]:
        """Each item with each condition in which it is presented."""
        return {(row[0], self.condition(row)) for rows in self.rows for row in rows}

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Conditions that are presented, in the order of first appearance by list."""
        return tuple(
            dict.fromkeys(
                self.condition(row) for rows in self.rows for row in sorted(rows, key=str)
            )
        )

    @property
    def presented(self) -> dict[str, tuple[str, ...]]:
        """Factor -> levels that are presented."""
        return {
            name: tuple(dict.fromkeys(condition[place] for condition in self.levels))
            for place, name in enumerate(self.factors)
        }

    def condition(self, row: Row) -> tuple[str, ...]:
        """Return the levels of a row, without its numbers."""
        return tuple(str(level) for level in row[1][: len(self.factors)])

    def varies(self, factor: str, who: str) -> bool:
        """Return whether a factor varies within participants, or within items (``who``)."""
        place = self.factors.index(factor)
        seen: dict[str | int, set[str | float]] = {}
        for number, rows in enumerate(self.rows):
            for item, levels in rows:
                seen.setdefault(item if who == "item" else number, set()).add(levels[place])
        return any(len(levels) > 1 for levels in seen.values())

    @property
    def compositions(self) -> list[tuple[Row, ...]]:
        """Rows of complete participants on each list, then of those who leave early."""
        left = [missing for missing, share in enumerate(self.answered) if share > 0]
        return [rows[: max(1, len(rows) - missing)] for missing in left for rows in self.rows]

    def people(self, per_cell: int) -> tuple[int, ...]:
        """Return the number of participants with each composition, for ``per_cell`` participants per cell."""
        kinds = np.flatnonzero(self.answered)
        ends = np.cumsum(self.answered)[kinds]
        found = np.zeros((len(kinds), len(self.rows)), dtype=int)
        place = np.arange(per_cell)
        kind = np.minimum(np.searchsorted(ends, place * GOLDEN % 1, "right"), len(kinds) - 1)
        for turn in self.turns:
            number = np.array(turn)[place % len(turn)]
            asked = number != NOTHING
            np.add.at(found, (kind[asked], number[asked]), 1)
        return tuple(found.ravel().tolist())

    def evenly(self, per_cell: int) -> tuple[float, ...]:
        """Return the average number of participants with each composition, if exclusions are random."""
        each = np.zeros(len(self.rows))
        for turn in self.turns:
            asked = np.array([number for number in turn if number != NOTHING])
            each += np.bincount(asked, minlength=len(each)) * per_cell / len(turn)
        return tuple(float(share * n) for share in self.answered if share > 0 for n in each)

    def losing(self, answered: Sequence[float]) -> Lists:
        """Return the lists with the proportions of participants who answer all rows, all but the last, ..."""
        return replace(self, answered=tuple(answered)[: self.rows_per_participant])


def lists_of(study: Study, mode: str, planned: Planned) -> Lists:
    """Derive the presentation lists of a planned model's rows from the allocation list.

    Raises
    ------
    AnalysisError
        If the outcome is not asked in the mode, or a predictor has no value there.
    """
    slots = study.slots(mode)
    data = PlannedData(study.opened, mode, slots)
    rows = _rows_of(data, planned)
    factors, numbers = _predictors(planned, data, study, rows)
    known = [number.name for number in numbers if not number.answered]
    of_slots: dict[int, list[Row]] = {slot.number: [] for slot in slots}
    for source in rows.sources or (None,):
        own = rows if source is None else replace(rows, sources=(source,))
        for row in data.rows(own):
            levels = _levels(planned, factors, row)
            values = (data.value(name, row, own) for name in known)
            of_slots[row.participant].append((_item(data, source, row), (*levels, *values)))
    between = list(cell_factors(study.names, mode))
    by_cell: dict[tuple[str, ...], list[tuple[Row, ...]]] = {}
    order: dict[tuple[Row, ...], tuple[Row, ...]] = {}
    for slot in slots:
        shown = tuple(of_slots[slot.number])
        same = tuple(sorted(shown, key=str))
        order.setdefault(same, shown)
        by_cell.setdefault(tuple(slot.cells[name] for name in between), []).append(same)
    number: dict[tuple[Row, ...], int] = {}
    turns = [
        tuple(number.setdefault(same, len(number)) if same else NOTHING for same in own)
        for own in (lists[: _period(lists)] for lists in by_cell.values())
        if any(own)
    ]
    if not number:
        raise AnalysisError(
            f"The outcome {planned.outcome!r} of the model {planned.name!r} is not asked in the mode {mode!r}.",
            "Ask it in every mode.",
        )
    found = Lists(
        factors,
        tuple(order[same] for same in number),
        len(by_cell),
        tuple(turns),
        numbers=numbers,
    )
    return _with_answers(found)


def _rows_of(data: PlannedData, planned: Planned) -> Rows:
    stacked = bool(stacks_of(planned.model, data.names))
    try:
        return data.rows_of.of(planned.outcome, stacked)
    except AddressError as error:
        raise AnalysisError(f"The model {planned.name!r}: {error}.", error.remedy) from error


def _predictors(
    planned: Planned, data: PlannedData, study: Study, rows: Rows
) -> tuple[tuple[str, ...], tuple[NumberOf, ...]]:
    """Return the factors of a model, also those that its numbers are made of, and its numbers: answers last."""
    found = Predictors.of(planned, study, data.mode)
    numbers = sorted(found.numbers.values(), key=lambda number: number.answered)
    for number in numbers:
        if number.answered and not _once(study, number.name, rows, data.rows_of):
            raise AnalysisError(
                f"The predictor {number.name!r} of the model {planned.name!r} differs between the answers of a participant,"
                " and its values are not known before the study.",
                "Leave it out to plan the sample, or simulate whole studies.",
            )
    made_of = (name for number in numbers for name in number.made_of)
    return tuple(dict.fromkeys([*found.factors, *made_of])), tuple(numbers)


def _once(study: Study, name: str, rows: Rows, rows_of: OutcomeRows) -> bool:
    """Return whether a number that comes from answers has one value for each participant."""
    columns = study.file.columns
    if name in columns:
        of = columns[name].of
        if of.aggregates:
            return True
        if isinstance(of.value, Import):
            return False
        return all(_once(study, each, rows, rows_of) for each in of.row_names)
    if name in study.names.factors:
        return study.names.factors[name].varies != "within"
    try:
        return not rows_of.of(name, stacked=True).loops
    except AddressError:
        return False


def _item(data: PlannedData, source: Measure | None, row: PlannedRow) -> str:
    """Return the item of a row; '' in a loop over the levels of a factor, and if a row knows none."""
    loop = None if source is None else source.loop or source.knows
    return row.levels.get("item", "") if loop is not None and loop.name in data.opened.items else ""


def _levels(planned: Planned, factors: Sequence[str], row: PlannedRow) -> list[str]:
    if missing := [name for name in factors if name not in row.levels]:
        raise AnalysisError(
            f"The factor {missing[0]!r} of the model {planned.name!r} has no level where {planned.outcome!r} is asked.",
            "The factor varies between trials; a measure that is asked only once has no level of it.",
        )
    return [row.levels[name] for name in factors]


def _with_answers(lists: Lists) -> Lists:
    """Replace each list by copies in which each answer is +1 or -1."""
    answered = sum(number.answered for number in lists.numbers)
    if not answered:
        return lists
    values = list(product((1.0, -1.0), repeat=answered))
    copies = len(values)
    rows = tuple(
        tuple((item, (*own, *value)) for item, own in shown)
        for shown in lists.rows
        for value in values
    )
    turns = tuple(
        tuple(
            number if number == NOTHING else number * copies + copy
            for number in turn
            for copy in range(copies)
        )
        for turn in lists.turns
    )
    return replace(lists, rows=rows, turns=turns)


def _period(turns: Sequence[tuple[Row, ...]]) -> int:
    """Return the number of slots in which each list occurs equally often, again and again; that of all if there is none.

    The lists of each round come in an order of their own, so that it is their numbers that repeat.
    """
    number: dict[tuple[Row, ...], int] = {}
    codes = np.array([number.setdefault(same, len(number)) for same in turns])
    if 2 * len(number) > len(codes):
        return len(codes)
    counts = np.zeros((len(codes) + 1, len(number)), dtype=np.int32)
    counts[np.arange(1, len(counts)), codes] = 1
    counts = counts.cumsum(axis=0)
    for period in range(len(number), len(codes) // 2 + 1):
        of_periods = np.diff(counts[::period], axis=0)
        rest = counts[-1] - counts[len(codes) // period * period]
        if (of_periods == of_periods[0]).all() and (rest <= of_periods[0]).all():
            return period
    return len(codes)
