"""The random terms that give a contrast variances of its own, as in the analysis (``analysis.models.own_variance``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.data.names import column_of
from analysis.models.own_columns import groups_of, own_columns, terms_kept
from analysis.power.blocks import Array
from analysis.power.lists import Lists
from analysis.power.terms import Term
from experiments.protocol.planned_contrast import PlannedContrast


def own_terms(
    lists: Lists,
    planned: Sequence[Term],
    residual: float,
    tested: PlannedContrast,
    fixed: Array,
    contrast: Array,
    composition: Array,
) -> list[Term]:
    """Return the random terms of the model in which a contrast is tested; none if it is the planned model.

    Each group of participants has a term along the covariance of its answers with the contrast's score (in one group, along
    the score's own answers); simple terms of participants that say the same leave.

    Parameters
    ----------
    planned, residual
        Random terms of the planned model, and the residual variance in the population.
    fixed, contrast
        The fixed columns (rows, p), and the contrast of their coefficients (p,).
    composition
        The composition of each row (rows,).
    """
    groups = groups_of(fixed, composition)
    if not planned or (groups.max() == 0 and not _of_three_within(lists, tested)):
        return []
    columns = own_columns(fixed, contrast, composition, groups)
    if not columns.shape[1]:
        return []
    inner = [term for term in planned if term.within]
    single = columns.shape[1] == 1
    along = columns if single else _covariance(inner, residual, columns, composition)
    nobody = np.zeros(len(along), dtype=np.intp)
    own = [
        Term(f"contrast, own {g}", column[:, None], nobody, True, free=True)
        for g, column in enumerate(along.T)
    ]
    products, of_term = _products([*inner, *own], composition)
    simple = [r for r in range(1, len(of_term) - len(own)) if of_term.count(of_term[r]) == 1]
    values = np.array([residual, *_variances(inner)])
    stay, near = terms_kept(products, of_term, len(own), simple, values)
    first = len(of_term) - len(own)
    found = [*inner, *(replace(t, start=near.get(first + g, 0.0)) for g, t in enumerate(own))]
    kept = [found[k] for k in stay]
    return [*kept, *(t for t in planned if not t.within)] if any(t.free for t in kept) else []


def _of_three_within(lists: Lists, each: PlannedContrast) -> bool:
    """Return whether a contrast is of a factor with three or more levels that participants see several of."""
    named = {*each.compared, *map(column_of, each.lines)}
    return any(
        name in named and len(lists.presented[name]) > 2 and lists.varies(name, "participant")
        for name in lists.factors
    )


def _matrices(terms: Sequence[Term], rows: Array) -> list[Array]:
    """Return the derivatives of the covariance of some rows of one participant, the residual one first."""
    found = [np.eye(int(rows.sum()))]
    for term in terms:
        columns, groups = term.columns[rows], term.groups[rows]
        same = groups[:, None] == groups
        for a, b in zip(*np.tril_indices(columns.shape[1]), strict=True):
            crossed = np.outer(columns[:, a], columns[:, b]) * same
            found.append(crossed if a == b else crossed + crossed.T)
    return found


def _variances(terms: Sequence[Term]) -> list[float]:
    """Return the parameters of terms in the population."""
    return [
        term.variance * (a == b)
        for term in terms
        for a, b in zip(*np.tril_indices(term.columns.shape[1]), strict=True)
    ]


def _covariance(
    terms: Sequence[Term], residual: float, columns: Array, composition: Array
) -> Array:
    """Return the covariance of each answer with the scores of its participant, the largest 1 (rows, scores)."""
    found = np.zeros_like(columns)
    for rows in (composition == number for number in np.unique(composition)):
        whole = np.tensordot([residual, *_variances(terms)], _matrices(terms, rows), 1)
        found[rows] = whole @ columns[rows]
    return np.asarray(found / np.abs(found).max(axis=0))


def _products(terms: Sequence[Term], composition: Array) -> tuple[Array, list[int]]:
    """Return tr(D_k D_l) over all compositions, the residual first, and the number of each parameter's term (residual -1)."""
    total: Array = np.zeros(())
    for rows in (composition == number for number in np.unique(composition)):
        flat = np.array([each.ravel() for each in _matrices(terms, rows)])
        total = total + flat @ flat.T
    of_term = [k for k, term in enumerate(terms) for _ in range(term.entries)]
    return total, [-1, *of_term]
