"""How a loop presents its items to participants: how many, in which cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod

from experiments.files.reading import Key, nearest
from experiments.language.by import By
from experiments.protocol.measures import Loop
from experiments.protocol.names import Names

Findings = Iterator[tuple[Key, str, str]]
"""Faults: key, what was found, remedy."""


@dataclass(frozen=True)
class Items:
    """The items that a loop can draw: rows of a conditions file or items of a set."""

    names: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> its value for each item."""
    texts: tuple[str, ...] = ()
    """Names of the texts that each item has, besides its fields."""


@dataclass(frozen=True)
class Presentation:
    """The trials of a loop for each participant of a mode."""

    items: int
    """Number of items that can be drawn; 0 if the loop runs over the levels of a factor."""
    taken: int
    """Number of items that each participant meets."""
    rows: int
    """Number of times that each participant answers."""
    rotated: tuple[str, ...]
    """Within-factors of which each participant meets each item at one level."""
    crossed: tuple[str, ...]
    """Within-factors of which each participant meets each item at all levels."""
    nested: tuple[str, ...]
    """Factors of which each item has one level, by a column of the factor's name."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Within-factors that vary over the trials."""
        return (*self.rotated, *self.crossed, *self.nested)


def presentation(names: Names, loop: Loop, mode: str, items: Items | None) -> Presentation:
    """Return how a loop presents its items in a mode.

    Parameters
    ----------
    items
        The items that the loop can draw; None if it runs over the levels of a factor.
    """
    step = loop.step
    within = {
        name
        for name, factor in names.factors.items()
        if factor.varies_in(names.study, mode) == "within"
    }
    rotated = tuple(name for name in step.rotate if name in within)
    crossed = tuple(name for name in (*step.cross, *step.together) if name in within)
    cells = prod(len(names.factors[name].levels) for name in crossed)
    if items is None:
        levels = len(names.factors[step.each].levels)
        return Presentation(0, levels, levels * cells * step.times, (), (step.each, *crossed), ())
    nested = tuple(name for name in names.factors if name in items.fields)
    taken = most_taken(names, loop, mode, len(items.names))
    return Presentation(
        len(items.names), taken, taken * cells * step.times, rotated, crossed,
        tuple(name for name in nested if name in within),
    )  # fmt: skip


def most_taken(names: Names, loop: Loop, mode: str, available: int) -> int:
    """Return the largest number of items that a participant of a mode meets."""
    take = loop.step.take
    if take is None:
        return available
    if not isinstance(take, By):
        return min(take, available)
    if take.by == ("mode",):
        return min(int(take.at({"mode": mode})), available)
    counts = [*take.levels.values(), *([] if take.otherwise is None else [take.otherwise])]
    return min(max(counts), available)


def faults_of_loop(names: Names, loop: Loop, items: Items | None) -> Findings:
    """Yield what is wrong with how a loop draws and presents its items: key, what was found, remedy."""
    yield from _factors(names, loop, items)
    if items is not None:
        yield from _drawn(names, loop, items)
        yield from _columns(names, loop, items)


def _factors(names: Names, loop: Loop, items: Items | None) -> Findings:
    met: dict[str, str] = {}
    possible = [
        name
        for name, factor in names.factors.items()
        if any(factor.varies_in(names.study, mode) == "within" for mode in names.study.modes)
    ]
    for how in ("rotate", "cross", "together"):
        for place, name in enumerate(getattr(loop.step, how)):
            key = (*loop.key, how, place) if len(getattr(loop.step, how)) > 1 else (*loop.key, how)
            if name not in names.factors:
                yield key, f"there is no factor '{name}'", nearest(name, possible)
            elif name not in possible:
                varies = names.factors[name].varies
                found = f"'{name}' varies {varies} participants, so a loop cannot vary it"
                remedy = "Put it under 'within', or write 'within: [...]' in the mode in which it varies within."
                yield (
                    key,
                    found.replace("counterbalanced participants", "between participants"),
                    remedy,
                )
            elif name in met:
                yield key, f"'{name}' is already in '{met[name]}'", "Keep it in one of the two."
            elif items is not None and name in items.fields:
                found = f"'{name}' is a column of the items, so each item has one level of it"
                yield key, found, f"Remove '{how}', or rename the column."
            met.setdefault(name, how)


def _drawn(names: Names, loop: Loop, items: Items) -> Findings:
    available = len(set(items.names))
    step = loop.step
    for how, listed in (("first", step.first), ("last", step.last)):
        for name in listed:
            if name not in items.names:
                yield (*loop.key, how), f"there is no item '{name}'", nearest(name, items.names)
    for mode in names.study.modes:
        taken = most_taken(names, loop, mode, available)
        asked = _asked(names, loop, mode)
        if asked is not None and not 1 <= asked <= available:
            found = f"found 'take: {asked}', but there are {available} items"
            yield (*loop.key, "take"), found, f"Take 1 to {available} items."
            continue
        shown = presentation(names, loop, mode, items)
        cells = prod(len(names.factors[name].levels) for name in shown.rotated)
        if taken % cells and not step.uneven:
            of = " x ".join(f"{len(names.factors[name].levels)} ({name})" for name in shown.rotated)
            found = f"{taken} items cannot be divided equally into {of} cells, in the mode '{mode}'"
            fewer, more = taken - taken % cells, taken - taken % cells + cells
            which = " or ".join(str(n) for n in (fewer, more) if 0 < n <= available)
            remedy = (
                f"Take {which} items, or write 'uneven: yes'."
                if which
                else "Write 'uneven: yes', or add items."
            )
            yield (*loop.key, "take" if step.take is not None else "rotate"), found, remedy


def _asked(names: Names, loop: Loop, mode: str) -> int | None:
    take = loop.step.take
    if isinstance(take, By):
        return (
            int(take.at({"mode": mode}))
            if take.by == ("mode",) and not take.missing([[mode]])
            else None
        )
    return take


def _columns(names: Names, loop: Loop, items: Items) -> Findings:
    for name, factor in names.factors.items():
        if name not in items.fields:
            continue
        found = set(items.fields[name])
        for level in factor.levels:
            if level not in found:
                yield (
                    (*loop.key, "each"),
                    f"no item has '{level}' in the column '{name}', which is a level of the factor",
                    f"The column has: {', '.join(sorted(found)[:8])}.",
                )
        for level in sorted(found - set(factor.levels)):
            yield (
                (*loop.key, "each"),
                f"the column '{name}' has '{level}', which is no level of the factor",
                nearest(level, factor.levels),
            )
    for name, limit in loop.step.runs.items():
        levels = items.fields.get(name) or (
            tuple(names.factors[name].levels) if name in names.factors else None
        )
        if levels is None:
            known = [*names.factors, *items.fields]
            yield (
                (*loop.key, "runs", name),
                f"'{name}' is no factor and no column of the items",
                nearest(name, known),
            )
        elif name in items.fields:
            most = max(items.fields[name].count(level) for level in set(items.fields[name]))
            others = len(items.names) - most
            if most > limit * (others + 1):
                found_runs = f"runs of at most {limit} are impossible: {most} of {len(items.names)} items have the same '{name}'"
                yield (
                    (*loop.key, "runs", name),
                    found_runs,
                    f"Allow runs of {-(-most // (others + 1))} or more.",
                )


def unused_factors(names: Names, loops: Iterable[Loop], items: Mapping[str, Items]) -> Findings:
    """Yield the within-factors that no loop uses."""
    loops = list(loops)
    if any(loop.name not in items and loop.step.each not in names.factors for loop in loops):
        # A loop whose items are still to be written can have any column.
        return
    used = {loop.step.each for loop in loops}
    for loop in loops:
        used |= {*loop.step.rotate, *loop.step.cross, *loop.step.together}
        used |= set(items[loop.name].fields) if loop.name in items else set()
    for name, factor in names.factors.items():
        if factor.varies == "within" and name not in used:
            yield (
                factor.key,
                f"'{name}' varies within participants, but no loop uses it",
                f"Add 'rotate: {name}' or 'cross: {name}' to a loop, or a column '{name}' to its items.",
            )
