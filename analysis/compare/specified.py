"""A fully specified curve against the unrestricted cell means: the direct predictive check.

Shape and floor are given by the theory; only the scale of the response is free (and, for a
response without a true zero, an intercept). Nothing else is fitted, so that the curve can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.compare.lack_of_fit import Misfit, distance
from analysis.curves.problem import Problem
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis

Free = Literal["scale", "scale and intercept"]


@dataclass(frozen=True)
class SpecifiedCheck:
    """How far the cell means are from one predicted curve, and from no effect at all."""

    hypothesis: Hypothesis
    free: Free
    constant: float
    """Added to the scaled curve; zero where only the scale is free."""
    scale: float
    """The scale that puts the curve nearest to the cell means; below zero it lies upside down."""
    misfit: Misfit
    rmse: float
    """Root mean squared distance of cell means and curve, cells weighing alike."""
    misfit_flat: Misfit
    rmse_flat: float
    log_evidence: float
    """Log-likelihood of the curve minus that of a flat line."""
    cells: pd.DataFrame
    """Design columns, n, mean, se, predicted, flat."""

    def table(self) -> pd.DataFrame:
        """Two rows: the predicted curve and flat."""
        name = f"{self.hypothesis.id} {self.hypothesis.name}"
        return pd.DataFrame(
            [
                {"curve": curve, **asdict(test), "distance": rmse, "scale": scale}
                for curve, test, rmse, scale in (
                    (name, self.misfit, self.rmse, self.scale),
                    ("flat", self.misfit_flat, self.rmse_flat, np.nan),
                )
            ]
        )


def check_specified(
    problem: Problem,
    hypothesis: Hypothesis,
    params: Mapping[str, float] | None = None,
    free: Free = "scale",
) -> SpecifiedCheck:
    """Test a curve whose parameters are given.

    Parameters
    ----------
    problem : Problem
        From :func:`analysis.curves.prepare`; it must have cell means.
    hypothesis : Hypothesis
    params : mapping, optional
        The given parameters; None takes the hypothesis's defaults.
    free : {"scale", "scale and intercept"}
        "scale" where zero means nothing given or felt. With an intercept as well a floor of .10
        and one of .48 are the same prediction.

    Raises
    ------
    AnalysisError
        There are no cell means, or no more cells than free constants.
    """
    cells = problem.cells
    if cells is None or not set(hypothesis.requires) <= set(cells.columns):
        raise AnalysisError(
            f"{hypothesis.id} cannot be checked against cell means: its columns are continuous or "
            "absent.",
            "Compare it with other curves instead.",
        )
    if problem.lone_stimuli:
        raise AnalysisError(
            "Some cells were shown by one stimulus only, so that their means cannot test a curve: "
            "a stimulus that is liked less looks like a misfit.",
            "Show several stimuli in each cell, or the same ones in all.",
        )
    predicted = hypothesis.predict(cells.design, params)
    constant = np.ones_like(predicted)
    matrix = np.column_stack([predicted] if free == "scale" else [constant, predicted])
    rank = int(np.linalg.matrix_rank(matrix))
    if rank >= len(predicted) or rank < matrix.shape[1]:
        raise AnalysisError(
            f"{len(predicted)} cells cannot test a curve with {matrix.shape[1]} free constants.",
            "The design needs more levels than that.",
        )
    flat_line = constant[:, None]
    # As near to the means as it gets, cells weighing alike.
    weights = np.linalg.lstsq(matrix, cells.means, rcond=None)[0]
    fitted, flat = matrix @ weights, np.full_like(cells.means, cells.means.mean())
    test, test_flat = (distance(problem, cells, each) for each in (matrix, flat_line))
    return SpecifiedCheck(
        hypothesis=hypothesis,
        free=free,
        constant=float(weights[0]) if free == "scale and intercept" else 0.0,
        scale=float(weights[-1]),
        misfit=test,
        rmse=_rms(cells.means - fitted),
        misfit_flat=test_flat,
        rmse_flat=_rms(cells.means - flat),
        log_evidence=(test_flat.g2 - test.g2) / 2,
        cells=cells.table.assign(predicted=fitted, flat=flat),
    )


def _rms(distance: np.ndarray) -> float:
    return float(np.sqrt(np.mean(distance**2)))
