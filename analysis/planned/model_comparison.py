"""The model comparison: the predicted curve against its rivals, and tests of the specified curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis
from analysis.curves.claims import (
    Prediction,
    contrast_label,
    factor_to_name,
    known_names,
    names_of,
    read_level,
)
from analysis.curves.compare import Free, Groups, OrderTest, Verdict, compare
from analysis.errors import AnalysisError
from analysis.models.guards import MIN_GROUPS
from analysis.planned.by_topic import analyse_topic
from analysis.planned.claimed import PlannedTests, claim_tests
from analysis.planned.compared import ModelComparison, TopicTest
from analysis.planned.curve_lines import Drawing
from analysis.planned.curve_rows import CurveRows
from analysis.planned.describing import measure_info
from analysis.planned.effects import bound_of, within_sd
from analysis.planned.known import known_contrasts
from experiments.language.contrasts import CurveName
from experiments.numbers import count, scale_value
from experiments.protocol.names import Names
from experiments.study import Study

OF_A_CURVE = ("family", "role", "grade", "claim", "equation", "citation", "evidence")
TABLES = ("curves", "parameters", "specified", "differences", "order", "prediction")


def competing_curves(found: Sequence[Prediction]) -> tuple[Hypothesis, ...]:
    """Return the curves that are compared: the claim and its rivals; of those without any difference the first."""
    curves = [one.curve for one in found if one.part != "also"]
    again = [curve.id for curve in curves if _is_constant(curve)][1:]
    return tuple(curve for curve in curves if curve.id not in again)


def repeated_curves(found: Sequence[Prediction]) -> tuple[str, ...]:
    """Return a note on each rival that is not compared, since it is the same curve as another."""
    constant = [one for one in found if one.part != "also" and _is_constant(one.curve)]
    return tuple(
        f"{one.label} is the same curve as {constant[0].label}, without any difference, and is not compared again."
        for one in constant[1:]
    )


def _is_constant(curve: Hypothesis) -> bool:
    return curve.role == "null" and not curve.slopes and not curve.shape


def specified_curves(found: Sequence[Prediction]) -> tuple[Hypothesis, ...]:
    """Return the curves of the claim that are tested with only their scale free; orders and contrasts have no scale."""
    return tuple(
        one.curve for one in found if one.part != "rival" and isinstance(one.written, CurveName)
    )


def compare_models(
    study: Study,
    mode: str,
    one: ModelComparison,
    found: Sequence[Prediction],
    of: CurveRows,
    planned: PlannedTests,
    rng: np.random.Generator,
    *,
    full: bool = True,
) -> ModelComparison:
    """Compare a claim with its rivals.

    Parameters
    ----------
    one
        What is compared, without results.
    found
        The predictions, the claim first.
    of
        The rows, with the columns that the curves read.
    planned
        The planned contrasts of the outcome, whose numbers the verdict by contrasts takes.
    rng
        For the order test.
    full
        Whether to compute profile intervals, the prediction of new participants, and the further analysis of the
        topic as well.

    Raises
    ------
    AnalysisError
        If the curves cannot be estimated from the data.
    """
    claim, rows = found[0], of.rows
    names = names_of(found)
    _check(study, rows, names)
    specified = specified_curves(found)
    free: Free = "scale and intercept" if any(h.intercept for h in specified) else "scale"
    factors = sorted(known_names(study, found) & set(study.names.factors) & set(rows.columns))
    # Without a smallest effect of interest equivalence is not tested.
    smallest = study.file.hypothesis[one.hypothesis].smallest_effect
    bound = None if smallest is None else bound_of(smallest, within_sd(rows, of.outcome, factors))
    result = compare(
        rows,
        of.outcome,
        competing_curves(found),
        rng,
        sesoi=bound,
        equivalence=bound is not None,
        random=of.random,
        specified=specified,
        free=free,
        order=_groups(study, claim),
        level=0.95 if full else None,
        known=tuple(known_contrasts(study, planned.rows(), names)),
    )
    result = replace(result, contrasts=claim_tests(study, found, result.problem, bound, planned))
    tables, problem = result.tables(), result.problem
    verdict = _labelled(result.verdict, found, study.names)
    kept: dict[str, Any] = {name: tables[name] for name in TABLES if name in tables}
    drawing = Drawing(study, found, result)
    return replace(
        one,
        n=problem.n,
        verdict=verdict,
        unconverged=tuple(fit.hypothesis.id for fit in result.fits if not fit.converged),
        saturated=problem.cells is not None
        and not problem.single_stimulus_cells
        and verdict.fit_of(verdict.leader) is None,
        sesoi=None if result.flat is None else result.flat.sesoi,
        free=free if specified else "",
        cautions=tuple(
            dict.fromkeys([*of.cautions, *problem.notes, *result.fit_of(verdict.best).notes])
        ),
        left_out=(*repeated_curves(found), *result.left_out),
        families=tables["families"].sort_values("weight_bic", ascending=False, ignore_index=True),
        ordered="" if result.order is None else _ordered(claim, drawing, result.order),
        topic=_topic(study, mode, one.outcome, claim, of) if full else None,
        cells=drawing.cells(),
        lines=drawing.lines(),
        numeric=drawing.numeric,
        **kept,
    )


def _labelled(verdict: Verdict, found: Sequence[Prediction], names: Names) -> Verdict:
    """Name the factor in the words of orders and contrasts, where readers need it."""
    words = {
        one.curve.family: contrast_label(
            one.curve.family, factor_to_name(factor, names.levels(factor) or (), names)
        )
        for one in found
        for factor in one.columns.values()
        if one.curve.family == one.curve.id and len(one.columns) == 1
    }
    return replace(
        verdict,
        tests=tuple(
            replace(each, label=words[each.family]) if each.family in words else each
            for each in verdict.tests
        ),
    )


def prediction_table(found: Sequence[Prediction]) -> pd.DataFrame:
    """Return the predictions, one row each."""
    return pd.DataFrame(
        [
            {
                "part": one.part,
                "id": one.curve.id,
                "label": one.label,
                **{name: getattr(one.curve, name) for name in OF_A_CURVE},
            }
            for one in found
        ]
    )


def _check(study: Study, rows: pd.DataFrame, names: dict[str, str]) -> None:
    """Check that there are enough participants, and two conditions or more."""
    participants = rows["participant"].nunique()
    if participants < MIN_GROUPS:
        raise AnalysisError(
            f"{count(participants, 'participant is', 'participants are')} too few to test the claim: differences between"
            " participants would be mistaken for its effect.",
            f"A comparison needs at least {MIN_GROUPS}, a verdict many more.",
        )
    if len(rows[list(names)].drop_duplicates()) < 2:
        first = {name: rows[column].iloc[0] for column, name in names.items()}
        at = ", ".join(
            f"{name}: {level if isinstance(level, str) else scale_value(level)}"
            for name, level in first.items()
        )
        raise AnalysisError(
            f"All answers are from one condition ({at}), so there is no difference to estimate.",
            "Predictions can be compared over two or more conditions only.",
        )


def _groups(study: Study, claim: Prediction) -> Groups | None:
    """Return the order that is claimed, with levels as curves read them."""
    if claim.order is None or len(claim.order.groups) < 2:
        return None
    ((column, factor),) = claim.columns.items()
    groups = claim.order.groups
    return column, tuple(
        tuple(read_level(study.names, factor, level) for level in group) for group in groups
    )


def _ordered(claim: Prediction, drawing: Drawing, order: OrderTest) -> str:
    """Return the words of the order that was tested."""
    if claim.order is not None or order.groups is None:
        return str(claim.order)
    column, groups = order.groups
    return " > ".join(
        " = ".join(drawing.words(column, level) for level in group) for group in groups
    )


def _topic(
    study: Study, mode: str, outcome: str, claim: Prediction, of: CurveRows
) -> TopicTest | None:
    curve = claim.curve
    if curve.levels(curve.axis):
        return None
    info = measure_info(study, mode, outcome)
    return analyse_topic(curve.topic, of.rows, of.outcome, curve.axis, of.along, info)
