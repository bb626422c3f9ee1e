"""The verdict by contrasts: of an order or a contrast, and of curves whose predictors have two cells only.

The numbers are those of the planned contrast, if a model of the outcome has it; otherwise of the cell means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.curves.claims import (
    ClaimedContrast,
    Prediction,
    contrasts_of,
    names_of,
    pairs_of,
    read_level,
)
from analysis.curves.compare import ContrastTest, ContrastVerdict
from analysis.curves.compare.cell_contrasts import (
    cell_weights,
    direction,
    estimated,
    testable,
    verdict_of_two_cells,
)
from analysis.curves.fitting import Problem
from analysis.errors import AnalysisError
from analysis.planned.plan import ALPHA, Planned
from experiments.language.contrasts import Levels
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.study import Study


@dataclass(frozen=True)
class PlannedTests:
    """The planned contrasts of an outcome's models, as far as they could be estimated."""

    models: Sequence[Planned]
    """The models of the outcome; the primary one first."""
    table: pd.DataFrame
    """All contrasts of the mode."""

    def test(self, wanted: ClaimedContrast, *, corrected: bool) -> ContrastTest | None:
        """Return the test of a contrast; None if it is not planned, or could not be estimated.

        Parameters
        ----------
        corrected
            Whether a secondary contrast is different only after Holm's correction.
        """
        for model, contrast in self._contrasts():
            sign = same_contrast(wanted.contrast, contrast)
            row = self._row(model, contrast) if sign else None
            if row is not None:
                numbers = (sign * float(row["estimate"]), float(row["se"]), float(row["df"]))
                bound = None if pd.isna(row["sesoi"]) else float(row["sesoi"])
                found = ContrastTest.of(
                    contrast.name if sign > 0 else wanted.contrast.name,
                    wanted.claimed, numbers, bound, alpha=ALPHA, model=model.name,
                )  # fmt: skip
                return _after_correction(found, float(row["p_holm"])) if corrected else found
        return None

    def _contrasts(self) -> Iterator[tuple[Planned, PlannedContrast]]:
        for model in self.models:
            if model.family == "gaussian":
                yield from ((model, contrast) for contrast in model.contrasts)

    def _row(self, model: Planned, contrast: PlannedContrast) -> pd.Series | None:
        table = self.table
        if table.empty:
            return None
        own = table[
            (table["model"] == model.name)
            & (table["contrast"] == contrast.name)
            & (table["failed"] == "")
            & np.isfinite(table["estimate"])
            & (table["se"] > 0)
        ]
        return None if own.empty else own.iloc[0]


def _after_correction(test: ContrastTest, p: float) -> ContrastTest:
    if test.code in ("different", "opposite") and not p < ALPHA:
        return replace(test, code="undetermined", p=p)
    return replace(test, p=p)


def verdict_by_contrast(
    study: Study,
    found: Sequence[Prediction],
    problem: Problem,
    smallest: float | None,
    planned: PlannedTests | None,
) -> ContrastVerdict | None:
    """Return the verdict by contrasts; None if the claim is a curve over three or more cells.

    Parameters
    ----------
    found
        The predictions, the claim first.
    smallest
        Smallest effect of interest in units of the outcome, for contrasts that are not planned.
    planned
        The planned contrasts; None within a level of a factor, where the cell means alone are tested.
    """

    def tested(wanted: ClaimedContrast, *, corrected: bool) -> ContrastTest:
        known = planned.test(wanted, corrected=corrected) if planned is not None else None
        return known or _test_of_means(study, found, problem, wanted, smallest)

    claim = found[0]
    wanted = contrasts_of(claim)
    if not wanted and not _two_cells(study, found, problem):
        return None
    try:
        if not wanted:
            pair = _of_two_cells(study, found, problem)
            if pair is None:
                return verdict_of_two_cells(problem, claim.curve, smallest, alpha=ALPHA)
            wanted = [pair]
        tests = [tested(each, corrected=len(wanted) == 1) for each in wanted]
        flat = all(tested(each, corrected=False).code == "equivalent" for each in pairs_of(claim))
    except AnalysisError as error:
        return ContrastVerdict("undetermined", failed=str(error))
    return ContrastVerdict.of(tests, flat=flat)


def _two_cells(study: Study, found: Sequence[Prediction], problem: Problem) -> bool:
    """Return whether the curves have two cells by design, not because there are no answers at other levels."""
    if problem.cells is None or len(problem.cells.means) != 2:
        return False
    names = names_of(found)
    return all(
        names[column] not in study.levels
        or problem.cells.table[column].nunique() == len(study.levels[names[column]])
        for column in problem.cells.columns
    )


def _of_two_cells(
    study: Study, found: Sequence[Prediction], problem: Problem
) -> ClaimedContrast | None:
    """Return the difference between two cells as a contrast; None if they are not levels of one factor."""
    cells = testable(problem)
    higher, claimed = direction(found[0].curve, cells.design)
    names = names_of(found)
    differing = [column for column in cells.columns if cells.table[column].nunique() == 2]
    factors = {names[column] for column in differing}
    (factor, *more) = factors
    if more or factor not in study.names.factors:
        return None
    by_value = {read_level(study.names, factor, level): level for level in study.levels[factor]}
    first, second = (by_value[value] for value in cells.table[differing[0]])
    high, low = (second, first) if higher else (first, second)
    levels = Levels((high,), (low,))
    return ClaimedContrast.of_levels(factor, levels, claimed)


def _test_of_means(
    study: Study,
    found: Sequence[Prediction],
    problem: Problem,
    wanted: ClaimedContrast,
    smallest: float | None,
) -> ContrastTest:
    """Test a contrast on the cell means.

    Raises
    ------
    AnalysisError
        If it is about a slope, or cannot be estimated from the cells.
    """
    contrast = wanted.contrast
    if contrast.lines:
        raise AnalysisError(
            f"No planned model of the outcome has the contrast {contrast.name}.",
            "Add it to the contrasts of a model of the outcome.",
        )
    cells = testable(problem)
    names = names_of(found)
    columns = {names[column]: column for column in reversed(cells.columns)}
    weights = {
        columns[factor]: {
            read_level(study.names, factor, level): float(weight) for level, weight in of.items()
        }
        for factor, of in contrast.weights.items()
    }
    numbers = estimated(problem, cells, cell_weights(cells, weights))
    return ContrastTest.of(contrast.name, wanted.claimed, numbers, smallest, alpha=ALPHA)


def same_contrast(wanted: PlannedContrast, contrast: PlannedContrast) -> int:
    """Return 1 if a planned contrast is the one that is wanted, -1 if its sign is the opposite one, else 0."""
    if dict(wanted.lines) != dict(contrast.lines) or set(wanted.weights) != set(contrast.weights):
        return 0
    levels = {name: tuple({**of, **contrast.weights[name]}) for name, of in wanted.weights.items()}
    one, other = wanted.of_cells(levels), contrast.of_cells(levels)
    if one == other:
        return 1
    return -1 if one == {cell: -weight for cell, weight in other.items()} else 0
