"""The part of a model that data can estimate, and sentences on what was left out."""

from __future__ import annotations

import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import group_guards
from analysis.models.design import Grouping, fixed_design, grouping
from analysis.models.formula import Formula, RandomTerm


def with_enough_groups(
    formula: Formula, data: pd.DataFrame
) -> tuple[Formula, tuple[Grouping, ...], tuple[str, ...]]:
    """Leave out random terms whose columns or groups the data do not have.

    Returns
    -------
    The formula, its remaining random terms in these data, and why the others are left out.
    """
    kept, notes = [], []
    for term in formula.random:
        absent = [c for c in term.group_columns if c not in data]
        if absent:
            notes.append(f"{term} is left out: the data have no column {absent[0]!r}.")
            continue
        group = grouping(term, data, formula.text)
        try:
            group_guards.check_groups(group)
        except AnalysisError as error:
            notes.append(f"{term} is left out. {error.message}")
            continue
        kept.append(group)
    return formula.keeping(group.term for group in kept), tuple(kept), tuple(notes)


def estimable(
    data: pd.DataFrame, planned: Formula, *, slopes: bool = True
) -> tuple[Formula, tuple[str, ...]]:
    """Leave out the random terms that these data cannot estimate beside the fixed part.

    Parameters
    ----------
    data
        The rows that the model is fitted to.
    planned
        The planned model.
    slopes
        Whether the family can have random slopes; where not, they are left out too.

    Returns
    -------
    The formula that can be fitted, and a sentence on each thing that was left out.
    """
    notes: list[str] = []
    if not slopes:
        notes += [
            f"The slopes of {t} are left out: this likelihood has random intercepts only."
            for t in planned.random
            if t.slopes != "1"
        ]
        planned = planned.keeping(RandomTerm("1", t.group) for t in planned.random)
    found, groups, why = with_enough_groups(planned, data)
    notes += why
    design = fixed_design(planned, data)
    good: list[Grouping] = []
    for group in groups:
        try:
            group_guards.check_stimuli_per_condition(planned, group, data)
            group_guards.check_left_over(group, design)
            group_guards.check_not_twice(group, good)
        except AnalysisError as error:
            notes.append(f"{group.term} is left out. {error.message}")
            continue
        good.append(group)
    return found.keeping(group.term for group in good), tuple(notes)
