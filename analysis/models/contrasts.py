"""Contrasts of a fitted model and marginal means on a reference grid, with Holm's correction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import AnalysisError
from analysis.models.guards import did_you_mean
from analysis.models.result import RATIOS, SCALES, Fit, estimate_table
from analysis.showing import Part, Shown, written
from experiments.numbers import degrees, estimate, p_phrase, scale_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INVERSE_LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": np.asarray,
    "logit": special.expit,
    "probit": special.ndtr,
    "log": np.exp,
}


@dataclass(frozen=True)
class Contrast(Shown):
    """Linear combinations of fixed effects.

    ``estimates`` has columns label, estimate, se, df, statistic, p (two-sided, unadjusted), ci_low,
    ci_high. If a condition is at a limit (``Fit.limit``), there are also ``test`` (Wald, likelihood ratio or none)
    and ``why`` (there is none). ``statistic``, ``df``, ``df_error``, ``p``: the joint Wald test of all rows (F, or
    chi-square when ``df_error`` is infinite).
    """

    estimates: pd.DataFrame
    weights: np.ndarray
    statistic: float
    df: float
    df_error: float
    p: float
    link: str = "identity"
    """Link of the model, that is, the scale of the estimates."""
    level: float = 0.95
    """Confidence level of the intervals."""
    title: str = "Contrasts"
    notes: tuple[str, ...] = ()
    """The adjustment of the p values, and the values at which other predictors were held."""

    def table(self) -> pd.DataFrame:
        """Return one row per contrast: its name, estimate, se, df, statistic, p, ci_low, ci_high.

        Also p_adjusted if p values are adjusted, and the odds ratio (logit link) or the ratio (log link).
        """
        table = self.estimates.rename(columns={"label": "contrast"})
        if "why" in table and not table["why"].any():
            table = table.drop(columns="why")
        if ratio := RATIOS.get(self.link):
            table[ratio] = np.exp(table["estimate"])
        return table

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the contrasts with their intervals."""
        from analysis.showing.axes import intervals

        names = self.estimates.loc[:, :"label"].drop(columns="label").astype(str)
        within = [", ".join(row) for row in names.itertuples(index=False, name=None)]
        labels = [
            f"{label} ({own})" if own else str(label)
            for label, own in zip(self.estimates["label"], within, strict=True)
        ]
        across = f"difference, in {SCALES[self.link]} ({self.level:.0%} interval)"
        return intervals(axes, labels, self.estimates, across)

    def parts(self) -> Iterator[Part]:
        """Return the contrasts, their joint test, and notes."""
        is_z = not np.isfinite(self.estimates["df"]).all()
        table = written(self.table(), self.level, statistic="z" if is_z else "t")
        lines = []
        if len(self.estimates) > 1 and np.isfinite(self.statistic):
            test = (
                f"χ²({degrees(self.df)})"
                if np.isinf(self.df_error)
                else f"F({degrees(self.df)}, {degrees(self.df_error)})"
            )
            lines = [f"Joint test: {test} = {estimate(self.statistic, 2)}, {p_phrase(self.p)}."]
        if self.link != "identity":
            lines.append(f"Estimates are {SCALES[self.link]}.")
        yield Part(self.title, (*lines, *self.notes), table)


def contrast(
    fit: Fit,
    weights: np.ndarray | Sequence[float] | dict[str, float],
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> Contrast:
    """Estimate and test ``weights @ beta``.

    Parameters
    ----------
    weights : array (terms,) or (rows, terms), or {term name: weight}
    labels : names of the rows; if None, they are written out from the weights

    Raises
    ------
    AnalysisError
        If a name is unknown or the number of columns is not the number of terms.
    """
    matrix = _weight_matrix(fit, weights)
    names = list(labels) if labels is not None else [_spell(row, fit.names) for row in matrix]
    if fit.limit is not None:
        table = fit.limit.estimates(matrix, names, level)
        return Contrast(table, matrix, *fit.joint(matrix), link=fit.link, level=level)
    # If responses do not vary at all, rounding can leave a variance below zero.
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", matrix, fit.vcov, matrix), 0))
    df = np.array([fit.df_of(row) for row in matrix])
    table = estimate_table(names, matrix @ fit.beta, se, df, first="label", level=level)
    return Contrast(table, matrix, *fit.joint(matrix), link=fit.link, level=level)


@dataclass(frozen=True)
class MarginalMeans(Shown):
    """Estimated marginal means on the scale of the linear predictor."""

    estimates: pd.DataFrame
    """The factor columns, then estimate, se, df, statistic, p (against zero), ci_low, ci_high."""
    weights: np.ndarray
    """(means, terms)"""
    others: str
    """The values at which other predictors were held, or over which they were averaged."""
    fit: Fit = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    level: float = field(repr=False)

    @property
    def by(self) -> list[str]:
        """The factors of the means: there is one mean for each combination of their levels."""
        return self.estimates.columns[: self.estimates.columns.get_loc("estimate")].tolist()

    def table(self) -> pd.DataFrame:
        """Return one row per mean: the factors, estimate, se, df, ci_low, ci_high.

        Also response, response_low and response_high if estimates are not on the scale of the response.
        """
        table = self.estimates.drop(columns=["statistic", "p"])
        return table if self.fit.link == "identity" else on_response(table, self.fit.link)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the means with their intervals, on the scale of the response."""
        from analysis.showing.axes import means_plot

        table = on_response(self.estimates, self.fit.link)
        columns = ("response", "response_low", "response_high")
        drawn = means_plot(axes, table, self.by, *columns)
        drawn.set_ylabel(f"{self.fit.formula.response}, mean ({self.level:.0%} interval)")
        return drawn

    def parts(self) -> Iterator[Part]:
        """Return the means, and the values at which other predictors were held."""
        lines = [f"Other predictors: {self.others}."] if self.others else []
        if self.fit.link != "identity":
            lines.append(
                f"Estimates are {SCALES[self.fit.link]}; responses are those of a typical participant and"
                " item (random effects at zero)."
            )
        title = f"Means of {self.fit.formula.response} by {', '.join(self.by)}"
        yield Part(title, tuple(lines), written(self.table(), self.level))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every pairwise difference, as a table of :func:`contrast` with p (unadjusted) and p_holm."""
        couples = list(combinations(range(len(self.weights)), 2))
        if not couples:
            columns = ["label", "estimate", "se", "df", "statistic", "p", "p_holm"]
            return pd.DataFrame(columns=columns)
        # Takes a second to load, and few users ask for all pairs.
        from statsmodels.stats.multitest import multipletests

        first, second = np.transpose(couples)
        named = [f"{self.labels[i]} - {self.labels[j]}" for i, j in couples]
        differences = self.weights[first] - self.weights[second]
        table = contrast(self.fit, differences, named, self.level).estimates
        return table.assign(p_holm=multipletests(table["p"], method="holm")[1])


def marginal_means(
    fit: Fit,
    by: Sequence[str],
    at: dict[str, Sequence[float] | float] | None = None,
    level: float = 0.95,
) -> MarginalMeans:
    """Compute estimated marginal means for each combination of ``by``, other factors weighted equally.

    Parameters
    ----------
    by : columns of the data
        Factors, or numeric columns whose values are in ``at``.
    at : {column: value or values}
        Values of numeric predictors; those not named are held at their mean in the data, as in
        R's emmeans.

    Raises
    ------
    AnalysisError
        If a column is not a predictor of the model, or a numeric ``by`` has no values.
    """
    grid, others = _reference_grid(fit, by, at or {})
    rows = fit.design.rows_for(grid)
    cells = grid.groupby(list(by), sort=False, observed=True).indices
    weights = np.array([rows[index].mean(axis=0) for index in cells.values()])
    keys = [key if isinstance(key, tuple) else (key,) for key in cells]
    labels = tuple(", ".join(map(str, key)) for key in keys)
    if fit.limit is None:
        table = contrast(fit, weights, labels, level).estimates
    else:
        table = fit.limit.values(weights, list(labels), level).drop(columns=["test", "why"])
    table = table.drop(columns="label")
    for position, name in enumerate(by):
        table.insert(position, name, [key[position] for key in keys])
    return MarginalMeans(table, weights, others, fit, labels, level)


def on_response(table: pd.DataFrame, link: str) -> pd.DataFrame:
    """Add estimate and interval on the scale of the response to ``table``.

    Parameters
    ----------
    table : of :func:`marginal_means`
    link : {"identity", "logit", "probit", "log"}, as in ``Fit.link``

    Returns
    -------
    DataFrame
        The same rows with columns response, response_low, response_high added. Means are those of a
        typical participant and item (random effects at zero), not averages over participants.
    """
    if link not in INVERSE_LINKS:
        raise AnalysisError(
            f"There is no inverse of the link {link!r}.", f"Known: {', '.join(INVERSE_LINKS)}."
        )
    inverse = INVERSE_LINKS[link]
    return table.assign(
        response=inverse(table["estimate"].to_numpy()),
        response_low=inverse(table["ci_low"].to_numpy()),
        response_high=inverse(table["ci_high"].to_numpy()),
    )


def _reference_grid(
    fit: Fit, by: Sequence[str], at: dict[str, Sequence[float] | float]
) -> tuple[pd.DataFrame, str]:
    categorical = {column for column, _ in fit.design.factors.values()}
    used = [c for c in fit.data.columns if c in fit.design.columns]
    unknown = [c for c in (*by, *at) if c not in used]
    if unknown:
        raise AnalysisError(
            f"{unknown[0]!r} is not a predictor of the model.",
            f"{did_you_mean(unknown[0], used)}Predictors: {', '.join(used)}.",
        )
    values, held = [], []
    for name in used:
        if name in at:
            values.append(list(np.atleast_1d(at[name])))
            held += [] if name in by else [_held_at(name, values[-1])]
        elif name in categorical:
            values.append(_levels(fit, name))
            held += [] if name in by else [f"averaged over {name} with equal weights"]
        elif name in by:
            raise AnalysisError(
                f"{name!r} is numeric, so that means require values for it.",
                f"Give at={{{name!r}: [...]}}.",
            )
        else:
            mean = float(fit.data[name].mean())
            values.append([mean])
            held.append(f"{name} held at its mean {estimate(mean)}")
    grid = pd.MultiIndex.from_product(values, names=used).to_frame(index=False)
    return grid, "; ".join(held)


def _held_at(name: str, values: Sequence[object]) -> str:
    """Return the value at which a predictor was held, or the values over which it was averaged."""
    named = ", ".join(v if isinstance(v, str) else scale_value(float(v)) for v in values)  # type: ignore[arg-type]
    if len(values) == 1:
        return f"{name} held at {named}"
    return f"averaged over {name} = {named} with equal weights"


def _levels(fit: Fit, name: str) -> list[object]:
    """Return the levels of a factor in the order of the model's columns."""
    return next(list(levels) for column, levels in fit.design.factors.values() if column == name)


def _weight_matrix(
    fit: Fit, weights: np.ndarray | Sequence[float] | dict[str, float]
) -> np.ndarray:
    if isinstance(weights, dict):
        unknown = [name for name in weights if name not in fit.names]
        if unknown:
            raise AnalysisError(
                f"The contrast names {unknown[0]!r}, which is not a term of the model.",
                f"Terms: {', '.join(fit.names)}.",
            )
        weights = [weights.get(name, 0.0) for name in fit.names]
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    if matrix.shape[1] != len(fit.names):
        raise AnalysisError(
            f"The contrast has {matrix.shape[1]} weights for {len(fit.names)} terms.",
            f"Give one per term: {', '.join(fit.names)}.",
        )
    return matrix


def _spell(row: np.ndarray, names: Sequence[str]) -> str:
    parts = [
        f"{'+' if w > 0 else '-'}{scale_value(abs(w))} {n}"
        for w, n in zip(row, names, strict=True)
        if w != 0
    ]
    return " ".join(parts).removeprefix("+1 ").removeprefix("+")
