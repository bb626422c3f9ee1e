"""The model comparison: the predicted curve against its rivals, and tests of the specified curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.compare import Comparison, Free, compare
from analysis.curves.fitting import CROSSED
from analysis.data.tables import empty
from analysis.errors import AnalysisError
from analysis.models import RandomTerm
from analysis.models.guards import MIN_GROUPS
from analysis.planned.by_topic import analyse_topic
from analysis.planned.contrasts import bound_of, within_sd
from analysis.planned.describing import level_label, ordered_levels
from analysis.data.names import column_of
from analysis.planned.plan import Planned
from analysis.planned.results import MeasureInfo, ModelComparison
from experiments.numbers import count
from experiments.protocol.plan import Prediction
from experiments.protocol.protocol import Protocol

POINTS = 160
"""Number of points at which a curve over a numeric predictor is drawn."""


def predicted(prediction: Prediction) -> Hypothesis:
    """Return the hypothesis of a prediction, with the parameters of the protocol."""
    return get(prediction.hypothesis).at(**prediction.parameters)


def competing_curves(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """Return the predicted curve and its rivals, each once."""
    hypotheses = protocol.hypotheses
    return _once([predicted(hypotheses.predicted), *map(get, hypotheses.rivals)])


def specified_curves(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """Return the curves of the claim that are tested with only their scale free."""
    hypotheses = protocol.hypotheses
    return _once([predicted(p) for p in (hypotheses.predicted, *hypotheses.also_predicted)])


def _once(curves: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    return tuple({curve.id: curve for curve in reversed(curves)}.values())[::-1]


@dataclass(frozen=True)
class Candidate:
    """A curve of the model comparison, with its label in the protocol."""

    part: str
    """'predicted', 'also predicted' or 'rival'."""
    label: str
    """Its label in the protocol, or the title of the curve."""
    curve: Hypothesis


def candidates(protocol: Protocol) -> tuple[Candidate, ...]:
    """Return all curves of the model comparison, each once: the prediction, alternative readings of it, rivals."""
    hypotheses = protocol.hypotheses
    named = [("predicted", hypotheses.predicted.label, predicted(hypotheses.predicted))]
    named += [("also predicted", p.label, predicted(p)) for p in hypotheses.also_predicted]
    named += [("rival", "", get(name)) for name in hypotheses.rivals]
    found: dict[str, Candidate] = {}
    for part, label, curve in named:
        found.setdefault(curve.id, Candidate(part, label or curve.title, curve))
    return tuple(found.values())


def random_terms(models: Sequence[Planned], outcome: str) -> tuple[RandomTerm, ...]:
    """Return the random terms of the planned model of the outcome, if possible of a primary Gaussian one."""
    ranked = sorted(
        (m for m in models if m.model.measure == outcome),
        key=lambda m: (m.model.role != "primary", m.model.family != "gaussian"),
    )
    return ranked[0].formula.random if ranked else CROSSED


def compare_models(
    frame: pd.DataFrame,
    protocol: Protocol,
    models: Sequence[Planned],
    measure: MeasureInfo,
    rng: np.random.Generator,
    *,
    level: float | None = 0.95,
) -> ModelComparison:
    """Compare the predicted curve with its rivals.

    Parameters
    ----------
    frame
        One row per answer to the outcome.
    models
        Planned models of the mode; the random terms are those of the model of the outcome.
    measure
        The outcome.
    rng
        For the order test.
    level
        Of the profile intervals; None skips them, and the further analysis of the topic.

    Raises
    ------
    AnalysisError
        If the curves cannot be estimated from the data.
    """
    outcome, predictor = protocol.hypotheses.outcome, protocol.hypotheses.predictor
    if frame.empty:
        raise AnalysisError(f"No participant answered '{outcome}'.", "There is nothing to compare.")
    participants = frame["participant"].nunique()
    if participants < MIN_GROUPS:
        raise AnalysisError(
            f"{count(participants, 'participant', 'participants')} cannot distinguish curves: differences between"
            " participants would be mistaken for a curve.",
            f"A comparison needs at least {MIN_GROUPS}, a verdict many more.",
        )
    observed = [level_label(protocol, predictor, level) for level in frame[predictor].unique()]
    if len(observed) < 2:
        raise AnalysisError(
            f"All answers are from one condition ({predictor}: {observed[0]}), so there is no difference to estimate.",
            "Curves can be compared over two or more conditions only.",
        )
    column = column_of(outcome)
    rows = frame.rename(columns={outcome: column})
    random = random_terms(models, outcome)
    specified = specified_curves(protocol)
    free: Free = "scale and intercept" if any(h.intercept for h in specified) else "scale"
    found = compare(
        rows,
        column,
        competing_curves(protocol),
        rng,
        sesoi=bound_of(protocol.sesoi, within_sd(rows, column, predictor), outcome=True),
        random=random,
        specified=specified,
        free=free,
        level=level,
    )
    tables, verdict, problem = found.tables(), found.verdict, found.problem
    numeric = bool(pd.api.types.is_numeric_dtype(rows[predictor]))
    topic = specified[0].topic
    wanted = ("curves", "parameters", "specified", "differences", "order", "prediction")
    kept: dict[str, Any] = {name: tables[name] for name in wanted if name in tables}
    return ModelComparison(
        outcome=outcome,
        predictor=predictor,
        n=problem.n,
        verdict=verdict,
        unconverged=tuple(fit.hypothesis.id for fit in found.fits if not fit.converged),
        saturated=problem.cells is not None
        and not problem.single_stimulus_cells
        and not verdict.misfit,
        sesoi=None if found.flat is None else found.flat.sesoi,
        free=free,
        cautions=tuple(dict.fromkeys([*problem.notes, *found.fit_of(verdict.best).notes])),
        left_out=found.left_out,
        families=tables["families"].sort_values("weight_bic", ascending=False, ignore_index=True),
        topic=analyse_topic(topic, rows, column, predictor, random, measure) if level else None,
        cells=_cells(found, protocol, predictor),
        lines=_lines(found, protocol, predictor, numeric),
        numeric=numeric,
        **kept,
    )


def _cells(found: Comparison, protocol: Protocol, predictor: str) -> pd.DataFrame:
    """Return the unrestricted means of the mixed model, with intervals, in the order of the levels."""
    cells = found.problem.cells
    if cells is None or cells.columns != (predictor,):
        return empty("level", "label", "n", "mean", "ci_low", "ci_high")
    table, errors = cells.table.copy(), found.problem.errors
    table["ci_low"] = table["mean"] - 1.96 * table["se"]
    table["ci_high"] = table["mean"] + 1.96 * table["se"]
    if errors is not None:
        for end in ("ci_low", "ci_high"):
            table[end] = errors.table[end].to_numpy()
    # Levels are floats in the problem, but integers or texts in the protocol.
    places = pd.Index(table[predictor]).get_indexer(list(ordered_levels(protocol, predictor)))
    levels = [
        level
        for level, at in zip(ordered_levels(protocol, predictor), places, strict=True)
        if at >= 0
    ]
    cell_table: pd.DataFrame = table.iloc[places[places >= 0]].reset_index(drop=True)[
        ["n", "mean", "ci_low", "ci_high"]
    ]
    cell_table.insert(0, "level", levels)
    cell_table.insert(1, "label", [level_label(protocol, predictor, level) for level in levels])
    return cell_table


def _lines(found: Comparison, protocol: Protocol, predictor: str, numeric: bool) -> pd.DataFrame:
    """Return the curves to draw: each specified curve, and the best-fitting curve of each family."""
    x: np.ndarray = np.array(
        ordered_levels(protocol, predictor), dtype=float if numeric else object
    )
    if numeric:
        low, high = x.min(), x.max()
        fine = np.geomspace(low, high, POINTS) if low > 0 else np.linspace(low, high, POINTS)
        x = np.unique(np.concatenate([fine, x]))
    labels = {one.curve.id: one.label for one in candidates(protocol)}
    drawn = []
    for check in found.specified:
        curve = check.hypothesis
        drawn.append((curve, labels[curve.id], "predicted", check.predict({predictor: x})))
    for best in found.weights.families.sort_values("weight_bic", ascending=False)["best"]:
        fit = found.fit_of(str(best))
        if fit.columns == (predictor,) or not fit.columns:
            curve = fit.hypothesis
            drawn.append((curve, curve.title, "fitted", fit.predict({predictor: x})))
    lines = [
        {"curve": curve.id, "label": label, "family": curve.family, "kind": kind, "x": x, "y": y}
        for curve, label, kind, y in drawn
    ]
    return pd.concat(map(pd.DataFrame, lines), ignore_index=True)
