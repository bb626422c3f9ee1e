r"""Power from the expected REML information at the planned variance components.

With V = sum_k phi_k D_k, P as in ``reml``, a = V^-1 X (X'V^-1 X)^-1 c for a contrast c of the coefficients:

    se^2 = c'(X'V^-1 X)^-1 c,   information J_kl = tr(P D_k P D_l) / 2,
    df = 2 se^4 / (g' J^-1 g) with g_k = a'D_k a   (Satterthwaite; Giesbrecht & Burns 1985 [M+]);

with few units, and for a contrast with a variance of its own, se and df are those of Kenward and Roger.

If the planned model omits terms of the population V_w = sum phi_w D_w, its variance components converge to the root of
the expected score, sum_l J_kl phi_l = sum_w J_kw phi_w, and the estimates have variance a'V_w a. A test statistic is the
estimate divided by its reported standard error, hence noncentral t; if the reported standard error is smaller (or
larger) than the SD of the estimates, the critical value changes accordingly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.errors import AnalysisError
from analysis.models.covariances.kenward_roger import KENWARD_ROGER
from analysis.models.engines.unequal_variances import satterthwaite
from analysis.power.blocks import Array
from analysis.power.designs import Design, spectral, square_root
from analysis.power.reml import effects, information, kenward_roger
from analysis.power.terms import entries
from analysis.power.worlds import World

LEAST_DF = 8.0
"""Below this df, in designs with conditions crossed with stimuli, the expected information underestimates power by up to .12
(benchmarks/power/old_and_new.md): variances estimated on the boundary change the df."""
NORMAL_DF = 5_000
"""Above this df, t is practically normal, and scipy's noncentral t is slow."""
FAR = 15.0
"""Above this noncentrality, scipy's noncentral t is unreliable, and power is 1 to twenty digits."""
NEAR = 5.0
"""Above this noncentrality, the opposite tail of the noncentral t is below 1e-6."""
NODES = 200
"""Quadrature points over standard errors, for the power of the equivalence test."""
MOST_STEPS, SETTLED, ALIASED = 100, 1e-9, 1e-9


@dataclass(frozen=True)
class Expected:
    """Expected results of the analysis: planned contrasts, then condition means (c in total)."""

    se: Array
    """Standard error that the planned model reports."""
    df: Array
    covariance: Array
    """(c, c) covariance of the estimates over studies with new participants and stimuli."""
    reported: Array
    """(c, c) covariance that the planned model reports; ``se`` is the root of its diagonal."""
    crossed: bool = False

    @property
    def sd(self) -> Array:
        """Standard deviation of the estimates over such studies."""
        sd: Array = np.sqrt(np.diag(self.covariance))
        return sd

    def with_test(self, j: int, own: Expected) -> Expected:
        """Return the results with contrast ``j`` from others, with the same correlations among the estimates."""
        se, df = self.se.copy(), self.df.copy()
        se[j], df[j] = own.se[j], own.df[j]
        scale, reported = np.ones(len(se)), np.ones(len(se))
        scale[j], reported[j] = own.sd[j] / self.sd[j], own.se[j] / self.se[j]
        return replace(
            self,
            se=se,
            df=df,
            covariance=self.covariance * np.outer(scale, scale),
            reported=self.reported * np.outer(reported, reported),
        )

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Whether the approximation is doubtful, so that studies have to be simulated."""
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
        # Far from zero, the opposite tail is negligible, and scipy returns nan for it.
        other = np.where(away < NEAR, stats.nct.cdf(-limit, df, np.minimum(shift, NEAR)), 0.0)
        beyond = stats.norm.sf(limit - away) + stats.norm.cdf(-limit - away)
        return np.asarray(np.where(normal, beyond, stats.nct.sf(limit, df, shift) + other))

    def equivalence(self, j: int, d: float | Array, bound: float, alpha: float) -> Array:
        """Compute the power of two one-sided tests to show that contrast ``j`` is smaller than ``bound``.

        As in the noncentral t, squared standard errors are assumed to be distributed as ``se^2`` chi^2 / df.
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
    """Compute the expected results with ``per_cell`` participants per cell, evenly over the presentation lists."""
    if world.linear:
        return _least_squares(world, per_cell)
    found = _mixed(world, per_cell)
    for j, own in world.own.items():
        found = found.with_test(j, _mixed(own, per_cell))
    return found


def _mixed(world: World, per_cell: int) -> Expected:
    design = world.everything.times(per_cell)
    phi, has = world.parameters()
    now, free = _expected_components(design, phi, has)
    weights = world.everything.weights(world.contrasts)
    found = effects(design, now[None], weights)
    reported, slope = found.covariance[0], found.slope[0]
    covariance = np.tensordot(phi, slope, 1)
    spread = np.linalg.inv(information(design, now[None])[0][np.ix_(free, free)])
    if world.errors(per_cell) == KENWARD_ROGER:
        now[free] += _kept_positive(now[free], np.diag(spread)) * _bounded(design)[free]
        variance, df = (each[0] for each in kenward_roger(design, now[None], weights, has))
        larger = np.sqrt(variance / np.diag(reported))
        reported = reported * np.outer(larger, larger)
    else:
        variance = np.diag(reported)
        gradient = np.einsum("kcc->kc", slope)[free]
        df = 2 * variance**2 / np.einsum("kc,kl,lc->c", gradient, spread, gradient)
    return Expected(np.sqrt(variance), df, covariance, reported, world.crossed)


def _kept_positive(values: Array, variances: Array) -> Array:
    """Return by how much estimates of variances, with these sampling variances, exceed them as they cannot be negative.

    A normal estimate X of a variance v has E[max(X, 0)] - v = s (density(v / s) - v / s upper tail(v / s)).
    """
    sd = np.sqrt(variances)
    return np.asarray(sd * (stats.norm.pdf(values / sd) - values / sd * stats.norm.sf(values / sd)))


def _bounded(design: Design) -> NDArray[np.bool_]:
    """Return whether each parameter (K,) is a variance that cannot be negative; the residual's is never near zero."""
    found = [
        np.equal(*np.tril_indices(q)) & (not own)
        for q, own in zip(design.sizes, design.free_terms, strict=True)
    ]
    found[len(design.inner)] = np.array([False])
    return np.concatenate(found)


def _expected_components(
    design: Design, phi: Array, has: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    """Solve the expected score equations: the model's parameters, and which of them are not on the boundary."""
    names = np.repeat(design.names, [entries(q) for q in design.sizes])
    bounded = _bounded(design)
    now, free = np.where(has, phi, 0.0), has.copy()
    for _ in range(MOST_STEPS):
        info = information(design, now[None])[0]
        _check_identified(info[np.ix_(free, free)], names[free])
        if not phi[~has].any():
            return now, free
        then = np.zeros_like(now)
        then[free] = np.linalg.solve(info[np.ix_(free, free)], info[free] @ phi)
        below = bounded & free & (then < 0)
        then[below], free = 0.0, free & ~below
        if np.abs(then - now).max() < SETTLED * phi.max():
            return then, free
        now = then
    raise AnalysisError(
        "The variance components of the planned model did not converge.",
        "Simulate participants with --check.",
    )


def _check_identified(info: Array, names: Array) -> None:
    """Check that the design identifies all variance components."""
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
        "Leave a random term out, or plan more answers per participant.",
    )


def _least_squares(world: World, per_cell: int) -> Expected:
    """Return the expected HC2 errors, of squares e^2 / (1 - h), for one answer per participant and no random term."""
    design = world.everything.times(per_cell)
    x, people = design.fixed[np.concatenate(design.rows)], design.people
    inner = np.linalg.inv(x.T @ (people[:, None] * x))
    used = world.contrasts @ inner @ x.T
    leverage = np.einsum("sp,pq,sq->s", x, inner, x)
    own, p = design.sums, x.shape[1]
    shared = np.tensordot(
        world.parameters()[0][design.residual + 1 :], own.kernels[own.answers + 1 :], 1
    )
    root = spectral(shared[p:, p:], square_root)
    loadings = own.columns[np.concatenate(design.rows), p:] @ root
    residual = loadings - x @ (inner @ x.T @ (people[:, None] * loadings))
    square = world.residual * (1 - leverage) + np.sum(residual**2, axis=1)
    square /= 1 - leverage
    reported = (used * (people * square)) @ used.T
    spread = (used * people) @ loadings
    covariance = (used * people * world.residual) @ used.T + spread @ spread.T
    df_of = satterthwaite(x, square, people)
    df = np.array([df_of(row) for row in world.contrasts])
    return Expected(np.sqrt(np.diag(reported)), df, covariance, reported)
