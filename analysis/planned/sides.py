"""The two sides of a contrast that compares levels of one factor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.errors import AnalysisError
from analysis.planned.predictors import FactorOf
from experiments.protocol.planned_contrast import PlannedContrast


@dataclass(frozen=True)
class Sides:
    """The levels of one factor on both sides of a contrast, within fixed levels of other factors."""

    factor: str
    higher: tuple[str, ...]
    lower: tuple[str, ...]
    fixed: Mapping[str, tuple[str, ...]]

    @property
    def of_two_levels(self) -> bool:
        """Whether each side is one level."""
        return len(self.higher) == len(self.lower) == 1

    def participants(self, frame: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
        """Return each participant's mean on both sides.

        Raises
        ------
        AnalysisError
            If there are no answers at one of the sides.
        """
        own = within(frame, self.fixed)
        found = []
        for levels in (self.higher, self.lower):
            side = within(own, {self.factor: levels})
            if side.empty:
                raise AnalysisError(
                    f"There are no answers at {self.factor} = {' or '.join(levels)}.", ""
                )
            found.append(side.groupby("participant")[column].mean().astype(float))
        return found[0], found[1]


def sides_of(contrast: PlannedContrast) -> Sides | None:
    """Return the sides of a contrast; None if it does not compare levels of exactly one factor."""
    if len(contrast.compared) != 1 or contrast.lines:
        return None
    (factor,) = contrast.compared
    weights = contrast.weights[factor]
    return Sides(
        factor,
        tuple(level for level, weight in weights.items() if weight > 0),
        tuple(level for level, weight in weights.items() if weight < 0),
        fixed_levels(contrast),
    )


def fixed_levels(contrast: PlannedContrast) -> dict[str, tuple[str, ...]]:
    """Return the levels at which a contrast fixes factors that it does not compare."""
    return {
        name: tuple(levels)
        for name, levels in contrast.weights.items()
        if name not in contrast.compared
    }


def within(frame: pd.DataFrame, levels: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """Return the rows at some levels of factors."""
    for name, own in levels.items():
        frame = frame[frame[name].astype(str).isin(list(own))]
    return frame


def in_words(levels: Iterable[str], factor: FactorOf) -> str:
    """Return the words of levels, joined by 'and'."""
    return " and ".join(factor.words[level] for level in levels)
