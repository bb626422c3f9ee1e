"""Marginal means of a fitted model at the levels of its manipulated factor, on the scale of answers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.analysing.fitting import Live
from analysis.analysing.levels import level_words, ordered_levels
from analysis.errors import AnalysisError
from analysis.models import marginal_means
from experiments.protocol import Protocol

COLUMNS = ["part", "level", "estimate", "se", "ci_low", "ci_high"]


def model_means(live: Live, protocol: Protocol) -> pd.DataFrame:
    """Means by the first manipulated factor of the model; empty where the likelihood has none to tell.

    Gaussian means are those of the answers; of logistic parts the rates, of Gamma parts the amounts,
    of a typical person and stimulus.
    """
    tables = []
    for part, fit in live.parts.items():
        factor = next((c for c in fit.design.columns if c in protocol.factors), None)
        if factor is None or fit.family not in ("gaussian", "binomial", "gamma"):
            continue
        levels = [x for x in ordered_levels(protocol, factor) if (fit.data[factor] == x).any()]
        numeric = all(isinstance(level, int) for level in levels)
        try:
            found = marginal_means(fit, [factor])
        except AnalysisError:
            # A factor that stands in the formula as a number has means only at values.
            found = marginal_means(fit, [factor], {factor: [float(x) for x in levels if numeric]})
        table = found.table.set_index(factor).loc[levels].reset_index()
        wanted = table[["estimate", "se", "ci_low", "ci_high"]]
        if fit.link != "identity":
            raised = wanted.apply(np.exp)
            wanted = (raised / (1 + raised) if fit.link == "logit" else raised).assign(se=np.nan)
        words = [level_words(protocol, factor, level) for level in levels]
        wanted.insert(0, "level", words)
        wanted.insert(0, "part", part)
        tables.append(wanted)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
