"""The part of a planned model that the data can estimate, and sentences on what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import group_guards
from analysis.curves.engines import estimable_terms
from analysis.errors import AnalysisError
from analysis.formula import Formula, RandomTerm, fixed_design, group_codes


@dataclass(frozen=True)
class Estimable:
    """A formula that can be fitted, and what it lacks of the planned one."""

    formula: str
    random: tuple[RandomTerm, ...]
    notes: tuple[str, ...]


def estimable(
    data: pd.DataFrame, planned: Formula, *, slopes: bool = True, whose: str = ""
) -> Estimable:
    """Leave out the random terms that these data cannot estimate.

    Parameters
    ----------
    data
        The rows that the model is fitted to.
    planned
        The planned model.
    slopes
        Whether the likelihood can have random slopes; where not, they are left out and told.
    whose
        Put before each sentence, where a model has several parts.
    """
    notes: list[str] = []
    terms: Sequence[RandomTerm] = planned.random
    if not slopes:
        notes += [
            f"The slopes of ({t.slopes} | {t.group}) are left out: this likelihood has random"
            " intercepts only."
            for t in terms
            if t.slopes != "1"
        ]
        terms = [RandomTerm("1", t.group) for t in terms]
    kept, told = estimable_terms(data, terms)
    notes += told
    design = fixed_design(planned, data)
    good: list[tuple[RandomTerm, pd.Categorical]] = []
    for term in kept:
        codes = group_codes(term, data)
        try:
            group_guards.check_stimuli_per_condition(planned, term, codes, data)
            group_guards.check_left_over(term, codes, design)
            group_guards.check_not_twice(term, codes, good)
        except AnalysisError as error:
            notes.append(f"({term.slopes} | {term.group}) is left out. {error.message}")
            continue
        good.append((term, codes))
    written = [planned.fixed, *(f"({t.slopes} | {t.group})" for t, _ in good)]
    formula = f"{planned.response} ~ {' + '.join(written)}"
    return Estimable(formula, tuple(t for t, _ in good), tuple(f"{whose}{note}" for note in notes))


def clusters(data: pd.DataFrame, random: Sequence[RandomTerm]) -> str | None:
    """Column to cluster by, where persons answered more than once and are no random effect."""
    several = data["participant"].duplicated().any()
    modelled = any("participant" in term.group_columns for term in random)
    return "participant" if several and not modelled else None
