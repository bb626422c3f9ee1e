"""Conditions at a limit: all answers of a cell at the floor or the ceiling, so that an effect is infinite.

The likelihood of a response at a limit (no in a logistic model, the lowest amount of a Tobit model, the highest
category of an ordinal one ...) rises with its linear predictor towards one. Where coefficients can move in a direction
that lowers no response's likelihood and raises some, there is no maximum: separation (Albert & Anderson 1984,
Biometrika 71:1-10 [M+]). The linear programme is Konis' (2007) [M+], repeated until all
responses that reach their limit are found. Random intercepts change nothing: they are added to the predictor.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from analysis.models.design import Array, Model
from analysis.models.messages import EstimationError

AT_ONCE = 300
"""Comparisons that are added to a linear programme in each round."""
STEEP = 1e-6
"""A comparison that grows faster than this becomes infinite; coefficients of a direction are at most one."""


@dataclass(frozen=True)
class Comparisons:
    """What the likelihood of each response depends on: comparisons of linear predictors with cut points.

    Columns are those of the design, then the thresholds.
    """

    pulled: Array
    """Comparisons that a response wants as large as possible (k, columns)."""
    row: NDArray[np.intp]
    """The row of the data of each of them (k,)."""
    pinned: Array
    """Linear predictors that responses between the limits keep finite (m, columns)."""
    pinned_row: NDArray[np.intp]
    """Their rows (m,)."""


@dataclass(frozen=True)
class Separation:
    """The direction in which the likelihood has no maximum."""

    comparisons: Comparisons = field(repr=False)
    direction: Array
    """(columns): coefficients and thresholds."""
    strict: NDArray[np.bool_] = field(repr=False)
    """The comparisons that become infinite (k,)."""

    @property
    def at_limit(self) -> NDArray[np.intp]:
        """The rows of the data whose likelihood becomes one, in order."""
        kept = np.concatenate([self.comparisons.row[~self.strict], self.comparisons.pinned_row])
        return np.setdiff1d(self.comparisons.row[self.strict], kept)

    @property
    def remaining(self) -> Array:
        """The comparisons that stay finite: contrasts in the space of their rows can be estimated."""
        return np.vstack([self.comparisons.pulled[~self.strict], self.comparisons.pinned])

    def sign(self, weights: Array) -> float:
        """Return the sign of a contrast (columns,): 1 or -1 if it is infinite, 0 if it stays finite, nan if it has none.

        It has none if two infinite values are subtracted.
        """
        pulled = np.unique(self.comparisons.pulled, axis=0)
        free = _null_space(self.comparisons.pinned)
        along, wanted = _cleaned(pulled @ free), _cleaned(weights @ free)
        up, down = (side * _steepest(along, side * wanted) @ wanted > STEEP for side in (1, -1))
        return float("nan") if up and down else float(up) - float(down)


def find_separation(model: Model) -> Separation | None:
    """Return the direction in which all responses that can do so reach their limit; None if there is none."""
    comparisons = _comparisons(model)
    if comparisons is None or not len(comparisons.pulled):
        return None
    patterns, place = np.unique(comparisons.pulled, axis=0, return_inverse=True)
    free = _null_space(comparisons.pinned)
    if not free.shape[1]:
        return None
    along = _cleaned(patterns @ free)
    scale = np.abs(along).max(axis=0)
    scale[scale == 0] = 1.0
    along = along / scale
    direction, strict = np.zeros(len(scale)), np.zeros(len(along), dtype=bool)
    while not strict.all():
        # The sum of two directions raises what either of them raises.
        step = _steepest(along, along[~strict].sum(axis=0))
        more = (along @ step > STEEP) & ~strict
        if not more.any():
            break
        direction, strict = direction + step, strict | more
    if not strict.any():
        return None
    return Separation(comparisons, _cleaned(free @ (direction / scale)), strict[place.ravel()])


def check_separation(model: Model) -> None:
    """Raise an error if an effect is infinite since all answers of a condition are at a limit.

    Raises
    ------
    EstimationError
        ``separation``, with the coefficients that are infinite and the cells at a limit.
    """
    found = find_separation(model)
    if found is None:
        return
    names = [
        name
        for name, slope in zip(model.design.names, found.direction, strict=False)
        if slope != 0 and name != "Intercept"
    ]
    raise EstimationError(
        "separation",
        names=names or ["The intercept"],
        response=model.formula.response,
        cells=cells_at_limit(model, found),
        binary=model.family == "binomial",
    )


def cells_at_limit(model: Model, found: Separation) -> list[str]:
    """Return the cells of the factors in which all answers are at their limit."""
    data = model.data
    factors = [c for c in model.formula.fixed_columns if data[c].nunique() <= 6]
    if not factors:
        return []
    at_limit = np.isin(np.arange(len(data)), found.at_limit)
    answers = data[model.formula.response] if model.family != "binomial" else model.y
    table = (
        data[factors]
        .assign(_y=np.asarray(answers, dtype=float), _at=at_limit)
        .groupby(factors, observed=True)
        .agg(size=("_y", "size"), sum=("_y", "sum"), low=("_y", "min"), top=("_y", "max"), at=("_at", "all"))
        .reset_index()
    )  # fmt: skip
    cells = []
    for row in table.to_dict("records"):
        named = ", ".join(f"{c} = {row[c]}" for c in factors)
        if model.family == "binomial" and row["low"] == row["top"]:
            cells.append(f"{named}: {int(row['sum'])} of {row['size']} yes")
        elif model.family != "binomial" and row["at"]:
            value = f"{row['low']:g}" if row["low"] == row["top"] else "at a limit"
            cells.append(f"{named}: all {row['size']} answers are {value}")
    return cells


def _comparisons(model: Model) -> Comparisons | None:
    """Return the comparisons of a family; None if its likelihood always has a maximum."""
    x, y = model.design.matrix, model.y
    rows = np.arange(len(y))
    if model.family == "ordinal":
        return _ordinal(x, np.unique(y, return_inverse=True)[1].ravel())
    if model.family == "ordered_beta":
        return _ordered_beta(x, y)
    if model.family == "binomial":
        low, high = y == 0, y == 1
    elif model.family == "tobit" and model.limits is not None:
        low, high = y <= model.limits[0], y >= model.limits[1]
    elif model.family in ("poisson", "negativebinomial"):
        low, high = y == 0, np.zeros(len(y), dtype=bool)
    else:
        return None
    pulled = np.vstack([-x[low], x[high]])
    between = ~(low | high)
    return Comparisons(pulled, np.concatenate([rows[low], rows[high]]), x[between], rows[between])


def _ordinal(x: Array, codes: NDArray[np.intp]) -> Comparisons:
    """A category lies above the threshold before it and below the one after it."""
    rows, cuts = np.arange(len(x)), np.eye(int(codes.max()))
    above, below = codes > 0, codes < len(cuts)
    return Comparisons(
        np.vstack(
            [
                np.hstack([x[above], -cuts[codes[above] - 1]]),
                np.hstack([-x[below], cuts[codes[below]]]),
            ]
        ),
        np.concatenate([rows[above], rows[below]]),
        np.empty((0, x.shape[1] + len(cuts))),
        np.empty(0, dtype=np.intp),
    )


def _ordered_beta(x: Array, y: Array) -> Comparisons:
    """Nothing lies below the first cut point, all above the second, and the share between has a finite predictor."""
    rows, p = np.arange(len(x)), x.shape[1]
    low, high = y <= 0, y >= 1
    between = ~(low | high)
    x = np.hstack([x, np.zeros((len(x), 2))])
    first, second = np.eye(p + 2)[p], np.eye(p + 2)[p + 1]
    n = int(between.sum())
    return Comparisons(
        np.vstack([first - x[low], x[high] - second, x[between] - first, second - x[between]]),
        np.concatenate([rows[low], rows[high], rows[between], rows[between]]),
        x[between].reshape(n, p + 2),
        rows[between],
    )


def _steepest(along: Array, objective: Array) -> Array:
    """Return the direction (z,), with coefficients of at most one, that lowers none of ``along`` (k, z) and raises the objective most.

    Few comparisons decide: the others are added where a direction would lower them.
    """
    active = np.unique(np.linspace(0, len(along) - 1, AT_ONCE).astype(int))
    while True:
        found = optimize.linprog(
            -objective, A_ub=-along[active], b_ub=np.zeros(len(active)), bounds=(-1, 1)
        )
        if found.status != 0 or -found.fun < 1e-7:
            return np.zeros(along.shape[1])
        slopes = along @ found.x
        lowered = np.setdiff1d(np.flatnonzero(slopes < -STEEP / 2), active)
        if not len(lowered):
            direction: Array = found.x
            return direction
        worst = lowered[np.argsort(slopes[lowered])[:AT_ONCE]]
        active = np.union1d(active, worst)


def _null_space(rows: Array) -> Array:
    """Return the directions (columns, z) that change none of the rows; all if there are none."""
    if not len(rows):
        return np.eye(rows.shape[1])
    distinct = np.unique(rows, axis=0)
    free: Array = linalg.null_space(distinct, rcond=1e-10)
    return free


def _cleaned(values: Array) -> Array:
    """Return values with rounding errors set to zero."""
    return np.where(np.abs(values) < 1e-9, 0.0, values)
