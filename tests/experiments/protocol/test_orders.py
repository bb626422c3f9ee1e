"""Orders of trials: every trial once, runs no longer than allowed, blocks that rotate, fixed ends."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.protocol import orders
from experiments.protocol.orders import (
    RunsError,
    block_order,
    longest_run,
    shuffled,
    with_ends,
    with_short_runs,
)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def first(trial: str) -> str:
    return trial[0]


def second(trial: str) -> str:
    return trial[1]


@settings(deadline=None)
@given(st.lists(st.integers()), st.integers(0, 1000))
def test_shuffling_keeps_every_trial(trials, seed):
    assert Counter(shuffled(trials, rng(seed))) == Counter(trials)


def test_each_order_is_equally_likely():
    generator = rng()
    drawn = Counter(tuple(shuffled("abc", generator)) for _ in range(6000))
    assert len(drawn) == 6
    # 99.99% interval of a binomial with 6,000 draws at 1/6
    assert all(890 <= count <= 1113 for count in drawn.values())


def test_each_block_comes_first_equally_often():
    firsts = Counter(block_order(["a", "b", "c"], turn)[0] for turn in range(12))
    assert firsts == {"a": 4, "b": 4, "c": 4}
    places = Counter((b, p) for turn in range(12) for p, b in enumerate(block_order("abc", turn)))
    assert set(places.values()) == {4}
    assert block_order([], 3) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_runs_are_as_short_as_asked_wherever_that_is_possible(data):
    """For one name such an order exists if, and only if, no level has too many trials for the gaps."""
    counts = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    most = data.draw(st.integers(1, 4))
    trials = [
        level + str(n) for level, count in zip("abcd", counts, strict=False) for n in range(count)
    ]
    possible = max(counts) <= most * (sum(counts) - max(counts) + 1)
    if not possible:
        with pytest.raises(RunsError, match=f"at most kind: {most}"):
            with_short_runs(trials, {"kind": first}, {"kind": most}, rng())
        return
    # With one name the first order that is drawn is one.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "ATTEMPTS", 1)
        order = with_short_runs(trials, {"kind": first}, {"kind": most}, rng(most))
    assert sorted(order) == sorted(trials)
    assert longest_run([first(trial) for trial in order]) <= most


def test_runs_of_two_names_are_short_at_once():
    trials = [kind + side for kind in "abc" for side in "lr"] * 4
    for seed in range(20):
        limits = {"kind": 2, "side": 3}
        order = with_short_runs(trials, {"kind": first, "side": second}, limits, rng(seed))
        assert sorted(order) == sorted(trials)
        assert longest_run(map(first, order)) <= 2
        assert longest_run(map(second, order)) <= 3


def test_runs_count_the_trials_before_and_after():
    for seed in range(20):
        order = with_short_runs(
            ["a1", "a2", "b1", "b2"], {"kind": first}, {"kind": 2}, rng(seed), ["a8", "a9"], ["b9"]
        )
        whole = [*map(first, ["a8", "a9", *order, "b9"])]
        assert longest_run(whole) <= 2


def test_many_orders_with_short_runs_are_drawn():
    drawn = {
        tuple(with_short_runs(["a1", "a2", "b1", "b2"], {"k": first}, {"k": 1}, rng(seed)))
        for seed in range(200)
    }
    # Two patterns (abab, baba), each with 2! orders of the a and of the b.
    assert len(drawn) == 8


def test_items_at_the_ends_come_in_the_order_given():
    begin, middle, end = with_ends(["a", "b", "c", "d", "b"], str, ["b"], ["d", "a"])
    assert (begin, middle, end) == (["b", "b"], ["c"], ["d", "a"])
