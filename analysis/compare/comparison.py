"""Everything about one question at once: fits, weights, checks, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.compare.flatness import FlatEquivalence, equivalence_to_flat
from analysis.compare.new_people import new_people
from analysis.compare.order import MOST_MEANS, OrderTest, order_test
from analysis.compare.specified import Free, SpecifiedCheck, check_specified
from analysis.compare.verdict import Rule, Verdict, verdict
from analysis.compare.weights import Weights, weigh
from analysis.curves import CROSSED, CurveFit, Engine, Problem, fit_in, prepare
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis, model_set
from analysis.models import RandomTerm
from analysis.predictive import ElpdDifference

GROUP_ORDER = {"in": 0, "none": 1, "out": 2}
"""The essay's order of compassion for groups, highest first."""


@dataclass(frozen=True)
class Comparison:
    """The result of comparing predicted curves on one response."""

    response: str
    problem: Problem = field(repr=False)
    fits: tuple[CurveFit, ...]
    weights: Weights
    specified: tuple[SpecifiedCheck, ...]
    order: OrderTest | None
    flat: FlatEquivalence | None
    prediction: ElpdDifference | None
    """Of new people, leading family against the runner-up."""
    verdict: Verdict
    left_out: tuple[str, ...]
    """Curves that could not be fitted to these data, and why."""

    def fit_of(self, name: str) -> CurveFit:
        """The fit of one curve, by id."""
        for f in self.fits:
            if name in (f.hypothesis.id, f.hypothesis.name):
                return f
        raise AnalysisError(
            f"{name!r} was not compared.",
            f"Compared: {', '.join(f.hypothesis.id for f in self.fits)}.",
        )

    def table(self) -> pd.DataFrame:
        """One row per curve: estimates of shape in words, fit, weights."""
        shapes = {
            f.hypothesis.id: ", ".join(f"{k} = {v:.3g}" for k, v in f.shape.items())
            for f in self.fits
        }
        table = self.weights.table()
        table.insert(4, "shape", table["id"].map(shapes))
        return table

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name: curves, families, parameters, cells, specified, differences."""
        parameters = [f.table().assign(curve=f.hypothesis.id) for f in self.fits]
        found = {
            "curves": self.table(),
            "families": self.weights.families.copy(),
            "parameters": pd.concat(parameters, ignore_index=True),
        }
        if self.problem.cells is not None:
            found["cells"] = self.problem.cells.table.copy()
        if self.specified:
            found["specified"] = pd.concat(
                [s.table().assign(check=s.hypothesis.id) for s in self.specified],
                ignore_index=True,
            )
        if self.flat is not None:
            found["differences"] = self.flat.table()
        if self.order is not None:
            found["order"] = self.order.table()
        if self.prediction is not None:
            found["prediction"] = self.prediction.table()
        return found


def compare(
    data: pd.DataFrame,
    response: str,
    hypotheses: str | Sequence[Hypothesis],
    rng: np.random.Generator,
    *,
    sesoi: float | None = None,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    engine: Engine | None = None,
    specified: Sequence[Hypothesis] | None = None,
    free: Free = "scale",
    rule: Rule | None = None,
    level: float | None = 0.95,
) -> Comparison:
    """Compare predicted curves and say which family survives.

    Parameters
    ----------
    data : DataFrame
        One row per response.
    response : str
    hypotheses : str or sequence of Hypothesis
        A model set by name (``"victims"``, ``"groups"``, ...; curves whose columns the data lack
        are left out, conditional ones join) or the curves themselves.
    rng : Generator
        For the order test.
    sesoi : float, optional
        Smallest effect of interest in units of the response; None: d = .20.
    specified : sequence of Hypothesis, optional
        Curves to check with their parameters given; None: the essay's three for ``"victims"``
        (not under another ``engine``, on whose scale a share of the top means something else).
    free : {"scale", "scale and intercept"}
        What a specified curve may adjust; see :func:`check_specified`.
    random, covariates, engine, level
        See :func:`analysis.curves.fit_curve`. With ``level`` None the prediction of new people is
        left out too.

    Raises
    ------
    AnalysisError
        The data cannot show the curves, or fewer than two can be fitted.
    """
    chosen = model_set(hypotheses, data.columns) if isinstance(hypotheses, str) else hypotheses
    given = specified
    if given is None:
        given = model_set("essay") if hypotheses == "victims" and engine is None else ()
    problem = prepare(data, response, chosen, random=random, covariates=covariates, engine=engine)
    fits, left_out = _fit_all(problem, chosen, level)
    weights = weigh(fits)
    checks = []
    for h in given:
        try:
            checks.append(check_specified(problem, h, free=free))
        except AnalysisError as error:
            left_out.append(f"{h.id} was not checked: {error.message}")
    flat = _flat(problem, sesoi, left_out)
    return Comparison(
        response=response,
        problem=problem,
        fits=tuple(fits),
        weights=weights,
        specified=tuple(checks),
        order=_order(problem, rng),
        flat=flat,
        prediction=_prediction(problem, weights, fits, left_out) if level is not None else None,
        verdict=verdict(weights, fits, problem, flat, rule),
        left_out=tuple(left_out),
    )


def _fit_all(
    problem: Problem, chosen: Sequence[Hypothesis], level: float | None
) -> tuple[list[CurveFit], list[str]]:
    fits: list[CurveFit] = []
    left_out: list[str] = []
    for h in chosen:
        try:
            fits.append(fit_in(problem, h, level))
        except AnalysisError as error:
            left_out.append(f"{h.id} was left out: {error.message}")
    if len(fits) < 2:
        raise AnalysisError("Fewer than two curves can be fitted.", " ".join(left_out))
    return fits, left_out


def _flat(problem: Problem, sesoi: float | None, left_out: list[str]) -> FlatEquivalence | None:
    try:
        return equivalence_to_flat(problem, sesoi)
    except AnalysisError as error:
        left_out.append(f"Equivalence to flat was not tested: {error.message}")
        return None


def _prediction(
    problem: Problem, weights: Weights, fits: Sequence[CurveFit], left_out: list[str]
) -> ElpdDifference | None:
    try:
        return new_people(problem, weights, fits)
    except AnalysisError as error:
        left_out.append(error.message)
        return None


def _order(problem: Problem, rng: np.random.Generator) -> OrderTest | None:
    """The predicted order of cells: fewer victims, nearer groups receive more."""
    cells = problem.cells
    if (
        problem.lone_stimuli
        or cells is None
        or cells.vcov is None
        or not 2 <= len(cells.means) <= MOST_MEANS
    ):
        return None
    if cells.columns == ("victims",):
        rank = np.argsort(cells.table["victims"].to_numpy())
    elif cells.columns == ("group",):
        rank = np.argsort(cells.table["group"].map(GROUP_ORDER).to_numpy())
    else:
        return None
    known = problem.errors
    means, vcov = (cells.means, cells.vcov) if known is None else (known.means, known.vcov)
    return order_test(means[rank], vcov[np.ix_(rank, rank)], rng)
