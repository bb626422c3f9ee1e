"""Presentation lists: which people meet the same stimuli in the same conditions, and how far they get.

The lists are read off the allocation list of the protocol, so that power is that of the very design that
will be run: a person who takes a slot meets the trials of that slot. Counterbalancing makes the lists
repeat, so that ``n`` people of a cell are ``n / period`` on each list. Who leaves half-way has answered the
first trials of a list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import AnalysisError
from analysis.planned.plan import Planned
from experiments.design.slots import Slot
from experiments.protocol.plan import PlannedModel
from experiments.study import Study

Level = str | int
Row = tuple[str, tuple[Level, ...]]
"""Stimulus of one answer, and the levels of the model's factors."""
GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, without their whole part, are spread evenly over 0 to 1 however many there are."""


@dataclass(frozen=True)
class Lists:
    """Who answers what: the rows of each presentation list, and its share of the people."""

    factors: tuple[str, ...]
    """Factors of the model, in the order of the levels of a row."""
    rows: tuple[tuple[Row, ...], ...]
    """Rows of each list, in the order in which (the first of) its people meet them."""
    cells: int
    """Between-cells of the mode that the sample size counts (nuisance factors included)."""
    turns: tuple[tuple[int, ...], ...]
    """For each cell, the list of each of its people in turn, for one period."""
    answered: tuple[float, ...] = (1.0,)
    """Shares of the people who answer all rows, all but the last, all but the last two, ...; they add up to 1."""

    @property
    def rows_per_person(self) -> int:
        """Answers of one person who stays to the end."""
        return len(self.rows[0])

    @property
    def stimuli(self) -> tuple[str, ...]:
        """Stimuli that are met, sorted."""
        return tuple(sorted({stimulus for rows in self.rows for stimulus, _ in rows}))

    @property
    def levels(self) -> tuple[tuple[Level, ...], ...]:
        """Conditions that are met, in the order of first appearance by list."""
        return tuple(
            dict.fromkeys(levels for rows in self.rows for _, levels in sorted(rows, key=str))
        )

    @property
    def compositions(self) -> list[tuple[Row, ...]]:
        """Rows of those who answer all of each list, then of those who leave earlier."""
        left = [missing for missing, share in enumerate(self.answered) if share > 0]
        return [rows[: len(rows) - missing] for missing in left for rows in self.rows]

    def people(self, per_cell: int) -> tuple[int, ...]:
        """Return how many people have each composition with ``per_cell`` people in each cell."""
        kinds = np.flatnonzero(self.answered)
        ends = np.cumsum(self.answered)[kinds]
        found = np.zeros((len(kinds), len(self.rows)), dtype=int)
        place = np.arange(per_cell)
        kind = np.minimum(np.searchsorted(ends, place * GOLDEN % 1, "right"), len(kinds) - 1)
        for turn in self.turns:
            np.add.at(found, (kind, np.array(turn)[place % len(turn)]), 1)
        return tuple(found.ravel().tolist())

    def evenly(self, per_cell: int) -> tuple[float, ...]:
        """Return how many people have each composition on average, as exclusions at random leave them."""
        count = Counter(number for turn in self.turns for number in turn)
        each = [count[g] * per_cell / len(self.turns[0]) for g in range(len(self.rows))]
        return tuple(share * n for share in self.answered if share > 0 for n in each)


def lists_of(
    study: Study, mode: str, planned: Planned, answered: Sequence[float] = (1.0,)
) -> Lists:
    """Read the presentation lists of a planned model's rows.

    Parameters
    ----------
    answered
        Shares of the people who answer all rows, all but the last, ... (``Lists.answered``).

    Raises
    ------
    AnalysisError
        If its measure is not asked where the model looks, or its factor varies nowhere.
    """
    slots, model = study.slots(mode), planned.model
    factors, use = model_factors(planned), _stimuli_of(study, slots[0], model)
    by_cell: dict[tuple[tuple[str, Level], ...], list[tuple[Row, ...]]] = {}
    order: dict[tuple[Row, ...], tuple[Row, ...]] = {}
    for slot in slots:
        rows = _rows(slot, model, factors, use)
        same = tuple(sorted(rows, key=str))
        order.setdefault(same, rows)
        by_cell.setdefault(tuple(sorted(slot.cells.items())), []).append(same)
    period = max(_period(turns) for turns in by_cell.values())
    number: dict[tuple[Row, ...], int] = {}
    turns = tuple(
        tuple(number.setdefault(turns[place % len(turns)], len(number)) for place in range(period))
        for turns in by_cell.values()
    )
    most = len(next(iter(number)))
    return Lists(
        factors,
        tuple(order[same] for same in number),
        len(by_cell),
        turns,
        tuple(answered)[:most],
    )


def model_factors(planned: Planned) -> tuple[str, ...]:
    """Return the factors that a model looks at: those of its fixed part and of its contrasts."""
    compared = [contrast.factor for contrast in planned.model.contrasts]
    return tuple(dict.fromkeys([*planned.formula.fixed_columns, *compared]))


def _stimuli_of(study: Study, slot: Slot, model: PlannedModel) -> str | None:
    """The use of stimuli that a model's measure is asked about; None where it is asked once for all."""
    measure = model.measure.split(".")[0]
    screens = [
        screen
        for screen in study.timeline(slot).screens
        if screen.phase == model.phase
        and any(ask.measure.split(".")[0] == measure for ask in screen.asks)
    ]
    if not screens:
        raise AnalysisError(
            f"The measure {model.measure!r} of the model {model.name!r} is not asked in the part"
            f" {model.phase!r} of the mode {slot.mode!r}.",
            "Set 'modes' or 'phase' of the model in the protocol.",
        )
    used = {screen.stimulus for screen in screens if screen.trial is not None and screen.stimulus}
    if not used:
        return None
    for name, trials in slot.trials.items():
        if used <= {trial.stimulus for trial in trials}:
            return name
    raise AnalysisError(
        f"The stimuli of the model {model.name!r} come from several sets.",
        "Plan one model for each set.",
    )


def _rows(
    slot: Slot, model: PlannedModel, factors: Sequence[str], use: str | None
) -> tuple[Row, ...]:
    if use is not None:
        return tuple(
            (trial.stimulus, _levels({**slot.cells, **trial.cells}, factors, model))
            for trial in slot.trials[use]
        )
    # The one answer to a scale is about the stimulus, where there is just one.
    trials = [trial for own in slot.trials.values() for trial in own]
    stimulus = trials[0].stimulus if len(trials) == 1 else ""
    return ((stimulus, _levels(dict(slot.cells), factors, model)),)


def _levels(
    met: dict[str, Level], factors: Sequence[str], model: PlannedModel
) -> tuple[Level, ...]:
    if missing := [name for name in factors if name not in met]:
        raise AnalysisError(
            f"The factor {missing[0]!r} of the model {model.name!r} has no level where"
            f" {model.measure!r} is asked.",
            "It varies over the stimuli; a measure asked once for all of them has no such condition.",
        )
    return tuple(met[name] for name in factors)


def _period(turns: list[tuple[Row, ...]]) -> int:
    """Smallest number of turns after which the lists repeat; all of them if they never do."""
    for period in range(1, len(turns) // 2 + 1):
        if all(turns[i] == turns[i - period] for i in range(period, len(turns))):
            return period
    return len(turns)
