"""The result of comparing predicted curves on one response, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.curves.catalogue import family_label
from analysis.curves.compare.flatness import FlatEquivalence
from analysis.curves.compare.lack_of_fit import SpecifiedCheck
from analysis.curves.compare.order import OrderTest
from analysis.curves.compare.rule import Rule
from analysis.curves.compare.tested import OneTest, table_of_tests
from analysis.curves.compare.verdict import Verdict, verdict
from analysis.curves.compare.weights import Weights
from analysis.curves.fitting import CurveFit, Problem
from analysis.errors import AnalysisError
from analysis.models.predictive import ElpdDifference
from analysis.showing import Part, Shown, written
from experiments.numbers import count, scale_value, significant
from experiments.numbers import weight as written_weight
from experiments.templates import environment

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    left_out: tuple[str, ...]
    """Curves that could not be fitted to these data, and why."""
    contrasts: tuple[OneTest, ...] = ()
    """The tests of the claimed contrasts, if the verdict goes by them: with two cells, their difference."""
    rule: Rule = field(default_factory=Rule)
    smallest: bool = True
    """Whether there is a smallest effect of interest."""
    notes: tuple[str, ...] = ()
    """What else a reader must know about the rows that were compared."""

    @cached_property
    def verdict(self) -> Verdict:
        """What was tested, and which family of curves is best supported by it."""
        return verdict(
            self.weights,
            self.fits,
            self.problem,
            self.flat,
            self.rule,
            smallest=self.smallest,
            specified=self.specified,
            contrasts=self.contrasts,
            order=self.order,
        )

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

        cells, table = self.problem.cells, self.problem.cell_table
        if cells is None or table is None:
            raise AnalysisError(
                "The columns of these curves have almost as many values as there are rows, so that there are"
                " no cells to draw.",
                "Draw the rows themselves; the shapes are in table().",
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
        said = str(verdict_words().brief(self.verdict)).strip()
        random = " + ".join(map(str, self.problem.engine.random)) or "none"
        rows = f"{count(self.problem.n, 'row', 'rows')}; random effects: {random}."
        yield Part(f"Predicted curves of {self.problem.response}", (said, rows))
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
        """Return all tables by name: tested (one row for each test), curves (the best by AICc first), families, parameters, and,
        if available, cells, specified curves, differences, order and prediction."""
        curves = self.weights.curves.sort_values("aicc", kind="stable", ignore_index=True)
        shapes = {
            f.hypothesis.id: ", ".join(f"{k} = {significant(v)}" for k, v in f.shape.items())
            for f in self.fits
        }
        curves.insert(4, "shape", curves["id"].map(shapes))
        tables = {
            "tested": table_of_tests(self.verdict.tests),
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


def verdict_words() -> Any:
    """Return the macros that say what a verdict is, in plain text."""
    return environment("analysis").get_template("curves/compare/verdict.j2").module
