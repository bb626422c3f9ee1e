"""Orders and contrasts that a study claims, as curves: without Python, like those of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.curves.catalogue import Array, Column, Hypothesis, Level, Slope
from analysis.curves.catalogue.hypothesis import Role
from analysis.curves.claims.patterns import CellPatterns, Line, Pattern, orthogonal_rest, read_level
from analysis.errors import AnalysisError
from experiments.language.contrasts import Levels, Order
from experiments.protocol.names import Names
from experiments.protocol.planned_contrast import PlannedContrast

CONSTANT = "mean of the cells"
STEP = 0.2
"""Difference between neighbouring groups of an order, and value of a contrast, in drawings and simulations (SD)."""
SOURCE = "the project's smallest effect, for drawing and simulation"
NO_LOG = 1e-12
"""Numbers below this have no logarithm."""
FREE = "not claimed, for drawing and simulation"


def order_curve(order: Order, factor: str, levels: Sequence[str], names: Names) -> Hypothesis:
    """Return the curve of an order of a factor's levels.

    Each step between neighbouring groups is a parameter that is claimed to be above zero; in drawings and
    simulations all steps are equal. Levels that the order does not name have a mean of their own.

    Parameters
    ----------
    levels
        All levels of the factor.
    """
    patterns, slopes = [], []
    for at, (higher, lower) in enumerate(zip(order.groups, order.groups[1:], strict=False), 1):
        above = {level for group in order.groups[:at] for level in group}
        cells = tuple(
            0.5 if level in above else -0.5 if level in order.levels else 0.0 for level in levels
        )
        name = str(Levels(higher, lower))
        patterns.append(Pattern(name, cells))
        slopes.append(Slope(STEP, 0.0, 5.0, SOURCE, unit="SD", sign=+1, name=name))
    for level in levels:
        if level not in order.levels:
            name = f"{level} - {CONSTANT}"
            patterns.append(Pattern(name, tuple(float(each == level) for each in levels)))
            slopes.append(Slope(0.0, -5.0, 5.0, FREE, unit="SD", name=name))
    read = tuple(read_level(names, factor, level) for level in levels)
    equation = CellPatterns(CONSTANT, ((factor, read),), (), tuple(patterns))
    means = " > ".join(
        " = ".join(f"mu({factor} {level})" for level in group) for group in order.groups
    )
    claim = f"The means of {factor} have the order {order}."
    role: Role = "rival" if len(order.groups) > 1 else "null"
    return _curve(str(order), "order", role, claim, means, equation, slopes)


def contrast_curve(
    contrast: PlannedContrast,
    levels: Mapping[str, Sequence[str]],
    ranges: Mapping[str, tuple[float, float]],
    names: Names,
) -> Hypothesis:
    """Return the curve of a contrast that is claimed to be above zero.

    Its value is a parameter; all other differences between the cells of its factors are free. In drawings and
    simulations there are no others.

    Parameters
    ----------
    levels
        Each factor of which the contrast compares or fixes levels -> all its levels.
    ranges
        Each factor of numbers, or number, of which the contrast tests the slope -> its lowest and highest value.

    Raises
    ------
    AnalysisError
        If the contrast is a test of two lines, or compares nothing.
    """
    if "two lines" in contrast.lines.values():
        raise AnalysisError(
            f"A test of two lines, {contrast.name}, is no claim about one number that is above zero.",
            "Claim a curve, such as window_quadratic, and make the two lines the primary contrast.",
        )
    lines = tuple(
        (name, _line(*ranges[name], kind == "slope of log"))
        for name, kind in contrast.lines.items()
    )
    cells = list(product(*levels.values()))
    weights = np.ones(len(cells))
    for at, name in enumerate(levels):
        of_level = contrast.weights[name]
        weights *= np.array([float(of_level.get(cell[at], 0)) for cell in cells])
    constant = np.ones(len(cells))
    if not lines and abs(weights.sum()) > 1e-9:
        raise AnalysisError(
            f"The claim {contrast.name} is a mean, which is above zero on almost every scale.",
            "Compare levels: a - b.",
        )
    patterns: list[Pattern] = []
    names_of_lines = tuple(name for name, _ in lines)
    for few in range(len(lines) + 1):
        for own in combinations(names_of_lines, few):
            taken = [constant] if not own else []
            if own == names_of_lines:
                patterns.insert(0, _pattern(contrast.name, weights / (weights @ weights), own))
                taken.append(weights)
            rest = orthogonal_rest(*taken) if taken else iter(np.eye(len(cells)))
            for each in rest:
                name = f"other difference {len(patterns) if own == names_of_lines else len(patterns) + 1}"
                patterns.append(_pattern(name, each, own))
    slopes = [Slope(STEP, 0.0, 5.0, SOURCE, unit="SD", sign=+1, name=contrast.name)]
    slopes += [Slope(0.0, -5.0, 5.0, FREE, unit="SD", name=each.parameter) for each in patterns[1:]]
    equation = CellPatterns(
        CONSTANT,
        tuple(
            (name, tuple(read_level(names, name, level) for level in own))
            for name, own in levels.items()
        ),
        lines,
        tuple(patterns),
    )
    claim = f"The contrast {contrast.name} is above zero."
    return _curve(
        contrast.name, "contrast", "rival", claim, f"{contrast.name} > 0", equation, slopes
    )


def _line(low: float, high: float, logarithmic: bool) -> Line:
    # Zero has no logarithm; a count from 0 to 10 is drawn from 1.
    return Line(min(1.0, high / 2) if logarithmic and low <= 0 else low, high, logarithmic)


def _pattern(name: str, cells: Array, lines: tuple[str, ...]) -> Pattern:
    return Pattern(name, tuple(map(float, cells)), lines)


def _curve(
    name: str,
    topic: str,
    role: Role,
    claim: str,
    equation: str,
    mean: CellPatterns,
    slopes: Sequence[Slope],
) -> Hypothesis:
    levels: dict[str, NDArray[Any]] = {factor: np.asarray(own) for factor, own in mean.factors}
    levels |= {column: np.array([line.low, line.high]) for column, line in mean.lines}
    grids = np.meshgrid(*levels.values(), indexing="ij")
    constant = Level(0.0, -10.0, 10.0, FREE, unit="SD", name=CONSTANT)
    return Hypothesis(
        id=name,
        name=name,
        title=name,
        topic=topic,
        family=name,
        role=role,
        grade="untested",
        claim=claim,
        equation=equation,
        citation="",
        evidence="",
        mean=mean,
        requires=tuple(levels),
        optional=(),
        shape=(),
        linear=(constant, *slopes),
        example={factor: grid.ravel() for factor, grid in zip(levels, grids, strict=True)},
        # The study's own columns: what the catalogue says of one with the same name is not true of them.
        columns={
            factor: Column(labels={level: level for level in own if isinstance(level, str)})
            for factor, own in mean.factors
        }
        | {
            name: Column(least=NO_LOG if line.logarithmic else -np.inf) for name, line in mean.lines
        },
    )
