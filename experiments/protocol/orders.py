"""Orders of trials: random with runs of limited length, blocks, and fixed places at the beginning and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def shuffled(trials: Sequence[T], rng: np.random.Generator) -> list[T]:
    """Return the trials in random order."""
    return [trials[place] for place in rng.permutation(len(trials))]


def in_blocks(
    trials: Sequence[T], block: Callable[[T], str], turn: int, rng: np.random.Generator
) -> list[T]:
    """Return the trials of each block together, in random order; the order of the blocks rotates.

    Parameters
    ----------
    block
        The block of a trial.
    turn
        Number of the participant in the cell, from 0: the first block is block ``turn`` of the list.
    """
    blocks = list(dict.fromkeys(map(block, trials)))
    first = turn % len(blocks) if blocks else 0
    return [
        trial
        for each in (*blocks[first:], *blocks[:first])
        for trial in shuffled([trial for trial in trials if block(trial) == each], rng)
    ]


def with_short_runs(
    trials: Sequence[T],
    levels: Mapping[str, Callable[[T], str]],
    most: Mapping[str, int],
    rng: np.random.Generator,
    attempts: int = 200,
) -> list[T]:
    """Return the trials in random order, with at most so many of the same level in a row.

    Each place is filled by one of the remaining trials at random among those that are allowed, with those preferred
    whose level would otherwise be left over; if none is allowed, the order is drawn again.

    Parameters
    ----------
    levels
        Name of a factor or field -> its level on a trial.
    most
        The same names -> longest run.

    Raises
    ------
    ValueError
        If no such order is found.
    """
    for _ in range(attempts):
        order = _attempt(trials, levels, most, rng)
        if order is not None:
            return order
    limits = ", ".join(f"{name}: {limit}" for name, limit in most.items())
    raise ValueError(f"no order was found with runs of at most {limits}")


def _attempt(
    trials: Sequence[T],
    levels: Mapping[str, Callable[[T], str]],
    most: Mapping[str, int],
    rng: np.random.Generator,
) -> list[T] | None:
    left = shuffled(trials, rng)
    order: list[T] = []
    run = dict.fromkeys(levels, ("", 0))
    remaining = {name: Counter(map(of, trials)) for name, of in levels.items()}
    while left:
        allowed = [
            place
            for place, trial in enumerate(left)
            if all(run[n][0] != of(trial) or run[n][1] < most[n] for n, of in levels.items())
        ]
        if not allowed:
            return None
        pressing = [
            place
            for place in allowed
            if any(_pressing(remaining[n], of(left[place]), most[n]) for n, of in levels.items())
        ]
        chosen = left.pop((pressing or allowed)[0])
        for name, of in levels.items():
            level = of(chosen)
            run[name] = (level, run[name][1] + 1 if run[name][0] == level else 1)
            remaining[name][level] -= 1
        order.append(chosen)
    return order


def _pressing(remaining: Counter[str], level: str, most: int) -> bool:
    """Return whether a level has so many trials left that it must come now to keep its runs short."""
    others = remaining.total() - remaining[level]
    return remaining[level] >= most * (others + 1)


def with_ends(
    trials: Sequence[T], name: Callable[[T], str], first: Sequence[str], last: Sequence[str]
) -> list[T]:
    """Return the trials with some items moved to the beginning and to the end, in the order given."""
    middle = [trial for trial in trials if name(trial) not in (*first, *last)]
    begin = [trial for item in first for trial in trials if name(trial) == item]
    end = [trial for item in last for trial in trials if name(trial) == item]
    return [*begin, *middle, *end]
