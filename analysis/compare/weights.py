"""Information criteria, weights, and weights by family with an equal prior per family.

For curve i with log-likelihood l, k parameters and n rows

    AIC = 2k - 2l,   AICc = AIC + 2k(k+1)/(n-k-1),   BIC = k ln n - 2l
    w_i = exp(-Delta_i / 2) / sum_j exp(-Delta_j / 2)

Exponential, hyperbola and power-to-floor cannot be told apart in practice; with equal prior per
curve the three would triple the prior of one idea. Here each family has the same prior, split
equally inside it, so that adding a clone changes nothing for the other families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis
from analysis.hypotheses.design import Array

CRITERIA = ("aic", "aicc", "bic")


class Fitted(Protocol):
    """What a comparison needs of a fitted curve."""

    @property
    def hypothesis(self) -> Hypothesis: ...
    @property
    def loglik(self) -> float: ...
    @property
    def k(self) -> int: ...
    @property
    def n(self) -> int: ...


@dataclass(frozen=True)
class Weights:
    """The comparison of a set of curves.

    ``curves``: id, name, family, role, loglik, k, n, aic, aicc, bic; delta_* and w_* (plain
    weights) of each criterion; er_aicc, evidence ratio of the best curve to this one by AICc;
    bf_bic, approximate Bayes factor of the best curve against this one, exp(Delta BIC / 2).
    ``families``: family, curves, prior, weight_aic, weight_aicc, weight_bic, best (the curve of
    the family with the highest log-likelihood).
    """

    curves: pd.DataFrame
    families: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """One row per curve, best (AICc) first."""
        return self.curves.sort_values("aicc", kind="stable").reset_index(drop=True)

    def leader(self, criterion: str) -> str:
        """The family with the highest weight under a criterion."""
        column = self.families[f"weight_{criterion}"]
        return str(self.families["family"].iloc[int(np.argmax(column))])

    def weight(self, family: str, criterion: str) -> float:
        """The weight of one family."""
        table = self.families
        return float(table.loc[table["family"] == family, f"weight_{criterion}"].iloc[0])


def weigh(fits: Sequence[Fitted]) -> Weights:
    """Compare fitted curves of the same response, rows and likelihood.

    Raises
    ------
    AnalysisError
        Fewer than two curves, or curves fitted to different numbers of rows.
    """
    if len(fits) < 2:
        raise AnalysisError("A comparison needs at least two curves.", "Add a rival.")
    rows = {f.n for f in fits}
    if len(rows) > 1 or min(rows) < 1:
        raise AnalysisError(
            f"The curves were fitted to different numbers of rows ({sorted(rows)}).",
            "Likelihoods can only be compared on the same rows.",
        )
    names = [f.hypothesis.id for f in fits]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnalysisError(f"{', '.join(twice)} is in the comparison twice.", "Name it once.")
    curves = criteria_table(fits)
    for name in CRITERIA:
        finite = curves[name].to_numpy()
        curves[f"delta_{name}"] = finite - np.min(finite)
        curves[f"w_{name}"] = _normalised(finite, np.ones(len(finite)))
    curves["er_aicc"] = np.exp(np.minimum(curves["delta_aicc"] / 2, 700))
    curves["bf_bic"] = np.exp(np.minimum(curves["delta_bic"] / 2, 700))
    return Weights(curves, family_table(curves))


def criteria_table(fits: Sequence[Fitted]) -> pd.DataFrame:
    """Log-likelihood, k, AIC, AICc and BIC of each curve."""
    rows = []
    for f in fits:
        room = f.n - f.k - 1
        aic = 2 * f.k - 2 * f.loglik
        rows.append(
            {
                "id": f.hypothesis.id,
                "name": f.hypothesis.name,
                "family": f.hypothesis.family,
                "role": f.hypothesis.role,
                "loglik": f.loglik,
                "k": f.k,
                "n": f.n,
                "aic": aic,
                "aicc": aic + 2 * f.k * (f.k + 1) / room if room > 0 else np.inf,
                "bic": f.k * np.log(f.n) - 2 * f.loglik,
            }
        )
    table = pd.DataFrame(rows)
    if not np.isfinite(table["aicc"]).any():
        raise AnalysisError(
            f"{fits[0].n} rows are too few for {int(table['k'].min())} parameters.",
            "Collect more rows; AICc is not defined here.",
        )
    return table


def family_table(curves: pd.DataFrame) -> pd.DataFrame:
    """Weights of families with equal prior per family."""
    families = list(dict.fromkeys(curves["family"]))
    size = curves["family"].map(curves["family"].value_counts()).to_numpy(dtype=np.float64)
    prior = 1.0 / (len(families) * size)
    table = pd.DataFrame({"family": families})
    table["curves"] = [int((curves["family"] == f).sum()) for f in families]
    table["prior"] = 1.0 / len(families)
    for name in CRITERIA:
        weight = _normalised(curves[name].to_numpy(), prior)
        table[f"weight_{name}"] = [float(weight[curves["family"] == f].sum()) for f in families]
    table["best"] = [
        curves.loc[curves.loc[curves["family"] == f, "loglik"].idxmax(), "id"] for f in families
    ]
    return table


def _normalised(criterion: Array, prior: Array) -> Array:
    relative = prior * np.exp(-0.5 * (criterion - np.min(criterion)))
    return relative / relative.sum()
