"""Model recovery: which verdict would a study of the planned size reach if a given curve were true?

Studies of the planned size are simulated as in ``monte_carlo``, but only as far as the verdict requires: the estimated
condition means, around a true curve and with the covariance of the design (new participants and items in every study).
The rule of the verdict is then applied: which family of curves is best supported, or, of orders, contrasts and curves
over two cells, what is shown of the contrasts (``contrast_recovery``). Whole studies of simulated participants
(``check``) apply the same rule to the claim alone: they take 10 to 30 seconds each, and model recovery requires some
2,000 studies of each of about ten curves with two effect sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.curves.claims import Prediction, predictions
from analysis.curves.compare import UNDETERMINED
from analysis.errors import AnalysisError
from analysis.planned.model_comparison import competing_curves
from analysis.power.contrast_recovery import contrast_row, contrast_rows, contrasts_in_model
from analysis.power.curve_cells import CurveCells, curve_cells
from analysis.power.curve_recovery import curve_rows, true_means, verdicts_of
from analysis.power.plans import Plan
from analysis.power.verdict_needs import Named, verdict_needs
from analysis.power.work import Watch
from experiments.protocol.planned import same_measure
from experiments.study import Study

FINE = 0.005
"""Relative precision of the number of participants for a verdict by contrasts, which is computed in no time."""

Tables = dict[str, pd.DataFrame]


class Compared(NamedTuple):
    """A hypothesis whose verdict can be simulated."""

    name: str
    plan: Plan
    """Of the model of its outcome."""
    predictions: tuple[Prediction, ...]
    """The claim first."""
    cells: CurveCells | None
    """None for an order or a contrast, whose verdict does not go by curves."""

    @property
    def by_contrast(self) -> bool:
        """Whether the verdict goes by contrasts: of orders, contrasts, and curves over two cells."""
        return self.cells is None or len(self.cells.conditions) == 2


def compared_in(study: Study, plans: Sequence[Plan]) -> tuple[list[Compared], list[str]]:
    """Return the hypotheses whose verdict can be simulated, and notes on the others."""
    found, notes = [], []
    for name, written in study.file.hypothesis.items():
        plan = _plan_of(study, plans, written.outcome)
        if plan is None:
            missing = f"Model recovery requires a planned Gaussian model of {written.outcome!r} with a contrast."
            notes.append(missing)
            continue
        try:
            claims = tuple(predictions(study, name))
            cells = None
            if not (claims[0].order or claims[0].contrast):
                cells = curve_cells(study, plan.settings.mode, plan.world.lists, claims)
        except AnalysisError as error:
            notes.append(_left_out(name, error))
            continue
        found.append(Compared(name, plan, claims, cells))
    return found, notes


def recovery_tables(study: Study, plans: Sequence[Plan], watch: Watch) -> tuple[Tables, list[str]]:
    """Return the tables of model recovery, and notes on what was left out.

    Returns
    -------
    dict
        ``recovery``: for each hypothesis, true curve and size, the proportions of studies by verdict;
        ``recovery_families``: their means by family; ``recovery_parameters``: quantiles of the estimated shape
        parameters, and the coverage of their 95 % profile intervals; ``verdict_needs``: participants and effects with
        which the verdict is the claim's, if it is true. Empty for a study without hypotheses.
    """
    rows: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    needs: list[dict[str, Any]] = []
    compared, notes = compared_in(study, plans)
    for one in compared:
        named = {"hypothesis": one.name}
        try:
            if one.cells is None or one.by_contrast:
                own = contrast_rows(one.plan, one.predictions[0], one.cells)
            else:
                own, of_shapes, why = curve_rows(study, one.plan, one.predictions, one.cells, watch)
                parameters += [named | row for row in of_shapes]
                notes += why
            needs += [named | row for row in needs_of(study, one, watch)]
        except AnalysisError as error:
            notes.append(_left_out(one.name, error))
            continue
        rows += [named | row for row in own]
    if not rows:
        return {}, list(dict.fromkeys(notes))
    table = pd.DataFrame(rows)
    by = table.groupby(["hypothesis", "size", "true_family"], sort=False)[verdicts_in(table)]
    tables = {
        "recovery": table,
        "recovery_families": by.mean().reset_index(),
        "recovery_parameters": pd.DataFrame(parameters),
        "verdict_needs": pd.DataFrame(needs),
    }
    return tables, list(dict.fromkeys(notes))


def _left_out(name: str, error: AnalysisError) -> str:
    return f"Model recovery{f' of {name}' if name else ''}: {error}"


def needs_of(study: Study, compared: Compared, watch: Watch) -> list[dict[str, Any]]:
    """Return what it takes for the verdict to be the claim's, if it is true (``verdict_needs``).

    Raises
    ------
    AnalysisError
        If a contrast of the claim cannot be estimated by the planned model of the outcome.
    """
    plan, claim = compared.plan, compared.predictions[0]
    if compared.cells is None or compared.by_contrast:
        tested = contrasts_in_model(plan, claim, compared.cells)

        def by_contrast(per_cell: int, effect: float) -> Named:
            row = contrast_row(replace(plan, size=per_cell), tested, "claim", effect)
            right = float(row[row["true_family"]])
            return Named(right, 1 - right - row[UNDETERMINED])

        return verdict_needs(plan, by_contrast, watch, FINE)
    cells, rivals = compared.cells, competing_curves(compared.predictions)

    def by_curve(per_cell: int, effect: float) -> Named | None:
        own = replace(plan, size=per_cell)
        try:
            means = true_means(study, own, claim.curve, effect, cells)
        except AnalysisError:
            return None
        verdicts, _ = verdicts_of(own, rivals, claim.curve, effect, means, cells)
        right = float(np.mean(verdicts == claim.curve.family))
        return Named(right, 1 - right - float(np.mean(verdicts == UNDETERMINED)))

    return verdict_needs(plan, by_curve, watch)


def verdicts_in(table: pd.DataFrame) -> list[str]:
    """Return the verdicts that have a column in a table of recovery, the undetermined one last."""
    names = list(map(str, table.columns))
    known = [
        name
        for name in names[names.index("studies") + 1 :]
        if name not in (UNDETERMINED, "simulated")
    ]
    return [*known, UNDETERMINED]


def _plan_of(study: Study, plans: Iterable[Plan], outcome: str) -> Plan | None:
    """Return the plan of an outcome, that of the primary test first."""
    own = [p for p in plans if same_measure(study.names, p.model.outcome, outcome)]
    return min(own, key=lambda plan: not plan.model.primary, default=None)
