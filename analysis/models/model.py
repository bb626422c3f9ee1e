"""A formula with the numbers of the data: what every engine fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Array, Design, Grouping, fixed_design, groupings, response_values
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
"""The families and the scale of their coefficients."""
SHARES = ("beta", "ordered_beta")
"""Families of a share: the response is counted from the lower limit to the upper one."""


@dataclass(frozen=True)
class Model:
    """A checked model: nothing is missing, no column is redundant."""

    formula: Formula
    family: str
    link: str
    limits: tuple[float, float] | None
    """Least and greatest answer that is possible."""
    data: pd.DataFrame = field(repr=False)
    y: Array = field(repr=False)
    """The response (n,); of families of a share, from 0 to 1."""
    design: Design = field(repr=False)
    groups: tuple[Grouping, ...] = field(repr=False)

    def over(self, columns: Array, names: Sequence[str] = ()) -> Model:
        """The same response and groups, explained by other columns (n, p)."""
        given = tuple(names) or tuple(f"column {j + 1}" for j in range(columns.shape[1]))
        return replace(self, design=Design(columns, given))


def prepare(
    data: pd.DataFrame,
    formula: Formula,
    family: str = "gaussian",
    *,
    link: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Model:
    """Evaluate a formula on data and refuse what cannot be estimated.

    Parameters
    ----------
    data : DataFrame
        One row per response. Nothing is dropped: missing values are refused by name.
    formula : Formula
    family : str
        One of ``LINKS``.
    link : str or None
        None takes the usual one.
    limits : (float, float) or None
        Least and greatest possible answer, for ``tobit``, ``beta`` and ``ordered_beta`` (which take
        0 to 1 where none are given).

    Raises
    ------
    AnalysisError
        See :mod:`analysis.models.guards`. Random terms are checked by who fits them
        (:mod:`analysis.models.group_guards`).
    """
    if family not in LINKS:
        raise AnalysisError(f"There is no family {family!r}.", f"Choose one of {', '.join(LINKS)}.")
    if family == "tobit" and limits is None:
        raise AnalysisError(
            "The two-limit Tobit needs the least and the greatest possible answer.",
            "Give limits=(0, 5) for an endowment of 5.",
        )
    guards.check_columns(formula, data)
    y = response_values(formula, data)
    if family in SHARES and limits is not None:
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
