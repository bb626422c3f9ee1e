"""Checks of each model on the rows that the design plans: what is asked, in which rows, and what can be estimated."""

from __future__ import annotations

import math
from collections.abc import Iterator

from experiments.files.faults import Findings, Key
from experiments.protocol.column_checks import in_words
from experiments.protocol.estimable import Design
from experiments.protocol.idle_slopes import idle_slopes
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outcome_rows import Rows
from experiments.protocol.planned import planned_tests, stacks_of
from experiments.protocol.planned_contrast import PlannedContrast, levels_in
from experiments.protocol.planned_rows import PlannedData, PlannedRow
from experiments.protocol.sections import PlannedModel
from experiments.protocol.study_file import entry_key
from experiments.protocol.tested import Tested, is_number
from experiments.protocol.treatment import first_treated, follows_treatment

NO_PREDICTORS = {
    "mode": "Modes are never pooled: each has a model of its own.",
    "participant": "Write a random term, (1 | participant), or leave it out: it follows from the design.",
    "item": "Write a random term, (1 | item), or leave it out: it follows from the design.",
}


class ModelChecks:
    """The checks of a study's models on planned rows."""

    def __init__(self, opened: OpenedStudy) -> None:
        self.opened = opened
        self.names = opened.names
        self.tested = Tested(opened)
        self.data = {mode: PlannedData(opened, mode) for mode in opened.study.modes}

    def faults(self) -> Findings:
        """Yield the faults of all models."""
        for name, model in self.opened.study.analysis.items():
            key: Key = entry_key("analysis", name)
            found = [*self._predictors(model, key), *self._outcomes(model, key)]
            found += self._treated(model, key)
            yield from found
            if not found:
                yield from self._estimates(model, key)

    def _predictors(self, model: PlannedModel, key: Key) -> Findings:
        at = (*key, "formula")
        for name in model.formula.predictors:
            if name in NO_PREDICTORS:
                yield at, f"'{name}' is among the predictors", NO_PREDICTORS[name]
            elif not self._is_factor(name):
                words = self._in_words(name)
                if words is not None:
                    yield at, *words
        for name, levels in stacks_of(model, self.names).items():
            if len(levels) < 2:
                found = f"'{name}' is a predictor, but {' and '.join(model.formula.outcomes)} is asked in one {name}"
                yield (
                    at,
                    found,
                    f"Remove '{name}', or write a shorter name of what is asked in several.",
                )

    def _outcomes(self, model: PlannedModel, key: Key) -> Findings:
        for outcome in model.formula.outcomes:
            words = self._in_words(outcome, model.family)
            if words is not None:
                yield (*key, "formula"), *words

    def _in_words(self, name: str, family: str = "gaussian") -> tuple[str, str] | None:
        """Return what is wrong with a name whose answers are words, and the remedy; None if they are numbers."""
        columns = self.names.study.columns
        if name in columns:
            return next(in_words(name, columns[name], self.tested, alone=False), None)
        measure = self._measure(name)
        if measure is None:
            return None
        if measure.kind in ("scale", "game", "minimal_group", "ranking") or measure.part not in (
            "",
            "result",
        ):
            return None
        options = list(getattr(measure.asked, "options", {}) or {})
        numbers = bool(options) and all(is_number(option) for option in options)
        if (
            measure.part != "result"
            and measure.kind != "key"
            and (getattr(measure.asked, "numeric", False) or numbers)
        ):
            return None
        if (family == "ordinal" and options) or (family == "binomial" and len(options) == 2):
            return None
        option = options[0] if options else "ANSWER"
        word = name.rpartition(".")[2]
        found = f"'{name}' is answered in words"
        if family == "binomial" and len(options) > 2:
            found = f"'{name}' has {len(options)} answers, and a binomial model is of two"
        if measure.kind == "text":
            return found, "Write the name of a measure that is a number."
        return (
            found,
            f"Compute a column that is 1 or 0, such as 'chose_{option}: {word} = {option}'.",
        )

    def _treated(self, model: PlannedModel, key: Key) -> Findings:
        """Yield the predictors that follow the treatment."""
        if model.because:
            return
        treated = first_treated(self.opened)
        remedy = "Say in 'because:' why it is in the model, or leave it out."
        for name in model.formula.predictors:
            asked = self._measures_in(name)
            late = (each for each in asked if follows_treatment(each, self.opened, treated))
            if (measure := next(late, None)) is not None:
                what = f"'{name}'" if name == measure.address else f"'{name}' ({measure.address})"
                found = (
                    f"the predictor {what} is asked after the treatment, which may have changed it"
                )
                yield (*key, "formula"), found, remedy

    def _measures_in(self, name: str, seen: frozenset[str] = frozenset()) -> Iterator[Measure]:
        columns = self.names.study.columns
        if name in columns and name not in seen:
            for each in columns[name].of.names:
                yield from self._measures_in(each, seen | {name})
        elif not self._is_factor(name) and (measure := self._measure(name)) is not None:
            yield measure

    def _estimates(self, model: PlannedModel, key: Key) -> Findings:
        stacked = stacks_of(model, self.names)
        for outcome in model.formula.outcomes:
            rows = self.data[next(iter(self.data))].rows_of.of(outcome, bool(stacked))
            finer = [*self._finer(model, outcome, rows, key)]
            yield from finer
            if finer:
                continue
            for mode in self.data:
                found = [*self._in_mode(model, outcome, rows, mode, key)]
                yield from found
                if found:
                    break

    def _finer(self, model: PlannedModel, outcome: str, rows: Rows, key: Key) -> Findings:
        data = self.data[next(iter(self.data))]
        for name in model.formula.predictors:
            if self._is_factor(name) or name in ("trial", "occasion"):
                continue
            try:
                own = data.rows_of.of(name, stacked=True)
            except AddressError:
                continue
            if own.loops and not own.loops & rows.loops:
                what = "for each participant" if not rows.loops else "in another loop"
                found = f"'{name}' has a row for each trial, but '{outcome}' has one {what}"
                yield (*key, "formula"), found, f"Compute a column of its mean: mean({name})."

    def _in_mode(
        self, model: PlannedModel, outcome: str, rows: Rows, mode: str, key: Key
    ) -> Findings:
        at, data = (*key, "formula"), self.data[mode]
        planned = data.rows(rows)
        if not planned:
            yield at, f"'{outcome}' is not asked in the mode '{mode}'", "Ask it in every mode."
            return
        stacked = stacks_of(model, self.names)
        factors = {
            name: list(levels_in(name, self.names, stacked) or ())
            for name in model.formula.predictors
            if self._is_factor(name)
        }
        for name in factors:
            if not all(name in row.levels for row in planned):
                found = f"'{name}' has no level where '{outcome}' is asked, in the mode '{mode}'"
                yield at, found, "Remove it from the formula, or ask the outcome in its loop."
                return
        numbers = {
            name: [data.value(name, row, rows) for row in planned]
            for name in model.formula.predictors
            if name not in factors
        }
        for name, values in numbers.items():
            if any(map(math.isnan, values)):
                yield (
                    at,
                    f"'{name}' cannot be computed in every row",
                    "Check its column: a level is no number.",
                )
                return
        for words in idle_slopes(model.formula.random, data, rows, planned):
            yield at, *words
        design = Design(model.formula.effects, factors, _cells(factors, planned), numbers)
        confounded = design.confounded()
        if confounded is not None:
            effect = ":".join(confounded)
            others = (
                " + ".join(":".join(e) for e in model.formula.effects if e != confounded)
                or "the intercept"
            )
            found = f"the design cannot tell '{effect}' from {others}, in the mode '{mode}'"
            yield at, found, _why(design, confounded)
        yield from self._contrasts(model, design, mode, key, confounded is not None)

    def _contrasts(
        self, model: PlannedModel, design: Design, mode: str, key: Key, confounded: bool
    ) -> Findings:
        for contrast in planned_tests(model, self.names).contrasts:
            missing = design.missing(contrast)
            if not design.holds(contrast):
                why = "the formula does not hold what it compares"
                remedy = "Join the names that it compares with '*' in the formula."
            elif design.estimates(contrast) or (confounded and missing is None):
                # A confounded effect is a fault of its own.
                continue
            elif missing is not None:
                cell = " and ".join(f"{name} = {level}" for name, level in missing.items())
                why = f"nobody answers at {cell}"
                remedy = "Compare levels that occur together, or change the design."
            else:
                why = "some cells of the other factors have no answers"
                remedy = "Name their levels in the contrast, or leave the interaction out of the formula."
            found = (
                f"the contrast '{contrast.name}' cannot be estimated in the mode '{mode}': {why}"
            )
            yield self._key_of(model, contrast, key), found, remedy

    def _key_of(self, model: PlannedModel, contrast: PlannedContrast, key: Key) -> Key:
        for index, written in enumerate(model.contrasts):
            if str(written) == contrast.name:
                return (*key, "contrasts", index)
        return (*key, "primary" if model.primary is not None else "formula")

    def _is_factor(self, name: str) -> bool:
        return name in ("session", "step") or name in self.names.factors

    def _measure(self, name: str) -> Measure | None:
        fitting = self.names.fitting(name)
        return fitting[0] if fitting else None


def _cells(factors: dict[str, list[str]], rows: list[PlannedRow]) -> dict[str, list[str]]:
    return {name: [row.levels[name] for row in rows] for name in factors}


def _why(design: Design, effect: tuple[str, ...]) -> str:
    own = [name for name in effect if name in design.factors]
    met = set(zip(*(design.cells[name] for name in own), strict=True)) if own else set()
    missing = design.missing(PlannedContrast("", {}, dict.fromkeys(own, "")))
    if own and missing is not None:
        cell = " and ".join(f"{name} = {level}" for name, level in missing.items())
        return f"Nobody answers at {cell}; {len(met)} cells occur. Remove it from the formula, or change the design."
    return "Remove one of them from the formula."
