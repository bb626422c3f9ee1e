"""Planned models written in a test: a formula, its contrasts, and the levels of its factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from analysis.data.names import column_of
from analysis.models import Formula, parse_random
from analysis.planned.plan import Planned
from analysis.planned.predictors import FactorOf, NumberOf, Predictors
from experiments.language.contrasts import Levels, parse_contrast
from experiments.language.formulas import Term, parse_formula
from experiments.protocol.planned import Combined
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.sections import PlannedModel


def factor(*levels: str, numbers: bool = False) -> FactorOf:
    """A factor whose words are its levels."""
    words = {level: level for level in levels}
    return FactorOf(words, {level: float(level) for level in levels} if numbers else None)


def contrast(text: str | Mapping[str, str], factors: Mapping[str, FactorOf]) -> PlannedContrast:
    """A contrast; a bare form is of the factor that has its levels."""
    parsed = parse_contrast(text)
    weights: dict[str, Mapping[str, Fraction]] = {}
    lines: dict[str, str] = {}
    for name, part in parsed.parts:
        if not isinstance(part, Levels):
            lines[str(name)] = str(part)
            continue
        own = {*part.plus, *part.minus}
        found = name or next(key for key, each in factors.items() if own <= set(each.levels))
        weights[found] = part.weights
    return PlannedContrast(str(parsed), weights, lines)


def planned(
    formula: str,
    contrasts: Sequence[str | Mapping[str, str]] = (),
    family: str = "gaussian",
    *,
    factors: Mapping[str, FactorOf],
    numbers: Mapping[str, NumberOf] | None = None,
    terms: Sequence[Term] = (),
    primary: Sequence[str] = (),
    combined: Combined = "one",
) -> tuple[Planned, Predictors]:
    """A planned model with its random terms as they are written, and its predictors."""
    parsed = parse_formula(formula)
    model = PlannedModel.model_validate({"formula": formula, "family": family})
    fixed = [":".join(map(column_of, effect)) for effect in parsed.effects]
    random = parse_random(" + ".join(map(str, parsed.random))) if parsed.random else ()
    outcome = parsed.outcomes[0]
    tests = tuple(contrast(each, factors) for each in contrasts)
    made = Formula.of(column_of(outcome), fixed, random)
    whole = Planned("m", model, outcome, made, tests, tuple(terms), tuple(primary), combined)
    return whole, Predictors(factors, numbers or {})
