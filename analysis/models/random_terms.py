"""Checks of random effects: which of them the data can estimate.

A random term that cannot be estimated (too few groups, no variation within groups, groups confounded with
conditions) is an error, or is left out with a note.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.design import Array, Design, Grouping, fixed_design, grouping
from analysis.models.formula import Formula, RandomTerm
from analysis.models.guards import MIN_GROUPS, is_number
from analysis.models.messages import EstimationError, message

FEW_GROUPS = 10
"""Below this number of levels, the fit has a note of caution."""


def check_random(
    formula: Formula, groups: Sequence[Grouping], design: Design, data: pd.DataFrame
) -> None:
    """Check that every random term can be estimated together with the fixed part and the other terms.

    Raises
    ------
    EstimationError
        For the first term that cannot, with what can be estimated instead.
    """
    for k, group in enumerate(groups):
        _check_term(formula, group, groups[:k], design, data)


def estimable(
    data: pd.DataFrame, planned: Formula, *, slopes: bool = True
) -> tuple[Formula, tuple[str, ...]]:
    """Leave out the random terms that cannot be estimated from these data together with the fixed part.

    Parameters
    ----------
    data
        The rows that the model is fitted to.
    planned
        The planned model.
    slopes
        Whether the family can have random slopes; if not, they are left out too.

    Returns
    -------
    The formula that can be fitted, and a note on each term that was left out.
    """
    notes: tuple[str, ...] = ()
    if not slopes:
        sloped = (term for term in planned.random if term.slopes != "1")
        notes = tuple(message("slopes_left_out", term=term) for term in sloped)
        kept = [term for term in planned.random if term.has_intercept]
        planned = planned.with_random(RandomTerm("1", term.group) for term in kept)
    design = fixed_design(planned, data)
    found, _, why = _leaving_out(
        planned, data, lambda group, kept: _check_term(planned, group, kept, design, data)
    )
    return found, (*notes, *why)


def with_enough_groups(
    formula: Formula, data: pd.DataFrame
) -> tuple[Formula, tuple[Grouping, ...], tuple[str, ...]]:
    """Leave out random terms whose columns or groups the data do not have, or that repeat another.

    Returns
    -------
    The formula, its remaining random terms in these data, and notes on those that were left out.
    """

    def check(group: Grouping, kept: list[Grouping]) -> None:
        _check_groups(group)
        _check_distinct(group, kept)

    return _leaving_out(formula, data, check)


def _leaving_out(
    formula: Formula, data: pd.DataFrame, check: Callable[[Grouping, list[Grouping]], None]
) -> tuple[Formula, tuple[Grouping, ...], tuple[str, ...]]:
    kept: list[Grouping] = []
    notes: list[str] = []
    alone: list[RandomTerm] = []
    for term in formula.random:
        absent = [c for c in term.group_columns if c not in data]
        if absent:
            notes.append(message("no_column", term=term, column=absent[0]))
            continue
        group = grouping(term, data, formula.text)
        why = _refusal(check, group, kept)
        if why and term.slopes != "1" and term.has_intercept:
            group = grouping(RandomTerm("1", term.group), data, formula.text)
            intercept_too = _refusal(check, group, kept)
            if not intercept_too:
                notes.append(message("slopes_not_estimated", term=term, why=why.message))
            why = intercept_too
        if why:
            notes.append(message("left_out", term=term, why=why.message))
            if why.code != "same_groups":
                alone.append(term)
            continue
        kept.append(group)
    units = {group.term.group_columns for group in kept}
    for group in list(kept):
        of = next((term for term in alone if contains(group.term, term)), None)
        if of is not None and of.group_columns not in units:
            kept.remove(group)
            notes.append(message("interaction_alone", term=group.term, of=of))
    return formula.with_random(group.term for group in kept), tuple(kept), tuple(notes)


def contains(interaction: RandomTerm, unit: RandomTerm) -> bool:
    """Return whether the groups of a term are those of another, divided further: ``item:arm`` those of ``item``."""
    return set(unit.group_columns) < set(interaction.group_columns)


def _refusal(
    check: Callable[[Grouping, list[Grouping]], None], group: Grouping, kept: list[Grouping]
) -> AnalysisError | None:
    """Return why a random term cannot be estimated; None if it can."""
    try:
        check(group, kept)
    except AnalysisError as error:
        return error
    return None


def _check_term(
    formula: Formula,
    group: Grouping,
    earlier: Sequence[Grouping],
    design: Design,
    data: pd.DataFrame,
) -> None:
    _check_stimuli_per_condition(formula, group, data)
    _check_groups(group)
    check_remaining_groups(group, design)
    _check_distinct(group, earlier)


def _check_groups(group: Grouping) -> None:
    """Check that a random term has enough groups, rows and within-group variation."""
    term, n_groups, n_rows, q = group.term, group.size, len(group.codes), len(group.names)
    if n_groups < MIN_GROUPS:
        raise EstimationError("few_groups", term=term, n=n_groups, needed=MIN_GROUPS)
    if n_groups <= q + 1 or n_groups * q >= n_rows:
        raise EstimationError("few_rows", term=term, n=n_groups, effects=q, rows=n_rows)
    least, most = _ranges(group.codes, group.slopes)
    for j, name in enumerate(group.names):
        # Without an intercept, a number that is constant within groups makes their variance depend on it.
        if name != "Intercept" and term.has_intercept and not (most[:, j] > least[:, j]).any():
            raise EstimationError("constant_slope", term=term, slope=name)


def _check_stimuli_per_condition(formula: Formula, group: Grouping, data: pd.DataFrame) -> None:
    """Check that no condition is confounded with a single stimulus (Judd, Westfall & Kenny 2012 [V])."""
    for name in formula.fixed_columns:
        column = data[name]
        if column.nunique() != 2 and is_number(column):
            continue
        codes, levels = pd.factorize(column)
        pairs = pd.unique(codes.astype(np.int64) * group.size + group.codes.codes)
        per_level = np.bincount(pairs // group.size)
        constant_within = len(pd.unique(pairs % group.size)) == len(pairs)
        if constant_within and (per_level == 1).any() and len(per_level) > 1:
            single = sorted(map(str, levels[per_level == 1]))
            raise EstimationError("one_stimulus", term=group.term, factor=name, levels=single)


def check_remaining_groups(group: Grouping, design: Design) -> None:
    """Check that enough groups remain beyond the effects that vary only between groups."""
    least, most = _ranges(group.codes, design.matrix)
    constant = (most - least <= 1e-12 * np.abs(design.matrix).max(axis=0)).all(axis=0)
    effects = int(np.linalg.matrix_rank(least[:, constant])) if constant.any() else 0
    if group.size - effects < MIN_GROUPS - 1:
        raise EstimationError(
            "few_remaining_groups",
            term=group.term,
            n=group.size,
            effects=effects,
            needed=MIN_GROUPS - 1,
        )


def _ranges(codes: pd.Categorical, matrix: Array) -> tuple[Array, Array]:
    """Return the least and greatest value of each column within each group, both (groups, p)."""
    order = np.argsort(codes.codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes.codes[order], prepend=-1))
    ordered = matrix[order]
    return np.minimum.reduceat(ordered, starts), np.maximum.reduceat(ordered, starts)


def _pairs(left: Grouping, right: Grouping) -> int:
    """Count the combinations of two groupings that occur."""
    return len(pd.unique(left.codes.codes.astype(np.int64) * right.size + right.codes.codes))


def _check_distinct(group: Grouping, earlier: Sequence[Grouping]) -> None:
    """Check that no earlier term has the same groups and a same coefficient, e.g. ``participant:arm`` in a study
    where each participant is in one arm."""
    for other in earlier:
        same_groups = other.size == group.size == _pairs(other, group)
        if same_groups and _same_columns(group.slopes, other.slopes):
            raise EstimationError("same_groups", term=group.term, other=other.term)


def _same_columns(left: Array, right: Array) -> bool:
    """Return whether a column of one matrix (rows, p) is among those of the other."""
    return any(np.array_equal(one, other) for one in left.T for other in right.T)


def describe_crossing(groups: Sequence[Grouping]) -> list[str]:
    """Return notes on groupings with few levels and on partial crossing.

    Interactions such as ``item:victim`` are skipped: they cross others as their parts do.
    """
    sizes = {group.term.group: group.size for group in groups}
    messages = [message("few_levels", group=g, n=n) for g, n in sizes.items() if n < FEW_GROUPS]
    plain = list({g.term.group: g for g in groups if ":" not in g.term.group}.values())
    for left, right in combinations(plain, 2):
        found, possible = _pairs(left, right), left.size * right.size
        if found < possible and found not in (left.size, right.size):
            names = {"left": left.term.group, "right": right.term.group}
            messages.append(message("partly_crossed", **names, found=found, possible=possible))
    return messages
