"""The variance of a contrast between participants, estimated by itself and in each group of participants.

A model with ``(1 | participant)`` and ``(1 | participant:condition)`` says that all differences between conditions vary
equally over participants (sphericity), and participants equally in all groups. Here the tested contrast has a variance of
its own, in each group in which it has weight, which may be smaller or larger than that of other contrasts and groups. In
a complete design without stimuli the test is the paired t test of the participants' scores for a contrast within one
group, and Welch's for a difference between groups, of means or of such scores.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.crossing import Indices, nested
from analysis.models.covariances.estimates import At
from analysis.models.covariances.kenward_roger import KENWARD_ROGER, KenwardRoger
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Array, Grouping, Model
from analysis.models.engines.unequal_variances import FEWEST_IN_CELL
from analysis.models.formula import RandomTerm
from analysis.models.messages import message
from analysis.models.own_columns import columns_of_all, groups_of, terms_kept
from analysis.models.preparing import prepare
from analysis.models.result import Fit

#: The direction of a contrast's own term is found again until it changes by less than this, and at most so often.
STEADY = 0.01
MOST_ROUNDS = 4

#: A residual variance below this share of the planned model's is none: the terms describe the answers by themselves. A
#: covariance with a smaller variance in some direction is nearly singular: its likelihood has no maximum, and what is found
#: depends on rounding.
DEGENERATE = 1e-3


def with_own_variance(fit: Fit, weights: Array, participants: Sequence[object] = ()) -> Fit:
    """Refit a Gaussian mixed model with a variance of its own, over participants, for the contrast that is tested.

    See :class:`OwnVariances`, which is faster for several contrasts of one model.
    """
    return OwnVariances(fit, participants).of(weights)


class OwnVariances:
    """A Gaussian mixed model in which contrasts are tested with variances of their own, over participants.

    Parameters
    ----------
    fit
        A model with random terms.
    participants
        Participant of each row of the model; if there are none, the column ``participant`` of the model's data, and
        without it each row is a participant.
    """

    def __init__(self, fit: Fit, participants: Sequence[object] = ()) -> None:
        self.fit, self._participants = fit, participants

    def of(self, weights: Array) -> Fit:
        """Return the fit for one contrast only, with the standard errors and degrees of freedom of Kenward and Roger.

        It is the given fit for other models, if the contrast is the only effect within the only group of participants or
        has a variance of its own already, if a group has a single participant, if the variances cannot be estimated, and
        for several contrasts of which participants of one group have several scores, whose covariances would be needed.

        Parameters
        ----------
        weights : ndarray, shape (p,) or (contrasts, p)
            The contrast of the coefficients, or several that are tested together.
        """
        fit = self.fit
        if fit.family != "gaussian" or not fit.reml or not fit.formula.random:
            return fit
        weights = np.atleast_2d(np.asarray(weights, dtype=float))
        matrix, codes = self._planned.design.matrix, self._codes
        columns = columns_of_all(matrix, weights, codes, self._groups)
        if not columns.shape[1] or _fewest(columns, codes) < FEWEST_IN_CELL:
            return fit
        found = _fitted(self._planned, self._structure, columns, codes, self._values)
        if found is None:
            return fit
        tests = KenwardRoger(found)
        if not np.einsum("ij,jk,ik->i", weights, tests.vcov, weights).min() > 0:
            return fit
        own = len(found.structure.groups) - len(self._planned.groups)
        return replace(
            fit,
            beta=found.beta,
            vcov=tests.vcov,
            df=np.array([tests.df(row) for row in np.eye(len(found.beta))]),
            wald=tests.joint,
            errors=KENWARD_ROGER,
            loglik=found.loglik,
            n_parameters=fit.n_parameters + own,
            dispersion=float(found.values[0]),
            fitted=found.y - found.values[0] * found.residual[:, 0],
            messages=(*fit.messages, message("own_variance", groups=int(self._groups.max()) + 1)),
        )

    @cached_property
    def _planned(self) -> Model:
        return prepare(self.fit.data, self.fit.formula)

    @cached_property
    def _codes(self) -> Indices:
        """Number of the participant of each row."""
        given, data = self._participants, self._planned.data
        known = given if len(given) else data.get("participant")
        codes = np.arange(len(data)) if known is None else pd.factorize(np.asarray(known, str))[0]
        return np.asarray(codes, dtype=np.int64)

    @cached_property
    def _groups(self) -> Indices:
        return groups_of(self._planned.design.matrix, self._codes)

    @cached_property
    def _structure(self) -> Structure:
        return Structure(self._planned.groups, self._planned.design.matrix)

    @cached_property
    def _values(self) -> Array:
        return values_of(self._structure, self.fit)


def _fitted(
    planned: Model, start: Structure, columns: Array, codes: Indices, values: Array
) -> At | None:
    """Fit a model with a contrast's own terms, and return it at its estimates.

    None if there are none, or their variances cannot be estimated. How the answers vary with the contrast's score depends
    on the variances in the model, so that the terms are set up again from those that are estimated; in one group of
    participants, the score's own answers are the direction.
    """
    last: At | None = None
    single = columns.shape[1] == 1
    along = columns if single else with_covariance(columns, start, values, codes)
    for _ in range(MOST_ROUNDS):
        structure, free, near = with_own_terms(planned, along, codes, values)
        if not free:
            return last
        if last is not None and len(last.values) == len(near):
            near = last.values
        try:
            found, converged, _ = maximise(structure, planned.y, free=free, near=near)
        except np.linalg.LinAlgError:
            # The last estimates are no covariance along the new direction.
            return last
        degenerate = not found.values[0] > DEGENERATE * values[0]
        if not converged or degenerate or found.covariance.margin < DEGENERATE:
            return last
        last, before = found, along
        if single:
            break
        along = with_covariance(columns, structure, found.values, codes, without=free)
        if np.abs(along - before).max() < STEADY:
            break
    return last


def with_covariance(
    columns: Array,
    structure: Structure,
    values: Array,
    codes: Indices,
    without: Collection[int] = (),
) -> Array:
    """Return the covariance of each answer with the scores of its participant, the largest 1 (rows, terms).

    A variance along this direction changes that of the score, and of nothing that does not correlate with the score.

    Parameters
    ----------
    columns, codes
        The weights of the answers in the scores (rows, terms), and the participant of each row.
    structure, values
        The model's covariance, without the terms at the places ``without``.
    """
    found = values[0] * columns
    for r, each in enumerate(structure.parameters, start=1):
        own = structure.groups[each.term].codes.codes
        if each.term not in without and nested(own, codes):
            found = found + values[r] * structure.times(r, columns)
    return np.asarray(found / np.abs(found).max(axis=0))


def with_own_terms(
    model: Model, columns: Array, codes: Indices, values: Array
) -> tuple[Structure, list[int], Array]:
    """Return the covariance of a model with a contrast's own terms.

    Parameters
    ----------
    columns, codes
        The terms' columns (``own_columns``), and the participant of each row.
    values : ndarray
        Covariance parameters of the model (``values_of``).

    Returns
    -------
    The covariance, the places of the own terms, whose variances are free, and parameters that describe the same
    covariance as ``values``. If several groups have variances of their own, simple terms of participants that say the
    same leave.
    """
    own = own_groupings(columns, codes)
    whole = Structure((*model.groups, *own), model.design.matrix)
    products = Covariance(whole, np.eye(whole.size)[0]).double_traces
    of_term = [-1, *(each.term for each in whole.parameters)]
    simple = [
        r
        for r in range(1, whole.size - len(own))
        if of_term.count(of_term[r]) == 1 and nested(whole.groups[of_term[r]].codes.codes, codes)
    ]
    terms, near = terms_kept(products, of_term, len(own), simple, values)
    free = [place for place, k in enumerate(terms) if k >= len(model.groups)]
    kept = [whole.groups[k] for k in terms]
    structure = whole if len(kept) == len(whole.groups) else Structure(kept, whole.fixed)
    return structure, free, np.array(list(near.values()))


def own_groupings(columns: Array, codes: Indices) -> list[Grouping]:
    """Return a random term for each of a contrast's own columns (rows, terms) over participants."""
    term = RandomTerm("0 + contrast", "participant")
    units: pd.Categorical[object] = pd.Categorical(pd.Series(codes, dtype=object))
    return [Grouping(term, units, column[:, None], ("contrast",)) for column in columns.T]


def _fewest(columns: Array, codes: Indices) -> int:
    """Return the smallest number of participants with weight in one of the columns (rows, terms)."""
    return min(len(np.unique(codes[column != 0])) for column in columns.T)
