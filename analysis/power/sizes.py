"""Required numbers of people: found in closed form, to be tested by simulated studies of that size.

The analysis of the expected study is set up at sizes a factor of two apart and interpolated between them in
the logarithms, in which variances and degrees of freedom are smooth: people average out one part of the variance
of an estimate, and leave the other (stimuli that react differently to the conditions stay the same stimuli).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.balanced import NotBalancedError
from analysis.power.analytic import MOST_PER_CELL, equivalence_at, least_size, power_at
from analysis.power.components import Components
from analysis.power.fast import LEAST_PEOPLE, fast_analysis
from analysis.power.lists import Lists
from analysis.power.targets import Expected
from experiments.planned import PlannedModel


@dataclass(frozen=True)
class BySize:
    """What the analysis makes of the expected study, by the number of people per cell."""

    sizes: tuple[int, ...]
    """From the smallest that can be analysed to the largest that is looked for."""
    found: tuple[Expected, ...]

    def at(self, n: int) -> Expected:
        """Return it for ``n`` people per cell."""
        by_log = np.log(self.sizes)

        def between(values: list[np.ndarray]) -> np.ndarray:
            logs = np.log(np.maximum(np.array(values), 1e-12))
            return np.exp([np.interp(np.log(n), by_log, column) for column in logs.T])

        last = self.found[-1]
        return Expected(
            between([one.se for one in self.found]),
            between([one.df for one in self.found]),
            between([one.sd for one in self.found]),
            last.covariance,
            last.reported,
        )

    def for_power(self, j: int, d: float, alpha: float, target: float) -> int | None:
        """Return the people per cell that a difference ``d`` needs; None if no number is enough."""
        return self._least(lambda n: power_at(self.at(n), j, d, alpha), target)

    def for_equivalence(self, j: int, bound: float, alpha: float, target: float) -> int | None:
        """Return the people per cell that equivalence needs where nothing differs."""
        return self._least(lambda n: equivalence_at(self.at(n), j, 0.0, bound, alpha), target)

    def _least(self, power: Callable[[int], float], target: float) -> int | None:
        return least_size(power, target, self.sizes[0], self.sizes[-1])


def by_size(lists: Lists, model: PlannedModel, components: Components) -> BySize:
    """Set the sizes of a planned model up.

    Raises
    ------
    NotBalancedError
        If no fast engine fits the model at any size; the message says why.
    """
    found: dict[int, Expected] = {}
    n = MOST_PER_CELL
    while n >= LEAST_PEOPLE:
        try:
            found[n] = fast_analysis(lists, model, components, n).expected()
        except NotBalancedError:
            if not found:
                raise
            break
        n //= 2
    return BySize(tuple(sorted(found)), tuple(found[n] for n in sorted(found)))
