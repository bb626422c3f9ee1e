"""Estimated marginal means on a reference grid, as R's emmeans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.contrasts import INVERSE_LINKS, contrast
from analysis.models.guards import did_you_mean
from analysis.models.result import SCALES, Fit
from analysis.showing import Part, Shown, written
from experiments.numbers import estimate, scale_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    level: float = field(repr=False)
    grid: pd.DataFrame = field(repr=False)
    """All combinations of predictor values that the means are averages over (m rows)."""
    cells: np.ndarray = field(repr=False)
    """Weights of these rows in each mean (means, m)."""
    response: pd.DataFrame | None = field(default=None, repr=False)
    """Means on the scale of the response by :func:`analysis.models.response_means`, in place of inverted links."""
    scale: str = ""
    """What these are."""

    @property
    def by(self) -> list[str]:
        """The factors of the means: there is one mean for each combination of their levels."""
        return self.estimates.columns[: self.estimates.columns.get_loc("estimate")].tolist()

    def table(self) -> pd.DataFrame:
        """Return one row per mean: the factors, estimate, se, df, ci_low, ci_high.

        Also response, response_low and response_high if estimates are not on the scale of the response.
        """
        table = self._with_response
        return table.drop(columns=["statistic", "p"])

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the means with their intervals, on the scale of the response."""
        from analysis.showing.axes import means_plot

        found = self._with_response
        table = found if "response" in found else on_response(found, self.fit.link)
        columns = ("response", "response_low", "response_high")
        drawn = means_plot(axes, table, self.by, *columns)
        drawn.set_ylabel(f"{self.fit.formula.response}, mean ({self.level:.0%} interval)")
        return drawn

    def parts(self) -> Iterator[Part]:
        """Return the means, and the values at which other predictors were held."""
        lines = [f"Other predictors: {self.others}."] if self.others else []
        if self.scale:
            lines.append(self.scale)
        elif self.fit.link != "identity":
            lines.append(
                f"Estimates are {SCALES[self.fit.link]}; responses are those of a typical participant and"
                " item (random effects at zero)."
            )
        title = f"Means of {self.fit.formula.response} by {', '.join(self.by)}"
        yield Part(title, tuple(lines), written(self.table(), self.level))

    @property
    def _with_response(self) -> pd.DataFrame:
        if self.response is not None:
            return pd.concat([self.estimates, self.response], axis=1)
        link = self.fit.link
        return self.estimates if link == "identity" else on_response(self.estimates, link)


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
        Values of numeric predictors. Those not named are held at their mean in the data; if they have only two values,
        such as 0 and 1, means are averages over both with equal weights, as in R's emmeans.

    Raises
    ------
    AnalysisError
        If a column is not a predictor of the model, or a numeric ``by`` has no values.
    """
    grid, others = _reference_grid(fit, by, at or {})
    rows = fit.design.rows_for(grid)
    cells = grid.groupby(list(by), sort=False, observed=True).indices
    shares = np.zeros((len(cells), len(grid)))
    for place, index in enumerate(cells.values()):
        shares[place, index] = 1 / len(index)
    weights = shares @ rows
    keys = [key if isinstance(key, tuple) else (key,) for key in cells]
    labels = tuple(", ".join(map(str, key)) for key in keys)
    if fit.limit is None:
        table = contrast(fit, weights, labels, level).estimates
    else:
        table = fit.limit.values(weights, list(labels), level).drop(columns=["test", "why"])
    table = table.drop(columns="label")
    for position, name in enumerate(by):
        table.insert(position, name, [key[position] for key in keys])
    return MarginalMeans(table, weights, others, fit, level, grid, shares)


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
        elif (two := np.unique(fit.data[name])).size == 2:
            values.append(two.tolist())
            held.append(_held_at(name, values[-1]))
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
