"""The design: from factors to the allocation list. All that is random about a session is drawn here.

Between-factors are allocated in seeded permuted blocks: each block holds every cell equally often, in
random order (ICH E9, section 2.3.2). Within-factors are rotated over the stimuli in a Latin square, so
that over the slots of a cell each stimulus meets each level equally often; the order of the trials is
then shuffled for each slot. A slot depends on the seed, the mode and its own number alone, so that
making a longer list leaves the slots of the shorter one as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from experiments.protocol import Protocol, Use

Level = str | int
Cells = dict[str, Level]


@dataclass(frozen=True)
class Trial:
    """One trial of a slot: which stimulus, under which levels of the within-factors."""

    stimulus: str
    cells: Cells


@dataclass(frozen=True)
class Slot:
    """One place in the allocation list: everything about a session that is decided beforehand.

    ``trials`` holds, for each use of stimuli that the protocol names, the trials in their order;
    ``draws`` holds what else is drawn: ``implemented`` (lottery) and ``paid`` (which trial counts,
    as a number in [0, 1) that is scaled to the number of trials).
    """

    number: int
    mode: str
    block: int
    cells: Cells
    trials: dict[str, tuple[Trial, ...]] = field(default_factory=dict)
    draws: dict[str, Any] = field(default_factory=dict)


def cells_of(factors: Mapping[str, Sequence[Level]]) -> list[Cells]:
    """Cross the levels of factors.

    >>> cells_of({"a": [1, 2], "b": ["x"]})
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'x'}]
    """
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


def _rng(seed: int, *key: int | str) -> np.random.Generator:
    words = [
        part if isinstance(part, int) else int.from_bytes(part.encode(), "big") for part in key
    ]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def slots(protocol: Protocol, mode: str, items: Mapping[str, Sequence[str]]) -> list[Slot]:
    """Make the allocation list of one mode.

    Parameters
    ----------
    protocol
        The study.
    mode
        Name of the mode.
    items
        For each use of stimuli in the protocol, the ids of the items that may be taken.

    Returns
    -------
    list of Slot
        ``protocol.allocation.slots`` slots rounded up to whole blocks, numbered from 1.
    """
    cells = cells_of(protocol.between(mode))
    size, seed = protocol.block_size(mode), protocol.allocation.seed
    blocks = -(-protocol.allocation.slots // size)
    made: list[Slot] = []
    seen = {tuple(cell.items()): 0 for cell in cells}
    for block in range(blocks):
        order = _rng(seed, mode, "block", block).permutation(size)
        for position in order:
            cell = cells[position % len(cells)]
            turn = seen[tuple(cell.items())]
            seen[tuple(cell.items())] = turn + 1
            made.append(_slot(protocol, mode, items, len(made) + 1, block + 1, cell, turn))
    return made


def _slot(
    protocol: Protocol,
    mode: str,
    items: Mapping[str, Sequence[str]],
    number: int,
    block: int,
    cell: Cells,
    turn: int,
) -> Slot:
    seed = protocol.allocation.seed
    rng = _rng(seed, mode, "slot", number)
    trials = {
        name: _trials(protocol, mode, name, use, items[name], turn, rng)
        for name, use in protocol.stimuli.items()
    }
    stakes = protocol.modes[mode].stakes
    draws: dict[str, Any] = {"paid": float(rng.random())}
    if stakes.probability is not None:
        draws["implemented"] = bool(rng.random() < stakes.probability)
    return Slot(number, mode, block, dict(cell), trials, draws)


def _trials(
    protocol: Protocol,
    mode: str,
    name: str,
    use: Use,
    items: Sequence[str],
    turn: int,
    rng: np.random.Generator,
) -> tuple[Trial, ...]:
    take = use.taken(mode, len(items))
    base = _rng(protocol.allocation.seed, mode, "base", name).permutation(len(items))
    start = turn * take
    chosen = [items[base[(start + place) % len(items)]] for place in range(take)]
    within = {
        factor: protocol.within(mode)[factor]
        for factor in use.cross
        if factor in protocol.within(mode)
    }
    levels = cells_of(within)
    # After ``turns`` turns each item has stood at each place equally often; then the levels move on by
    # one, so that after ``turns * len(levels)`` of them each item has met each level equally often.
    turns = len(items) // gcd(len(items), take)
    shift = turn // turns
    made = [
        Trial(item, dict(levels[(place + shift) % len(levels)]))
        for place, item in enumerate(chosen)
    ]
    if use.order == "random":
        return tuple(made[position] for position in rng.permutation(len(made)))
    return tuple(sorted(made, key=lambda trial: list(items).index(trial.stimulus)))
