"""The variance of a contrast between participants, estimated by itself.

A model with ``(1 | participant)`` and ``(1 | participant:condition)`` says that all differences between conditions vary
equally over participants (sphericity). Here the tested contrast has a variance of its own, which may be smaller or larger
than that of the other contrasts: in a complete design without stimuli the test is the paired t test of the
participants' scores, as in an analysis of variance with an error term for each contrast.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.models.covariances.kenward_roger import KENWARD_ROGER, KenwardRoger
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Indices, Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Array, Grouping, Model, grouping
from analysis.models.formula import RandomTerm
from analysis.models.messages import message
from analysis.models.preparing import prepare
from analysis.models.result import Fit

#: Below this share of itself, a matrix is a combination of the others.
COMBINED = 1e-6


def with_own_variance(fit: Fit, weights: Array, units: tuple[str, ...] = ("participant",)) -> Fit:
    """Refit a Gaussian mixed model with a variance of its own, over units, for the contrast that is tested.

    Parameters
    ----------
    fit
        A model with random terms.
    weights : ndarray, shape (p,)
        The contrast of the coefficients.
    units
        Columns of units within which the contrast may vary.

    Returns
    -------
    The fit for this contrast only, with the standard errors and degrees of freedom of Kenward and Roger; ``fit`` itself
    for other models, if the contrast is the only effect within units or has a variance of its own already, and if its
    variance cannot be estimated.
    """
    if fit.family != "gaussian" or not fit.reml or not fit.formula.random:
        return fit
    weights = np.asarray(weights, dtype=float)
    planned = prepare(fit.data, fit.formula)
    known = {column for term in fit.formula.random for column in term.group_columns}
    own = tuple(unit for unit in units if unit in known)
    model, places = with_own_term(planned, weights, own)
    if not places:
        return fit
    structure = Structure(model.groups, len(model.y))
    near = np.zeros(structure.size)
    before = values_of(Structure(planned.groups, len(planned.y)), fit)
    near[: len(before)] = before
    found, converged, _ = maximise(structure, model.design.matrix, model.y, free=places, near=near)
    tests = KenwardRoger(found)
    if not converged or not weights @ tests.vcov @ weights > 0:
        return fit
    over = [model.groups[place].term.group for place in places]
    return replace(
        fit,
        beta=found.beta,
        vcov=tests.vcov,
        df=np.array([tests.df(row) for row in np.eye(len(found.beta))]),
        wald=tests.joint,
        errors=KENWARD_ROGER,
        loglik=found.loglik,
        n_parameters=fit.n_parameters + len(places),
        dispersion=float(found.values[0]),
        fitted=model.y - found.values[0] * found.residual[:, 0],
        messages=(*fit.messages, message("own_variance", units=over)),
    )


def own_column(matrix: Array, weights: Array) -> Array:
    """Return the weight of each row's cell in a contrast (rows,); matrix: (rows, p), weights: (p,)."""
    cells, place = np.unique(np.round(matrix, 10), axis=0, return_inverse=True)
    own = cells @ np.linalg.pinv(cells.T @ cells) @ weights
    return np.asarray((own / np.abs(own).max())[place.ravel()])


def effects_within(matrix: Array, codes: Indices) -> int:
    """Return the number of independent effects of the columns (rows, p) within the groups ``codes`` (rows,)."""
    sizes = np.bincount(codes)
    means = np.zeros((len(sizes), matrix.shape[1]))
    np.add.at(means, codes, matrix)
    centred = matrix - (means / np.maximum(sizes, 1)[:, None])[codes]
    return int(np.linalg.matrix_rank(centred.T @ centred))


def one_of_several(matrix: Array, column: Array, codes: Indices) -> bool:
    """Return whether a contrast (rows,) varies within the groups ``codes`` (rows,), and other columns (rows, p) do, too."""
    return effects_within(column[:, None], codes) > 0 and effects_within(matrix, codes) > 1


def separate(information: Array) -> bool:
    """Return whether the information (parameters, parameters) of covariance parameters tells all of them apart."""
    scale = np.sqrt(np.diag(information))
    return bool(np.linalg.eigvalsh(information / np.outer(scale, scale))[0] > COMBINED)


def own_term(model: Model, weights: Array, unit: str) -> Grouping | None:
    """Return the random term of a contrast's own variance over a unit.

    None if the contrast does not vary within the unit, if it is the only effect that does, or if the model's random
    terms give it a variance of its own already.
    """
    units = grouping(RandomTerm("1", unit), model.data)
    codes = units.codes.codes.astype(np.int64)
    column = own_column(model.design.matrix, weights)
    if not one_of_several(model.design.matrix, column, codes):
        return None
    term = RandomTerm("0 + contrast", unit)
    found = Grouping(term, units.codes, column[:, None], ("contrast",))
    structure = Structure((*model.groups, found), len(model.y))
    return found if separate(structure.at(np.eye(structure.size)[0]).double_traces) else None


def with_own_term(model: Model, weights: Array, units: tuple[str, ...]) -> tuple[Model, list[int]]:
    """Return the model with the contrast's own variance over units, and the places of these terms."""
    places = []
    for unit in units:
        if (found := own_term(model, weights, unit)) is not None:
            places.append(len(model.groups))
            model = replace(model, groups=(*model.groups, found))
    return model, places
