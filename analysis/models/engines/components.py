"""Gaussian mixed models whose random coefficients are uncorrelated, or have no intercept: ``||`` and ``(0 + x | g)``.

glmm 0.6.2 estimates all correlations of a term, and always an intercept; these models are fitted by
:mod:`analysis.models.covariances`. Degrees of freedom are Satterthwaite's, as in lmerTest: the variance of a contrast
has the derivatives and the observed information of the variances that are not at zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Structure
from analysis.models.design import Array, Model
from analysis.models.engines.unequal_variances import joint_test
from analysis.models.messages import EstimationError, message
from analysis.models.result import Component, Fit

ENGINE = f"numpy {np.__version__}"
AT_ZERO = 1e-4
"""An SD below this share of the residual's counts as zero, as in ``lme4::isSingular``."""
COMBINED = 1e-8
"""Matrices of parameters whose least eigenvalue is below this are combinations of each other."""


def needs_components(model: Model) -> bool:
    """Return whether a random term has uncorrelated coefficients, or none for the intercept."""
    return any(group.term.independent or not group.term.has_intercept for group in model.groups)


def fit_components(model: Model, *, reml: bool = True) -> Fit:
    """Fit a Gaussian mixed model, each term with the variances and covariances that it has.

    Raises
    ------
    EstimationError
        For another family, or if the terms describe the same variance in several ways.
    """
    if model.family != "gaussian":
        term = next(g.term for g in model.groups if g.term.independent or not g.term.has_intercept)
        raise EstimationError("uncorrelated_family", term=term)
    structure = Structure(model.groups, model.design.matrix)
    if not separable(structure):
        raise EstimationError("not_separate", terms=[group.term for group in model.groups])
    found, converged, spread = maximise(structure, model.y, reml=reml)
    components = tuple(_components(structure, found.values))
    df_of = partial(found.df, spread=spread)
    zero = zeros(components, float(np.sqrt(found.values[0])))
    expected = model.y - found.values[0] * found.residual[:, 0]
    return Fit.of(
        model,
        engine=ENGINE,
        beta=found.beta,
        vcov=found.vcov,
        df=np.array([df_of(row) for row in np.eye(len(found.beta))]),
        loglik=found.loglik,
        n_parameters=len(found.beta) + structure.size,
        converged=converged,
        singular=bool(zero),
        messages=(message("singular", found=zero, gaussian=True),) if zero else (),
        reml=reml,
        components=components,
        dispersion=float(found.values[0]),
        groups={group.term.group: group.size for group in model.groups},
        fitted=expected,
        wald=partial(joint_test, beta=found.beta, vcov=found.vcov, df_of=df_of),
    )


def separable(structure: Structure) -> bool:
    """Return whether no parameter's matrix is a combination of the others'."""
    inner = Covariance(structure, np.eye(structure.size)[0]).double_traces
    scale = np.sqrt(np.diag(inner))
    return bool(np.linalg.eigvalsh(inner / np.outer(scale, scale))[0] > COMBINED)


def _components(structure: Structure, values: Array) -> Iterator[Component]:
    """Return one component for each correlated term, and one for each coefficient of the others."""
    for k, group in enumerate(structure.groups):
        covariance = covariance_of(structure, values, k)
        sds = np.sqrt(np.diag(covariance))
        if group.term.independent:
            for name, sd in zip(group.names, sds, strict=True):
                yield Component(group.term.group, (name,), np.array([sd]), np.ones((1, 1)))
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            correlations = covariance / np.outer(sds, sds)
        yield Component(group.term.group, group.names, sds, correlations)


def covariance_of(structure: Structure, values: Array, k: int) -> Array:
    """Return the covariance matrix of the coefficients of a term."""
    q = len(structure.groups[k].names)
    found = np.zeros((q, q))
    for r, each in enumerate(structure.parameters, start=1):
        if each.term == k:
            found[each.row, each.column] = found[each.column, each.row] = values[r]
    return found


def zeros(components: Sequence[Component], unit: float) -> list[str]:
    """Return in words which variances are zero; unit: the residual SD."""
    found = []
    for part in components:
        for term in np.array(part.terms)[part.sds < AT_ZERO * unit]:
            of_what = "" if term == "Intercept" else f" of the slope of {term}"
            found.append(f"no variance{of_what} between {part.group} levels")
        kept = part.sds >= AT_ZERO * unit
        inside = part.correlations[kept][:, kept]
        roots = np.linalg.eigvalsh(inside) if len(inside) > 1 else np.ones(1)
        if roots[0] < AT_ZERO:
            found.append(f"coefficients of {part.group} levels that determine each other")
    return found
