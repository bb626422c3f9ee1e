"""Required numbers of people: found in closed form, to be tested by simulated studies of that size.

The variance of an estimate is a part that people average out and one that they do not (stimuli that react
differently to the conditions stay the same stimuli), v = a + b / n; both follow from two sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.power.analytic import equivalence_at, least_size, power_at
from analysis.power.components import Components
from analysis.power.fast import LEAST_PEOPLE, fast_analysis
from analysis.power.lists import Lists
from analysis.power.targets import Expected
from experiments.planned import PlannedModel


@dataclass(frozen=True)
class BySize:
    """What the analysis makes of the expected study, by the number of people per cell."""

    sizes: tuple[int, int]
    found: tuple[Expected, Expected]

    def at(self, n: int) -> Expected:
        """Return it for ``n`` people per cell."""
        (first, second), (few, many) = self.sizes, self.found

        def line(a: np.ndarray, b: np.ndarray, x: float, y: float, at: float) -> np.ndarray:
            slope = (a - b) / (x - y)
            return a + slope * (at - x)

        inverse = (1 / first, 1 / second, 1 / n)
        se = np.sqrt(np.maximum(line(few.se**2, many.se**2, *inverse), 1e-12))
        sd = np.sqrt(np.maximum(line(few.sd**2, many.sd**2, *inverse), 1e-12))
        df = np.maximum(line(few.df, many.df, first, second, n), 1.0)
        return Expected(se, df, sd, many.covariance, many.reported)

    def for_power(self, j: int, d: float, alpha: float, target: float) -> int | None:
        """Return the people per cell that a difference ``d`` needs; None if no number is enough."""
        return least_size(lambda n: power_at(self.at(n), j, d, alpha), target, LEAST_PEOPLE)

    def for_equivalence(self, j: int, bound: float, alpha: float, target: float) -> int | None:
        """Return the people per cell that equivalence needs where nothing differs."""
        return least_size(
            lambda n: equivalence_at(self.at(n), j, 0.0, bound, alpha),
            target,
            LEAST_PEOPLE,
        )


def by_size(lists: Lists, model: PlannedModel, components: Components, planned: int) -> BySize:
    """Set the sizes of a planned model up, from the expected study at two of them."""
    whole = max(1, round(planned / lists.period)) * lists.period
    while lists.period > 1 and min(lists.people(whole)) < LEAST_PEOPLE:
        whole += lists.period
    sizes = (whole, 8 * whole)
    few, many = (fast_analysis(lists, model, components, n).expected() for n in sizes)
    return BySize(sizes, (few, many))
