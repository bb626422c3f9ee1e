"""The allocation list of a study. Everything random about a session is drawn here, from a secret and the slot's number.

Between-factors are allocated in permuted blocks: each block holds every cell equally often, in random order (ICH E9,
section 2.3.2). Within-factors meet the items of a loop as the loop says: rotated in a Latin square, crossed, or
together. A slot depends only on the study's name and design, the secret, the mode and its number, so that a longer
list begins with the same slots, and no text changes an allocation.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import ceil, gcd
from typing import Any

import numpy as np

from experiments.protocol.entry import answered_factors
from experiments.protocol.loops import (
    Cells,
    Entry,
    Offer,
    between_cells,
    cells_of,
    offers,
    planned_number,
    within_factors,
)
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.orders import block_order, shuffled, with_ends, with_short_runs
from experiments.protocol.places import Loop, loops


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
    """Factor -> level; of a sealed factor a letter, which only the key translates."""
    trials: Mapping[str, tuple[Trial, ...]]
    """Place of each loop in the file, in dotted form -> its trials in order; none if the loop is not shown."""
    draws: Mapping[str, Any]
    """``implemented`` (whether the lottery pays), ``paid`` (which of several decisions, in [0, 1)), ``orders`` (seed of the
    random orders of options and items)."""
    answered: Cells = field(default_factory=dict)
    """Answered factor -> level of the participants that the slot is for."""

    @property
    def levels(self) -> Cells:
        """Level of each factor that is the same in the whole session."""
        return {**self.cells, **self.answered}


@dataclass(frozen=True)
class _Offered:
    """A loop as it is for the participants of one cell."""

    name: str
    """Name of its draws."""
    loop: Loop
    offer: Offer
    pool: str
    """Name of the seeded order of items; loops that share items without repeating any have one order."""
    ahead: Mapping[str, int]
    """Group -> entries that earlier loops of the pool take in each round."""
    taken: Mapping[str, int]
    """Group -> entries that all loops of the pool take in each round."""
    shifts: Mapping[str, int]
    """Group -> places by which loops that share items move on after each whole cycle, so that they change items."""
    rotated: list[Cells]
    crossed: list[Cells]


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
        self.names = opened.names
        self.study = opened.study
        self.mode = mode
        self.secret = secret
        self.within = within_factors(self.names, mode)
        self.cells = between_cells(self.names, mode)
        self.loops = loops(opened.study)
        self.seeds = _seeds(self.loops)
        self.strata = cells_of(
            {
                name: tuple(self.names.factors[name].levels)
                for name in answered_factors(self.names, mode)
            }
        )
        self._order_of_items: Callable[[str, str, int], list[int]] = cache(self._draw_order)
        self._lists: Callable[..., list[int]] = cache(self._draw_lists)
        self._offered: Callable[[int], dict[str, _Offered]] = cache(self._offers)

    @property
    def block_size(self) -> int:
        """Number of slots in a permuted block."""
        return len(self.cells) * self.study.sample.block

    @property
    def length(self) -> int:
        """Number of slots: the sample with its drop-out, in whole blocks, for each level of the answered factors.

        Where no quota says how many are wanted at a level, each has slots for all participants.
        """
        return sum(self._blocks_of(stratum) for stratum in self.strata) * self.block_size

    def slots(self, blocks: int | None = None) -> Iterator[Slot]:
        """Yield the slots, numbered from 1.

        Parameters
        ----------
        blocks
            Number of blocks, from the first, for each level of the answered factors (default: all).
        """
        turns = [[0] * len(self.cells) for _ in self.strata]
        lengths = [self._blocks_of(stratum) for stratum in self.strata]
        every = max(lengths) if blocks is None else blocks
        number = 0
        for block in range(every):
            for place, stratum in enumerate(self.strata):
                if blocks is None and block >= lengths[place]:
                    continue
                rng = self._rng(*stratum.values(), "block", block)
                for position in rng.permutation(self.block_size):
                    cell, number = int(position) % len(self.cells), number + 1
                    yield self._slot(number, block + 1, cell, turns[place][cell], stratum)
                    turns[place][cell] += 1

    def _blocks_of(self, stratum: Cells) -> int:
        sample = self.study.sample
        number = planned_number(self.names, self.mode)
        quotas = [self.study.factors.answered[name].quota for name in stratum]
        number = min((quota for quota in quotas if quota is not None), default=number)
        kept = 1 - float(sample.dropout.fraction) if sample.dropout is not None else 1.0
        # A hair less, so that 90 / 0.9 is 100 and not 101.
        return ceil(ceil(number / kept - 1e-9) / self.block_size)

    def _rng(self, *key: int | str) -> np.random.Generator:
        words = "\0".join(map(str, (self.study.study, self.secret, self.mode, *key)))
        digest = hashlib.sha256(words.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))

    def _slot(self, number: int, block: int, cell: int, turn: int, stratum: Cells) -> Slot:
        trials: dict[str, tuple[Trial, ...]] = {}
        met: dict[str, set[str]] = {}
        offered = self._offered(cell)
        for place in (loop.place for loop in self.loops):
            trials[place] = ()
            if place in offered:
                trials[place] = self._trials(offered[place], cell, turn, stratum, met, number)
        for name, stimuli in self.opened.groups.items():
            ids = [item.id for item in stimuli.trials]
            rng = self._rng("slot", number, name)
            trials[name] = tuple(Trial(item, {}) for item in shuffled(ids, rng))
        rng = self._rng("slot", number)
        orders = int(self._rng("slot", number, "orders").integers(2**32))
        draws: dict[str, Any] = {"paid": float(rng.random()), "orders": orders}
        stakes = self.study.stakes_in(self.mode)
        if stakes is not None:
            draws["implemented"] = bool(rng.random() < float(stakes.chance))
        cells = dict(self.cells[cell])
        return Slot(number, self.mode, block, cells, trials, draws, dict(stratum))

    def _offers(self, cell: int) -> dict[str, _Offered]:
        """Return the loops that the participants of a cell go through, by their places."""
        pools = {loop.step.each for loop in self.loops if loop.step.fresh}
        taken: dict[str, Counter[str]] = {}
        shifts: dict[str, dict[str, int]] = {}
        found: dict[str, _Offered] = {}
        for loop, of in offers(self.names, self.loops, self.mode, self.cells[cell]):
            name = self.seeds[loop.place]
            shared = loop.step.each in pools
            pool = loop.step.each if shared else name
            so_far, by = taken.setdefault(pool, Counter()), shifts.setdefault(pool, {})
            found[loop.place] = _Offered(
                name, loop, of, pool, dict(so_far), so_far, by, cells_of(of.rotated), cells_of(of.crossed),
            )  # fmt: skip
            for group, part in of.parts(0).items():
                so_far[group] += part
                by[group] = gcd(by.get(group, 0), part) if shared else 0
        return found

    def _trials(
        self,
        offered: _Offered,
        cell: int,
        turn: int,
        stratum: Cells,
        met: dict[str, set[str]],
        number: int,
    ) -> tuple[Trial, ...]:
        of, loop = offered.offer, offered.loop
        rng = self._rng("slot", number, offered.name)
        trained = [self._by_chance(entry, of, rng) for entry in of.practice]
        before = met.setdefault(offered.pool, set())
        trials: list[tuple[int, Trial]] = []
        cells = offered.rotated
        round, place = divmod(turn, len(cells))
        shift = self._lists(offered.name, cell, round, len(cells), *stratum.values())[place]
        drawn = self._drawn(offered, round, before if loop.step.fresh else set())
        for position, entry in enumerate(drawn):
            rotating = cells[(position + shift) % len(cells)]
            for crossing in offered.crossed:
                trial = self._trial(entry, of, {**rotating, **crossing}, rng)
                trials += [(entry.row, trial)] * of.times
        before |= {entry.item for entry in drawn}
        return (*trained, *self._ordered(trials, offered, turn, rng))

    def _drawn(self, offered: _Offered, round: int, avoided: set[str]) -> list[Entry]:
        """Return the entries that the participants of a round share, those of each group one after another."""
        drawn: list[Entry] = []
        for name, part in offered.offer.parts(round).items():
            group = offered.offer.groups[name]
            if part == len(group) and not avoided:
                drawn += group
                continue
            order = self._order_of_items(offered.pool, name, len(group))
            cycle = len(group) // gcd(len(group), offered.taken[name])
            start = round * offered.taken[name] + round // cycle * offered.shifts[name]
            start += offered.ahead.get(name, 0)
            following = (group[order[(start + k) % len(group)]] for k in range(len(group)))
            free = [entry for entry in following if entry.item not in avoided]
            drawn += free[:part]
        return drawn

    def _draw_order(self, pool: str, group: str, size: int) -> list[int]:
        return [int(place) for place in self._rng("items", pool, group).permutation(size)]

    def _draw_lists(self, name: str, cell: int, round: int, cells: int, *stratum: str) -> list[int]:
        rng = self._rng("lists", name, *stratum, *self.cells[cell].values(), round)
        return [int(place) for place in rng.permutation(cells)]

    def _trial(
        self,
        entry: Entry,
        of: Offer,
        cells: Cells,
        rng: np.random.Generator,
        practice: bool = False,
    ) -> Trial:
        own = {factor: entry.fields[factor] for factor in of.nested}
        together = tuple(shuffled(cells_of(of.together), rng)) if of.together else ()
        return Trial(entry.item, {**own, **cells}, entry.fields, practice, together)

    def _by_chance(self, entry: Entry, of: Offer, rng: np.random.Generator) -> Trial:
        """Return a practice trial: the levels of its factors are drawn."""
        factors = {**of.rotated, **of.crossed}
        cells = {name: levels[int(rng.integers(len(levels)))] for name, levels in factors.items()}
        return self._trial(entry, of, cells, rng, practice=True)

    def _ordered(
        self,
        trials: list[tuple[int, Trial]],
        offered: _Offered,
        turn: int,
        rng: np.random.Generator,
    ) -> list[Trial]:
        step = offered.loop.step
        in_file = sorted(trials, key=lambda each: each[0])
        begin, middle, end = with_ends(
            [trial for _, trial in in_file], lambda trial: trial.item, step.first, step.last
        )
        runs = {name: _level_of(name) for name in step.runs}
        if step.order == "as written":
            return [*begin, *middle, *end]
        if step.order.startswith("blocks of "):
            of = step.order.removeprefix("blocks of ").strip()
            level = _level_of(of)
            ordered: list[Trial] = list(begin)
            for block in block_order(self._blocks(of, offered.offer), turn):
                trials_of_block = [trial for trial in middle if level(trial) == block]
                ordered += with_short_runs(trials_of_block, runs, step.runs, rng, ordered)
            return [*ordered, *end]
        return [*begin, *with_short_runs(middle, runs, step.runs, rng, begin, end), *end]

    def _blocks(self, name: str, of: Offer) -> list[str]:
        """Return the blocks in the order of the factor's levels, or in that of the file."""
        if name in self.within:
            return list(self.within[name])
        entries = sorted(of.entries, key=lambda entry: entry.row)
        return list(dict.fromkeys(entry.fields.get(name, "") for entry in entries))


def _level_of(name: str) -> Callable[[Trial], str]:
    return lambda trial: trial.cells[name] if name in trial.cells else trial.fields.get(name, "")


def _seeds(loops: Iterable[Loop]) -> dict[str, str]:
    """Return the place of each loop -> session and address: a loop that moves in the file keeps its draws."""
    numbers: Counter[str] = Counter()
    seeds: dict[str, str] = {}
    for loop in loops:
        name = f"{loop.session}.{loop.name}"
        numbers[name] += 1
        seeds[loop.place] = f"{name}.{numbers[name]}"
    return seeds
