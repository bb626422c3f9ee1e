"""The planned tests of a model: its contrasts, with effect sizes and equivalence tests, and terms tested as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pingouin import multicomp

from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models import Fit, contrast
from analysis.models.contrasts import SMALLEST_SE
from analysis.models.limits import NONE, RATIO, WALD
from analysis.planned.compared import TopicTest
from analysis.planned.effects import Unit, counted, in_sds, within_sd
from analysis.planned.fitting import PlannedFit, parts_of
from analysis.planned.line_tests import TWO_LINES, over_logarithms, tested, two_lines_of
from analysis.planned.own_variances import of_three_within, with_own
from analysis.planned.plan import ALPHA, NOT_PLANNED, Planned
from analysis.planned.sides import fixed_levels, in_words, sides_of
from experiments.language.formulas import Term
from experiments.numbers import estimate
from experiments.protocol.planned import Combined
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.sections import SmallestEffect

NAMES = [
    "model",
    "measure",
    "role",
    "family",
    "part",
    "contrast",
    "label",
    "kind",
    "higher",
    "lower",
    "at",
]
NUMBERS = [
    *("estimate", "se", "df_num", "df", "statistic", "p", "p_holm", "ci_low", "ci_high"),
    *("sd", "per", "d", "d_low", "d_high", "sesoi", "tost_p", "tost_p_holm", "tost_low"),
    *(
        "tost_high",
        "bf10",
        "answers",
        "items",
        "participants",
        "participants_higher",
        "participants_lower",
    ),
]
TEXTS = ["tost", "variance", "test", "failed"]

Row = dict[str, Any]
TwoLineTests = Mapping[str, TopicTest]
"""Name of each contrast that is a test of two lines -> the test."""


def two_line_tests(planned_fit: PlannedFit) -> dict[str, TopicTest]:
    """Return the test of each contrast of a model that is one of two lines."""
    return {
        each.name: two_lines_of(planned_fit, each)
        for each in planned_fit.planned.contrasts
        if TWO_LINES in each.lines.values()
    }


def contrast_rows(
    planned_fit: PlannedFit, smallest: SmallestEffect | None, two_lines: TwoLineTests
) -> list[Row]:
    """Return one row for each test of a fitted model, and each part of the model.

    Parameters
    ----------
    smallest
        The smallest effect of interest of the outcome; None if the study names none.
    two_lines
        Tests of two lines, by the name of their contrast.

    Notes
    -----
    ``d`` is the estimate divided by the SD of answers within the cells of the factors that the contrast names; that of
    a slope is for a difference of ``per`` in the number. ``bf10`` has a normal prior of the effect, with an SD of .707
    such SDs. ``answers``, ``items`` and ``participants`` are those of the cells that the contrast names.
    ``variance`` is ``own`` if the variance of the contrast between participants was estimated by itself, in each group of
    participants with other conditions, and ``pooled`` if there are such groups, but the variances could not be. ``test`` is
    ``likelihood ratio`` if there is no finite estimate, since all answers of a condition are at a limit: ``statistic`` is
    then the signed root of chi-square, or, if the difference has no direction, chi-square with ``df_num`` 1.
    """
    rows = []
    for each in planned_fit.planned.contrasts:
        if each.name in two_lines:
            test = two_lines[each.name]
            rows.append(_named(planned_fit.planned, each, planned_fit) | tested(test))
            continue
        for part in parts_of(planned_fit.planned):
            row = _named(planned_fit.planned, each, planned_fit) | {"part": part}
            row |= _planned_tost(planned_fit.planned, smallest)
            rows.append(row | _or_failed(_contrast, planned_fit, part, each, smallest))
    for term in planned_fit.planned.terms:
        for part in parts_of(planned_fit.planned):
            row = _of_term(planned_fit.planned, term) | {"part": part}
            rows.append(row | _or_failed(_term, planned_fit, part, term))
    return rows


def failed_rows(planned: Planned, why: str, smallest: SmallestEffect | None) -> list[Row]:
    """Return the tests of a model that could not be fitted: as many as if it were."""
    failed = {"failed": why}
    rows = []
    for each in planned.contrasts:
        parts = ("",) if TWO_LINES in each.lines.values() else parts_of(planned)
        row = _named(planned, each, None) | _planned_tost(planned, smallest) | failed
        rows += [row | {"part": part} for part in parts]
    for term in planned.terms:
        rows += [_of_term(planned, term) | {"part": part} | failed for part in parts_of(planned)]
    return rows


def _planned_tost(planned: Planned, smallest: SmallestEffect | None) -> Row:
    if planned.family != "gaussian":
        return {}
    return {"tost": "" if smallest else NOT_PLANNED}


def contrast_table(rows: Iterable[Row], combined: Combined) -> pd.DataFrame:
    """Return all tests of a mode, with Holm's correction over the secondary ones.

    Tests against zero are corrected together, and so are tests against the smallest effect of interest; ``tost`` says
    what both find after the correction. The plan decides how many tests a family has: one that could not be estimated
    counts, and so do both parts of a two-part model.

    Parameters
    ----------
    combined
        Of several primary contrasts, ``any`` are corrected among themselves, too.
    """
    table = pd.DataFrame(list(rows), columns=[*NAMES, *NUMBERS, *TEXTS])
    table[NUMBERS] = table[NUMBERS].apply(pd.to_numeric)
    table[TEXTS] = table[TEXTS].astype(object).fillna("")
    everywhere = pd.Series(True, table.index)
    of_size = table["family"].eq("gaussian") & table["tost"].ne(NOT_PLANNED)
    of_size &= ~table["kind"].isin(["term", TWO_LINES])
    for p, family in (("p", everywhere), ("tost_p", of_size)):
        table[f"{p}_holm"] = table[p]
        for role in ["secondary", "primary"] if combined == "any" else ["secondary"]:
            own = family & table["role"].eq(role)
            if own.any():
                corrected = multicomp(table.loc[own, p].fillna(1.0), method="holm")[1]
                table.loc[own, f"{p}_holm"] = np.where(table.loc[own, p].isna(), np.nan, corrected)
    differs, small = table["p_holm"] < ALPHA, table["tost_p_holm"] < ALPHA
    found = np.select(
        [differs & small, differs, small],
        ["different but small", "different", "equivalent"],
        "undetermined",
    )
    table["tost"] = table["tost"].mask(table["tost_p"].notna(), pd.Series(found, table.index))
    return table


def _or_failed(test: Callable[..., Row], planned_fit: PlannedFit, part: str, *given: Any) -> Row:
    if part in planned_fit.absent:
        return {"failed": str(planned_fit.absent[part])}
    try:
        return test(planned_fit, part, *given)
    except AnalysisError as error:
        return {"failed": str(error)}


def _named(planned: Planned, each: PlannedContrast, planned_fit: PlannedFit | None) -> Row:
    row = _of_model(planned) | {
        "role": planned.role(each.name),
        "contrast": each.name,
        "label": planned.label(each.name),
        "kind": next(iter(each.lines.values()), "contrast").replace("slope of log", "slope"),
        "higher": "",
        "lower": "",
        "at": "",
    }
    if planned_fit is None:
        return row
    factors = planned_fit.predictors.factors
    fixed = (in_words(levels, factors[name]) for name, levels in fixed_levels(each).items())
    row["at"] = ", ".join(fixed)
    sides = sides_of(each)
    if sides is not None:
        factor = factors[sides.factor]
        row["higher"], row["lower"] = (
            in_words(levels, factor) for levels in (sides.higher, sides.lower)
        )
    return row


def _of_term(planned: Planned, term: Term) -> Row:
    return _of_model(planned) | {
        "role": "secondary",
        "contrast": ":".join(term),
        "label": " × ".join(term),
        "kind": "term",
        "higher": "",
        "lower": "",
        "at": "",
    }


def _of_model(planned: Planned) -> Row:
    return {"model": planned.name, "measure": planned.outcome, "family": planned.family}


def _contrast(
    planned_fit: PlannedFit, part: str, each: PlannedContrast, smallest: SmallestEffect | None
) -> Row:
    """Estimate and test one contrast."""
    fit, grid = planned_fit.parts[part], planned_fit.grids[part]
    numbers = [column_of(name) for name in each.lines if column_of(name) not in grid.factors]
    if numbers and "slope of log" in each.lines.values():
        fit, grid = over_logarithms(planned_fit, part, each)
    unit = _unit_of(fit, planned_fit, each)
    weights = grid.weights(each)
    own, variance = with_own(planned_fit, fit, weights, of_three_within(planned_fit, each))
    found = _estimated(planned_fit, own, weights, each, unit) | counted(fit.data, planned_fit, each)
    if planned_fit.planned.family != "gaussian":
        # Only differences on the scale of the response have a standardised effect size and a smallest effect.
        return found
    found["variance"] = variance
    named = [name for name in (*each.weights, *map(column_of, each.lines)) if name in grid.factors]
    sd = within_sd(planned_fit.frame, planned_fit.column, named)
    return found | in_sds(found, sd, smallest, each.name, unit)


def _estimated(
    planned_fit: PlannedFit,
    fit: Fit,
    weights: np.ndarray,
    each: PlannedContrast,
    unit: Unit,
) -> Row:
    row = contrast(fit, weights).estimates.iloc[0]
    wanted = ("estimate", "se", "df", "statistic", "p", "ci_low", "ci_high")
    if fit.limit is not None and row["test"] != WALD:
        if row["test"] == NONE:
            raise AnalysisError(row["why"], "")
        found: Row = {name: float(row[name]) for name in ("df", "statistic", "p")}
        if np.isnan(row["estimate"]):
            found |= {"statistic": found["statistic"] ** 2, "df_num": 1.0}
        return found | {"test": RATIO}
    if not row["se"] * unit.size > SMALLEST_SE * planned_fit.spread:
        raise AnalysisError(
            f"{_alike(each)}: the difference is {estimate(row['estimate'])}, and its standard error"
            " cannot be estimated.",
            "More participants are needed.",
        )
    return {name: float(row[name]) for name in wanted}


def _alike(each: PlannedContrast) -> str:
    sides = sides_of(each)
    if sides is None or not sides.of_two_levels:
        return f"All answers that '{each.name}' compares are the same in each cell"
    return (
        f"All answers at {sides.factor} = {sides.higher[0]} are the same, and so are those at"
        f" {sides.lower[0]}"
    )


def _unit_of(fit: Fit, planned_fit: PlannedFit, each: PlannedContrast) -> Unit:
    """Return the unit of the numbers whose slopes a contrast is."""
    size, sd = 1.0, 1.0
    for name, kind in each.lines.items():
        column = column_of(name)
        factor = planned_fit.predictors.factors.get(column)
        if factor is None:
            values = fit.data[column].to_numpy(dtype=float)
        else:
            numbers = fit.data[column].astype(str).map(factor.numbers or {})
            values = numbers.to_numpy(dtype=float)
            values = np.log(values) if kind == "slope of log" else values
        answered = factor is None and planned_fit.predictors.numbers[column].answered
        own = float(values.std(ddof=1))
        size *= own if answered else float(np.ptp(values))
        sd *= own
    return Unit(size, sd) if each.lines else Unit()


def _term(planned_fit: PlannedFit, part: str, term: Term) -> Row:
    """Test a term of the formula as a whole (F, or chi-square with infinite df)."""
    grid = planned_fit.grids[part]
    matrix = grid.term(term)
    fit, variance = with_own(planned_fit, planned_fit.parts[part], matrix, False)
    test = fit.joint(matrix)
    known = fit.limit is not None or np.einsum("ij,jk,ik->i", matrix, fit.vcov, matrix).min() > 0
    if not np.isfinite(test.p) or not known:
        raise AnalysisError(
            f"The term {':'.join(term)} cannot be tested, since the standard errors of its effects"
            " cannot be estimated.",
            "More participants are needed.",
        )
    found = {"statistic": test.statistic, "df_num": test.df, "df": test.df_error, "p": test.p}
    return found | {"variance": variance}
