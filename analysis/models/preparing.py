"""A formula evaluated on data, checked before any engine fits it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Model, fixed_design, groupings
from analysis.models.formula import Formula

LINKS = {
    "gaussian": "identity",
    "binomial": "logit",
    "gamma": "log",
    "poisson": "log",
    "negativebinomial": "log",
    "beta": "logit",
    "ordered_beta": "logit",
    "ordinal": "logit",
    "tobit": "identity",
}
"""Families and their default links."""
PROPORTIONS = ("beta", "ordered_beta")
"""Families of a proportion: the response is rescaled to run from 0 (lower limit) to 1 (upper limit)."""


def prepare(
    data: pd.DataFrame,
    formula: Formula,
    family: str = "gaussian",
    *,
    link: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Model:
    """Evaluate a formula on data and check that the model can be estimated.

    The parameters are those of :func:`analysis.models.fit`; without limits, proportions run from 0 to 1.

    Raises
    ------
    AnalysisError
        See :mod:`analysis.models.guards`. Random terms are checked by the engine that fits them.
    """
    if family not in LINKS:
        raise AnalysisError(f"There is no family {family!r}.", f"Choose one of {', '.join(LINKS)}.")
    if family == "tobit" and limits is None:
        raise AnalysisError(
            "The two-limit Tobit model needs the lowest and the highest possible response.",
            "Give limits=(0, 5) for an endowment of 5.",
        )
    guards.check_columns(formula, data)
    y = guards.response_values(formula, data)
    if family in PROPORTIONS and limits is not None:
        y = (y - limits[0]) / (limits[1] - limits[0])
    guards.check_response(formula.response, y, family)
    design = fixed_design(formula, data)
    guards.check_cells(design, data)
    return Model(
        formula=formula,
        family=family,
        link=link or LINKS[family],
        limits=limits,
        data=data[list(formula.columns)],
        y=np.asarray(y),
        design=design,
        groups=groupings(formula, data),
    )
