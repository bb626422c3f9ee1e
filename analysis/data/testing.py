"""Whether the tests of a condition hold for values in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.errors import AnalysisError
from experiments.language.conditions import COMPARE, Compared, IsNot, IsOneOf, Missing, Test
from experiments.language.quantities import Duration, Share


@dataclass(frozen=True)
class Tested:
    """A test in each of some rows."""

    holds: pd.Series
    """Whether it holds; where an answer is missing, only ``!=``, ``wrong`` and ``missing`` do."""
    known: pd.Series
    """Whether there is what decides it."""


def decided(test: Test, values: pd.Series) -> Tested:
    """Return whether a test of a value holds in each row."""
    given = values.notna()
    if isinstance(test, Missing):
        return Tested(~given, pd.Series(True, values.index))
    if isinstance(test, IsOneOf):
        same = [_same(values, level) for level in test.levels]
        return Tested(pd.concat(same, axis=1).any(axis=1), given)
    if isinstance(test, IsNot):
        return Tested(~_same(values, test.level), given)
    assert isinstance(test, Compared)
    numbers = pd.to_numeric(values.astype(object), errors="coerce").astype(float)
    met = COMPARE[test.sign](numbers.to_numpy(), limit_of(test))
    return Tested(pd.Series(met, values.index), numbers.notna())


def joined(tests: Sequence[Tested]) -> pd.Series:
    """Return whether several tests all hold: 1 or 0, missing where what decides it is."""
    held = pd.concat([test.holds | ~test.known for test in tests], axis=1).all(axis=1)
    known = pd.concat([test.known for test in tests], axis=1).all(axis=1)
    return held.astype(float).where(known | ~held)


def limit_of(test: Compared) -> float:
    """Return the number that a test compares with: seconds of a time, the part of 1 of a percentage.

    Raises
    ------
    AnalysisError
        If it is a number of frames, which the check of a study refuses.
    """
    if isinstance(test.limit, Duration):
        seconds = test.limit.seconds
        if seconds is None:
            raise AnalysisError(
                f"'{test}' compares with frames, whose length depends on the screen.",
                "Write it in ms or s.",
            )
        return float(seconds)
    return float(test.limit.fraction if isinstance(test.limit, Share) else test.limit)


_YES_NO = {"yes": "1", "no": "0"}
"""What ``x.correct = yes`` is in data, where it is 1 or 0."""


def _same(values: pd.Series, level: str) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        try:
            return values == float(_YES_NO.get(level, level))
        except ValueError:
            return pd.Series(False, values.index)
    return values.astype(object) == level
