"""The covariance parameters of a fit by any engine, in the order of a structure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.models.covariances.structure import Structure
from analysis.models.design import Array, Grouping
from analysis.models.result import Component, Fit


def values_of(structure: Structure, fit: Fit) -> Array:
    """Return the parameters of a fit in the order of a structure."""
    found = np.zeros(structure.size)
    found[0] = fit.dispersion
    parts = [coefficients(fit.components, group) for group in structure.groups]
    for r, each in enumerate(structure.parameters, start=1):
        sds, correlations = parts[each.term]
        if each.row == each.column:
            found[r] = sds[each.row] ** 2
        else:
            product = sds[each.row] * sds[each.column]
            found[r] = product * correlations[each.row, each.column] if product > 0 else 0.0
    return found


def coefficients(components: Sequence[Component], group: Grouping) -> tuple[Array, Array]:
    """Return the SDs (q,) and correlations (q, q) of a random term's coefficients."""
    own = [part for part in components if part.group == group.term.group]
    for part in own:
        if set(part.terms) == set(group.names):
            order = [part.terms.index(name) for name in group.names]
            return part.sds[order], part.correlations[np.ix_(order, order)]
    alone = {part.terms[0]: part.sds[0] for part in own if len(part.terms) == 1}
    return np.array([alone[name] for name in group.names]), np.eye(len(group.names))
