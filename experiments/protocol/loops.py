"""How a loop presents its items to participants: how many, in which cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from experiments.language.by import By
from experiments.protocol.names import Loop, Names


@dataclass(frozen=True)
class Items:
    """The items that a loop can draw: rows of a conditions file or items of a set."""

    names: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> its value for each item."""


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
