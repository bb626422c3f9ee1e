"""Refusals of random effects: groups too few, too alike, or too much like the conditions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.design import Array, Design, Grouping, is_number
from analysis.models.formula import Formula
from analysis.models.guards import MIN_GROUPS

FEW_GROUPS = 10
"""Below this many levels the fit carries a caution."""


def check_random(
    formula: Formula, groups: Sequence[Grouping], design: Design, data: pd.DataFrame
) -> None:
    """Every random term can be estimated beside the fixed part and the other terms.

    Raises
    ------
    AnalysisError
        For the first that cannot, with what can be estimated instead.
    """
    for k, group in enumerate(groups):
        check_stimuli_per_condition(formula, group, data)
        check_groups(group)
        check_left_over(group, design)
        check_not_twice(group, groups[:k])


def check_groups(group: Grouping) -> None:
    """A random term has enough groups, rows and within-group variation."""
    term, codes, slopes = group.term, group.codes, group.slopes
    n_groups, n_rows, q = group.size, len(codes), slopes.shape[1]
    if n_groups < MIN_GROUPS:
        kind = f"only one {term.group}" if n_groups == 1 else f"only {n_groups} {term.group} levels"
        can = (
            f"effects within this one {term.group}, for no other"
            if n_groups == 1
            else "effects for exactly these; nothing about others"
        )
        fixed = "" if ":" in term.group else f"Write C({term.group}) as a fixed factor, or "
        raise AnalysisError(
            f"The data have {kind}, and {term} needs at least {MIN_GROUPS} to estimate how they "
            f"differ. What can be estimated: {can}.",
            f"{fixed}collect more." if fixed else "Collect more.",
        )
    if n_groups <= q + 1 or n_groups * q >= n_rows:
        why = (
            f"each {term.group} has a single row, so its deviation and the residual are one thing"
            if n_groups == n_rows
            else f"{n_groups} groups x {q} random effects against {n_rows} rows"
        )
        raise AnalysisError(
            f"{term} cannot be estimated: {why}.",
            "Use a linear model without this term, or fewer random slopes.",
        )
    order = np.argsort(codes.codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes.codes[order], prepend=-1))
    for j, name in enumerate(group.names):
        ordered = slopes[order, j]
        spread = np.maximum.reduceat(ordered, starts) - np.minimum.reduceat(ordered, starts)
        if name != "Intercept" and not (spread > 0).any():
            raise AnalysisError(
                f"{name!r} never varies within one {term.group}, so {term} has no slope to "
                "estimate.",
                f"Use (1 | {term.group}).",
            )


def check_stimuli_per_condition(formula: Formula, group: Grouping, data: pd.DataFrame) -> None:
    """A condition represented by one stimulus is that stimulus (Judd, Westfall & Kenny 2012 [V])."""
    term, codes = group.term, group.codes
    for name in formula.fixed_columns:
        column = data[name]
        if column.nunique() != 2 and is_number(column):
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


def check_left_over(group: Grouping, design: Design) -> None:
    """Groups enough beyond the effects that differ only between them (one person per condition)."""
    term, n = group.term, group.size
    effects = _between(group.codes, design.matrix)
    if n - effects < MIN_GROUPS - 1:
        found = f"only one {term.group}" if n == 1 else f"only {n} {term.group} levels"
        beside = (
            f" for {effects} fixed effects that differ only between them, so that what is peculiar to "
            f"a {term.group} cannot be separated from these effects"
            if effects > 1
            else ""
        )
        raise AnalysisError(
            f"The data have {found}{beside}: {MIN_GROUPS - 1 + max(effects, 1)} are needed at least "
            "to estimate how they differ.",
            "What can be reported: the answers themselves; collect more.",
        )


def _between(codes: pd.Categorical, matrix: Array) -> int:
    """Rank of the columns (n, p) that are constant within every group."""
    order = np.argsort(codes.codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes.codes[order], prepend=-1))
    ordered = matrix[order]
    least, most = np.minimum.reduceat(ordered, starts), np.maximum.reduceat(ordered, starts)
    constant = (most - least <= 1e-12 * np.abs(matrix).max(axis=0)).all(axis=0)
    return int(np.linalg.matrix_rank(least[:, constant])) if constant.any() else 0


def check_not_twice(group: Grouping, earlier: Sequence[Grouping]) -> None:
    """No earlier random intercept has the same groups, for example ``participant:arm`` in a study
    where each participant is in one arm."""
    k = group.size
    for other in earlier:
        pairs = other.codes.codes.astype(np.int64) * k + group.codes.codes
        if other.size == k and len(pd.unique(pairs)) == k:
            raise AnalysisError(
                f"Every {group.term.group} level in these data is a whole {other.term.group} level, "
                f"so that {group.term} and {other.term} have one variance together, which cannot be "
                "divided between them.",
                f"Leave {group.term} out; its variance is then part of the other.",
            )


def describe_crossing(groups: Sequence[Grouping]) -> list[str]:
    """Sentences on few levels and on partial crossing of two groupings.

    Groups such as ``stimulus:victim`` cross others as their parts do, which the parts' sentence says.
    """
    messages = [
        f"Only {group.size} {group.term.group} levels: the variance between them, and degrees of "
        "freedom that rest on it, are rough."
        for group in groups
        if group.size < FEW_GROUPS
    ]
    plain = [group for group in groups if ":" not in group.term.group]
    for left, right in combinations(plain, 2):
        pairs = left.codes.codes.astype(np.int64) * right.size + right.codes.codes
        found, possible = len(pd.unique(pairs)), left.size * right.size
        if found < possible and found not in (left.size, right.size):
            messages.append(
                f"Partially crossed: {found} of {possible} combinations of {left.term.group} and "
                f"{right.term.group} occur."
            )
    return messages
