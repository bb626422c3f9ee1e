"""Orders of trials: random with runs of limited length, blocks, and fixed places at the beginning and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

ATTEMPTS = 200
"""Number of times that an order with short runs is drawn before the runs are called impossible."""


class RunsError(ValueError):
    """There is no order with such short runs, or none was found."""


def shuffled(trials: Sequence[T], rng: np.random.Generator) -> list[T]:
    """Return the trials in random order."""
    return [trials[place] for place in rng.permutation(len(trials))]


def block_order(blocks: Sequence[str], turn: int) -> list[str]:
    """Return the order of blocks for a participant: the first block rotates.

    Parameters
    ----------
    turn
        Number of the participant in the cell, from 0.

    >>> block_order(["sad", "glad", "calm"], 4)
    ['glad', 'calm', 'sad']
    """
    first = turn % len(blocks) if blocks else 0
    return [*blocks[first:], *blocks[:first]]


def with_short_runs(
    trials: Sequence[T],
    levels: Mapping[str, Callable[[T], str]],
    most: Mapping[str, int],
    rng: np.random.Generator,
    before: Sequence[T] = (),
    after: Sequence[T] = (),
) -> list[T]:
    """Return the trials in random order, with at most so many of the same level in a row.

    Each place is filled by one of the remaining trials at random among those after which short runs are still
    possible for each name by itself. With several names that can fail, and the order is drawn again.

    Parameters
    ----------
    levels
        Name of a factor or field -> its level on a trial.
    most
        The same names -> longest run.
    before, after
        Trials that come before and after these, which count for the runs.

    Raises
    ------
    RunsError
        If no such order is found.
    """
    if not most:
        return shuffled(trials, rng)
    for _ in range(ATTEMPTS):
        order = _attempt(trials, levels, most, rng, before)
        if order is None:
            continue
        whole = [*before, *order, *after]
        if not after or all(longest_run(map(of, whole)) <= most[n] for n, of in levels.items()):
            return order
    raise RunsError(f"no order was found with runs of at most {written_limits(most)}")


def written_limits(most: Mapping[str, int]) -> str:
    """Return limits of runs as they are written: ``kind: 2, side: 3``."""
    return ", ".join(f"{name}: {limit}" for name, limit in most.items())


def longest_run(levels: Sequence[str] | map[str]) -> int:
    """Return the number of times that the same level occurs in a row at most.

    >>> longest_run(["a", "b", "b", "a"])
    2
    """
    longest, run, last = 0, 0, None
    for level in levels:
        run = run + 1 if level == last else 1
        longest, last = max(longest, run), level
    return longest


class _Runs:
    """The current run of one name, and what remains of its levels."""

    def __init__(self, remaining: Sequence[str], before: Sequence[str], most: int) -> None:
        self.remaining = Counter(remaining)
        self.total = len(remaining)
        self.most = most
        self.last = before[-1] if before else ""
        self.run = 0
        for level in reversed(before):
            if level != self.last:
                break
            self.run += 1

    def allows(self, level: str) -> bool:
        """Return whether short runs are still possible if this level comes next."""
        run = self.run + 1 if level == self.last else 1
        if run > self.most:
            return False
        for other, left in self.remaining.items():
            left -= other == level
            # The trials of other levels divide this one into runs.
            gaps = self.total - 1 - left
            room = self.most - run if other == level else self.most
            if left > room + self.most * gaps:
                return False
        return True

    def add(self, level: str) -> None:
        self.run = self.run + 1 if level == self.last else 1
        self.last = level
        self.remaining[level] -= 1
        self.total -= 1


def _attempt(
    trials: Sequence[T],
    levels: Mapping[str, Callable[[T], str]],
    most: Mapping[str, int],
    rng: np.random.Generator,
    before: Sequence[T],
) -> list[T] | None:
    names = list(levels)
    runs = [
        _Runs([levels[n](trial) for trial in trials], [levels[n](t) for t in before], most[n])
        for n in names
    ]
    left = [(trial, tuple(levels[n](trial) for n in names)) for trial in shuffled(trials, rng)]
    order: list[T] = []
    while left:
        allowed: dict[tuple[str, ...], bool] = {}
        for own in dict.fromkeys(own for _, own in left):
            allowed[own] = all(run.allows(one) for run, one in zip(runs, own, strict=True))
        chosen = next((place for place, (_, own) in enumerate(left) if allowed[own]), None)
        if chosen is None:
            return None
        trial, own = left.pop(chosen)
        for run, level in zip(runs, own, strict=True):
            run.add(level)
        order.append(trial)
    return order


def with_ends(
    trials: Sequence[T], name: Callable[[T], str], first: Sequence[str], last: Sequence[str]
) -> tuple[list[T], list[T], list[T]]:
    """Return the trials whose items come first, those between, and those that come last."""
    begin = [trial for item in first for trial in trials if name(trial) == item]
    end = [trial for item in last for trial in trials if name(trial) == item]
    middle = [trial for trial in trials if name(trial) not in (*first, *last)]
    return begin, middle, end
