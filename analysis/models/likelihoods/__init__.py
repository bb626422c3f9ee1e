"""Distributions of one answer given its linear predictor, and their marginal likelihood."""

from __future__ import annotations

import numpy as np

from analysis.errors import AnalysisError
from analysis.models.likelihoods.beta import BetaShare, OrderedBeta
from analysis.models.likelihoods.ordinal import CumulativeLogit
from analysis.models.likelihoods.plain import BernoulliLogit, GammaAmount
from analysis.models.likelihoods.rows import RowModel
from analysis.models.likelihoods.tobit import TwoLimitTobit


def row_model(family: str, y: np.ndarray, limits: tuple[float, float] | None) -> RowModel:
    """The distribution of a family; ``y`` (n,) gives the ordinal one its categories."""
    if family == "ordinal":
        return CumulativeLogit(tuple(float(v) for v in np.unique(y)))
    if family == "tobit" and limits is not None:
        return TwoLimitTobit(*limits)
    plain: dict[str, RowModel] = {
        "binomial": BernoulliLogit(),
        "gamma": GammaAmount(),
        "beta": BetaShare(),
        "ordered_beta": OrderedBeta(),
    }
    if family not in plain:
        raise AnalysisError(f"There is no likelihood of our own for the family {family!r}.", "")
    return plain[family]
