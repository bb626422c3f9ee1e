"""Planned models with one random factor (people, or stimuli) in a balanced design, in closed form.

In a balanced design REML's estimates are those of the analysis of variance: an effect that varies inside
the groups is tested against the mean square within groups, one that varies between them against the mean
square between groups, and where the latter falls below the former the variance of the groups is zero and
both are pooled. Satterthwaite's degrees of freedom are then those of the mean square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import NotBalancedError
from analysis.power.targets import Expected, Fits, Targets, condition_of_rows, fixed_rows
from analysis.power.world import Drawn, World
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class OneFactor:
    """``y ~ conditions + (1 | participant)``, or ``(1 | stimulus)`` with one answer a person."""

    world: World
    by_person: bool
    rows: Array
    """(c, rows) weights of the list means in each target."""
    inside: Array
    """(c,) 1 where a target varies inside the groups, 0 between; nan where it does both."""
    unit: Array
    """(c,) variance of a target in units of the mean square that it is tested against."""
    within: Array
    """(r, rows) orthonormal residual directions of the weighted list means inside the groups."""
    between: Array
    """(r, rows) those between the groups."""
    centring: Array
    """(rows, rows) projection on the weighted means of the groups."""
    df: tuple[int, int]
    """Degrees of freedom within and between groups."""
    formula: str

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        return f"closed form of the balanced analysis of variance: {self.formula}"

    def fit(self, drawn: Drawn) -> Fits:
        """Fit every drawn study."""
        means = np.concatenate(drawn.means)
        weighted = means * np.sqrt(self._people())[:, None]
        inner = np.sum((self.within @ weighted) ** 2, axis=0)
        outer = np.sum((self.between @ weighted) ** 2, axis=0)
        for scatter in drawn.scatter:
            total = np.einsum("mmn->n", scatter)
            average = scatter.sum(axis=(0, 1)) / len(scatter) if self.by_person else 0.0
            inner += total - average
            outer += average
        return self._tests(means, inner, outer)

    def _tests(self, means: Array, inner: Array, outer: Array) -> Fits:
        df_in, df_out = self.df
        square_in, square_out = inner / df_in, outer / max(df_out, 1)
        zero = (square_out < square_in) & (df_out > 0)
        pooled = (inner + outer) / (df_in + df_out)
        inside = self.inside[:, None] == 1
        square = np.where(zero, pooled, np.where(inside, square_in, square_out))
        df = np.where(zero, df_in + df_out, np.where(inside, df_in, max(df_out, 1)))
        se = np.sqrt(self.unit[:, None] * square)
        found = self.rows @ means
        sure = np.ones(means.shape[1], dtype=bool)
        return Fits(found.T, se.T, df.T.astype(float), zero, sure)

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        spread = self.world.covariance()
        root = np.sqrt(self._people())
        weighted = root[:, None] * spread * root
        inner = np.trace(self.within @ weighted @ self.within.T)
        outer = np.trace(self.between @ weighted @ self.between.T)
        for own in self.world.expected_scatter():
            average = own.sum() / len(own) if self.by_person else 0.0
            inner += np.trace(own) - average
            outer += average
        found = self._tests(np.zeros((len(spread), 1)), np.array([inner]), np.array([outer]))
        covariance = self.rows @ spread @ self.rows.T
        return Expected(
            found.se[0],
            found.df[0],
            np.sqrt(np.diag(covariance)),
            covariance,
            self._reported(root, float(inner) / self.df[0], float(outer) / max(self.df[1], 1)),
        )

    def _reported(self, root: Array, inner: float, outer: float) -> Array:
        """Covariance of the targets from the mean squares within and between groups."""
        whitened = self.rows / root
        between = whitened @ self.centring
        within = whitened - between
        found = inner * within @ within.T + max(outer, inner) * between @ between.T
        return np.asarray(found)

    def _people(self) -> Array:
        used = self.world.used
        return np.array(
            [self.world.people[g] for g in used for _ in self.world.lists.rows[g]], dtype=float
        )


def one_factor(world: World, model: PlannedModel, targets: Targets, group: str) -> OneFactor:
    """Set the planned model up on a design.

    Parameters
    ----------
    group
        ``"participant"``, or ``"stimulus"`` where everybody answers once.

    Raises
    ------
    NotBalancedError
        If a contrast is neither inside nor between the groups, as where cells are of unequal size.
    """
    fixed, _ = fixed_rows(model, world.lists)
    condition = condition_of_rows(world)
    x = fixed[condition]
    people = np.array([world.people[g] for g in world.used for _ in world.lists.rows[g]], float)
    labels = _groups(world, group)
    root = np.sqrt(people)
    centring = _centring(labels, root)
    inner_x = (root[:, None] * x) - centring @ (root[:, None] * x)
    outer_x = centring @ (root[:, None] * x)
    inside_space = np.eye(len(root)) - centring
    within, rank_in = _residual(inside_space, inner_x)
    between, rank_out = _residual(centring, outer_x)
    answers = int(people.sum())
    groups = int(sum(world.people)) if group == "participant" else len(set(labels.tolist()))
    df = answers - groups - rank_in, groups - rank_out
    if df[0] < 1:
        raise NotBalancedError(
            f"No degrees of freedom are left within {group}s; each answers or is met in one condition only."
        )
    total = np.bincount(condition, weights=people)
    rows = targets.weights[:, condition] * people / total[condition]
    return OneFactor(
        world,
        group == "participant",
        rows,
        *_strata_of(rows, root, centring, people, world, group, targets),
        within,
        between,
        centring,
        df,
        model.formula,
    )


def _groups(world: World, group: str) -> NDArray[np.intp]:
    """Group of each row of the used lists: the list itself (its people are alike) or the stimulus."""
    if group == "participant":
        names = [str(g) for g in world.used for _ in world.lists.rows[g]]
    else:
        names = [stimulus for g in world.used for stimulus, _ in world.lists.rows[g]]
    number = {name: j for j, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.intp)


def _centring(labels: NDArray[np.intp], root: Array) -> Array:
    """Projection on the weighted means of the groups."""
    columns = (labels[:, None] == np.unique(labels)).astype(float) * root[:, None]
    columns /= np.linalg.norm(columns, axis=0)
    return np.asarray(columns @ columns.T)


def _residual(space: Array, x: Array) -> tuple[Array, int]:
    """Orthonormal directions of a projection that are orthogonal to ``x``, and the rank of ``x``."""
    values, vectors = np.linalg.eigh(space)
    basis = vectors[:, values > 0.5]
    inner = basis.T @ x
    u, s, _ = np.linalg.svd(inner, full_matrices=True)
    rank = int((s > 1e-9 * max(s.max(initial=0.0), 1.0)).sum())
    return np.asarray((basis @ u[:, rank:]).T), rank


def _strata_of(
    rows: Array,
    root: Array,
    centring: Array,
    people: Array,
    world: World,
    group: str,
    targets: Targets,
) -> tuple[Array, Array]:
    """Where each target varies, and its variance in units of the mean square of that stratum."""
    whitened = rows / root
    outer = np.sum((whitened @ centring) ** 2, axis=1)
    unit = np.sum(whitened**2, axis=1)
    inside = np.where(outer < 1e-9 * unit, 1.0, np.where(outer > (1 - 1e-9) * unit, 0.0, np.nan))
    if np.isnan(inside[: targets.contrasts]).any():
        raise NotBalancedError(
            f"A contrast lies partly within and partly between {group}s (cells of unequal size)."
        )
    return inside, unit
