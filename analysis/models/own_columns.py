"""The columns by which a contrast varies over participants, one for each group of participants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.models.covariances.crossing import Indices
from analysis.models.covariances.reml import Bools
from analysis.models.design import Array

#: Below this share of itself, a matrix is a combination of the others.
COMBINED = 1e-6

#: A column of the design with more different values is a covariate (that of a factor has two or three).
MOST_VALUES = 3


def own_columns(matrix: Array, weights: Array, codes: Indices, groups: Indices) -> Array:
    """Return the columns of the random coefficients of participants that give a contrast variances of its own.

    Parameters
    ----------
    matrix : ndarray, shape (rows, p)
        The fixed columns.
    weights : ndarray, shape (p,)
        The contrast of the coefficients.
    codes, groups : ndarray, shape (rows,)
        The participant of each row, and the group of this participant (``groups_of``).

    Returns
    -------
    One column (rows, terms) for each group in which the contrast has weight, zero in the other groups. None (rows, 0) if
    all participants are of one group and have no other effect within, and if the contrast is the slope of a covariate.
    """
    whole = own_column(matrix, weights)
    if groups.max() == 0 and not one_of_several(matrix, whole, codes):
        return np.zeros((len(matrix), 0))
    found = []
    for group in range(int(groups.max()) + 1):
        inside = groups == group
        largest = np.abs(whole[inside]).max()
        if largest < COMBINED:
            continue
        within = effects_within(whole[inside, None], codes[inside]) > 0
        if not within and np.ptp(whole[inside]) > COMBINED * largest:
            return np.zeros((len(matrix), 0))
        first = whole[inside][np.argmax(np.abs(whole[inside]) > COMBINED * largest)]
        found.append(np.where(inside, whole / largest * np.sign(first), 0.0))
    return np.asarray(np.column_stack(found), dtype=float)


def columns_of_all(matrix: Array, weights: Array, codes: Indices, groups: Indices) -> Array:
    """Return the own columns of contrasts (contrasts, p), one for each group; none if a group has several."""
    every = [own_columns(matrix, row, codes, groups) for row in weights]
    columns: Array = np.asarray(np.round(np.hstack(every), 8), dtype=float)
    if columns.shape[1] > 1:
        columns = np.unique(columns, axis=1)
    single = ((columns != 0).sum(axis=1) <= 1) & all(each.shape[1] for each in every)
    return columns if single.all() else columns[:, :0]


def own_column(matrix: Array, weights: Array) -> Array:
    """Return the weight of each row's cell in a contrast (rows,); matrix: (rows, p), weights: (p,)."""
    used = _few_values(matrix) | (weights != 0)
    cells, place = np.unique(np.round(matrix[:, used], 10), axis=0, return_inverse=True)
    own = cells @ np.linalg.pinv(cells.T @ cells) @ weights[used]
    return np.asarray((own / np.abs(own).max())[place.ravel()])


def groups_of(matrix: Array, codes: Indices) -> Indices:
    """Return the group of each row: participants (``codes``) with equal values of all that differs between them only.

    Parameters
    ----------
    matrix : ndarray, shape (rows, p)
        The fixed columns; those of covariates, with many different values, divide nobody.
    """
    used = matrix[:, _few_values(matrix)]
    used = used / np.abs(used).max(axis=0)
    roots, vectors = np.linalg.eigh(_within(used, codes))
    between = used @ vectors[:, roots <= 1e-8 * max(roots[-1], 1.0)]
    # Of a participant with missing answers, too, these columns are constant.
    _, found = np.unique(np.round(between, 6) + 0.0, axis=0, return_inverse=True)
    return np.asarray(found.ravel())


def one_of_several(matrix: Array, column: Array, codes: Indices) -> bool:
    """Return whether a contrast (rows,) varies within the groups ``codes`` (rows,), and other columns (rows, p) do, too."""
    return effects_within(column[:, None], codes) > 0 and effects_within(matrix, codes) > 1


def effects_within(matrix: Array, codes: Indices) -> int:
    """Return the number of independent effects of the columns (rows, p) within the groups ``codes`` (rows,)."""
    size = float((matrix**2).sum(axis=0).max(initial=0.0))
    return int(np.linalg.matrix_rank(_within(matrix, codes), tol=1e-10 * size, hermitian=True))


def surplus(information: Array, order: Sequence[int]) -> list[int]:
    """Return the covariance parameters without which all others can be told apart.

    Parameters
    ----------
    information : ndarray, shape (parameters, parameters)
        Products of the parameters' matrices, ``tr(G_r G_s)``.
    order
        Parameters that can leave, the first that would suffice before others.
    """
    left: list[int] = []
    while True:
        kept = [r for r in range(len(information)) if r not in left]
        inner = information[np.ix_(kept, kept)]
        scale = np.sqrt(np.diag(inner))
        roots, vectors = np.linalg.eigh(inner / np.outer(scale, scale))
        if roots[0] > COMBINED:
            return left
        combined = {r for r, share in zip(kept, vectors[:, 0], strict=True) if abs(share) > 1e-3}
        left.append(next(r for r in order if r in combined))


def terms_kept(
    products: Array, of_term: Sequence[int], own: int, simple: Sequence[int], values: Array
) -> tuple[list[int], dict[int, float]]:
    """Find which random terms a contrast's own ones leave in the model, and values that describe the same covariance.

    Parameters
    ----------
    products : ndarray, shape (parameters, parameters)
        Products of the parameters' matrices, ``tr(G_r G_s)``; the residual variance first, the own variances last.
    of_term
        The term of each parameter; the residual's is none.
    own
        Number of own terms. If there are several, simple terms of participants that say the same leave.
    simple
        Parameters of terms of participants with a single one.
    values
        Those of the model without the own terms.

    Returns
    -------
    The parameters' terms that stay, in order, and the value of each parameter that stays.
    """
    size = len(products)
    first = size - own
    order = [*(reversed(simple) if own > 1 else ()), *range(size - 1, first - 1, -1)]
    left = surplus(products, order)
    kept = [r for r in range(size) if r not in left]
    gone = {of_term[r] for r in left}
    before = np.zeros(size)
    before[: len(values)] = values
    near = np.linalg.solve(products[np.ix_(kept, kept)], products[kept] @ before)
    stay = [k for k in dict.fromkeys(of_term[1:]) if k not in gone]
    return stay, dict(zip(kept, map(float, near), strict=True))


def _few_values(matrix: Array) -> Bools:
    """Return which columns have so few different values that they divide rows into cells."""
    return np.array([len(np.unique(np.round(column, 10))) <= MOST_VALUES for column in matrix.T])


def _within(matrix: Array, codes: Indices) -> Array:
    """Return the products of the columns' (rows, p) deviations from the means of the groups ``codes`` (p, p)."""
    sizes = np.bincount(codes)
    means = np.zeros((len(sizes), matrix.shape[1]))
    np.add.at(means, codes, matrix)
    centred = matrix - (means / np.maximum(sizes, 1)[:, None])[codes]
    return np.asarray(centred.T @ centred)
