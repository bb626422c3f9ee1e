"""How the participants of each mode see the items of a study's loops, as a methods section reports it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeVar

from experiments.protocol.loops import (
    Offer,
    between_factors,
    can_hold,
    cells_of,
    offer,
)
from experiments.protocol.places import Loop, loops
from experiments.protocol.steps import LoopStep
from experiments.stimuli.conditions_file import is_conditions_file
from experiments.study import Study


@dataclass(frozen=True)
class InModes:
    """What a preregistration says of some modes in which it is the same."""

    modes: tuple[str, ...] = field(compare=False)


Said = TypeVar("Said", bound=InModes)


def once(of_each_mode: Iterable[Said]) -> tuple[Said, ...]:
    """Return what is the same in several modes once, with all of them."""
    found: list[Said] = []
    for own in of_each_mode:
        if own in found:
            place = found.index(own)
            found[place] = replace(found[place], modes=(*found[place].modes, *own.modes))
        else:
            found.append(own)
    return tuple(found)


@dataclass(frozen=True)
class Shown(InModes):
    """What the participants of one or several modes see of a loop.

    Numbers are tuples because they can differ between the cells of the between-factors.
    """

    offered: tuple[int, ...]
    """Items that a participant can see."""
    taken: tuple[int, ...]
    """Items that a participant sees."""
    trials: tuple[int, ...]
    practice: int
    """Items of the practice trials."""
    own: tuple[str, ...]
    """Between-factors that are columns: participants see the items of their own level."""
    nested: Mapping[str, Mapping[str, int]]
    """Within-factor that is a column -> level -> items of this level."""
    rotated: Mapping[str, tuple[str, ...]]
    crossed: Mapping[str, tuple[str, ...]]
    together: Mapping[str, tuple[str, ...]]

    @property
    def cells(self) -> int:
        """Number of combinations that rotate over the items."""
        return prod(map(len, self.rotated.values()))

    @property
    def in_each_cell(self) -> int | None:
        """Items that a participant sees in each combination that rotates; None if their numbers differ."""
        (taken, *others) = self.taken
        return None if others or taken % self.cells else taken // self.cells


@dataclass(frozen=True)
class Items:
    """A loop, and how its items are shown in the modes that have it."""

    loop: Loop
    source: str
    """``file``, ``set`` or ``factor``: what the loop runs over."""
    shown: tuple[Shown, ...]
    """One entry for all modes in which it is the same."""

    @property
    def step(self) -> LoopStep:
        """The loop as it is written."""
        return self.loop.step


def items_of(study: Study) -> tuple[Items, ...]:
    """Return the loops of a study in the order of its file."""
    return tuple(
        Items(loop, _source(study, loop), once(_in_modes(study, loop)))
        for loop in loops(study.file)
    )


def _source(study: Study, loop: Loop) -> str:
    if loop.name not in study.opened.items:
        return "factor"
    return "file" if is_conditions_file(loop.step.each) else "set"


def _in_modes(study: Study, loop: Loop) -> Iterator[Shown]:
    """Yield how a loop is shown in each mode in which a participant sees it."""
    for mode in study.modes:
        if (shown := _in_mode(study, loop, mode)) is not None:
            yield shown


def _in_mode(study: Study, loop: Loop, mode: str) -> Shown | None:
    """Return how a loop is shown in a mode; None if no participant of the mode sees it."""
    names, between = study.names, between_factors(study.names, mode)
    items = study.opened.items.get(loop.name)
    offers = [
        offer(names, loop, mode, cell)
        for cell in cells_of(between)
        if can_hold(loop.given, {**cell, "mode": mode, "session": loop.session})
    ]
    if not offers:
        return None
    first = offers[0]
    levels = [Counter(e.fields[name] for e in first.entries) for name in first.nested]
    return Shown(
        modes=(mode,),
        offered=_numbers(len(each.entries) for each in offers),
        taken=_numbers(sum(each.parts(0).values()) for each in offers),
        trials=_numbers(_trials(each) for each in offers),
        practice=len(first.practice),
        own=tuple(name for name in between if items is not None and name in items.fields),
        nested={} if first.each else dict(zip(first.nested, map(dict, levels), strict=True)),
        rotated=first.rotated,
        crossed=first.crossed,
        together=first.together,
    )


def _numbers(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(found)))


def _trials(offered: Offer) -> int:
    crossings = prod(map(len, offered.crossed.values()))
    return sum(offered.parts(0).values()) * crossings * offered.times
