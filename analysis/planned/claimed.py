"""The verdict by contrasts: of an order or a contrast, and of curves whose predictors have two cells only.

The numbers are those of the planned contrast, if a model of the outcome has it; otherwise of the cell means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.curves.claims import (
    Claimed,
    ClaimedContrast,
    Prediction,
    contrasts_of,
    label_of,
    names_of,
    pairs_of,
    read_level,
)
from analysis.curves.compare import OneTest, Verdict
from analysis.curves.compare.by_contrast import (
    ALL_LEVELS,
    contrast_tests,
    failed_contrast,
    largest_difference,
)
from analysis.curves.compare.cell_contrasts import (
    cell_weights,
    direction,
    estimated,
    testable,
    two_cell_tests,
)
from analysis.curves.compare.tested import Corrected, Decided
from analysis.curves.fitting import Problem
from analysis.errors import AnalysisError
from analysis.planned.known import weights_of
from analysis.planned.plan import ALPHA, NOT_PLANNED, Planned
from experiments.language.contrasts import Levels
from experiments.protocol.names import Names
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.study import Study


@dataclass(frozen=True)
class PlannedTests:
    """The planned contrasts of an outcome's models, as far as they could be estimated."""

    models: Sequence[Planned]
    """The models of the outcome; the primary one first."""
    table: pd.DataFrame
    """All contrasts of the mode."""
    names: Names
    """The names of the study."""

    def tests(self, wanted: ClaimedContrast, *, corrected: bool) -> tuple[OneTest, ...] | None:
        """Return the tests of a contrast; None if it is not planned.

        Parameters
        ----------
        corrected
            Whether Holm's correction applies to a secondary contrast, and to a primary one of which any is enough.
        """
        for model, contrast in self._contrasts():
            sign = same_contrast(wanted.contrast, contrast)
            row = self._row(model, contrast) if sign else None
            if row is not None:
                name = contrast.name if sign > 0 else wanted.contrast.name
                label = label_of(wanted.contrast, name, self.names)
                alone = model.role(contrast.name) == "primary" and model.combined != "any"
                return row_tests(
                    row.to_dict(),
                    name,
                    label,
                    wanted.claimed,
                    sign,
                    corrected=corrected and not alone,
                )
        return None

    def rows(self) -> Iterator[tuple[PlannedContrast, pd.Series]]:
        """Yield each contrast of the outcome with its row of the table."""
        for model, contrast in self._contrasts():
            if (row := self._row(model, contrast)) is not None:
                yield contrast, row

    def _contrasts(self) -> Iterator[tuple[Planned, PlannedContrast]]:
        for model in self.models:
            if model.family == "gaussian":
                yield from ((model, contrast) for contrast in model.contrasts)

    def _row(self, model: Planned, contrast: PlannedContrast) -> pd.Series | None:
        table = self.table
        if table.empty:
            return None
        own = table[(table["model"] == model.name) & (table["contrast"] == contrast.name)]
        return None if own.empty else own.iloc[0]


def row_tests(
    row: Mapping[Any, Any],
    name: str,
    label: str,
    claimed: Claimed | Literal[""] = "",
    sign: int = 1,
    *,
    corrected: bool,
) -> tuple[OneTest, ...]:
    """Return the tests of a row of the table of planned contrasts.

    Parameters
    ----------
    sign
        -1 if the contrast is claimed with its sides exchanged.
    corrected
        Whether the correction of its role applies.
    """
    estimate, se, p = sign * float(row["estimate"]), float(row["se"]), float(row["p"])
    if row["failed"] or np.isnan(p):
        why = str(row["failed"] or "It has no standard error.")
        return (failed_contrast(name, why, claimed, label),)
    deciding = float(row["p_holm"]) if corrected else p
    role: Corrected = row["role"] if corrected else ""
    if np.isfinite(estimate) and se > 0:
        return contrast_tests(
            name,
            (estimate, se, float(row["df"])),
            None if pd.isna(row["sesoi"]) else float(row["sesoi"]),
            claimed=claimed,
            label=label,
            by=str(row["model"]),
            alpha=ALPHA,
            p_corrected=deciding,
            p_equivalence=float(row["tost_p_holm"]) if corrected else None,
            corrected=role,
        )
    # A test of two lines has no estimate, and a difference from a condition at a limit no finite one.
    statistic, df_num = float(row["statistic"]), float(row["df_num"])
    statistic *= 1 if np.isfinite(df_num) else sign
    different: Decided = "opposite" if claimed == ">" and statistic < 0 else "different"
    return (
        OneTest(
            what="contrast",
            name=name,
            label=label,
            decided=different if deciding < ALPHA else "not shown",
            claimed=claimed,
            by=str(row["model"]),
            statistic=statistic,
            df_num=df_num,
            df=float(row["df"]),
            p=p,
            p_corrected=deciding,
            corrected=role,
        ),
    )


def primary_verdict(contrasts: pd.DataFrame, combined: str) -> Verdict:
    """Return what the primary contrasts of a mode show, without regard to a claim.

    Parameters
    ----------
    contrasts
        All contrasts of the mode; of a model in parts, each part of a primary contrast is one.
    combined
        How they are combined: only of ``any`` the p values are corrected.
    """
    own = contrasts[(contrasts["role"] == "primary") & (contrasts["kind"] != "term")]
    tests: list[OneTest] = []
    for row in own.to_dict("records"):
        part = f" ({row['part']})" if row["part"] else ""
        name, label = row["contrast"] + part, row["label"] + part
        tests += row_tests(row, name, label, corrected=combined == "any")
    return Verdict(tuple(tests), combined=combined)


def finding(row: Mapping[Any, Any]) -> str:
    """Return what an equivalence test found of a row of the table of planned contrasts; empty if none was planned."""
    return "" if row["tost"] == NOT_PLANNED else str(row["tost"])


def claim_tests(
    study: Study,
    found: Sequence[Prediction],
    problem: Problem,
    smallest: float | None,
    planned: PlannedTests,
) -> tuple[OneTest, ...]:
    """Return the tests of the contrasts by which the verdict goes; none if the claim is a curve over three or more cells.

    Parameters
    ----------
    found
        The predictions, the claim first.
    smallest
        Smallest effect of interest in units of the outcome, for contrasts that are not planned.
    planned
        The planned contrasts; of those that are not planned, the cell means are compared.
    """

    def tested(wanted: ClaimedContrast, *, corrected: bool) -> tuple[OneTest, ...]:
        try:
            return planned.tests(wanted, corrected=corrected) or _tests_of_means(
                study, found, problem, wanted, smallest
            )
        except AnalysisError as error:
            name = wanted.contrast.name
            return (
                failed_contrast(
                    name, str(error), wanted.claimed, label_of(wanted.contrast, name, study.names)
                ),
            )

    claim = found[0]
    wanted = contrasts_of(claim)
    if not wanted:
        if not _two_cells(study, found, problem):
            return ()
        pair = _of_two_cells(study, found, problem)
        if pair is None:
            return two_cell_tests(problem, claim.curve, smallest, alpha=ALPHA)
        wanted = [pair]
    tests = [test for each in wanted for test in tested(each, corrected=len(wanted) == 1)]
    pairs = [tested(each, corrected=False)[-1] for each in pairs_of(claim)]
    same = [each for each in pairs if each.what == "equivalence"]
    if same and len(same) == len(pairs):
        tests.append(largest_difference(same, ALL_LEVELS))
    return tuple(tests)


def _two_cells(study: Study, found: Sequence[Prediction], problem: Problem) -> bool:
    """Return whether the curves have two cells by design, not because there are no answers at other levels."""
    if problem.cells is None or not problem.has_two_cells(found[0].curve):
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
    cells = problem.cells
    assert cells is not None
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


def _tests_of_means(
    study: Study,
    found: Sequence[Prediction],
    problem: Problem,
    wanted: ClaimedContrast,
    smallest: float | None,
) -> tuple[OneTest, ...]:
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
    weights = weights_of(study, contrast, columns)
    numbers = estimated(problem, cells, cell_weights(cells, weights))
    return contrast_tests(
        contrast.name,
        numbers,
        smallest,
        claimed=wanted.claimed,
        label=label_of(contrast, contrast.name, study.names),
        alpha=ALPHA,
    )


def same_contrast(wanted: PlannedContrast, contrast: PlannedContrast) -> int:
    """Return 1 if a planned contrast is the one that is wanted, -1 if its sign is the opposite one, else 0."""
    if dict(wanted.lines) != dict(contrast.lines) or set(wanted.weights) != set(contrast.weights):
        return 0
    levels = {name: tuple({**of, **contrast.weights[name]}) for name, of in wanted.weights.items()}
    one, other = wanted.of_cells(levels), contrast.of_cells(levels)
    if one == other:
        return 1
    return -1 if one == {cell: -weight for cell, weight in other.items()} else 0
