"""``compare``: fits predicted curves to one response, compares them, and decides which is best supported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis
from analysis.curves.compare.cell_contrasts import (
    Groups,
    default_smallest,
    take_known,
    two_cell_tests,
)
from analysis.curves.compare.comparison import Comparison
from analysis.curves.compare.flatness import equivalence_to_flat
from analysis.curves.compare.lack_of_fit import Free, check_specified
from analysis.curves.compare.order import predicted_order
from analysis.curves.compare.prediction import predict_new_participants
from analysis.curves.compare.rule import Rule
from analysis.curves.compare.tested import OneTest
from analysis.curves.compare.weights import weigh
from analysis.curves.fitting import CROSSED, Known, fit_in, prepare
from analysis.errors import AnalysisError
from analysis.models import RandomTerm

Result = TypeVar("Result")


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
    order: Groups | None = None,
    equivalence: bool = True,
    rule: Rule | None = None,
    level: float | None = 0.95,
    known: Sequence[Known] = (),
) -> Comparison:
    """Compare predicted curves and decide which family is best supported.

    Parameters
    ----------
    data : DataFrame
        One row per response.
    response : str
    hypotheses : sequence of Hypothesis
        The curves, the claim first, for instance a :func:`analysis.curves.catalogue.model_set`. A single one
        is fitted and drawn, but cannot be the best supported.
    rng : Generator
        For the order test.
    sesoi : float, optional
        Smallest effect size of interest in units of the response; None: d = .20.
    specified : sequence of Hypothesis
        Curves to test with their parameters fixed.
    free : {"scale", "scale and intercept"}
        What is free in a specified curve; see :func:`check_specified`.
    order : Groups, optional
        The order of levels that is claimed; None: that of the means which the claimed curve predicts, if it is about
        numbers of victims or groups.
    equivalence : bool
        Whether equivalence is tested: not if the study has no smallest effect of interest.
    random, covariates, family, limits
        See :func:`analysis.curves.fitting.prepare`.
    level : float or None
        See :func:`analysis.curves.fitting.fit_in`. None also skips the prediction of new participants.
    known
        Contrasts of the cells whose numbers are those of a planned model.

    Raises
    ------
    AnalysisError
        If the curves cannot be estimated from the data, or fewer than two can be fitted.
    """
    problem = prepare(
        data, response, hypotheses,
        random=random, covariates=covariates, family=family, limits=limits,
    )  # fmt: skip
    take_known(problem, known)
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
    if len(fits) < min(2, len(hypotheses)):
        few = "Fewer than two curves" if len(hypotheses) > 1 else "The curve"
        verb = "can" if len(hypotheses) > 1 else "cannot"
        raise AnalysisError(f"{few} {verb} be fitted.", " ".join(left_out))
    weights = weigh(fits)
    checks = [
        check
        for h in specified
        if (
            check := attempt(partial(check_specified, problem, h, free), f"{h.id} was not tested: ")
        )
    ]
    flat = None
    if equivalence:
        flat = attempt(
            partial(equivalence_to_flat, problem, sesoi), "Equivalence to flat was not tested: "
        )
    prediction = (
        attempt(partial(predict_new_participants, problem, weights, fits))
        if level is not None and len(fits) > 1
        else None
    )
    contrasts: tuple[OneTest, ...] = ()
    if problem.has_two_cells(hypotheses[0]):
        smallest = default_smallest(problem) if equivalence and sesoi is None else sesoi
        contrasts = two_cell_tests(problem, hypotheses[0], smallest)
    return Comparison(
        problem=problem,
        fits=tuple(fits),
        weights=weights,
        specified=tuple(checks),
        order=predicted_order(problem, hypotheses[0], order, rng),
        flat=flat,
        prediction=prediction,
        left_out=tuple(left_out),
        contrasts=contrasts,
        rule=rule or Rule(),
        smallest=equivalence,
    )
