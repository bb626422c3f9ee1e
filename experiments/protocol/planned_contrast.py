"""Contrasts with their factors and levels looked up, and as weights of a model's cell means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from experiments.errors import UserError
from experiments.files.faults import nearest
from experiments.language.contrasts import Contrast, Levels, Line
from experiments.protocol.names import Names


class PlanError(UserError):
    """Something in the plan that the design cannot give; ``remedy`` says what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.remedy = remedy


@dataclass(frozen=True)
class PlannedContrast:
    """A contrast as weights: what is compared of each factor and number that it names."""

    name: str
    """The text itself."""
    weights: Mapping[str, Mapping[str, Fraction]]
    """Factor -> level -> weight."""
    lines: Mapping[str, str]
    """Factor of numbers, or number -> ``slope``, ``slope of log`` or ``two lines``."""

    @property
    def names(self) -> tuple[str, ...]:
        """The factors and numbers that the contrast names."""
        return (*self.weights, *self.lines)

    @property
    def compared(self) -> tuple[str, ...]:
        """The factors of which levels are compared, not only fixed."""
        return tuple(
            name for name, of in self.weights.items() if any(weight < 0 for weight in of.values())
        )

    def of_cells(self, factors: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], Fraction]:
        """Return the weight of the mean of each cell, equal over the factors that the contrast does not name.

        Parameters
        ----------
        factors
            Each factor of the model's formula -> its levels. A factor of which the contrast tests a line has no
            weights, and counts as not named.

        Examples
        --------
        >>> contrast = PlannedContrast("a - b", {"x": {"a": Fraction(1), "b": Fraction(-1)}}, {})
        >>> weights = contrast.of_cells({"x": ["a", "b"], "y": ["1", "2"]})
        >>> weights["a", "1"], weights["b", "2"]
        (Fraction(1, 2), Fraction(-1, 2))
        """
        found: dict[tuple[str, ...], Fraction] = {}
        for cell in product(*factors.values()):
            weight = Fraction(1)
            for name, level in zip(factors, cell, strict=True):
                if name in self.weights:
                    weight *= self.weights[name].get(level, Fraction(0))
                else:
                    weight /= len(factors[name])
            if weight:
                found[cell] = weight
        return found


def look_up(
    contrast: Contrast,
    predictors: Iterable[str],
    names: Names,
    stacked: Mapping[str, Sequence[str]],
) -> PlannedContrast:
    """Return a contrast with its factors and levels looked up.

    Parameters
    ----------
    predictors
        Names of the model's formula.
    stacked
        ``session`` and ``step`` -> those in which the outcome is asked, if the formula has them.

    Raises
    ------
    PlanError
        If a level, a factor or a number does not exist, or the bare form fits several factors.
    """
    predictors = list(predictors)
    levels_of = {name: levels_in(name, names, stacked) for name in predictors}
    weights: dict[str, Mapping[str, Fraction]] = {}
    lines: dict[str, str] = {}
    for given, part in contrast.parts:
        name = given
        if name is None:
            assert isinstance(part, Levels)
            name = factor_with([*part.plus, *part.minus], levels_of, " of the formula")
        elif name not in levels_of:
            found = f"the contrast names '{name}', which is not in the formula"
            raise PlanError(found, nearest(name, predictors))
        levels = levels_of[name]
        if isinstance(part, Line):
            _line(name, part, levels, names)
            lines[name] = str(part)
            continue
        if levels is None:
            found = f"'{name}' is a number, which has no levels to compare"
            raise PlanError(found, f"Write {{{name}: slope}}.")
        for level in (*part.plus, *part.minus):
            if level not in levels:
                remedy = level_instead(names, name, level, levels)
                raise PlanError(f"'{name}' has no level '{level}'", remedy)
        weights[name] = part.weights
    return PlannedContrast(str(contrast), weights, lines)


def levels_in(
    name: str, names: Names, stacked: Mapping[str, Sequence[str]]
) -> Sequence[str] | None:
    """Return the levels of a predictor; None if it is a number."""
    return stacked[name] if name in stacked else names.levels(name)


def _line(name: str, line: Line, levels: Sequence[str] | None, names: Names) -> None:
    if levels is None:
        return
    numbers = names.factors[name].numbers if name in names.factors else None
    if numbers is None:
        found = f"'{name}' has no {line}, since its levels are words"
        raise PlanError(found, "Compare its levels: a - b.")
    if line.kind == "two lines" and len(numbers) < 3:
        found = f"'{name}' has {len(numbers)} levels, and two lines need three or more"
        raise PlanError(found, f"Write {{{name}: slope}}, or compare its levels: a - b.")
    if line.kind == "slope of log" and min(numbers.values()) <= 0:
        lowest = min(numbers, key=lambda level: numbers[level])
        raise PlanError(
            f"'{name}' has the level {lowest}, which has no logarithm", f"Write {{{name}: slope}}."
        )


def level_instead(names: Names, name: str, level: str, levels: Sequence[str]) -> str:
    """Return the remedy for a level that a name does not have: it is one of another factor, or misspelt."""
    others = [
        other for other, factor in names.factors.items() if other != name and level in factor.levels
    ]
    remedy = nearest(level, levels)
    return f"'{level}' is a level of '{others[0]}'. {remedy}" if others else remedy


def factor_with(
    levels: Sequence[str], levels_of: Mapping[str, Sequence[str] | None], where: str = ""
) -> str:
    """Return the factor that has all of some levels.

    Parameters
    ----------
    levels_of
        Each factor that can be meant -> its levels; None if it is a number.
    where
        What the factors belong to, for messages.

    Raises
    ------
    PlanError
        If there is none, or several.
    """
    having = [name for name, own in levels_of.items() if set(levels) <= set(own or ())]
    if len(having) == 1:
        return having[0]
    listed = ", ".join(levels)
    if having:
        which = " and ".join(having)
        remedy = f"Write which one you mean: {{{having[0]}: ...}}."
        raise PlanError(f"{listed} can be levels of {which}", remedy)
    factor_of = {level: name for name, own in levels_of.items() for level in own or ()}
    unknown = next((level for level in levels if level not in factor_of), None)
    if unknown is not None:
        found = f"no factor{where} has the level{'s' if len(levels) > 1 else ''} {listed}"
        raise PlanError(found, nearest(unknown, factor_of))
    which = ", ".join(f"'{level}' of '{factor_of[level]}'" for level in levels)
    raise PlanError(
        f"{listed} are levels of different factors: {which}",
        "Compare levels of one factor, or name each factor: {FACTOR: a - b, OTHER: c}.",
    )
