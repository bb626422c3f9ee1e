"""Kenward and Roger's tests for Gaussian mixed models with few stimuli or participants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.models.covariances.estimates import At
from analysis.models.covariances.kenward_roger import KENWARD_ROGER, KenwardRoger
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Model
from analysis.models.formula import Formula, RandomTerm
from analysis.models.messages import message
from analysis.models.result import Fit

#: Units below this number are few.
FEW_UNITS = 10

#: Multiplications above which the tests of the fit are kept: some ten seconds.
MOST_WORK = 1e11


def few_units(model: Model) -> dict[str, int]:
    """Return the units of random terms with few levels, and their number.

    The units of ``(1 | item:condition)`` are the items if the condition is in the fixed part.
    """
    found = {}
    for group in model.groups:
        unit = unit_of(group.term, model.formula)
        if (n := len(model.data[list(unit)].drop_duplicates())) < FEW_UNITS:
            found[":".join(unit)] = n
    return found


def unit_of(term: RandomTerm, formula: Formula) -> tuple[str, ...]:
    """Return the columns of a random term's groups that are no conditions."""
    columns = term.group_columns
    return tuple(c for c in columns if c not in formula.fixed_columns) or columns


def with_kenward_roger(fit: Fit, model: Model) -> Fit:
    """Return the fit with Kenward and Roger's covariance and degrees of freedom if a unit has few levels."""
    few = few_units(model) if fit.family == "gaussian" and fit.reml else {}
    if not few or not np.isfinite(fit.vcov).all():
        return fit
    structure = Structure(model.groups, model.design.matrix)
    if structure.work > MOST_WORK:
        return fit
    values = values_of(structure, fit)
    tests = KenwardRoger(At(structure, model.y, values))
    return replace(
        fit,
        vcov=tests.vcov,
        df=np.array([tests.df(row) for row in np.eye(len(fit.beta))]),
        wald=tests.joint,
        errors=KENWARD_ROGER,
        messages=(*fit.messages, message("kenward_roger", units=few)),
    )
