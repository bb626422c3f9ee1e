"""Presentation lists: which people meet the same stimuli in the same conditions.

The lists are read off the allocation list of the protocol, so that power is told for the very design that
will be run: a person who takes a slot meets the trials of that slot. Counterbalancing makes the lists come
round again, so that ``n`` people of a cell are ``n / period`` on each list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.models import parse_formula
from experiments.building import Study
from experiments.design import Slot
from experiments.planned import PlannedModel
from experiments.screen import Screen
from experiments.timeline import Timeline

Level = str | int
Row = tuple[str, tuple[Level, ...]]
"""Stimulus of one answer, and the levels of the model's factors."""


@dataclass(frozen=True)
class Lists:
    """Who answers what: the rows of each presentation list, and its share of the people."""

    factors: tuple[str, ...]
    """Factors of the model, in the order of the levels of a row."""
    rows: tuple[tuple[Row, ...], ...]
    """Rows of each list, sorted."""
    cells: int
    """Between-cells of the mode that the sample size counts (nuisance factors included)."""
    turns: tuple[tuple[int, ...], ...]
    """For each cell, the list of each of its people in turn, for one period."""

    @property
    def period(self) -> int:
        """People of a cell until the lists come round again."""
        return len(self.turns[0])

    @property
    def rows_per_person(self) -> int:
        """Answers of one person."""
        return len(self.rows[0])

    @property
    def stimuli(self) -> tuple[str, ...]:
        """Stimuli that are met, sorted."""
        return tuple(sorted({stimulus for rows in self.rows for stimulus, _ in rows}))

    @property
    def levels(self) -> tuple[tuple[Level, ...], ...]:
        """Conditions that are met, in the order of first appearance by list."""
        return tuple(dict.fromkeys(levels for rows in self.rows for _, levels in rows))

    def people(self, per_cell: int) -> tuple[int, ...]:
        """Return how many people each list has with ``per_cell`` people in each cell."""
        count: Counter[int] = Counter()
        whole, rest = divmod(per_cell, self.period)
        for turn in self.turns:
            for place, number in enumerate(turn):
                count[number] += whole + (place < rest)
        return tuple(count[number] for number in range(len(self.rows)))

    def evenly(self, per_cell: int) -> tuple[float, ...]:
        """Return how many people each list has on average, as exclusions at random leave them."""
        count = Counter(number for turn in self.turns for number in turn)
        return tuple(count[g] * per_cell / self.period for g in range(len(self.rows)))


def lists_of(study: Study, mode: str, model: PlannedModel, language: str | None = None) -> Lists:
    """Read the presentation lists of a planned model's rows.

    Raises
    ------
    AnalysisError
        If its measure is not asked where the model looks, or its factor varies nowhere.
    """
    slots = study.slots(mode)
    timeline = study.timeline(slots[0], language)
    factors = model_factors(model)
    screens = _screens(timeline, model)
    by_cell: dict[tuple[tuple[str, Level], ...], list[tuple[Row, ...]]] = {}
    for slot in slots:
        cell = tuple(sorted(slot.cells.items()))
        by_cell.setdefault(cell, []).append(_rows(study, slot, model, factors, screens))
    period = max(_period(turns) for turns in by_cell.values())
    number: dict[tuple[Row, ...], int] = {}
    turns = tuple(
        tuple(number.setdefault(turns[place % len(turns)], len(number)) for place in range(period))
        for turns in by_cell.values()
    )
    return Lists(factors, tuple(number), len(by_cell), turns)


def model_factors(model: PlannedModel) -> tuple[str, ...]:
    """Return the factors that a model looks at: those of its fixed part and of its contrasts."""
    fixed = parse_formula(f"{model.measure} ~ {model.formula}").fixed_columns
    return tuple(dict.fromkeys([*fixed, *(contrast.factor for contrast in model.contrasts)]))


def asks(screen: Screen, model: PlannedModel) -> bool:
    """Say whether a screen asks for the measure (or for an item of the scale) of a model."""
    return screen.phase == model.phase and any(
        ask.measure.split(".")[0] == model.measure.split(".")[0] for ask in screen.asks
    )


def _screens(timeline: Timeline, model: PlannedModel) -> list[Screen]:
    screens = [screen for screen in timeline.screens if asks(screen, model)]
    if not screens:
        raise AnalysisError(
            f"The measure {model.measure!r} of the model {model.name!r} is not asked in the part"
            f" {model.phase!r} of the mode {timeline.mode!r}.",
            "Set 'modes' or 'phase' of the model in the protocol.",
        )
    return screens


def _rows(
    study: Study, slot: Slot, model: PlannedModel, factors: Sequence[str], screens: list[Screen]
) -> tuple[Row, ...]:
    used = {screen.stimulus for screen in screens if screen.trial is not None and screen.stimulus}
    if not used:
        return (_row(study, slot, model, factors),)
    # The trials of another slot hold other stimuli of the same use, so the use is found once.
    first = study.slots(slot.mode)[0]
    name = next(
        (u for u, trials in first.trials.items() if used <= {t.stimulus for t in trials}), None
    )
    if name is None:
        raise AnalysisError(
            f"The stimuli of the model {model.name!r} come from several sets.",
            "Plan one model for each set.",
        )
    rows = []
    for trial in slot.trials[name]:
        met = {**slot.cells, **trial.cells}
        rows.append((trial.stimulus, _levels(met, factors, model)))
    return tuple(sorted(rows, key=str))


def _row(study: Study, slot: Slot, model: PlannedModel, factors: Sequence[str]) -> Row:
    """The one answer to a scale: its stimulus is the trial's, where there is just one trial."""
    trials = [trial for own in slot.trials.values() for trial in own]
    stimulus = trials[0].stimulus if len(trials) == 1 else ""
    return stimulus, _levels(dict(slot.cells), factors, model)


def _levels(
    met: dict[str, Level], factors: Sequence[str], model: PlannedModel
) -> tuple[Level, ...]:
    missing = [name for name in factors if name not in met]
    if missing:
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
