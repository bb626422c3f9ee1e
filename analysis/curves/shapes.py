"""Shape parameters on a unit scale: where a fit looks, and how a value is moved there."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.hypotheses import Hypothesis, Parameter
from analysis.hypotheses.design import Array, Design

GRID_SIZE = {1: 241, 2: 1600, 3: 1728}
"""Points of the coarse search by number of free shape parameters."""


def to_value(parameter: Parameter, unit: float | Array) -> NDArray[np.float64]:
    """The parameter at a point between 0 (lower bound) and 1 (upper bound)."""
    low, high = parameter.lower, parameter.upper
    if parameter.search == "log":
        return np.asarray(low * (high / low) ** np.asarray(unit))
    return np.asarray(low + (high - low) * np.asarray(unit))


def to_unit(parameter: Parameter, value: float) -> float:
    """Inverse of :func:`to_value`, for values inside the bounds."""
    low, high = parameter.lower, parameter.upper
    if parameter.search == "log":
        return float(np.log(value / low) / np.log(high / low))
    return float((value - low) / (high - low))


def candidate_levels(hypothesis: Hypothesis, parameter: Parameter, design: Design) -> Array:
    """Values of a step parameter that give different curves on this design.

    A step after K only changes at an observed level: the candidates are the levels inside the
    bounds that have another level above them, or the default where there is none.
    """
    levels = np.unique(np.asarray(design[hypothesis.axis], dtype=np.float64))
    inside = levels[(levels >= parameter.lower) & (levels <= parameter.upper)]
    inside = inside[inside < levels.max()]
    return inside if len(inside) else np.array([parameter.default])


def shape_grid(hypothesis: Hypothesis, design: Design) -> Array:
    """Coarse grid of shapes, (points, number of shape parameters), fixed ones included.

    A curve without shape parameters has one point and no columns.
    """
    free = [p for p in hypothesis.shape if not p.fixed]
    size = round(GRID_SIZE.get(len(free), 4096) ** (1 / max(len(free), 1)))
    axes = []
    for p in hypothesis.shape:
        if p.fixed:
            axes.append(np.array([p.default]))
        elif p.search == "levels":
            axes.append(candidate_levels(hypothesis, p, design))
        else:
            axes.append(to_value(p, np.linspace(0.0, 1.0, size)))
    points = list(product(*axes))
    return np.array(points, dtype=np.float64).reshape(len(points), len(axes))


def as_params(hypothesis: Hypothesis, shape: Array) -> dict[str, float]:
    """A row of the grid as named parameters."""
    return {p.name: float(v) for p, v in zip(hypothesis.shape, shape, strict=True)}
