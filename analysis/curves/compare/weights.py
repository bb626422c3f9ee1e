"""Information criteria, model weights, and weights by family with equal prior weights of families.

For curve i with log-likelihood l, k parameters and n rows

    AIC = 2k - 2l,   AICc = AIC + 2k(k+1)/(n-k-1),   BIC = k ln n - 2l
    w_i = exp(-Delta_i / 2) / sum_j exp(-Delta_j / 2)

Exponential, hyperbola and power-to-floor cannot be distinguished in practice; with equal priors of curves the
three would triple the prior of one idea. Here each family has the same prior weight, divided equally among its
curves, so that adding a similar curve to a family does not affect the other families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.curves.catalogue import Hypothesis
from analysis.curves.catalogue.design import Array
from analysis.curves.fitting import CurveFit
from analysis.errors import AnalysisError

CRITERIA = ("aic", "aicc", "bic")


@dataclass(frozen=True)
class Weights:
    """Information criteria and weights of a set of curves.

    ``curves``: id, name, family, role, loglik, k, n, aic, aicc, bic; delta_* and w_* (weights
    with equal priors of curves) of each criterion; er_aicc, evidence ratio of the best curve to this one by AICc;
    bf_bic, approximate Bayes factor of the best curve against this one, exp(Delta BIC / 2).
    ``families``: family, curves, prior, weight_aic, weight_aicc, weight_bic, best (the curve of
    the family with the highest log-likelihood).
    """

    curves: pd.DataFrame
    families: pd.DataFrame

    def leader(self, criterion: str) -> str:
        """Return the family with the highest weight under a criterion."""
        column = self.families[f"weight_{criterion}"]
        return str(self.families["family"].iloc[int(np.argmax(column))])

    def weight(self, family: str, criterion: str) -> float:
        """Return the weight of one family."""
        table = self.families
        return float(table.loc[table["family"] == family, f"weight_{criterion}"].iloc[0])


def weigh(fits: Sequence[CurveFit]) -> Weights:
    """Compare curves that were fitted to the same response with the same likelihood; a single one has all the weight.

    Raises
    ------
    AnalysisError
        If they were fitted to different numbers of rows, a curve is named twice, or there are too few rows for AICc.
    """
    rows = {f.n for f in fits}
    if len(rows) > 1 or min(rows) < 1:
        raise AnalysisError(
            f"The curves were fitted to different numbers of rows ({sorted(rows)}).",
            "Likelihoods can only be compared on the same rows.",
        )
    names = [f.hypothesis.id for f in fits]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnalysisError(
            f"In the comparison more than once: {', '.join(twice)}.", "Name each curve once."
        )
    curves = pd.DataFrame(
        [
            {
                "id": f.hypothesis.id,
                "name": f.hypothesis.name,
                "family": f.hypothesis.family,
                "role": f.hypothesis.role,
                "loglik": f.loglik,
                "k": f.k,
                "n": f.n,
            }
            for f in fits
        ]
    )
    curves = curves.assign(**criteria(curves["loglik"], curves["k"], fits[0].n))
    if not np.isfinite(curves["aicc"]).any():
        raise AnalysisError(
            f"{fits[0].n} rows are too few for {int(curves['k'].min())} parameters.",
            "Collect more rows; AICc is not defined here.",
        )
    for name in CRITERIA:
        delta = curves[name] - curves[name].min()
        curves[f"delta_{name}"], relative = delta, np.exp(-0.5 * delta)
        curves[f"w_{name}"] = relative / relative.sum()
    curves["er_aicc"] = np.exp(np.minimum(curves["delta_aicc"] / 2, 700))
    curves["bf_bic"] = np.exp(np.minimum(curves["delta_bic"] / 2, 700))
    return Weights(curves, _families(curves, [f.hypothesis for f in fits]))


def criteria(loglik: Array | pd.Series, k: Array | pd.Series, n: int) -> dict[str, Array]:
    """Return the AIC, AICc (infinite where rows are too few) and BIC of fits to ``n`` rows, (..., curves)."""
    loglik, k = np.asarray(loglik), np.asarray(k)
    spare = n - k - 1
    aic = 2 * k - 2 * loglik
    small = np.where(spare > 0, 2 * k * (k + 1) / np.where(spare > 0, spare, 1), np.inf)
    return {"aic": aic, "aicc": aic + small, "bic": k * np.log(n) - 2 * loglik}


def families_of(hypotheses: Sequence[Hypothesis]) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Return the families in order, and which curves belong to each: (families, curves)."""
    names = tuple(dict.fromkeys(h.family for h in hypotheses))
    return names, np.array([[h.family == name for h in hypotheses] for name in names])


def family_weights(criterion: Array, member: NDArray[np.bool_]) -> Array:
    """Compute the weights of families with equal prior weights, (..., families).

    Parameters
    ----------
    criterion : ndarray, shape (..., curves)
    member : ndarray, shape (families, curves)
        See :func:`families_of`.
    """
    prior = (member / member.sum(axis=1, keepdims=True)).sum(axis=0)
    relative = prior * np.exp(-0.5 * (criterion - criterion.min(axis=-1, keepdims=True)))
    weight = relative @ member.T
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def _families(curves: pd.DataFrame, hypotheses: Sequence[Hypothesis]) -> pd.DataFrame:
    names, member = families_of(hypotheses)
    weights = {f"weight_{c}": family_weights(curves[c].to_numpy(), member) for c in CRITERIA}
    best = [int(np.argmax(np.where(own, curves["loglik"], -np.inf))) for own in member]
    return pd.DataFrame(
        {
            "family": names,
            "curves": member.sum(axis=1),
            "prior": 1.0 / len(names),
            **weights,
            "best": curves["id"].to_numpy()[best],
        }
    )
