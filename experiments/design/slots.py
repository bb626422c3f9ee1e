"""The allocation list of a study. Everything random about a session is drawn here.

Between-factors are allocated in seeded permuted blocks: each block holds every cell equally often, in
random order (ICH E9, section 2.3.2). Within-factors rotate over the stimuli in a Latin square, so that
across the slots of a cell each stimulus is shown at each level equally often; the order of the trials is
then shuffled for each slot. A slot depends only on the seed, the mode and its number, so that a longer
list begins with the same slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import gcd
from typing import Any

import numpy as np

from experiments.design.declared import Declarations, StimulusUse
from experiments.files.references import Level

Cells = dict[str, Level]


@dataclass(frozen=True)
class Trial:
    """One trial of a slot: its stimulus and the levels of the within-factors."""

    stimulus: str
    cells: Cells


@dataclass(frozen=True)
class Slot:
    """One entry of the allocation list: everything about a session that is determined in advance.

    ``trials`` contains the trials, in order, for each entry of the protocol's ``stimuli``. ``draws`` contains the
    other random draws: ``implemented`` (whether the lottery pays) and ``paid`` (the trial that is paid, as a number
    in [0, 1) that is multiplied by the number of trials).
    """

    number: int
    mode: str
    block: int
    cells: Cells
    trials: dict[str, tuple[Trial, ...]] = field(default_factory=dict)
    draws: dict[str, Any] = field(default_factory=dict)


def cells_of(factors: Mapping[str, Sequence[Level]]) -> list[Cells]:
    """Return all combinations of the factors' levels.

    >>> cells_of({"a": [1, 2], "b": ["x"]})
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'x'}]
    """
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


def _rng(seed: int, *key: int | str) -> np.random.Generator:
    words = [
        part if isinstance(part, int) else int.from_bytes(part.encode(), "big") for part in key
    ]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def slots(
    protocol: Declarations,
    mode: str,
    items: Mapping[str, Sequence[str]],
    blocks: int | None = None,
) -> list[Slot]:
    """Generate the allocation list of one mode.

    Parameters
    ----------
    protocol
        The study.
    mode
        Name of the mode.
    items
        Entry of the protocol's ``stimuli`` -> ids of the items that can be drawn.
    blocks
        Number of blocks, counted from the first (default: all).

    Returns
    -------
    list of Slot
        ``protocol.allocation.slots`` slots, rounded up to whole blocks and numbered from 1.
    """
    size, seed = protocol.block_size(mode), protocol.allocation.seed
    chance = protocol.modes[mode].stakes.probability
    orders = {
        name: _rng(seed, mode, "base", name).permutation(len(items[name]))
        for name in protocol.stimuli
    }

    def trials(
        name: str, use: StimulusUse, turn: int, rng: np.random.Generator
    ) -> tuple[Trial, ...]:
        ids, varying = list(items[name]), protocol.within(mode)
        take = use.taken(mode, len(ids))
        levels = cells_of({name: varying[name] for name in use.cross if name in varying})
        # After ``turns`` turns each item has been in each position equally often; then the levels are shifted
        # by one, so that after ``turns * len(levels)`` each item has had each level equally often.
        turns = len(ids) // gcd(len(ids), take)
        in_order = [
            Trial(
                ids[orders[name][(turn * take + position) % len(ids)]],
                dict(levels[(position + turn // turns) % len(levels)]),
            )
            for position in range(take)
        ]
        if use.order == "random":
            return tuple(in_order[position] for position in rng.permutation(take))
        return tuple(sorted(in_order, key=lambda trial: ids.index(trial.stimulus)))

    cells = cells_of(protocol.between(mode))
    allocated: list[Slot] = []
    turns = [0] * len(cells)
    all_blocks = -(-protocol.allocation.slots // size)
    for block in range(all_blocks if blocks is None else min(blocks, all_blocks)):
        for position in _rng(seed, mode, "block", block).permutation(size):
            cell, number = position % len(cells), len(allocated) + 1
            rng = _rng(seed, mode, "slot", number)
            drawn = {
                name: trials(name, use, turns[cell], rng) for name, use in protocol.stimuli.items()
            }
            draws: dict[str, Any] = {"paid": float(rng.random())}
            if chance is not None:
                draws["implemented"] = bool(rng.random() < chance)
            allocated.append(Slot(number, mode, block + 1, dict(cells[cell]), drawn, draws))
            turns[cell] += 1
    return allocated
