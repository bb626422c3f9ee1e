"""Loops: the items that each participant can meet, in equal parts, and the cells in which they are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from experiments.language.by import By
from experiments.language.conditions import COMPARE, Compared, Condition, IsNot, IsOneOf, Test
from experiments.language.quantities import Duration, Share
from experiments.protocol.names import Names
from experiments.protocol.places import Loop
from experiments.protocol.steps import Practice

Cells = dict[str, str]
"""Factor -> level."""


def cells_of(factors: Mapping[str, Iterable[str]]) -> list[Cells]:
    """Return all combinations of the levels of factors.

    >>> cells_of({"a": ["1", "2"], "b": ["x"]})
    [{'a': '1', 'b': 'x'}, {'a': '2', 'b': 'x'}]
    """
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


@dataclass(frozen=True)
class Entry:
    """One row of a conditions file, item of a set, or level of a factor."""

    row: int
    """Position in the file, set or factor, from 0."""
    item: str
    fields: Mapping[str, str]
    """Fields of the item, and its name as ``item``."""


@dataclass(frozen=True)
class Offer:
    """What a loop offers to the participants of one cell of the between-factors."""

    practice: tuple[Entry, ...]
    groups: Mapping[str, tuple[Entry, ...]]
    """Level of the within-factors that are columns -> the entries that can be drawn."""
    take: int | None
    """Number of entries for each participant; None if all are taken."""
    nested: tuple[str, ...]
    """Within-factors that are columns of the items."""
    rotated: Mapping[str, tuple[str, ...]]
    """Within-factor -> levels; each participant meets each item in one cell of these."""
    crossed: Mapping[str, tuple[str, ...]]
    """Within-factor -> levels; each participant meets each item in every cell of these."""
    together: Mapping[str, tuple[str, ...]]
    """Within-factor -> levels that are shown together on one page."""
    times: int
    each: str
    """The factor whose levels are the entries; '' if the entries are items."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries that can be drawn."""
        return tuple(entry for group in self.groups.values() for entry in group)

    def parts(self, round: int) -> dict[str, int]:
        """Return how many entries of each group are taken, in equal parts.

        Parameters
        ----------
        round
            Where ``uneven: yes`` leaves a remainder, the groups that have one entry more change from round to round.
        """
        if self.take is None:
            return {name: len(group) for name, group in self.groups.items()}
        if not self.groups:
            return {}
        part, more = divmod(self.take, len(self.groups))
        return {
            name: min(part + ((place - round) % len(self.groups) < more), len(group))
            for place, (name, group) in enumerate(self.groups.items())
        }

    def rows(self) -> list[dict[str, str]]:
        """Return the trials of one participant, each with the fields of its item and its levels."""
        cells, place = cells_of(self.rotated), 0
        found: list[dict[str, str]] = []
        for name, part in self.parts(0).items():
            for entry in self.groups[name][:part]:
                for crossing in cells_of({**self.crossed, **self.together}):
                    row = {**entry.fields, **cells[place % len(cells)], **crossing}
                    found += [row] * self.times
                place += 1
        return found


def entries_of(names: Names, loop: Loop) -> tuple[Entry, ...]:
    """Return what a loop runs over: items, or the levels of a factor."""
    each, items = loop.step.each, names.items_of(loop)
    if items is None:
        levels = names.factors[each].levels if each in names.factors else ()
        return tuple(
            Entry(row, level, {"item": level, each: level}) for row, level in enumerate(levels)
        )
    return tuple(
        Entry(row, name, {**{of: cells[row] for of, cells in items.fields.items()}, "item": name})
        for row, name in enumerate(items.names)
    )


def offer(names: Names, loop: Loop, mode: str, between: Mapping[str, str]) -> Offer:
    """Return what a loop offers to the participants of one cell.

    Parameters
    ----------
    between
        Level of each between-factor. Where a column has the name of one, participants meet the items of their level.
    """
    step, items = loop.step, names.items_of(loop)
    within = within_factors(names, mode)
    known = {**between, "mode": mode}
    entries = [
        entry
        for entry in entries_of(names, loop)
        if all(entry.fields.get(name, level) == level for name, level in between.items())
    ]
    practice: list[Entry] = []
    if isinstance(step.practice, Practice):
        practice = [e for e in entries if can_hold([step.practice.where], {**known, **e.fields})]
        trained = {entry.item for entry in practice}
        entries = [entry for entry in entries if entry.item not in trained]
    if step.where is not None:
        entries = [entry for entry in entries if can_hold([step.where], {**known, **entry.fields})]
    nested = () if items is None else tuple(name for name in within if name in items.fields)
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(" ".join(entry.fields[name] for name in nested), []).append(entry)
    rotated, crossed, together = (
        {name: within[name] for name in getattr(step, how) if name in within}
        for how in ("rotate", "cross", "together")
    )
    return Offer(
        tuple(practice),
        {name: tuple(group) for name, group in groups.items()},
        _take(loop, known),
        nested if items is not None else (step.each,),
        rotated,
        crossed,
        together,
        step.times,
        "" if items is not None else step.each,
    )


def offers(
    names: Names, loops: Iterable[Loop], mode: str, between: Mapping[str, str]
) -> Iterator[tuple[Loop, Offer]]:
    """Yield those loops that the participants of one cell go through, with what they offer."""
    for loop in loops:
        if can_hold(loop.given, {**between, "mode": mode, "session": loop.session}):
            yield loop, offer(names, loop, mode, between)


def _take(loop: Loop, known: Mapping[str, str]) -> int | None:
    take = loop.step.take
    if not isinstance(take, By):
        return take
    try:
        return int(take.at(known))
    except KeyError:
        # A cell that cannot come here, or a name that is known only in the session: a fault of its own.
        return 0


def within_factors(names: Names, mode: str) -> dict[str, tuple[str, ...]]:
    """Return the factors that vary within participants in a mode, with their levels."""
    return {
        name: tuple(factor.levels)
        for name, factor in names.factors.items()
        if factor.varies_in(names.study, mode) == "within"
    }


def between_factors(names: Names, mode: str) -> dict[str, tuple[str, ...]]:
    """Return the factors that are allocated to participants in a mode, with their levels.

    The levels of a sealed factor are letters: which of them is which is in the key, and not in the allocation list.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, factor in names.factors.items():
        varies = factor.varies_in(names.study, mode)
        if varies == "sealed":
            found[name] = tuple("ABCDEFGHIJKL"[: len(factor.levels)])
        elif varies in ("between", "counterbalanced"):
            found[name] = tuple(factor.levels)
    return found


def cell_factors(names: Names, mode: str) -> dict[str, tuple[str, ...]]:
    """Return the factors, with their levels, whose cells the sample per cell is about: the between-factors of a mode.

    Counterbalanced factors are not among them: the participants of a cell are distributed over their levels.
    """
    return {
        name: levels
        for name, levels in between_factors(names, mode).items()
        if names.factors[name].varies != "counterbalanced"
    }


def between_cells(names: Names, mode: str) -> list[Cells]:
    """Return the cells to which participants are allocated in a mode."""
    return cells_of(between_factors(names, mode))


def planned_number(names: Names, mode: str) -> int:
    """Return the number of participants of a mode after exclusions, as the sample says."""
    sample = names.study.sample
    cells = prod(map(len, cell_factors(names, mode).values()))
    return sample.participants or (sample.per_cell or 0) * cells


def can_hold(conditions: Iterable[Condition], known: Mapping[str, str]) -> bool:
    """Return whether conditions can all hold; tests of what is not known yet can."""
    return all(
        holds(test, known[test.name])
        for condition in conditions
        for test in condition.tests
        if test.name in known
    )


def holds(test: Test, value: str) -> bool:
    """Return whether a test can hold for a value."""
    if isinstance(test, IsOneOf):
        return value in test.levels
    if isinstance(test, IsNot):
        return value != test.level
    if not isinstance(test, Compared):
        # Whether an answer is wrong or missing is known only in the session.
        return True
    limit: object = test.limit
    if isinstance(limit, Duration):
        limit = limit.seconds
    elif isinstance(limit, Share):
        limit = limit.fraction
    try:
        return COMPARE[test.sign](float(value), float(limit))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
