"""The decorator ``curve``: turns a function, the equation, into a predicted curve of the catalogue."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.curves.catalogue.design import Column, Design
from analysis.curves.catalogue.hypothesis import Grade, Hypothesis, Role
from analysis.curves.catalogue.parameter import Level, Parameter, Shape
from analysis.errors import AnalysisError


def curve(
    id: str,
    *,
    topic: str,
    role: Role,
    grade: Grade,
    citation: str,
    evidence: str,
    example: Design,
    family: str = "",
    title: str = "",
    along: str = "",
    columns: Mapping[str, Column] | None = None,
) -> Callable[[Callable[..., Any]], Hypothesis]:
    """Turn a function, the equation, into a predicted curve.

    The function takes the columns of the design by position (those with a default are optional) and
    its parameters by keyword, each with a :class:`Level`, :class:`Slope` or :class:`Shape` as default;
    if the name of a parameter is a reserved word of Python, it gets an underscore (``lambda_``). The
    first paragraph of the docstring is the claim, the second the equation as it is printed. See
    :class:`Hypothesis` for the arguments; without ``family`` the curve is the only one of its family,
    without ``title`` its title is the name with spaces.

    Raises
    ------
    AnalysisError
        If the function is not linear in its levels and slopes, has no claim, no equation or two levels, or if
        a slope has no effect in any row of the example.
    """

    def make(equation: Callable[..., Any]) -> Hypothesis:
        curve_name = f"{id} {equation.__name__}"
        arguments = inspect.signature(equation).parameters.values()
        by_position = [a for a in arguments if a.kind is not a.KEYWORD_ONLY]
        parameters = [_named(a, curve_name) for a in arguments if a.kind is a.KEYWORD_ONLY]
        parts = (inspect.getdoc(equation) or "").split("\n\n")
        text = [" ".join(part.split()) for part in parts if part.strip()]
        requires = tuple(a.name for a in by_position if a.default is a.empty)
        if len(text) < 2 or not requires:
            raise AnalysisError(
                f"{curve_name} lacks {'a column' if len(text) > 1 else 'its claim or equation'}.",
                "Give the function a column of the design, and a docstring with the claim, an empty "
                "line, and the equation.",
            )
        hypothesis = Hypothesis(
            id=id,
            name=equation.__name__,
            title=title or equation.__name__.replace("_", " "),
            topic=topic,
            family=family or equation.__name__,
            role=role,
            grade=grade,
            claim=text[0],
            equation=text[1],
            citation=citation,
            evidence=evidence,
            mean=equation,
            requires=requires,
            optional=tuple(a.name for a in by_position if a.default is not a.empty),
            shape=tuple(p for p in parameters if isinstance(p, Shape)),
            linear=tuple(p for p in parameters if not isinstance(p, Shape)),
            example=example,
            along=along,
            columns=columns or {},
        )
        _check_linear(hypothesis)
        return hypothesis

    return make


def _named(argument: inspect.Parameter, curve_name: str) -> Parameter:
    """Return the parameter of an argument, with its name in the equation."""
    if not isinstance(argument.default, Parameter):
        raise AnalysisError(
            f"The parameter {argument.name!r} of {curve_name} has no range and no source.",
            "Give it a Level, a Slope or a Shape as its default.",
        )
    stem = argument.name.removesuffix("_")
    return replace(argument.default, name=stem if keyword.iskeyword(stem) else argument.name)


def _check_linear(hypothesis: Hypothesis) -> None:
    """Check with the example that the mean is linear in the levels and slopes, and has at most one level."""
    curve_name = f"{hypothesis.id} {hypothesis.name}"
    weights = {p.name: number + 1.5 for number, p in enumerate(hypothesis.linear)}
    zero = dict.fromkeys(weights, 0.0)
    units = [hypothesis.predict(hypothesis.example, zero | {name: 1.0}) for name in weights]
    mean = hypothesis.predict(hypothesis.example, weights)
    room = 1e-9 * max(1.0, float(np.abs(mean).max()))
    if not np.allclose(list(weights.values()) @ np.array(units), mean, rtol=0, atol=room):
        raise AnalysisError(
            f"{curve_name} is not linear in its levels and slopes.",
            "Declare every other parameter as a Shape.",
        )
    idle = [name for name, unit in zip(weights, units, strict=True) if not unit.any()]
    if idle:
        raise AnalysisError(
            f"{idle[0]!r} has no effect in any row of the example of {curve_name}.",
            "Check the names of levels in the equation, and that the example has a row for each of them.",
        )
    levels = [p.name for p in hypothesis.linear if isinstance(p, Level)]
    one, columns = np.ones(len(mean)), np.column_stack(units)
    reached = columns @ np.linalg.lstsq(columns, one)[0] if levels else one
    if len(levels) > 1 or not np.allclose(reached, one):
        raise AnalysisError(
            f"{' and '.join(levels)} in {curve_name} cannot be fitted as an intercept.",
            "Use one Level, a constant that is added to the rest, and a Slope for each weight.",
        )
    needs = [bool(p.needs) for p in hypothesis.slopes]
    if needs != sorted(needs):
        raise AnalysisError(
            f"In {curve_name} a slope that needs an optional column comes before one that does not.",
            "Put it last: the signs of the claim are in the order of the slopes.",
        )
