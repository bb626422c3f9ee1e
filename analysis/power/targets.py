"""What is estimated in every simulated study, and what every way of fitting one hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.models import Formula, parse_formula
from analysis.models.design import fixed_design
from analysis.power.lists import Level, Lists
from analysis.power.world import World
from experiments.planned import Contrast, PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class Targets:
    """Combinations of condition means: the planned contrasts, then the condition means themselves."""

    names: tuple[str, ...]
    levels: tuple[tuple[Level, ...], ...]
    """Conditions, in the order of the columns of ``weights``."""
    weights: Array
    """(c, conditions)"""
    contrasts: int
    """How many of the rows are planned contrasts."""


@dataclass(frozen=True)
class Fits:
    """Estimates of n simulated studies; arrays of shape (n, c)."""

    estimate: Array
    se: Array
    df: Array
    singular: NDArray[np.bool_]
    """(n,) a variance was estimated as zero."""
    converged: NDArray[np.bool_]
    """(n,)"""


@dataclass(frozen=True)
class Expected:
    """What the analysis makes of the expected study; arrays of shape (c,)."""

    se: Array
    """Standard error that the planned model reports."""
    df: Array
    sd: Array
    """Standard deviation that the estimates really have over studies with new people and stimuli."""
    covariance: Array
    """(c, c) of the estimates over such studies."""
    reported: Array
    """(c, c) covariance that the planned model reports; ``se`` is the root of its diagonal."""


class Analysis(Protocol):
    """One way to fit the planned model to drawn lists."""

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        ...

    def simulate(self, n: int, rng: np.random.Generator) -> Fits:
        """Draw ``n`` studies in which no condition differs from another, and fit them."""
        ...

    def expected(self) -> Expected:
        """Say what the analysis makes of the expected study."""
        ...


def targets_of(lists: Lists, contrasts: Sequence[Contrast]) -> Targets:
    """Return the planned contrasts over the conditions, and the conditions' means.

    Raises
    ------
    AnalysisError
        If a contrast names a level that nobody meets.
    """
    levels = lists.levels
    rows = []
    for contrast in contrasts:
        place = lists.factors.index(contrast.factor)
        row = np.zeros(len(levels))
        for level, sign in ((contrast.higher, 1.0), (contrast.lower, -1.0)):
            met = np.array([cell[place] == level for cell in levels])
            if not met.any():
                known = dict.fromkeys(str(cell[place]) for cell in levels)
                raise AnalysisError(
                    f"The contrast {contrast.name!r} names the level {level!r}, which nobody meets.",
                    f"Met are: {', '.join(known)}.",
                )
            row += sign * met / met.sum()
        rows.append(row)
    names = [c.name for c in contrasts] + [", ".join(map(str, cell)) for cell in levels]
    weights = np.vstack([*rows, np.eye(len(levels))])
    return Targets(tuple(names), levels, weights, len(rows))


def parsed(model: PlannedModel) -> Formula:
    """Parse a planned model's formula."""
    return parse_formula(f"{model.measure} ~ {model.formula}")


def fixed_rows(model: PlannedModel, lists: Lists) -> tuple[Array, tuple[str, ...]]:
    """(conditions, p) design row of each condition under the model's own coding, and the names."""
    grid = pd.DataFrame(list(lists.levels), columns=list(lists.factors))
    design = fixed_design(parsed(model), grid)
    return np.asarray(design.matrix, dtype=float), design.names


def condition_of_rows(world: World) -> NDArray[np.intp]:
    """(rows,) number of the condition of each row of the used lists."""
    number = {levels: j for j, levels in enumerate(world.lists.levels)}
    return np.array(
        [number[lv] for g in world.used for _, lv in world.lists.rows[g]], dtype=np.intp
    )
