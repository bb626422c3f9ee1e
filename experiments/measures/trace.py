"""``trace``: a rating that is given continuously while a screen shows its content.

The position of the dial is sampled 10 times per second, at 0, 0.1, 0.2 ... seconds from the onset of the screen, pauses
left out. There is no mark beforehand: samples before the first movement are missing. The answer is the trace as a text,
such as ``3.2: 50 50 55``: the time of the first sample in seconds, then each value. Three further questions of the same
screen have the mean of the samples, their peak, and the slope of a straight line through them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, inf

from experiments.measures.kind import Numeric, Respondent
from experiments.screen import Answer, Ask

PER_SECOND = 10
"""Samples per second."""
PER_MINUTE = "points per minute"
"""Unit of the slope."""
LONGEST = 600.0
"""Seconds that a dial can be shown: its trace must fit into a row that the collector accepts."""
_TRACE = re.compile(r"(\d+\.\d):((?: \d+)+)")
#: A simulated participant moves the dial every two seconds, from one to four seconds after the onset.
_PACE, _FIRST = 20, (10, 40)
#: Of simulated traces: how long the dial takes to come close to the participant's level (samples), how much of a
#: deviation from it is left at the next movement, and SD of the deviations (conventions).
_RISE, _STAYS, _SPREAD = 40, 0.7, 4.0


@dataclass
class Recording:
    """The movements of a dial."""

    moves: list[tuple[int, int]] = field(default_factory=list)
    """The first sample that each movement decides, and the value from then on."""

    def move(self, seconds: float, value: int) -> None:
        """Record a movement, seconds after the onset."""
        self.moves.append((sample_at(seconds), value))

    def trace(self, seconds: float = inf) -> str | None:
        """Return the trace until some seconds after the onset (by default until the last movement); None without one."""
        if not self.moves:
            return None
        first, last = self.moves[0][0], self.moves[-1][0] + 1
        end = last if seconds == inf else sample_at(seconds)
        values: list[int] = []
        following = [*(sample for sample, _ in self.moves[1:]), end]
        for (sample, value), until in zip(self.moves, following, strict=True):
            values += [value] * (min(until, end) - max(sample, first))
        return written(first, values) if values else None


def sample_at(seconds: float) -> int:
    """Return the number of the first sample at this time or after it, from 0.

    >>> sample_at(0.0), sample_at(0.3), sample_at(0.31)
    (0, 3, 4)
    """
    return ceil(round(seconds * PER_SECOND, 6))


def written(first: int, values: Sequence[int]) -> str:
    """Return a trace as a text.

    >>> written(32, [50, 50, 55])
    '3.2: 50 50 55'
    """
    whole, tenth = divmod(first, PER_SECOND)
    return f"{whole}.{tenth}: {' '.join(map(str, values))}"


def samples(trace: str) -> tuple[int, list[int]]:
    """Return the number of the first sample of a trace, and the values from there on.

    Raises
    ------
    ValueError
        If the text is no trace.

    >>> samples("3.2: 50 50 55")
    (32, [50, 50, 55])
    """
    found = _TRACE.fullmatch(trace)
    if found is None:
        raise ValueError("is no trace of a dial, such as '3.2: 50 50 55'")
    return round(float(found[1]) * PER_SECOND), [int(value) for value in found[2].split()]


def summary(values: Sequence[int]) -> tuple[float, int, float | None]:
    """Return mean, peak and slope (points per minute; None of a single sample) of the samples of a trace.

    All sums are of whole numbers, so that the lab and the browser get the same results.

    >>> summary([50, 50, 55])
    (51.667, 55, 1500.0)
    """
    n, total = len(values), sum(values)
    places = n * (n - 1) // 2
    squares = places * (2 * n - 1) // 3
    slope = None
    if n > 1:
        products = sum(place * value for place, value in enumerate(values))
        across = 60 * PER_SECOND * (n * products - places * total)
        slope = round(across / (n * squares - places * places), 3)
    return round(total / n, 3), max(values), slope


class Trace(Numeric):
    """A rating that is given continuously. Its questions are the trace, its mean, its peak and its slope."""

    together = True
    stays = True
    seconds = 10.0

    @classmethod
    def answered(cls, asks: Sequence[Ask], trace: str | None) -> dict[str, Answer]:
        """Return the answers to the questions of a screen that a trace gives; all are None without one."""
        parts = (None, None, None) if trace is None else summary(samples(trace)[1])
        whole = [_plain(part) for part in parts]
        return dict(zip((ask.measure for ask in asks), (trace, *whole), strict=True))

    @classmethod
    def count(cls, ask: Ask) -> int:
        # Nobody can be said to answer a slope, and the trace is no number.
        return 1 if ask.entry or ask.unit == PER_MINUTE else super().count(ask)

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if not ask.entry:
            return super().fault(ask, answer)
        if not isinstance(answer, str):
            return f"is {answer!r:.60}, which is no trace of a dial"
        try:
            first, values = samples(answer)
        except ValueError as error:
            return str(error)
        if first + len(values) > ask.longest:
            return f"has a sample after the {ask.longest / PER_SECOND:g} s of the screen"
        if not ask.low <= min(values) <= max(values) <= ask.high:
            return f"has a value outside {ask.low:g} to {ask.high:g}"
        return ""

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        whole, mean, peak, _ = asks
        person = respondent(mean)
        count = cls.count(mean)
        level = person.unread(count, "dial")
        if level is not None:
            return cls.answered(asks, written(0, [level] * whole.longest))
        raised = respondent(peak)
        if raised.follows:
            person = raised
        course = _course(person, whole.longest)
        first = whole.longest - len(course)
        summarised = max if person is raised else _mean
        return cls.answered(
            asks, written(first, _at_level(course, person.latent(count), summarised))
        )


def _course(person: Respondent, longest: int) -> list[float]:
    """Return how a simulated participant's dial moves around their level, from its first movement on."""
    least, most = (min(each, longest // 3) for each in _FIRST)
    first = least + person.below(most - least + 1, "dial first")
    course: list[float] = []
    deviation = 0.0
    for place in range(first, longest, _PACE):
        deviation = _STAYS * deviation + _SPREAD * person.normal(f"dial {place}")
        # Feelings rise towards their level, from two thirds of the way in the beginning.
        rise = -10.0 * max(0.0, 1 - (place - first) / _RISE)
        course += [rise + deviation] * min(_PACE, longest - place)
    return course


def _at_level(
    course: Sequence[float], level: int, summarised: Callable[[Sequence[float]], float]
) -> list[int]:
    """Return a course within the ends of the dial whose mean or peak is at a level."""
    shift = level - summarised(course)
    values = [0]
    for _ in range(20):
        values = [min(100, max(0, round(each + shift))) for each in course]
        missing = level - summarised(values)
        if abs(missing) < 0.5:
            break
        shift += missing
    return values


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value
