r"""Power from the expected REML information at the planned variance components.

With V = sum_k phi_k D_k, P as in ``reml``, a = V^-1 X (X'V^-1 X)^-1 c for a contrast c of the coefficients:

    se^2 = c'(X'V^-1 X)^-1 c,   information J_kl = tr(P D_k P D_l) / 2,
    df = 2 se^4 / (g' J^-1 g) with g_k = a'D_k a   (Satterthwaite; Giesbrecht & Burns 1985 [M+]).

Where the planned model leaves out terms of the world V_w = sum phi_w D_w, its variances go to the root of the expected
score, sum_l J_kl phi_l = sum_w J_kw phi_w, and the estimates have the variance a'V_w a. A test statistic is the
estimate over its reported standard error, hence noncentral t; where the model reports less (or more) than the spread
that estimates have, the limit moves accordingly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.errors import AnalysisError
from analysis.power.blocks import Array
from analysis.power.designs import Design, entries
from analysis.power.reml import effects, information
from analysis.power.worlds import World

LEAST_DF = 8.0
"""Below this df, where conditions cross stimuli, the expected information gives a power up to .12 too low
(benchmarks/power/old_and_new.md): variances estimated on the boundary change the df."""
NORMAL_DF = 5_000
"""From here on t is normal for every purpose, and scipy's noncentral t gets slow."""
FAR = 15.0
"""Beyond this noncentrality scipy's noncentral t is not reliable, and power is 1 to twenty digits."""
NEAR = 5.0
"""From here on the end of the noncentral t beyond the other limit is below 1e-6."""
NODES = 200
"""Standard errors at which equivalence is computed."""
MOST_STEPS, SETTLED, ALIASED = 100, 1e-9, 1e-9


@dataclass(frozen=True)
class Expected:
    """What the analysis of the expected study reports: planned contrasts, then means of conditions (c in all)."""

    se: Array
    """Standard error that the planned model reports."""
    df: Array
    covariance: Array
    """(c, c) of the estimates over studies with new people and stimuli."""
    reported: Array
    """(c, c) covariance that the planned model reports; ``se`` is the root of its diagonal."""
    crossed: bool = False

    @property
    def sd(self) -> Array:
        """Standard deviation of the estimates over such studies."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Where studies have to be simulated instead."""
        return self.crossed & (self.df < LEAST_DF)

    def power(self, j: int, d: float | Array, alpha: float) -> Array:
        """Compute the power of the two-sided test of contrast ``j`` at true effects ``d``.

        Examples
        --------
        >>> two = np.eye(1) * 2 / 393
        >>> round(float(Expected(np.sqrt(two[0]), np.array([784.0]), two, two).power(0, 0.2, 0.05)), 3)
        0.8
        """
        se, sd, df = float(self.se[j]), float(self.sd[j]), float(self.df[j])
        away, limit = np.abs(d) / sd, stats.t.ppf(1 - alpha / 2, df) * se / sd
        normal = (df > NORMAL_DF) | (away > FAR)
        shift = np.where(normal, 1.0, away)
        # Far from zero the other end is nothing, and scipy's value of it is no number.
        other = np.where(away < NEAR, stats.nct.cdf(-limit, df, np.minimum(shift, NEAR)), 0.0)
        beyond = stats.norm.sf(limit - away) + stats.norm.cdf(-limit - away)
        return np.asarray(np.where(normal, beyond, stats.nct.sf(limit, df, shift) + other))

    def equivalence(self, j: int, d: float | Array, bound: float, alpha: float) -> Array:
        """Compute the power of two one-sided tests to show contrast ``j`` to be smaller than ``bound``.

        As in the noncentral t, squared standard errors are taken to vary as ``se^2`` chi^2 / df.
        """
        sd, df = float(self.sd[j]), float(self.df[j])
        shares = (np.arange(NODES) + 0.5) / NODES
        se = float(self.se[j]) * np.sqrt(stats.chi2.ppf(shares, df) / df)
        room = np.maximum(bound - stats.t.ppf(1 - alpha, df) * se, 0.0)
        away = np.asarray(d, dtype=float)[..., None]
        inside = stats.norm.cdf((room - away) / sd) - stats.norm.cdf((-room - away) / sd)
        return np.asarray(inside.mean(axis=-1))


@lru_cache(maxsize=4096)
def expected(world: World, per_cell: int) -> Expected:
    """Analyse the expected study with so many people per cell, spread evenly over the presentation lists."""
    return _least_squares(world, per_cell) if world.linear else _mixed(world, per_cell)


def least_size(power: Callable[[int], float], target: float, least: int, most: int) -> int | None:
    """Return the smallest number with at least the target power; None if none is found.

    Parameters
    ----------
    power
        Power by number of people; rising.
    least
        Smallest number that can be analysed.
    most
        Largest number that is looked for.

    Examples
    --------
    >>> least_size(lambda n: 1 - 1 / n, 0.8, 2, 100)
    5
    """
    low, high = least, most
    if power(high) < target:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= target else (middle + 1, high)
    return low


def _mixed(world: World, per_cell: int) -> Expected:
    design = world.everything.times(per_cell)
    phi, has = world.parameters()
    now, free = _settled(design, phi, has)
    weights = world.everything.weights(world.contrasts)
    found = effects(design, now[None], weights)
    reported, slope = found.covariance[0], found.slope[0]
    gradient = np.einsum("kcc->kc", slope)[free]
    info = information(design, now[None])[0][np.ix_(free, free)]
    spread = np.einsum("kc,kc->c", gradient, np.linalg.solve(info, gradient))
    variance = np.diag(reported)
    covariance = np.tensordot(phi, slope, 1)
    return Expected(
        np.sqrt(variance), 2 * variance**2 / spread, covariance, reported, world.crossed
    )


def _settled(design: Design, phi: Array, has: NDArray[np.bool_]) -> tuple[Array, NDArray[np.bool_]]:
    """Solve the expected score equations: the model's parameters, and which of them are not on the boundary."""
    names = np.repeat(design.names, [entries(q) for q in design.sizes])
    square = np.concatenate([np.equal(*np.tril_indices(q)) for q in design.sizes])
    now, free = np.where(has, phi, 0.0), has.copy()
    for _ in range(MOST_STEPS):
        info = information(design, now[None])[0]
        _check_identified(info[np.ix_(free, free)], names[free])
        if not phi[~has].any():
            return now, free
        then = np.zeros_like(now)
        then[free] = np.linalg.solve(info[np.ix_(free, free)], info[free] @ phi)
        below = square & free & (then < 0)
        then[below], free = 0.0, free & ~below
        if np.abs(then - now).max() < SETTLED * phi.max():
            return then, free
        now = then
    raise AnalysisError(
        "The variances of the planned model did not settle in the expected study.",
        "Simulate participants with --check.",
    )


def _check_identified(info: Array, names: Array) -> None:
    """Refuse variances that the design cannot separate."""
    scale = np.sqrt(np.diag(info))
    if (scale > 0).all():
        values, vectors = np.linalg.eigh(info / np.outer(scale, scale))
        if values[0] >= ALIASED:
            return
        mixed = np.abs(vectors[:, 0]) > 0.1
    else:
        mixed = scale == 0
    raise AnalysisError(
        f"The design cannot separate these variances: {', '.join(dict.fromkeys(names[mixed]))}.",
        "Leave a random term out, or let people answer more often.",
    )


def _least_squares(world: World, per_cell: int) -> Expected:
    """Return the expected HC3 errors e^2 / (1 - h)^2 for one answer per participant and no random term."""
    design = world.everything.times(per_cell)
    x, people = design.fixed[np.concatenate(design.rows)], design.people
    inner = np.linalg.inv(x.T @ (people[:, None] * x))
    used = world.contrasts @ inner @ x.T
    leverage = np.einsum("sp,pq,sq->s", x, inner, x)
    own, p = design.sums, x.shape[1]
    shared = np.tensordot(
        world.parameters()[0][design.residual + 1 :], own.kernels[own.answers + 1 :], 1
    )
    values, vectors = np.linalg.eigh(shared[p:, p:])
    met = own.columns[np.concatenate(design.rows), p:] @ (
        vectors * np.sqrt(np.clip(values, 0, None))
    )
    away = met - x @ (inner @ x.T @ (people[:, None] * met))
    square = world.residual * (1 - leverage) + np.sum(away**2, axis=1)
    reported = (used * (people * square / (1 - leverage) ** 2)) @ used.T
    spread = (used * people) @ met
    covariance = (used * people * world.residual) @ used.T + spread @ spread.T
    df = np.full(len(used), people.sum() - p)
    return Expected(np.sqrt(np.diag(reported)), df, covariance, reported)
