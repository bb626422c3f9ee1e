"""The trace of a dial: how movements are sampled, what is computed from them, and simulated traces."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.measures.trace import Recording, Trace, sample_at, samples, summary, written
from experiments.screen import Ask

ASKS = (
    Ask("felt", high=100, entry="trace", longest=600),
    Ask("felt.mean", unit="points", high=100),
    Ask("felt.peak", unit="points", high=100),
    Ask("felt.slope", unit="points per minute", low=-60_000, high=60_000),
)


def recorded(*moves: tuple[float, int]) -> Recording:
    made = Recording()
    for seconds, value in moves:
        made.move(seconds, value)
    return made


@pytest.mark.parametrize(
    ("moves", "end", "trace"),
    [
        ([(0.31, 50)], 0.6, "0.4: 50 50"),
        # A sample is what the dial shows at that time: a movement at 0.4 s decides the sample of 0.4 s.
        ([(0.4, 50), (0.5, 60)], 0.7, "0.4: 50 60 60"),
        # Of several movements between two samples the last one counts.
        ([(0.31, 50), (0.35, 60), (0.39, 70)], 0.5, "0.4: 70"),
        ([(1.0, 0), (1.2, 100)], 1.5, "1.0: 0 0 100 100 100"),
        # There is no sample at the end of the screen itself.
        ([(1.45, 7)], 1.5, None),
        ([(1.4, 7)], 1.5, "1.4: 7"),
        ([(1.0, 5), (2.5, 9)], 1.2, "1.0: 5 5"),
        ([], 60.0, None),
    ],
)
def test_movements_are_sampled_ten_times_per_second(
    moves: list[tuple[float, int]], end: float, trace: str | None
) -> None:
    assert recorded(*moves).trace(end) == trace


def test_the_trace_so_far_ends_with_the_last_movement() -> None:
    assert recorded((0.2, 3), (0.5, 4)).trace() == "0.2: 3 3 3 4"
    assert recorded((0.2, 3), (0.2, 4)).trace() == "0.2: 4"


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, 100)), max_size=30))
def test_each_sample_is_the_last_movement_before_it(moves: list[tuple[float, int]]) -> None:
    moves = sorted(moves, key=lambda move: move[0])
    trace = recorded(*moves).trace(20.0)
    expected = {}
    for sample in range(200):
        before = [value for seconds, value in moves if sample_at(seconds) <= sample]
        if before:
            expected[sample] = before[-1]
    if trace is None:
        assert expected == {}
    else:
        first, values = samples(trace)
        assert dict(enumerate(values, start=first)) == expected


@settings(deadline=None)
@given(st.integers(0, 9999), st.lists(st.integers(0, 100), min_size=1))
def test_a_trace_can_be_read_again(first: int, values: list[int]) -> None:
    assert samples(written(first, values)) == (first, values)


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=600))
def test_mean_peak_and_slope_are_those_of_numpy(values: list[int]) -> None:
    mean, peak, slope = summary(values)
    seconds = np.arange(len(values)) / 10
    assert mean == pytest.approx(np.mean(values), abs=0.0006)
    assert peak == max(values)
    assert slope == pytest.approx(60 * np.polyfit(seconds, values, 1)[0], abs=0.001, rel=1e-6)


def test_one_sample_has_no_slope_and_none_no_mean() -> None:
    assert Trace.answered(ASKS, "59.9: 40") == {
        "felt": "59.9: 40",
        "felt.mean": 40,
        "felt.peak": 40,
        "felt.slope": None,
    }
    assert set(Trace.answered(ASKS, None).values()) == {None}


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("0.0: 1", ""),
        ("59.9: 100", ""),
        ("59.9: 100 100", "has a sample after the 60 s of the screen"),
        ("0.0: 101", "has a value outside 0 to 100"),
        ("0.0:", "is no trace of a dial, such as '3.2: 50 50 55'"),
        ("0: 1", "is no trace of a dial, such as '3.2: 50 50 55'"),
        ("0.0: -1", "is no trace of a dial, such as '3.2: 50 50 55'"),
        (5, "is 5, which is no trace of a dial"),
    ],
)
def test_what_cannot_be_a_trace_is_said(answer: Any, fault: str) -> None:
    assert Trace.fault(ASKS[0], answer) == fault


class Person:
    """A simulated participant whose level is known."""

    right, follows = 1.0, False

    def __init__(self, level: int, seed: int, ask: Ask, followed: str) -> None:
        self.level, self.rng = level, np.random.default_rng(seed)
        self.follows = ask.measure == followed

    def unread(self, count: int, draw: str) -> int | None:
        return None

    def latent(self, count: int) -> int:
        assert count == 101
        return self.level

    def below(self, count: int, draw: str) -> int:
        return int(self.rng.integers(count))

    def normal(self, draw: str) -> float:
        return float(self.rng.normal())


@pytest.mark.parametrize("followed", ["felt.mean", "felt.peak", ""])
@pytest.mark.parametrize("level", [0, 1, 30, 63, 98, 100])
def test_a_simulated_trace_has_the_mean_or_the_peak_that_the_participant_has(
    level: int, followed: str
) -> None:
    for seed in range(20):
        answers = Trace.answers(ASKS, lambda ask: Person(level, seed, ask, followed))  # noqa: B023
        of = "felt.peak" if followed == "felt.peak" else "felt.mean"
        assert answers[of] == pytest.approx(level, abs=0.5)
        first, values = samples(str(answers["felt"]))
        assert 10 <= first <= 40
        assert first + len(values) == 600
        assert all(Trace.fault(ask, answers[ask.measure]) == "" for ask in ASKS)
        if level == 30:
            assert len(set(values)) > 5
