"""The planned analysis: contrasts as weights of cell means, and the random terms that follow from the design.

The random terms are what Barr, Levy, Scheepers & Tily (2013), J. Mem. Lang. 68:255, ask for the effects that are
tested, in the form without coding of Judd, Westfall & Kenny (2012), J. Pers. Soc. Psychol. 103:54: ``(1 | unit:factors)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from experiments.errors import UserError
from experiments.files.reading import nearest
from experiments.language.contrasts import Contrast, Levels, Line
from experiments.language.formulas import Formula
from experiments.protocol.loops import Items, Presentation, presentation
from experiments.protocol.measures import Loop, Measure
from experiments.protocol.names import AddressError, Names
from experiments.protocol.sections import PlannedModel, Several

LEAST_ITEMS = 5
"""Fewest items that vary at random; with fewer, results hold for these items."""


class PlanError(UserError):
    """Something in the plan that the design cannot give; ``remedy`` says what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.remedy = remedy


@dataclass(frozen=True)
class Tested:
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


def tested(contrast: Contrast, predictors: Iterable[str], names: Names) -> Tested:
    """Return a contrast with its factors and levels looked up.

    Parameters
    ----------
    predictors
        Names of the model's formula.

    Raises
    ------
    PlanError
        If a level, a factor or a number does not exist, or the bare form fits several factors.
    """
    predictors = list(predictors)
    weights: dict[str, Mapping[str, Fraction]] = {}
    lines: dict[str, str] = {}
    for given, part in contrast.parts:
        name = given
        if name is None:
            assert isinstance(part, Levels)
            name = _factor_with([*part.plus, *part.minus], predictors, names)
        elif name not in predictors:
            found = f"the contrast names '{name}', which is not in the formula"
            raise PlanError(found, nearest(name, predictors))
        levels = names.levels(name)
        if isinstance(part, Line):
            if levels is not None and (
                name not in names.factors or names.factors[name].numbers is None
            ):
                raise PlanError(
                    f"'{name}' has no {part}, since its levels are words",
                    "Compare its levels: a - b.",
                )
            lines[name] = str(part)
            continue
        if levels is None:
            found = f"'{name}' is a number, which has no levels to compare"
            raise PlanError(found, f"Write {{{name}: slope}}.")
        for level in (*part.plus, *part.minus):
            if level not in levels:
                raise PlanError(f"'{name}' has no level '{level}'", nearest(level, levels))
        weights[name] = part.weights
    return Tested(str(contrast), weights, lines)


def _factor_with(levels: list[str], predictors: list[str], names: Names) -> str:
    having = [name for name in predictors if set(levels) <= set(names.levels(name) or ())]
    if len(having) == 1:
        return having[0]
    listed = ", ".join(levels)
    if having:
        which = " and ".join(having)
        raise PlanError(
            f"{listed} can be levels of {which}", f"Write which one you mean: {{{having[0]}: ...}}."
        )
    known = [level for name in predictors for level in names.levels(name) or ()]
    wrong = next((level for level in levels if level not in known), levels[0])
    raise PlanError(f"no factor of the formula has the levels {listed}", nearest(wrong, known))


def contrasts_of(model: PlannedModel, names: Names) -> list[Tested]:
    """Return the contrasts of a model, the primary ones first, each once."""
    written: list[Contrast] = list(primary_contrasts(model))
    written += [each for each in model.contrasts if str(each) not in {str(w) for w in written}]
    return [tested(each, model.formula.predictors, names) for each in written]


def primary_contrasts(model: PlannedModel) -> tuple[Contrast, ...]:
    """Return the primary contrasts that a model names."""
    if isinstance(model.primary, Several):
        return (*model.primary.any, *model.primary.all)
    return () if model.primary is None else (model.primary,)


@dataclass(frozen=True)
class Rows:
    """Which rows an outcome has."""

    loop: Loop | None
    """The loop that asks it for each item or level; None if there is one row for each participant and session."""
    per_participant: bool
    """Whether it is one value for each participant, such as a mean."""
    knows: Loop | None = None
    """The loop of one item whose item each row knows."""


class Plan:
    """The random terms of a study's models.

    Parameters
    ----------
    names
        The names of the study.
    items
        Loop -> items it can draw; loops over the levels of a factor have no entry.
    """

    def __init__(self, names: Names, items: Mapping[str, Items]) -> None:
        self.names = names
        self.items = items

    def rows(self, name: str, stacked: bool = False) -> Rows:
        """Return which rows a measure or column has.

        Parameters
        ----------
        stacked
            Whether the name may fit several measures, because the formula has ``session`` or ``step``.
        """
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            if of.aggregates and not of.row_names:
                return Rows(None, True)
            for each in of.row_names:
                found = self._row_name(each)
                if found is not None:
                    return found
            return Rows(None, True)
        fitting = self.names.fitting(name)
        measure: Measure = fitting[0] if stacked and fitting else self.names.measure(name)
        if measure.loop is None:
            return Rows(None, False, measure.knows)
        return Rows(measure.loop, False)

    def _row_name(self, name: str) -> Rows | None:
        if name in self.names.study.columns:
            return self.rows(name)
        try:
            return self.rows(name)
        except AddressError:
            return None

    def presentation(self, loop: Loop, mode: str) -> Presentation:
        """Return how a loop presents its items in a mode."""
        return presentation(self.names, loop, mode, self.items.get(loop.name))

    def random_terms(self, model: PlannedModel, outcome: str, mode: str) -> tuple[str, ...]:
        """Return the random terms of a model of one outcome in a mode: those written, else those of the design."""
        formula: Formula = model.formula
        if formula.random:
            return tuple(map(str, formula.random))
        stacked = bool({"session", "step"} & set(formula.predictors))
        rows = self.rows(outcome, stacked)
        shown = self._shown(rows, mode)
        stacks = self._stacks(formula, outcome)
        total = (shown.rows if rows.loop else 1) * prod(stacks.values())
        effects = self._effects(model, formula)
        numbers = self._numbers(model, rows)
        terms: list[str] = []
        slope = " + ".join(numbers) or "1"
        if total > 1:
            terms.append(f"({slope} | participant)")
            within = {*(shown.factors if rows.loop else ()), *stacks}
            for effect in _distinct(tuple(n for n in each if n in within) for each in effects):
                cells = prod(
                    stacks.get(name) or len(self.names.levels(name) or ()) for name in effect
                )
                if total / cells >= 2:
                    terms.append(f"(1 | participant:{':'.join(effect)})")
        if shown.items >= LEAST_ITEMS and not rows.per_participant:
            terms.append(f"({slope if rows.loop else 1} | item)")
            varying = self._varying_over_items(formula, shown, stacks)
            for effect in _distinct(tuple(n for n in each if n in varying) for each in effects):
                terms.append(f"(1 | item:{':'.join(effect)})")
        return tuple(terms)

    def _shown(self, rows: Rows, mode: str) -> Presentation:
        loop = rows.loop or rows.knows
        return Presentation(0, 1, 1, (), (), ()) if loop is None else self.presentation(loop, mode)

    def _stacks(self, formula: Formula, outcome: str) -> dict[str, int]:
        """Return how many sessions or steps of the outcome a formula stacks."""
        fitting = self.names.fitting(outcome) if outcome not in self.names.study.columns else []
        stacks: dict[str, int] = {}
        if "session" in formula.predictors:
            stacks["session"] = len({each.session for each in fitting})
        if "step" in formula.predictors:
            stacks["step"] = len({each.step for each in fitting})
        return stacks

    def _effects(self, model: PlannedModel, formula: Formula) -> list[tuple[str, ...]]:
        """Return the sets of factors that are tested: of each planned contrast, else each term of the formula."""
        planned = contrasts_of(model, self.names)
        if planned:
            order = list(formula.predictors)
            return [
                tuple(sorted((n for n in each.names if self._is_factor(n)), key=order.index))
                for each in planned
            ]
        return [
            tuple(name for name in effect if self._is_factor(name)) for effect in formula.effects
        ]

    def _is_factor(self, name: str) -> bool:
        return name in ("session", "step") or name in self.names.factors

    def _numbers(self, model: PlannedModel, rows: Rows) -> list[str]:
        """Return the numbers of which a slope is planned and that vary within the unit."""
        named = [name for each in contrasts_of(model, self.names) for name in each.lines]
        return [
            name
            for name in dict.fromkeys(named)
            if not self._is_factor(name) and self._varies(name, rows)
        ]

    def _varies(self, name: str, rows: Rows) -> bool:
        """Return whether a number differs between the rows of a participant."""
        if rows.loop is None:
            return False
        if name in ("trial", "occasion"):
            return True
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            return any(self._varies(each, rows) for each in of.row_names)
        try:
            return self.names.measure(name).loop == rows.loop
        except AddressError:
            return False

    def _varying_over_items(
        self, formula: Formula, shown: Presentation, stacks: Mapping[str, int]
    ) -> set[str]:
        """Return the factors of which an item is met at several levels, over all participants."""
        fixed = set(shown.nested)
        counterbalanced = {
            name for name, each in self.names.factors.items() if each.varies == "counterbalanced"
        }
        factors = {name for name in formula.predictors if name in self.names.factors}
        return (factors - fixed - counterbalanced) | set(stacks)


def _distinct(effects: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [effect for effect in dict.fromkeys(effects) if effect]
