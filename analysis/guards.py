"""Refusals before a fit: what these data cannot estimate, told in words.

A mixed-model engine fits almost anything; glmm fits three participants with only a warning and
reports 34 degrees of freedom. These checks run first.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.formula import FixedDesign, Formula, RandomTerm

MIN_GROUPS = 5
"""Fewest levels for a random effect; a variance from four draws or fewer is not an estimate."""

FEW_GROUPS = 10
"""Below this many levels the fit carries a caution."""


def check_columns(formula: Formula, data: pd.DataFrame) -> None:
    """Every column exists and holds finite, non-missing values.

    Raises
    ------
    AnalysisError
        Naming the column, how many rows are affected and the first of them.
    """
    for name in formula.columns:
        if name not in data.columns:
            close = difflib.get_close_matches(name, [str(c) for c in data.columns], n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            raise AnalysisError(
                f"The formula {formula.text!r} names {name!r}, which is not in the data.",
                f"{hint}Columns: {', '.join(map(str, data.columns))}.",
            )
        column = data[name]
        bad = column.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(column):
            bad = bad | ~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan))
        refuse_non_finite(name, bad, "missing or infinite")
    if len(data) == 0:
        raise AnalysisError("There are no rows to analyse.", "Check the exclusions.")


def refuse_non_finite(what: str, bad: np.ndarray, described: str = "not finite") -> None:
    """Raise if any row of ``bad`` (bool, one per row) is set."""
    if bad.any():
        rows = np.flatnonzero(bad)
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        raise AnalysisError(
            f"{what!r} is {described} in {len(rows)} of {len(bad)} rows (row {shown}, from 0).",
            "Rows are never dropped silently: exclude them by a stated rule, or correct them.",
        )


def complete_rows(data: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, str]:
    """Rows without missing or infinite values in the formula's columns, and a sentence about it."""
    used = data[list(formula.columns)]
    keep = used.notna().all(axis=1).to_numpy()
    for name in used.select_dtypes("number").columns:
        keep = keep & np.isfinite(used[name].to_numpy(dtype=float, na_value=np.nan))
    dropped = int((~keep).sum())
    sentence = (
        f"{dropped} of {len(data)} rows were left out because "
        f"{', '.join(str(c) for c in used if used[c].isna().any()) or 'a value'} is missing."
        if dropped
        else f"All {len(data)} rows are complete."
    )
    return data.loc[keep], sentence


def check_response(name: str, values: np.ndarray, family: str) -> None:
    """Finite, inside the family's range, and not constant."""
    refuse_non_finite(name, ~np.isfinite(values))
    if family == "binomial" and not np.isin(values, (0.0, 1.0)).all():
        raise AnalysisError(
            f"The yes/no model needs {name!r} to be 0 or 1; found {values.min():g} to "
            f"{values.max():g}.",
            "Code it as 0 and 1 first.",
        )
    if family == "gamma" and (values <= 0).any():
        raise AnalysisError(
            f"The Gamma model needs {name!r} above zero; {int((values <= 0).sum())} of "
            f"{len(values)} rows are zero or below.",
            "Use the hurdle model: whether something was given, then how much.",
        )
    if np.ptp(values) == 0:
        if family == "binomial":
            bound = 3 / len(values)
            raise AnalysisError(
                f"Every answer of {name!r} is {values[0]:g}, so nothing can explain differences. "
                f"What can be said: the true rate lies within about {bound:.3f} of "
                f"{values[0]:g} (95 %, rule of three, n = {len(values)}, independent rows).",
                "",
            )
        raise AnalysisError(
            f"Every value of {name!r} is {values[0]:g}: effects and standard errors cannot be "
            "estimated from a constant.",
            "Check the column and the exclusions; the mean itself is all these data can tell.",
        )


def check_cells(formula: Formula, design: FixedDesign, data: pd.DataFrame) -> None:
    """Every combination of factors that interact has rows, and no column is redundant."""
    categorical = {
        factor.name(): tuple(info.categories)
        for factor, info in design.info.factor_infos.items()
        if info.type == "categorical"
    }
    columns = {name: _source_column(name, formula, data) for name in categorical}
    for term in design.info.terms:
        names = [f.name() for f in term.factors if f.name() in categorical]
        sources = [columns[n] for n in names]
        if len(names) > 1 and all(sources):
            found = set(data[sources].astype(str).itertuples(index=False, name=None))
            wanted = pd.MultiIndex.from_product([[str(v) for v in categorical[n]] for n in names])
            for cell in wanted:
                if cell not in found:
                    told = ", ".join(f"{s} = {v}" for s, v in zip(sources, cell, strict=True))
                    raise AnalysisError(
                        f"There are no data in the cell {told}, so the interaction "
                        f"{' x '.join(map(str, sources))} cannot be estimated.",
                        "Collect the cell, leave one of its levels out, or drop the interaction "
                        "(main effects are then assumed to add up).",
                    )
    _check_rank(design)


def check_groups(
    term: RandomTerm,
    codes: pd.Categorical,
    slopes: np.ndarray,
    slope_names: list[str],
) -> None:
    """A random term has enough groups, rows and within-group variation."""
    n_groups, n_rows, q = len(codes.categories), len(codes), slopes.shape[1]
    told = f"({term.slopes} | {term.group})"
    if n_groups < MIN_GROUPS:
        kind = f"only one {term.group}" if n_groups == 1 else f"only {n_groups} {term.group} levels"
        can = (
            f"effects within this one {term.group}, for no other"
            if n_groups == 1
            else "effects for exactly these; nothing about others"
        )
        fixed = "" if ":" in term.group else f"Write C({term.group}) as a fixed factor, or "
        raise AnalysisError(
            f"The data have {kind}, and {told} needs at least {MIN_GROUPS} to estimate how they "
            f"differ. What can be estimated: {can}.",
            f"{fixed}collect more." if fixed else "Collect more.",
        )
    if n_groups <= q + 1 or n_groups * q >= n_rows:
        why = (
            f"each {term.group} has a single row, so its deviation and the residual are one thing"
            if n_groups == n_rows
            else f"{n_groups} groups x {q} random effects stand against {n_rows} rows"
        )
        raise AnalysisError(
            f"{told} cannot be estimated: {why}.",
            "Use a linear model without this term, or fewer random slopes.",
        )
    order = np.argsort(codes.codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes.codes[order], prepend=-1))
    for j, name in enumerate(slope_names):
        ordered = slopes[order, j]
        spread = np.maximum.reduceat(ordered, starts) - np.minimum.reduceat(ordered, starts)
        if name != "Intercept" and not (spread > 0).any():
            raise AnalysisError(
                f"{name!r} never varies within one {term.group}, so {told} has no slope to "
                "estimate.",
                f"Use (1 | {term.group}).",
            )


def check_stimuli_per_condition(
    formula: Formula, term: RandomTerm, codes: pd.Categorical, data: pd.DataFrame
) -> None:
    """A condition represented by one stimulus is that stimulus (Judd, Westfall & Kenny 2012 [V])."""
    for name in formula.fixed_columns:
        column = data[name]
        if column.nunique() != 2 and pd.api.types.is_numeric_dtype(column):
            continue
        pairs = pd.DataFrame({"level": column.astype(str).to_numpy(), "group": codes.codes})
        pairs = pairs.drop_duplicates()
        constant_within = not pairs["group"].duplicated().any()
        per_level = pairs["level"].value_counts()
        if constant_within and (per_level == 1).any() and len(per_level) > 1:
            lone = ", ".join(sorted(per_level.index[per_level == 1]))
            raise AnalysisError(
                f"{name} = {lone} was shown by one {term.group} only, so the effect of {name} and "
                f"the peculiarities of that {term.group} are the same thing.",
                f"What can be estimated: the difference between these very {term.group} levels "
                f"(drop (… | {term.group})); a general effect of {name} needs several per level.",
            )


def check_left_over(term: RandomTerm, codes: pd.Categorical, design: FixedDesign) -> None:
    """Groups enough beyond the effects that differ only between them (one person per condition)."""
    effects = _between(codes, design.matrix)
    left = len(codes.categories) - effects
    if left < MIN_GROUPS - 1:
        raise AnalysisError(
            f"{len(codes.categories)} {term.group} levels stand against {effects} fixed effects that "
            f"differ only between them, so that what is peculiar to a {term.group} cannot be told from "
            f"these effects: {MIN_GROUPS + effects - 1} are needed at least.",
            "What can be told: the answers themselves; collect more.",
        )


def _between(codes: pd.Categorical, matrix: np.ndarray) -> int:
    """Rank of the columns (n, p) that are constant within every group."""
    order = np.argsort(codes.codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes.codes[order], prepend=-1))
    ordered = matrix[order]
    least, most = np.minimum.reduceat(ordered, starts), np.maximum.reduceat(ordered, starts)
    constant = (most - least <= 1e-12 * np.abs(matrix).max(axis=0)).all(axis=0)
    return int(np.linalg.matrix_rank(least[:, constant])) if constant.any() else 0


def check_not_twice(
    term: RandomTerm, codes: pd.Categorical, earlier: Sequence[tuple[RandomTerm, pd.Categorical]]
) -> None:
    """No earlier random intercept has the same groups, for example ``participant:arm`` in a study
    where each participant is in one arm."""
    for other, groups in earlier:
        k = len(codes.categories)
        if (
            len(groups.categories) == k
            and len(pd.unique(groups.codes.astype(np.int64) * k + codes.codes)) == k
        ):
            raise AnalysisError(
                f"Every {term.group} level in these data is a whole {other.group} level, so that "
                f"({term.slopes} | {term.group}) and ({other.slopes} | {other.group}) have one "
                "variance together, which cannot be divided between them.",
                f"Leave ({term.slopes} | {term.group}) out; its variance is then part of the other.",
            )


def describe_crossing(codes: dict[str, pd.Categorical]) -> list[str]:
    """Sentences on few levels and on partial crossing of two groupings.

    Groups such as ``stimulus:victim`` cross others as their parts do, which is told of the parts.
    """
    told = [
        f"Only {len(c.categories)} {name} levels: the variance between them, and degrees of "
        "freedom that rest on it, are rough."
        for name, c in codes.items()
        if len(c.categories) < FEW_GROUPS
    ]
    plain = {name: c for name, c in codes.items() if ":" not in name}
    for (a, left), (b, right) in combinations(plain.items(), 2):
        pairs = pd.DataFrame({"a": left.codes, "b": right.codes}).drop_duplicates()
        possible = len(left.categories) * len(right.categories)
        nested = len(pairs) in (len(left.categories), len(right.categories))
        if len(pairs) < possible and not nested:
            told.append(
                f"Partially crossed: {len(pairs)} of {possible} combinations of {a} and {b} occur."
            )
    return told


def _check_rank(design: FixedDesign) -> None:
    matrix = design.matrix
    scale = np.linalg.norm(matrix, axis=0)
    scale[scale == 0] = 1.0
    gram = (matrix / scale).T @ (matrix / scale)
    values, vectors = np.linalg.eigh(gram)
    if len(values) and values[0] < 1e-11 * values[-1]:
        involved = [n for n, v in zip(design.names, vectors[:, 0], strict=True) if abs(v) > 1e-4]
        if matrix.shape[0] < matrix.shape[1]:
            raise AnalysisError(
                f"{matrix.shape[0]} rows cannot estimate {matrix.shape[1]} coefficients.",
                "Use fewer predictors.",
            )
        raise AnalysisError(
            f"These predictors carry the same information: {', '.join(involved)}. Their effects "
            "cannot be told apart (a cell without data, or a predictor that never varies, does "
            "this too).",
            "Drop one of them, or collect the missing combination.",
        )


def _source_column(factor: str, formula: Formula, data: pd.DataFrame) -> str:
    """The data column behind a factor such as ``C(group, Sum)``; '' if there is none."""
    found = [c for c in formula.fixed_columns if c in data.columns]
    plain = [c for c in found if factor == c or factor.startswith((f"C({c})", f"C({c},"))]
    return plain[0] if plain else ""
