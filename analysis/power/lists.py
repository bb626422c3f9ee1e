"""Presentation lists: groups of participants with the same stimuli in the same conditions, and their dropout.

The lists are those of the protocol's allocation list, so that power is computed for the design as it will be run: a
participant in a slot sees the trials of that slot. Because of counterbalancing, the lists repeat, so that of ``n``
participants in a cell, ``n / period`` are on each list. Participants who leave early have answered the first trials of
a list.
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
"""Stimulus of one answer, and the levels of the factors of the model."""
GOLDEN = (5**0.5 - 1) / 2
"""Golden ratio: the fractional parts of its first n multiples are spread evenly over 0 to 1 for every n."""


@dataclass(frozen=True)
class Lists:
    """The rows of each presentation list, and its share of the participants."""

    factors: tuple[str, ...]
    """Factors of the model, in the order of the levels of a row."""
    rows: tuple[tuple[Row, ...], ...]
    """Rows of each list, in the order in which its first participant sees them."""
    cells: int
    """Number of between-cells of the mode to which the sample size per cell applies (including nuisance factors)."""
    turns: tuple[tuple[int, ...], ...]
    """For each cell, the lists of its participants in turn, for one period."""
    answered: tuple[float, ...] = (1.0,)
    """Proportions of participants who answer all rows, all but the last, all but the last two, ...; they add up to 1."""

    @property
    def rows_per_participant(self) -> int:
        """Number of answers of a participant who completes the session."""
        return len(self.rows[0])

    @property
    def stimuli(self) -> tuple[str, ...]:
        """Stimuli that are presented, sorted."""
        return tuple(sorted({stimulus for rows in self.rows for stimulus, _ in rows}))

    @property
    def levels(self) -> tuple[tuple[Level, ...], ...]:
        """Conditions that are presented, in the order of first appearance by list."""
        return tuple(
            dict.fromkeys(levels for rows in self.rows for _, levels in sorted(rows, key=str))
        )

    def varies(self, factor: str, who: str) -> bool:
        """Return whether a factor varies within participants, or within stimuli (``who``)."""
        place = self.factors.index(factor)
        seen: dict[str | int, set[Level]] = {}
        for number, rows in enumerate(self.rows):
            for stimulus, levels in rows:
                unit = stimulus if who == "stimulus" else number
                seen.setdefault(unit, set()).add(levels[place])
        return any(len(levels) > 1 for levels in seen.values())

    @property
    def compositions(self) -> list[tuple[Row, ...]]:
        """Rows of complete participants on each list, then of those who leave early."""
        left = [missing for missing, share in enumerate(self.answered) if share > 0]
        return [rows[: len(rows) - missing] for missing in left for rows in self.rows]

    def people(self, per_cell: int) -> tuple[int, ...]:
        """Return the number of participants with each composition, for ``per_cell`` participants per cell."""
        kinds = np.flatnonzero(self.answered)
        ends = np.cumsum(self.answered)[kinds]
        found = np.zeros((len(kinds), len(self.rows)), dtype=int)
        place = np.arange(per_cell)
        kind = np.minimum(np.searchsorted(ends, place * GOLDEN % 1, "right"), len(kinds) - 1)
        for turn in self.turns:
            np.add.at(found, (kind, np.array(turn)[place % len(turn)]), 1)
        return tuple(found.ravel().tolist())

    def evenly(self, per_cell: int) -> tuple[float, ...]:
        """Return the average number of participants with each composition, if exclusions are random."""
        count = Counter(number for turn in self.turns for number in turn)
        each = [count[g] * per_cell / len(self.turns[0]) for g in range(len(self.rows))]
        return tuple(share * n for share in self.answered if share > 0 for n in each)


def lists_of(
    study: Study, mode: str, planned: Planned, answered: Sequence[float] = (1.0,)
) -> Lists:
    """Derive the presentation lists of a planned model's rows from the allocation list.

    Parameters
    ----------
    answered
        Proportions of participants who answer all rows, all but the last, ... (``Lists.answered``).

    Raises
    ------
    AnalysisError
        If the measure is not asked in the phase of the model, or a factor has no level there.
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
    """Return the factors of a model: those of its fixed part and of its contrasts."""
    compared = [contrast.factor for contrast in planned.model.contrasts]
    return tuple(dict.fromkeys([*planned.formula.fixed_columns, *compared]))


def _stimuli_of(study: Study, slot: Slot, model: PlannedModel) -> str | None:
    """Return the stimuli about which a model's measure is asked, by name; None if it is asked once for all of them."""
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
    # A single answer to a scale is about the stimulus, if there is only one.
    trials = [trial for own in slot.trials.values() for trial in own]
    stimulus = trials[0].stimulus if len(trials) == 1 else ""
    return ((stimulus, _levels(dict(slot.cells), factors, model)),)


def _levels(
    levels: dict[str, Level], factors: Sequence[str], model: PlannedModel
) -> tuple[Level, ...]:
    if missing := [name for name in factors if name not in levels]:
        raise AnalysisError(
            f"The factor {missing[0]!r} of the model {model.name!r} has no level at the screens"
            f" of {model.measure!r}.",
            "The factor varies between trials; a measure that is asked only once has no level of it.",
        )
    return tuple(levels[name] for name in factors)


def _period(turns: list[tuple[Row, ...]]) -> int:
    """Return the number of slots after which the lists repeat; the number of all slots if they never do."""
    for period in range(1, len(turns) // 2 + 1):
        if all(turns[i] == turns[i - period] for i in range(period, len(turns))):
            return period
    return len(turns)
