"""Refusals of random effects: groups too few, too alike, or too much like the conditions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.formula import FixedDesign, Formula, RandomTerm
from analysis.guards import MIN_GROUPS

FEW_GROUPS = 10
"""Below this many levels the fit carries a caution."""


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
    n = len(codes.categories)
    if n - effects < MIN_GROUPS - 1:
        found = f"only one {term.group}" if n == 1 else f"only {n} {term.group} levels"
        beside = (
            f" for {effects} fixed effects that differ only between them, so that what is peculiar to "
            f"a {term.group} cannot be told from these effects"
            if effects > 1
            else ""
        )
        raise AnalysisError(
            f"The data have {found}{beside}: {MIN_GROUPS - 1 + max(effects, 1)} are needed at least "
            "to tell how they differ.",
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
