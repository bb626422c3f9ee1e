"""Required numbers of people: found in closed form, to be tested by simulated studies of that size.

The variance of an estimate is a part that people average out and one that they do not (stimuli that react
differently to the conditions stay the same stimuli), v = a + b / n. The analysis of the expected study is set up
at sizes a factor of four apart; between them variances are interpolated in 1 / n, degrees of freedom in the
logarithms.
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
        sizes, last = np.array(self.sizes[::-1], dtype=float), self.found[-1]

        def between(values: list[np.ndarray], at: np.ndarray, place: float) -> np.ndarray:
            return np.array([np.interp(place, at, column) for column in np.array(values[::-1]).T])

        return Expected(
            np.sqrt(between([one.se**2 for one in self.found], 1 / sizes, 1 / n)),
            np.exp(between([np.log(one.df) for one in self.found], -np.log(sizes), -np.log(n))),
            np.sqrt(between([one.sd**2 for one in self.found], 1 / sizes, 1 / n)),
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
    found = {MOST_PER_CELL: fast_analysis(lists, model, components, MOST_PER_CELL).expected()}
    for factor in (4, 2):
        try:
            while min(found) // factor >= LEAST_PEOPLE:
                n = min(found) // factor
                found[n] = fast_analysis(lists, model, components, n).expected()
        except NotBalancedError:
            # Fewer people than the lists need; the sizes end here, or half way.
            continue
    return BySize(tuple(sorted(found)), tuple(found[n] for n in sorted(found)))
