"""Prediction of new participants: leave-one-participant-out cross-validation of the two leading families.

If participants answered more than once, the best curve of the leading family is compared with that of the second
family. Each participant is predicted from all others with the columns of the curve; its shape is fixed at the
estimate from all participants (it changes little when one is left out). A difference below 4 or below two
standard errors is not interpreted (``analysis.models.predictive``).
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.curves.catalogue import family_label
from analysis.curves.compare.weights import Weights
from analysis.curves.fitting import CurveFit, Problem
from analysis.curves.fitting.cells import RESPONSE
from analysis.errors import AnalysisError
from analysis.models import Formula
from analysis.models import fit as fit_model
from analysis.models.predictive import Elpd, ElpdDifference, compare_elpd, gaussian_elpd
from experiments.numbers import count

MOST_ROWS = 10_000
"""Above this number of rows, the twenty refits take minutes."""
FOLDS = 10


def predict_new_participants(
    problem: Problem, weights: Weights, fits: Sequence[CurveFit]
) -> ElpdDifference:
    """Compare the two families with the highest BIC weights, leaving out those whose claim the data contradict.

    Raises
    ------
    AnalysisError
        If participants answered only once, the model is not a Gaussian mixed model, there are too many rows or
        too few participants, or the data contradict all curves but one.
    """
    if (
        not problem.own_scale
        or not any("participant" in t.group_columns for t in problem.engine.random)
        or problem.engine.covariates.size
    ):
        raise AnalysisError(
            "Prediction of new participants was not compared: it requires several answers per participant"
            " and a Gaussian mixed model.",
            "",
        )
    if problem.n > MOST_ROWS:
        raise AnalysisError(
            f"Prediction of new participants was not compared: more than {count(MOST_ROWS)} answers.",
            "",
        )
    by_id = {fit.hypothesis.id: fit for fit in fits}
    ranked = weights.families.sort_values("weight_bic", ascending=False, kind="stable")
    ranked = ranked[[not by_id[str(best)].limited for best in ranked["best"]]].head(2)
    if len(ranked) < 2:
        raise AnalysisError(
            "Prediction of new participants was not compared: the data contradict all curves but one.",
            "",
        )
    first, second = (_elpd(problem, by_id[str(best)]) for best in ranked["best"])
    names = [family_label(str(family)) for family in ranked["family"]]
    return compare_elpd(first, second, (names[0], names[1]))


def _elpd(problem: Problem, fit: CurveFit) -> Elpd:
    rows = {c: problem.data[c].to_numpy() for c in fit.columns}
    basis = fit.hypothesis.basis(rows, fit.shape)
    columns = {f"curve_{j}": basis[:, j] for j in range(basis.shape[1])}
    data = problem.data.assign(**columns, **{RESPONSE: problem.data[problem.response]})
    constant = "1" if fit.hypothesis.intercept else "0"
    formula = Formula.of(RESPONSE, [constant, *columns], problem.engine.random)
    return gaussian_elpd(fit_model(data, formula, tests=False), "participant", data, folds=FOLDS)
