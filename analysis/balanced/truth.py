"""What is true in a simulated world: effects, and how much people and stimuli differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.balanced.design import CrossedDesign
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Truth:
    """Parameters of y ~ columns + (1 + slopes | participant) + (1 | item)."""

    beta: NDArray[np.float64]
    """(1 + k,) fixed effects, intercept first, in units of the response."""
    people: NDArray[np.float64]
    """(q, q) covariance of the participants' intercepts and slopes, in squared units."""
    item_variance: float
    """Variance of the items' intercepts."""
    residual_variance: float
    """Variance of one response given its participant and item."""

    @staticmethod
    def of(
        beta: ArrayLike, people: ArrayLike, item_variance: float, residual_variance: float
    ) -> Truth:
        """Check the numbers and make a Truth; `people` may be one variance or a matrix.

        Examples
        --------
        >>> Truth.of([0, 0.3], 0.25, 0.1, 1.0).people
        array([[0.25]])
        """
        covariance = np.atleast_2d(np.asarray(people, dtype=float))
        if covariance.shape[0] != covariance.shape[1] or not np.allclose(covariance, covariance.T):
            raise AnalysisError(
                f"The participants' covariance must be symmetric; got {covariance}."
            )
        if np.linalg.eigvalsh(covariance)[0] < -1e-12 * np.trace(covariance):
            raise AnalysisError(
                f"{covariance} is no covariance (a variance would be negative); "
                "lower the correlation or raise the variances."
            )
        if item_variance < 0 or residual_variance <= 0:
            raise AnalysisError(
                f"The item variance ({item_variance}) can't be negative and the residual variance "
                f"({residual_variance}) must be positive."
            )
        effects = np.asarray(beta, dtype=float)
        return Truth(effects, covariance, float(item_variance), float(residual_variance))

    @property
    def components(self) -> NDArray[np.float64]:
        """The linear covariance parameters: lower triangle of `people` by rows, item, residual."""
        below = self.people[np.tril_indices(len(self.people))]
        return np.append(below, [self.item_variance, self.residual_variance])


def draw_rows(
    design: CrossedDesign, truth: Truth, n_sims: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw (n_sims, N) responses, one study per row: the slow way, for designs with no strata."""
    require_match(design, truth)
    people, items = design.participant.max() + 1, design.item.max() + 1
    random, root = design.random, _root(truth.people)
    by_person = rng.standard_normal((n_sims, people, random.shape[1])) @ root.T
    by_item = np.sqrt(truth.item_variance) * rng.standard_normal((n_sims, items))
    noise = np.sqrt(truth.residual_variance) * rng.standard_normal((n_sims, len(random)))
    varying = np.einsum("snq,nq->sn", by_person[:, design.participant], random)
    drawn: NDArray[np.float64] = (
        design.fixed @ truth.beta + varying + by_item[:, design.item] + noise
    )
    return drawn


def require_match(design: CrossedDesign, truth: Truth) -> None:
    """Refuse a truth that has another number of effects than the design."""
    fixed, varying = 1 + len(design.names), 1 + len(design.slopes)
    if truth.beta.shape != (fixed,) or truth.people.shape != (varying, varying):
        raise AnalysisError(
            f"The design has {fixed} fixed effects {('intercept', *design.names)} and {varying} "
            f"that vary between participants {('intercept', *design.slopes)}; the truth has "
            f"{truth.beta.size} and {len(truth.people)}."
        )


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(covariance)
    root: NDArray[np.float64] = vectors * np.sqrt(np.clip(values, 0, None))
    return root
