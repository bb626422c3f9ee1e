"""The comparison of predicted curves on one response: fits, weights, goodness of fit, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis, family_label
from analysis.curves.compare.flatness import FlatEquivalence, equivalence_to_flat
from analysis.curves.compare.lack_of_fit import Free, SpecifiedCheck, check_specified
from analysis.curves.compare.order import MOST_MEANS, OrderTest, order_test
from analysis.curves.compare.prediction import predict_new_participants
from analysis.curves.compare.verdict import Rule, Verdict, verdict
from analysis.curves.compare.weights import Weights, weigh
from analysis.curves.fitting import CROSSED, CurveFit, Problem, fit_in, prepare
from analysis.errors import AnalysisError
from analysis.models import RandomTerm
from analysis.models.predictive import ElpdDifference
from analysis.showing import Part, Shown, written
from experiments.numbers import count, scale_value, significant
from experiments.numbers import weight as written_weight
from experiments.templates import environment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Result = TypeVar("Result")
GROUP_ORDER = {"in": 0, "none": 1, "out": 2}
"""The essay's predicted order of compassion for groups, highest first."""


@dataclass(frozen=True)
class Comparison(Shown):
    """The result of comparing predicted curves on one response."""

    problem: Problem = field(repr=False)
    fits: tuple[CurveFit, ...]
    weights: Weights
    specified: tuple[SpecifiedCheck, ...]
    order: OrderTest | None
    flat: FlatEquivalence | None
    prediction: ElpdDifference | None
    """Prediction of new participants: the leading family against the second."""
    verdict: Verdict
    left_out: tuple[str, ...]
    """Curves that could not be fitted to these data, and why."""
    notes: tuple[str, ...] = ()
    """What else a reader must know about the rows that were compared."""

    def table(self) -> pd.DataFrame:
        """Return one row per curve, the best by AICc first: shape, log-likelihood, criteria, weights."""
        return self.tables()["curves"]

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the cell means and the best curve of each family.

        Raises
        ------
        AnalysisError
            If the design has no cells.
        """
        from analysis.showing.axes import curves_plot

        cells = self.problem.cells
        if cells is None:
            raise AnalysisError(
                "The columns of these curves have almost as many values as there are rows, so that there are"
                " no cells to draw.",
                "Draw the rows themselves; the shapes are in table().",
            )
        errors = self.problem.errors
        half = 1.96 * cells.table["se"]
        table = cells.table.assign(
            ci_low=cells.table["mean"] - half if errors is None else errors.table["ci_low"],
            ci_high=cells.table["mean"] + half if errors is None else errors.table["ci_high"],
        )
        labels = [
            ", ".join(
                value if isinstance(value, str) else scale_value(float(value)) for value in row
            )
            for row in table[list(cells.columns)].itertuples(index=False)
        ]
        order = self.weights.families.sort_values("weight_bic", ascending=False)
        lines = {}
        for family, best, weight in order[["family", "best", "weight_bic"]].to_numpy().tolist():
            fitted = self.fit_of(best).predict(cells.design)
            lines[f"{best} {family_label(family)} ({written_weight(weight)})"] = fitted
        drawn = curves_plot(axes, labels, table, lines)
        drawn.set_xlabel(", ".join(cells.columns))
        drawn.set_ylabel(f"{self.problem.response}, mean (95% interval)")
        return drawn

    def parts(self) -> Iterator[Part]:
        """Return the verdict, the families, the curves, and notes."""
        yield Part(f"Predicted curves of {self.problem.response}", tuple(self._verdict()))
        families = self.weights.families.sort_values("weight_bic", ascending=False)
        columns = {"weight_bic": "BIC weight", "weight_aicc": "AICc weight"}
        shown = families.assign(
            family=families["family"].map(family_label),
            **{name: families[name].map(written_weight) for name in columns},
        )
        names = ["family", "best", *columns]
        yield Part("Families, with equal prior weights", (), shown[names].rename(columns=columns))
        curves = self.table()[["id", "name", "shape", "k", "loglik", "aicc", "bic"]]
        shown = written(curves, aicc="AICc", bic="BIC", loglik="log-likelihood")
        yield Part("Curves, the best by AICc first", (), shown)
        notes = (*self.notes, *self.problem.notes, *self.left_out)
        if notes:
            yield Part("Notes", tuple(f"- {note}" for note in dict.fromkeys(notes)))

    def _verdict(self) -> Iterator[str]:
        verdict = self.verdict
        leader = family_label(verdict.leader)
        weights = (
            f"BIC weight {written_weight(self.weights.weight(verdict.leader, 'bic'))}, AICc weight"
            f" {written_weight(self.weights.weight(verdict.leader, 'aicc'))}"
        )
        if verdict.family:
            yield f"Best supported: {leader} ({weights}; best curve {verdict.best})."
        else:
            say: Any = environment("analysis").get_template("curves/compare/reasons.j2").module
            reasons = "; ".join(str(say.reason(code, verdict)).strip() for code in verdict.reasons)
            yield f"Undetermined. Best so far: {leader} ({weights}), but {reasons}."
        others = [family_label(name) for name in verdict.remaining if name != verdict.leader]
        if others:
            yield f"Not ruled out: {', '.join(others)}."
        if verdict.excluded:
            yield f"Ruled out: {', '.join(map(family_label, verdict.excluded))}."
        random = " + ".join(map(str, self.problem.engine.random)) or "none"
        yield f"{count(self.problem.n, 'row', 'rows')}; random effects: {random}."

    def fit_of(self, name: str) -> CurveFit:
        """Return the fit of one curve, by id."""
        for f in self.fits:
            if name in (f.hypothesis.id, f.hypothesis.name):
                return f
        raise AnalysisError(
            f"{name!r} was not compared.",
            f"Compared: {', '.join(f.hypothesis.id for f in self.fits)}.",
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name: curves (one row each, the best by AICc first), families, parameters, and,
        if available, cells, specified curves, differences, order and prediction."""
        curves = self.weights.curves.sort_values("aicc", kind="stable", ignore_index=True)
        shapes = {
            f.hypothesis.id: ", ".join(f"{k} = {significant(v)}" for k, v in f.shape.items())
            for f in self.fits
        }
        curves.insert(4, "shape", curves["id"].map(shapes))
        tables = {
            "curves": curves,
            "families": self.weights.families,
            "parameters": pd.concat(
                [f.parameters.assign(curve=f.hypothesis.id) for f in self.fits], ignore_index=True
            ),
        }
        if self.problem.cells is not None:
            tables["cells"] = self.problem.cells.table
        if self.specified:
            tables["specified"] = pd.concat(
                [s.table().assign(check=s.hypothesis.id) for s in self.specified],
                ignore_index=True,
            )
        if self.flat is not None:
            tables["differences"] = self.flat.table()
        if self.order is not None:
            tables["order"] = self.order.table()
        if self.prediction is not None:
            tables["prediction"] = self.prediction.table()
        return tables


def compare(
    data: pd.DataFrame,
    response: str,
    hypotheses: Sequence[Hypothesis],
    rng: np.random.Generator,
    *,
    sesoi: float | None = None,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    family: str = "gaussian",
    limits: tuple[float, float] | None = None,
    specified: Sequence[Hypothesis] = (),
    free: Free = "scale",
    rule: Rule | None = None,
    level: float | None = 0.95,
) -> Comparison:
    """Compare predicted curves and decide which family is best supported.

    Parameters
    ----------
    data : DataFrame
        One row per response.
    response : str
    hypotheses : sequence of Hypothesis
        The curves, for instance a :func:`analysis.curves.catalogue.model_set`.
    rng : Generator
        For the order test.
    sesoi : float, optional
        Smallest effect size of interest in units of the response; None: d = .20.
    specified : sequence of Hypothesis
        Curves to test with their parameters fixed.
    free : {"scale", "scale and intercept"}
        What is free in a specified curve; see :func:`check_specified`.
    random, covariates, family, limits
        See :func:`analysis.curves.fitting.prepare`.
    level : float or None
        See :func:`analysis.curves.fitting.fit_curve`. None also skips the prediction of new participants.

    Raises
    ------
    AnalysisError
        If the curves cannot be estimated from the data, or fewer than two can be fitted.
    """
    problem = prepare(
        data, response, hypotheses,
        random=random, covariates=covariates, family=family, limits=limits,
    )  # fmt: skip
    left_out: list[str] = []

    def attempt(part: Callable[[], Result], prefix: str = "") -> Result | None:
        """Carry out a part; if that is impossible with these data, add the reason to ``left_out``."""
        try:
            return part()
        except AnalysisError as error:
            left_out.append(prefix + error.message)
            return None

    fits = [
        fit
        for h in hypotheses
        if (fit := attempt(partial(fit_in, problem, h, level), f"{h.id} was left out: "))
    ]
    if len(fits) < 2:
        raise AnalysisError("Fewer than two curves can be fitted.", " ".join(left_out))
    weights = weigh(fits)
    checks = [
        check
        for h in specified
        if (
            check := attempt(partial(check_specified, problem, h, free), f"{h.id} was not tested: ")
        )
    ]
    flat = attempt(
        partial(equivalence_to_flat, problem, sesoi), "Equivalence to flat was not tested: "
    )
    prediction = (
        attempt(partial(predict_new_participants, problem, weights, fits))
        if level is not None
        else None
    )
    return Comparison(
        problem=problem,
        fits=tuple(fits),
        weights=weights,
        specified=tuple(checks),
        order=_order(problem, rng),
        flat=flat,
        prediction=prediction,
        verdict=verdict(weights, fits, problem, flat, rule),
        left_out=tuple(left_out),
    )


def _order(problem: Problem, rng: np.random.Generator) -> OrderTest | None:
    """Test the predicted order of cells: more for fewer victims and for closer groups."""
    cells = problem.cells
    if (
        problem.single_stimulus_cells
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
