"""Studies drawn from a world: what the analysis of a design can use of them, at a cost that does not grow with N.

Given the stimuli, the participants of one composition are independent draws from one multivariate normal
distribution, so that their mean and their scatter matrix (Wishart, by Bartlett's decomposition) hold everything.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.designs import Design

Array = NDArray[Any]


def draw(
    world: Design, phi: Array, n: int, rng: np.random.Generator
) -> tuple[list[Array], list[Array]]:
    """Draw n studies in which no condition differs from another.

    Parameters
    ----------
    world
        The design with all random terms that there are; whole numbers of people.
    phi
        (K,) their variance parameters.

    Returns
    -------
    tuple
        For each composition of the design, (n, r) means and (n, r, r) scatter matrices (``Design.answers``).
    """
    own, split = world.sums, world.residual
    within = np.tensordot(phi[:split], own.inside, 1)
    shared = np.zeros((n, len(own.columns)))
    if world.outer:
        p = world.fixed.shape[1]
        between = np.tensordot(phi[split + 1 :], own.kernels[own.answers + 1 :], 1)[p:, p:]
        shared = rng.standard_normal((n, len(between))) @ _root(between) @ own.columns[:, p:].T
    means, scatters = [], []
    for rows, people in zip(world.rows, world.people, strict=True):
        z = own.within[rows]
        root = np.linalg.cholesky(z @ within @ z.T + phi[split] * np.eye(len(rows)))
        noise = rng.standard_normal((n, len(rows))) @ root.T
        means.append(shared[:, rows] + noise / np.sqrt(people))
        scatters.append(_wishart(root, round(people) - 1, n, rng))
    return means, scatters


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)


def _wishart(root: Array, df: int, n: int, rng: np.random.Generator) -> Array:
    """(n, r, r) Wishart matrices of the covariance root @ root.T."""
    r = len(root)
    if df < r:
        factor = root @ rng.standard_normal((n, r, df))
    else:
        factor = np.zeros((n, r, r))
        below = np.tril_indices(r, -1)
        factor[:, below[0], below[1]] = rng.standard_normal((n, len(below[0])))
        factor[:, np.arange(r), np.arange(r)] = np.sqrt(rng.chisquare(df - np.arange(r), (n, r)))
        factor = root @ factor
    return np.asarray(factor @ factor.swapaxes(1, 2))
