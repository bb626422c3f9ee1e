"""The contest: the predicted curve against its rivals on the outcome, and the specified checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.analysing.by_topic import analyse_topic
from analysis.analysing.levels import level_words, ordered_levels
from analysis.analysing.planned_contrasts import bound_of, within_sd
from analysis.analysing.results import Contest, Measured
from analysis.compare import Comparison, Free, compare
from analysis.curves import CROSSED
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis, get
from analysis.models import RandomTerm, parse_formula
from analysis.models.guards import MIN_GROUPS
from experiments.planned import PlannedModel, Prediction
from experiments.protocol import Protocol

POINTS = 160
"""Points at which a curve over numbers is drawn."""


def predicted(prediction: Prediction) -> Hypothesis:
    """The hypothesis of a prediction, with the parameters that the protocol fixes."""
    return get(prediction.hypothesis).at(**prediction.parameters)


def competitors(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """The predicted curve and its rivals, each once."""
    contest = protocol.hypotheses
    named = [predicted(contest.predicted), *map(get, contest.rivals)]
    return tuple({hypothesis.id: hypothesis for hypothesis in reversed(named)}.values())[::-1]


def checked(protocol: Protocol) -> tuple[Hypothesis, ...]:
    """The readings of the claim that are checked with nothing free but their scale."""
    contest = protocol.hypotheses
    named = [predicted(p) for p in (contest.predicted, *contest.also_predicted)]
    return tuple({hypothesis.id: hypothesis for hypothesis in named}.values())


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


def random_terms(models: Sequence[PlannedModel], outcome: str) -> tuple[RandomTerm, ...]:
    """The random terms of the planned model of the outcome, primary before others."""
    ranked = sorted(
        (m for m in models if m.measure == outcome),
        key=lambda m: (m.role != "primary", m.family != "gaussian"),
    )
    if not ranked:
        return CROSSED
    return parse_formula(f"y ~ {ranked[0].formula}").random


def hold_contest(
    frame: pd.DataFrame,
    protocol: Protocol,
    models: Sequence[PlannedModel],
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
    persons = frame["participant"].nunique()
    if persons < MIN_GROUPS:
        raise AnalysisError(
            f"{persons} participant{'s' if persons > 1 else ''} cannot tell curves apart: what is peculiar to"
            " one person would pass for a curve.",
            f"At least {MIN_GROUPS} are needed for any comparison, and many more for a verdict.",
        )
    column = outcome.replace(".", "_")
    rows = frame.rename(columns={outcome: column})
    bound = bound_of(protocol.sesoi, within_sd(rows, column, predictor), outcome=True)
    random = random_terms(models, outcome)
    own = checked(protocol)
    free: Free = "scale and intercept" if any(h.intercept for h in own) else "scale"
    found = compare(
        rows,
        column,
        competitors(protocol),
        rng,
        sesoi=bound,
        random=random,
        specified=own,
        free=free,
        level=level,
    )
    tables, verdict = found.tables(), found.verdict
    cells, best = found.problem.cells, found.fit_of(found.verdict.best)
    shown = cells is not None and not found.problem.lone_stimuli
    numeric = bool(pd.api.types.is_numeric_dtype(rows[predictor]))
    topic = predicted(protocol.hypotheses.predicted).topic
    return Contest(
        outcome=outcome,
        predictor=predictor,
        n=found.problem.n,
        survivor=verdict.family or "",
        leader=verdict.leader,
        best=verdict.best,
        reasons=verdict.reasons,
        remaining=verdict.remaining,
        excluded=verdict.excluded,
        misfit=verdict.misfit,
        saturated=shown and verdict.misfit is None,
        sesoi=None if found.flat is None else found.flat.sesoi,
        flat=verdict.equivalent_to_flat,
        free=free,
        rule=verdict.rule,
        cautions=tuple(dict.fromkeys([*found.problem.notes, *best.notes])),
        left_out=found.left_out,
        families=tables["families"].sort_values("weight_bic", ascending=False, ignore_index=True),
        curves=tables["curves"],
        parameters=tables["parameters"],
        specified=tables.get("specified", pd.DataFrame()),
        differences=tables.get("differences", pd.DataFrame()),
        order=tables.get("order", pd.DataFrame()),
        prediction=tables.get("prediction", pd.DataFrame()),
        topic=analyse_topic(topic, rows, column, predictor, random, about) if level else None,
        cells=_cells(found, protocol, predictor),
        lines=_lines(found, protocol, predictor, numeric),
        numeric=numeric,
    )


def no_contest(protocol: Protocol, why: str) -> Contest:
    """A comparison that could not be made."""
    outcome, predictor = protocol.hypotheses.outcome, protocol.hypotheses.predictor
    return Contest(outcome, predictor, failed=why)


def _cells(found: Comparison, protocol: Protocol, predictor: str) -> pd.DataFrame:
    """Unrestricted means of the mixed model, with intervals."""
    cells = found.problem.cells
    if cells is None or cells.columns != (predictor,):
        return pd.DataFrame(columns=["level", "label", "n", "mean", "ci_low", "ci_high"])
    table, errors = cells.table, found.problem.errors
    low, high = table["mean"] - 1.96 * table["se"], table["mean"] + 1.96 * table["se"]
    if errors is not None:
        low, high = errors.table["ci_low"], errors.table["ci_high"]
    place = {str(level): i for i, level in enumerate(ordered_levels(protocol, predictor))}
    names = [_as_level(value) for value in table[predictor]]
    made = pd.DataFrame(
        {
            "level": names,
            "label": [level_words(protocol, predictor, name) for name in names],
            "n": table["n"],
            "mean": table["mean"],
            "ci_low": low.to_numpy(),
            "ci_high": high.to_numpy(),
        }
    )
    order = [place.get(str(name), len(place)) for name in names]
    made = made.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    return made if pd.api.types.is_numeric_dtype(made["level"]) else made.astype({"level": str})


def _as_level(value: object) -> object:
    """A whole number as the protocol writes it; problems hold numbers as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _lines(found: Comparison, protocol: Protocol, predictor: str, numeric: bool) -> pd.DataFrame:
    """The curves to draw: each specified check, and the best fitted curve of each family."""
    levels = list(ordered_levels(protocol, predictor))
    x: np.ndarray
    if numeric:
        numbers = np.array(levels, dtype=np.float64)
        low, high = numbers.min(), numbers.max()
        fine = np.geomspace(low, high, POINTS) if low > 0 else np.linspace(low, high, POINTS)
        x = np.unique(np.concatenate([fine, numbers]))
    else:
        x = np.array(levels, dtype=object)
    contest = protocol.hypotheses
    labels = {predicted(p).id: p.label for p in (contest.predicted, *contest.also_predicted)}
    parts = []
    for check in found.specified:
        line = _line(check.hypothesis, "predicted", x, check.predict({predictor: x}))
        parts.append(line.assign(label=labels[check.hypothesis.id]))
    families = found.weights.families.sort_values("weight_bic", ascending=False)
    for best in families["best"]:
        fit = found.fit_of(str(best))
        if fit.columns == (predictor,) or not fit.columns:
            parts.append(_line(fit.hypothesis, "fitted", x, fit.predict({predictor: x})))
    return pd.concat(parts, ignore_index=True)


def _line(h: Hypothesis, kind: str, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "curve": h.id,
            "label": h.title,
            "family": h.family,
            "kind": kind,
            "x": x,
            "y": y,
        }
    )
