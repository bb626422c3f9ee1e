"""The predictors of a planned model: factors with their levels and words, and numbers with what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.curves.claims import level_words
from analysis.data.names import column_of
from analysis.planned.plan import Planned
from experiments.answer_range import YES_NO
from experiments.language.columns import Import
from experiments.language.conditions import Condition
from experiments.protocol.names import AddressError, Names
from experiments.protocol.planned import stacks_of
from experiments.protocol.planned_contrast import levels_in
from experiments.study import Study


@dataclass(frozen=True)
class FactorOf:
    """A factor among the predictors of a model."""

    words: Mapping[str, str]
    """Level, in the order of the study -> its words."""
    numbers: Mapping[str, float] | None = None
    """Level -> number; None if the levels are words."""

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels in the order of the study."""
        return tuple(self.words)


@dataclass(frozen=True)
class NumberOf:
    """A number among the predictors of a model."""

    name: str
    """As it is written in the formula."""
    made_of: tuple[str, ...] = ()
    """The factors that it is computed from, if it is computed from nothing else."""
    yes_no: bool = False
    """Whether it is 1 or 0."""
    answered: bool = False
    """Whether it comes from answers; the values of others follow from the design."""


@dataclass(frozen=True)
class Predictors:
    """The predictors of one model, by their columns in frames."""

    factors: Mapping[str, FactorOf] = field(default_factory=dict)
    numbers: Mapping[str, NumberOf] = field(default_factory=dict)

    @classmethod
    def of(cls, planned: Planned, study: Study, mode: str) -> Predictors:
        """Return the predictors of a planned model in a mode."""
        names, formula = study.names, planned.model.formula
        stacked = stacks_of(planned.model, names)
        factors: dict[str, FactorOf] = {}
        numbers: dict[str, NumberOf] = {}
        for name in formula.predictors:
            levels = levels_in(name, names, stacked)
            if levels is None:
                made_of = factors_of(name, names)
                numbers[column_of(name)] = NumberOf(
                    name, made_of, is_yes_no(name, study, mode), is_answered(name, names)
                )
                continue
            factor = names.factors.get(name)
            known = factor.levels if factor is not None else {}
            words = {level: level_words(level, known.get(level)) for level in levels}
            factors[column_of(name)] = FactorOf(
                words, factor.numbers if factor is not None else None
            )
        return cls(factors, numbers)

    def in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame in which each factor is categorical, with the levels of the study that occur, in its order,
        and each number has floats."""
        changed: dict[str, Any] = {}
        for column, factor in self.factors.items():
            if column in frame:
                given = pd.Categorical(frame[column].astype(object), factor.levels, ordered=True)
                changed[column] = given.remove_unused_categories()
        for column in self.numbers:
            if column in frame:
                changed[column] = frame[column].astype(float)
        return frame.assign(**changed)


def factors_of(name: str, names: Names) -> tuple[str, ...]:
    """Return the factors that a computed column is made of; none if it is made of anything else, too."""
    columns = names.study.columns
    if name not in columns:
        return ()
    of = columns[name].of
    if isinstance(of.value, Import) or of.aggregates:
        return ()
    found: dict[str, None] = {}
    for each in of.row_names:
        own = (each,) if each in names.factors else factors_of(each, names)
        if not own:
            return ()
        found.update(dict.fromkeys(own))
    return tuple(found)


def is_yes_no(name: str, study: Study, mode: str) -> bool:
    """Return whether a number is 1 or 0, or such a number that is centred or standardised."""
    columns = study.file.columns
    if name in columns and isinstance(columns[name].of.value, Condition):
        return True
    try:
        return study.range(name, mode) == YES_NO
    except AddressError:
        return False


def is_answered(name: str, names: Names) -> bool:
    """Return whether a number comes from answers, or from another device."""
    columns = names.study.columns
    if name in columns:
        of = columns[name].of
        return isinstance(of.value, Import) or any(is_answered(each, names) for each in of.names)
    return bool(names.fitting(name))
