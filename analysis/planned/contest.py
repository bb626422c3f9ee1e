"""The contest: the predicted curve against its rivals on the outcome, and the specified checks."""

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
from analysis.planned.describing import level_words, ordered_levels
from analysis.planned.plan import Planned, column_of
from analysis.planned.results import Contest, Measured
from experiments.numbers import count
from experiments.protocol.plan import Prediction
from experiments.protocol.protocol import Protocol

POINTS = 160
"""Points at which a curve over numbers is drawn."""


def predicted(prediction: Prediction) -> Hypothesis:
    """Return the hypothesis of a prediction, with the parameters that the protocol fixes."""
    return get(prediction.hypothesis).at(**prediction.parameters)


def competitors(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """Return the predicted curve and its rivals, each once."""
    contest = protocol.hypotheses
    return _once([predicted(contest.predicted), *map(get, contest.rivals)])


def checked(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """Return the readings of the claim that are checked with nothing free but their scale."""
    contest = protocol.hypotheses
    return _once([predicted(p) for p in (contest.predicted, *contest.also_predicted)])


def _once(curves: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    return tuple({curve.id: curve for curve in reversed(curves)}.values())[::-1]


@dataclass(frozen=True)
class Contestant:
    """A curve of the contest as the protocol names it."""

    part: str
    """'predicted', 'also predicted' or 'rival'."""
    label: str
    """The protocol's words for it, or the curve's own title."""
    curve: Hypothesis


def contestants(protocol: Protocol) -> tuple[Contestant, ...]:
    """All curves of the contest, each once: the prediction, other readings of it, rivals."""
    contest = protocol.hypotheses
    named = [("predicted", contest.predicted.label, predicted(contest.predicted))]
    named += [("also predicted", p.label, predicted(p)) for p in contest.also_predicted]
    named += [("rival", "", get(name)) for name in contest.rivals]
    found: dict[str, Contestant] = {}
    for part, label, curve in named:
        found.setdefault(curve.id, Contestant(part, label or curve.title, curve))
    return tuple(found.values())


def random_terms(models: Sequence[Planned], outcome: str) -> tuple[RandomTerm, ...]:
    """The random terms of the planned model of the outcome, primary before others."""
    ranked = sorted(
        (m for m in models if m.model.measure == outcome),
        key=lambda m: (m.model.role != "primary", m.model.family != "gaussian"),
    )
    return ranked[0].formula.random if ranked else CROSSED


def hold_contest(
    frame: pd.DataFrame,
    protocol: Protocol,
    models: Sequence[Planned],
    about: Measured,
    rng: np.random.Generator,
    *,
    level: float | None = 0.95,
) -> Contest:
    """Compare the predicted curve with its rivals.

    Parameters
    ----------
    frame
        One row per answer to the outcome.
    models
        Planned models of the mode; the random terms of the outcome's model are used.
    about
        The outcome.
    rng
        For the order test.
    level
        Of the profile intervals; None leaves them out, and what the topic asks besides.

    Raises
    ------
    AnalysisError
        If the data cannot show the curves.
    """
    outcome, predictor = protocol.hypotheses.outcome, protocol.hypotheses.predictor
    if frame.empty:
        raise AnalysisError(f"Nobody answered '{outcome}'.", "There is nothing to compare.")
    people = frame["participant"].nunique()
    if people < MIN_GROUPS:
        raise AnalysisError(
            f"{count(people, 'participant', 'participants')} cannot tell curves apart: what is peculiar to"
            " one person would pass for a curve.",
            f"At least {MIN_GROUPS} are needed for any comparison, and many more for a verdict.",
        )
    met = [level_words(protocol, predictor, level) for level in frame[predictor].unique()]
    if len(met) < 2:
        raise AnalysisError(
            f"All answers are from one condition ({predictor}: {met[0]}), which shows no difference.",
            "Curves are compared over two conditions or more.",
        )
    column = column_of(outcome)
    rows = frame.rename(columns={outcome: column})
    random = random_terms(models, outcome)
    own = checked(protocol)
    free: Free = "scale and intercept" if any(h.intercept for h in own) else "scale"
    found = compare(
        rows,
        column,
        competitors(protocol),
        rng,
        sesoi=bound_of(protocol.sesoi, within_sd(rows, column, predictor), outcome=True),
        random=random,
        specified=own,
        free=free,
        level=level,
    )
    tables, verdict, problem = found.tables(), found.verdict, found.problem
    numeric = bool(pd.api.types.is_numeric_dtype(rows[predictor]))
    topic = own[0].topic
    wanted = ("curves", "parameters", "specified", "differences", "order", "prediction")
    kept: dict[str, Any] = {name: tables[name] for name in wanted if name in tables}
    return Contest(
        outcome=outcome,
        predictor=predictor,
        n=problem.n,
        verdict=verdict,
        unconverged=tuple(fit.hypothesis.id for fit in found.fits if not fit.converged),
        saturated=problem.cells is not None and not problem.lone_stimuli and not verdict.misfit,
        sesoi=None if found.flat is None else found.flat.sesoi,
        free=free,
        cautions=tuple(dict.fromkeys([*problem.notes, *found.fit_of(verdict.best).notes])),
        left_out=found.left_out,
        families=tables["families"].sort_values("weight_bic", ascending=False, ignore_index=True),
        topic=analyse_topic(topic, rows, column, predictor, random, about) if level else None,
        cells=_cells(found, protocol, predictor),
        lines=_lines(found, protocol, predictor, numeric),
        numeric=numeric,
        **kept,
    )


def _cells(found: Comparison, protocol: Protocol, predictor: str) -> pd.DataFrame:
    """Unrestricted means of the mixed model, with intervals, in the order of the levels."""
    cells = found.problem.cells
    if cells is None or cells.columns != (predictor,):
        return empty("level", "label", "n", "mean", "ci_low", "ci_high")
    table, errors = cells.table.copy(), found.problem.errors
    table["ci_low"] = table["mean"] - 1.96 * table["se"]
    table["ci_high"] = table["mean"] + 1.96 * table["se"]
    if errors is not None:
        for end in ("ci_low", "ci_high"):
            table[end] = errors.table[end].to_numpy()
    # Problems hold numbers as floats; the protocol's levels are whole numbers or words.
    places = pd.Index(table[predictor]).get_indexer(list(ordered_levels(protocol, predictor)))
    met = [
        level
        for level, at in zip(ordered_levels(protocol, predictor), places, strict=True)
        if at >= 0
    ]
    made = table.iloc[places[places >= 0]].reset_index(drop=True)[
        ["n", "mean", "ci_low", "ci_high"]
    ]
    made.insert(0, "level", met)
    made.insert(1, "label", [level_words(protocol, predictor, level) for level in met])
    return made


def _lines(found: Comparison, protocol: Protocol, predictor: str, numeric: bool) -> pd.DataFrame:
    """The curves to draw: each specified check, and the best fitted curve of each family."""
    x: np.ndarray = np.array(
        ordered_levels(protocol, predictor), dtype=float if numeric else object
    )
    if numeric:
        low, high = x.min(), x.max()
        fine = np.geomspace(low, high, POINTS) if low > 0 else np.linspace(low, high, POINTS)
        x = np.unique(np.concatenate([fine, x]))
    labels = {one.curve.id: one.label for one in contestants(protocol)}
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
