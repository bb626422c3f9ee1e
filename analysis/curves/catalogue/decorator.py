"""How a curve is written: a function that is its equation, decorated with what is known of it."""

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
    """Make a predicted curve of the function that is its equation.

    The function takes the columns of the design by position (those with a default are optional) and
    its parameters by name, each with a :class:`Level`, :class:`Slope` or :class:`Shape` as default;
    a name that Python reserves gets an underscore (``lambda_``). The first paragraph of its docstring
    is the claim, the second the equation as a reader sees it. See :class:`Hypothesis` for the
    arguments; without ``family`` the curve is one of its own, without ``title`` the name is written
    with spaces.

    Raises
    ------
    AnalysisError
        The function is not the sum of its weights, lacks claim or equation, or has two levels.
    """

    def make(equation: Callable[..., Any]) -> Hypothesis:
        who = f"{id} {equation.__name__}"
        arguments = inspect.signature(equation).parameters.values()
        held = [a for a in arguments if a.kind is not a.KEYWORD_ONLY]
        named = [_named(a, who) for a in arguments if a.kind is a.KEYWORD_ONLY]
        parts = (inspect.getdoc(equation) or "").split("\n\n")
        text = [" ".join(part.split()) for part in parts if part.strip()]
        requires = tuple(a.name for a in held if a.default is a.empty)
        if len(text) < 2 or not requires:
            raise AnalysisError(
                f"{who} lacks {'a column' if len(text) > 1 else 'its claim or equation'}.",
                "Give the function a column of the design, and a docstring of the claim, an empty "
                "line, and the equation.",
            )
        made = Hypothesis(
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
            optional=tuple(a.name for a in held if a.default is not a.empty),
            shape=tuple(p for p in named if isinstance(p, Shape)),
            linear=tuple(p for p in named if not isinstance(p, Shape)),
            example=example,
            along=along,
            columns=columns or {},
        )
        _check_linear(made)
        return made

    return make


def _named(argument: inspect.Parameter, who: str) -> Parameter:
    """The parameter of an argument, with its name in the equation."""
    if not isinstance(argument.default, Parameter):
        raise AnalysisError(
            f"The parameter {argument.name!r} of {who} has no range and no source.",
            "Give it a Level, a Slope or a Shape as its default.",
        )
    stem = argument.name.removesuffix("_")
    return replace(argument.default, name=stem if keyword.iskeyword(stem) else argument.name)


def _check_linear(made: Hypothesis) -> None:
    """Refuse a mean that is not an intercept and the slopes, each times a column, on the example."""
    who = f"{made.id} {made.name}"
    weights = {p.name: number + 1.5 for number, p in enumerate(made.linear)}
    zero = dict.fromkeys(weights, 0.0)
    units = [made.predict(made.example, zero | {name: 1.0}) for name in weights]
    mean = made.predict(made.example, weights)
    room = 1e-9 * max(1.0, float(np.abs(mean).max()))
    if not np.allclose(list(weights.values()) @ np.array(units), mean, rtol=0, atol=room):
        raise AnalysisError(
            f"{who} is not a sum of its levels and slopes, each times a column.",
            "Make a Shape of each parameter that bends the curve.",
        )
    levels = [p.name for p in made.linear if isinstance(p, Level)]
    one, columns = np.ones(len(mean)), np.column_stack(units)
    reached = columns @ np.linalg.lstsq(columns, one)[0] if levels else one
    if len(levels) > 1 or not np.allclose(reached, one):
        raise AnalysisError(
            f"No intercept can take the place of {' and '.join(levels)} in {who}.",
            "Use one Level, a constant to which the rest is added, and a Slope for each weight.",
        )
    needs = [bool(p.needs) for p in made.slopes]
    if needs != sorted(needs):
        raise AnalysisError(
            f"In {who} a slope that needs an optional column comes before one that does not.",
            "Put it last: the signs of the claim are counted in this order.",
        )
