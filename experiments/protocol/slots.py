"""The allocation list of a study. Everything random about a session is drawn here, from a secret and the slot's number.

Between-factors are allocated in permuted blocks: each block holds every cell equally often, in random order (ICH E9,
section 2.3.2). Within-factors meet the items of a loop as the loop says: rotated in a Latin square, crossed, or
together. A slot depends only on the study's name, the secret, the mode and its number, so that a longer list begins
with the same slots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import ceil, prod
from typing import Any

import numpy as np

from experiments.language.by import By
from experiments.language.conditions import Compared, Condition, IsNot, IsOneOf
from experiments.protocol.loops import Items
from experiments.protocol.measures import Loop
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.orders import in_blocks, shuffled, with_ends, with_short_runs
from experiments.protocol.places import places
from experiments.protocol.trials import Practice

Cells = dict[str, str]
"""Factor -> level."""


@dataclass(frozen=True)
class Trial:
    """One trial of a loop: its item and the levels of the within-factors."""

    item: str
    """Name of the item; the level in a loop over the levels of a factor."""
    cells: Cells
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields of the item."""
    practice: bool = False
    together: tuple[Cells, ...] = ()
    """Levels shown together on the page, in the order of their places."""


@dataclass(frozen=True)
class Slot:
    """One entry of the allocation list: everything about a session that is determined in advance."""

    number: int
    mode: str
    block: int
    cells: Cells
    trials: Mapping[str, tuple[Trial, ...]]
    """Place of each loop in the file, in dotted form -> its trials in order."""
    draws: Mapping[str, Any]
    """``implemented`` (whether the lottery pays), ``paid`` (which of several decisions, in [0, 1))."""


def cells_of(factors: Mapping[str, Iterable[str]]) -> list[Cells]:
    """Return all combinations of the levels of factors.

    >>> cells_of({"a": ["1", "2"], "b": ["x"]})
    [{'a': '1', 'b': 'x'}, {'a': '2', 'b': 'x'}]
    """
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


class AllocationList:
    """The slots of one mode.

    Parameters
    ----------
    opened
        The study.
    mode
        Name of the mode.
    secret
        Text that nobody outside the laboratory knows; made once for each collection.
    """

    def __init__(self, opened: OpenedStudy, mode: str, secret: str) -> None:
        self.opened = opened
        self.study = opened.study
        self.mode = mode
        self.secret = secret
        factors = opened.names.factors
        varies = {name: factor.varies_in(self.study, mode) for name, factor in factors.items()}
        self.between = {
            name: list(factors[name].levels)
            for name in factors
            if varies[name] in ("between", "counterbalanced", "sealed")
        }
        self.within = {
            name: list(factors[name].levels) for name in factors if varies[name] == "within"
        }
        self.cells = cells_of(self.between)
        self.loops = list(_loops(opened))

    @property
    def block_size(self) -> int:
        """Number of slots in a permuted block."""
        return len(self.cells) * self.study.sample.block

    @property
    def length(self) -> int:
        """Number of slots: the sample with its drop-out, in whole blocks."""
        sample = self.study.sample
        counted = {
            name
            for name in self.between
            if self.opened.names.factors[name].varies != "counterbalanced"
        }
        cells = prod(len(self.between[name]) for name in counted)
        number = sample.participants or (sample.per_cell or 0) * cells
        kept = 1 - float(sample.dropout.fraction) if sample.dropout is not None else 1.0
        return ceil(ceil(number / kept - 1e-9) / self.block_size) * self.block_size

    def slots(self, blocks: int | None = None) -> Iterator[Slot]:
        """Yield the slots, numbered from 1.

        Parameters
        ----------
        blocks
            Number of blocks, from the first (default: all).
        """
        every = self.length // self.block_size
        turns = [0] * len(self.cells)
        number = 0
        for block in range(every if blocks is None else min(blocks, every)):
            for position in self._rng("block", block).permutation(self.block_size):
                cell, number = int(position) % len(self.cells), number + 1
                yield self._slot(number, block + 1, cell, turns[cell])
                turns[cell] += 1

    def _rng(self, *key: int | str) -> np.random.Generator:
        words = "\0".join(map(str, (self.study.study, self.secret, self.mode, *key)))
        digest = hashlib.sha256(words.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))

    def _slot(self, number: int, block: int, cell: int, turn: int) -> Slot:
        rng = self._rng("slot", number)
        cells = self.cells[cell]
        met: dict[str, set[str]] = {}
        trials: dict[str, tuple[Trial, ...]] = {}
        for name, loop in self.loops:
            drawn = self._trials(name, loop, cell, turn, met.get(loop.step.each, set()), rng)
            met.setdefault(loop.step.each, set()).update(trial.item for trial in drawn)
            trials[name] = drawn
        for name, stimuli in self.opened.groups.items():
            ids = [item.id for item in stimuli.trials]
            trials[name] = tuple(Trial(item, {}) for item in shuffled(ids, rng))
        draws: dict[str, Any] = {"paid": float(rng.random())}
        pay = self.study.modes[self.mode].paid or (self.study.stakes and self.study.stakes.paid)
        if pay is not None:
            draws["implemented"] = bool(rng.random() < float(pay.chance))
        return Slot(number, self.mode, block, dict(cells), trials, draws)

    def _trials(
        self, name: str, loop: Loop, cell: int, turn: int, met: set[str], rng: np.random.Generator
    ) -> tuple[Trial, ...]:
        step, between = loop.step, self.cells[cell]
        entries = self._entries(loop, between)
        practice = step.practice if isinstance(step.practice, Practice) else None
        trained: list[Trial] = []
        if practice is not None:
            first = [
                entry
                for entry in entries
                if holds(practice.where, entry, {**between, "mode": self.mode})
            ]
            stimuli = self.opened.sets.get(loop.name)
            # Items that a set has for practice are never trials, whether or not they are practised here.
            trials = {item.id for item in stimuli.trials} if stimuli is not None else None
            entries = [
                entry
                for entry in entries
                if entry not in first and (trials is None or entry["item"] in trials)
            ]
            trained = [self._by_chance(entry, loop, rng) for entry in first]
        if step.where is not None:
            entries = [e for e in entries if holds(step.where, e, {**between, "mode": self.mode})]
        if step.fresh:
            entries = [entry for entry in entries if entry["item"] not in met]
        rotated = [factor for factor in step.rotate if factor in self.within]
        cells = cells_of({factor: self.within[factor] for factor in rotated})
        met_in = [
            (entry, cells[(place + shift) % len(cells)])
            for entry, place, shift in self._drawn(name, loop, entries, cell, turn, len(cells))
        ]
        crossed = cells_of(
            {factor: self.within[factor] for factor in step.cross if factor in self.within}
        )
        met_trials = [
            self._trial(entry, {**rotating, **crossing}, loop, rng)
            for entry, rotating in met_in
            for crossing in crossed
            for _ in range(step.times)
        ]
        return (*trained, *self._ordered(met_trials, loop, turn, rng))

    def _entries(self, loop: Loop, between: Cells) -> list[dict[str, str]]:
        """Return what the loop can draw: each item with its fields; those of the participant's levels only."""
        each = loop.step.each
        if each in self.opened.names.factors:
            return [
                {"item": level, each: level} for level in self.opened.names.factors[each].levels
            ]
        items: Items = self.opened.items[loop.name]
        entries = [
            {"item": name, **{of: values[row] for of, values in items.fields.items()}}
            for row, name in enumerate(items.names)
        ]
        own = [factor for factor in between if factor in items.fields]
        return [
            entry for entry in entries if all(entry[factor] == between[factor] for factor in own)
        ]

    def _drawn(
        self, name: str, loop: Loop, entries: list[dict[str, str]], cell: int, turn: int, cells: int
    ) -> Iterator[tuple[dict[str, str], int, int]]:
        """Yield the entries of a participant, each with its place among them and the number of the list.

        The ``cells`` participants of a round share their items; each of them has another list.
        """
        round, place = divmod(turn, cells)
        order = self._rng("lists", name, cell, round).permutation(cells)
        for level, group in self._grouped(entries).items():
            take = self._take(loop, self.cells[cell], len(group), len(entries))
            cycle = self._rng("items", name, level).permutation(len(group))
            taken = (
                [int(cycle[(round * take + k) % len(group)]) for k in range(take)] if group else []
            )
            if take == len(group):
                taken = sorted(taken)
            for position, index in enumerate(taken):
                yield group[index], position, int(order[place])

    def _grouped(self, entries: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
        """Return the entries by their levels of the within-factors that are columns."""
        groups: dict[str, list[dict[str, str]]] = {}
        for entry in entries:
            level = " ".join(entry[factor] for factor in self.within if factor in entry)
            groups.setdefault(level, []).append(entry)
        return groups

    def _take(self, loop: Loop, between: Cells, available: int, every: int) -> int:
        take = loop.step.take
        if take is None:
            return available
        number = int(take.at({**between, "mode": self.mode})) if isinstance(take, By) else take
        return min(available, round(number * available / every)) if every else 0

    def _trial(
        self, entry: dict[str, str], cells: Cells, loop: Loop, rng: np.random.Generator
    ) -> Trial:
        own = {factor: entry[factor] for factor in self.within if factor in entry}
        shown = [factor for factor in loop.step.together if factor in self.within]
        together: tuple[Cells, ...] = ()
        if shown:
            together = tuple(
                shuffled(cells_of({factor: self.within[factor] for factor in shown}), rng)
            )
        return Trial(entry["item"], {**own, **cells}, entry, together=together)

    def _by_chance(self, entry: dict[str, str], loop: Loop, rng: np.random.Generator) -> Trial:
        factors = [f for f in (*loop.step.rotate, *loop.step.cross) if f in self.within]
        cells = {f: self.within[f][int(rng.integers(len(self.within[f])))] for f in factors}
        own = {factor: entry[factor] for factor in self.within if factor in entry}
        return Trial(entry["item"], {**own, **cells}, entry, practice=True)

    def _ordered(
        self, trials: list[Trial], loop: Loop, turn: int, rng: np.random.Generator
    ) -> list[Trial]:
        step = loop.step

        def level(name: str) -> Any:
            return lambda trial: trial.cells.get(name) or trial.fields.get(name, "")

        if step.order == "as written":
            ordered = list(trials)
        elif step.order.startswith("blocks of "):
            ordered = in_blocks(
                trials, level(step.order.removeprefix("blocks of ").strip()), turn, rng
            )
        elif step.runs:
            ordered = with_short_runs(
                trials, {name: level(name) for name in step.runs}, step.runs, rng
            )
        else:
            ordered = shuffled(trials, rng)
        return with_ends(ordered, lambda trial: trial.item, step.first, step.last)


def holds(condition: Condition, entry: Mapping[str, str], levels: Mapping[str, str]) -> bool:
    """Return whether a condition on an item's fields and the participant's levels holds."""
    return all(_holds(test, {**levels, **entry}) for test in condition.tests)


def _holds(test: object, known: Mapping[str, str]) -> bool:
    if isinstance(test, IsOneOf):
        return known.get(test.name) in test.levels
    if isinstance(test, IsNot):
        return known.get(test.name) != test.level
    if isinstance(test, Compared):
        value, limit = float(known[test.name]), float(test.limit)  # type: ignore[arg-type]
        return {"<": value < limit, ">": value > limit, "<=": value <= limit, ">=": value >= limit}[
            test.sign
        ]
    raise TypeError(f"'{test}' cannot be decided by an item")


def _loops(opened: OpenedStudy) -> Iterator[tuple[str, Loop]]:
    seen: set[tuple[str | int, ...]] = set()
    for place, _ in places(opened.study):
        if place.loop is not None and place.loop.key not in seen:
            seen.add(place.loop.key)
            yield ".".join(map(str, place.loop.key)), place.loop


__all__: Sequence[str] = ["AllocationList", "Slot", "Trial", "cells_of", "holds"]
