"""Checks of the plan: names, contrasts, claims and the primary test."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from experiments.files.faults import Findings, Key, UnknownName, nearest
from experiments.language.contrasts import Claim, Contrast, CurveName, Levels, Order
from experiments.protocol.measures import Measure
from experiments.protocol.names import OF_ROWS, AddressError, Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outcome_rows import OutcomeRows
from experiments.protocol.planned import PrimaryError, primary_contrasts, primary_test, stacks_of
from experiments.protocol.planned_contrast import PlanError, factor_with, look_up
from experiments.protocol.sections import Hypothesis, PlannedModel
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps, entry_key


def faults_of_plan(opened: OpenedStudy) -> Findings:
    """Yield the faults of models and hypotheses."""
    yield from _models(opened)
    yield from _hypotheses(opened)
    yield from _primary(opened)


def unknown_name(opened: OpenedStudy, name: str, stacked: bool = False) -> tuple[str, str] | None:
    """Return what is wrong with a name in the analysis, and the remedy; None if it is known."""
    names = opened.names
    if name in opened.study.columns or names.levels(name) is not None:
        return None
    if name in OF_ROWS:
        return None
    if any(name in items.fields for items in opened.items.values()):
        return None
    fitting = names.fitting(name)
    if stacked and fitting:
        return None
    if name.partition(".")[0] in _unread(opened):
        return None
    try:
        return _of_several_scores(opened, names.measure(name))
    except AddressError as error:
        if fitting:
            return str(error), error.remedy
        known = [
            *names.factors,
            *opened.study.columns,
            *(m.question or m.step for m in names.measures.values() if not m.part),
        ]
        found = UnknownName(f"there is no measure, column or factor '{name}'")
        return found, nearest(name, dict.fromkeys(known))


def _of_several_scores(opened: OpenedStudy, measure: Measure) -> tuple[str, str] | None:
    """Return that an instrument has several scores and none of them is its total; None if that is not so."""
    if measure.kind != "scale" or measure.question:
        return None
    step = dict(all_steps(opened.study))[measure.key]
    scores = opened.names.instruments[step.scale].scores if isinstance(step, ScaleStep) else ()
    if not scores or "total" in scores:
        return None
    found = f"the instrument '{measure.address}' has several scores and no total"
    return found, f"Name one: {', '.join(f'{measure.address}.{score}' for score in scores)}."


def _unread(opened: OpenedStudy) -> set[str]:
    """Return the names of instruments that could not be read, whose scores are unknown."""
    return {
        step.address
        for _, step in all_steps(opened.study)
        if isinstance(step, ScaleStep) and step.scale not in opened.scales
    }


def _models(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, model in opened.study.analysis.items():
        key: Key = entry_key("analysis", name)
        stacked = bool({"session", "step"} & set(model.formula.predictors))
        unknown = False
        for outcome in model.formula.outcomes:
            wrong = unknown_name(opened, outcome, stacked)
            if wrong is not None:
                unknown = True
                yield (*key, "formula"), *wrong
        for predictor in model.formula.predictors:
            wrong = unknown_name(opened, predictor)
            if wrong is not None:
                unknown = True
                yield (*key, "formula"), *wrong
        if unknown:
            continue
        for found, remedy in _random(model, names, stacked):
            yield (*key, "formula"), found, remedy
        for index, contrast in enumerate(model.contrasts):
            yield from _contrast(contrast, model, names, (*key, "contrasts", index))
        for contrast in primary_contrasts(model):
            yield from _contrast(contrast, model, names, (*key, "primary"))


def _random(model: PlannedModel, names: Names, stacked: bool) -> Iterator[tuple[str, str]]:
    """Yield random terms that the family cannot have, and units and slopes that the rows do not have."""
    for term in model.formula.random:
        if model.family != "gaussian" and (term.independent or not term.intercept):
            plain = replace(term, intercept=True, independent=False)
            found = f"{term} can be fitted in a gaussian model only, and this one is {model.family}"
            yield found, f"Write {plain}."
    of_design = [*names.factors, *model.formula.predictors]
    for outcome in model.formula.outcomes:
        sources = OutcomeRows(names).of(outcome, stacked).sources
        loops = [each.loop or each.knows for each in sources]
        # What is still to be written, or imported, can be about items.
        items = any(
            each and (each.name in names.items or names.is_unwritten(each)) for each in loops
        )
        units = ["participant", *(["item"] if items else []), *(["trial"] if any(loops) else [])]
        units += [name for name in ("session", "step") if stacked]
        for term in model.formula.random:
            for unit in term.unit:
                if unit not in (*units, "session", "step", "occasion", *of_design):
                    found = f"'{unit}' in {term} is no unit of the rows of '{outcome}'"
                    yield found, nearest(unit, dict.fromkeys([*units, *of_design]))
            for name in dict.fromkeys(name for effect in term.effects for name in effect):
                if name not in (*units, *of_design):
                    found = f"'{name}' in {term} is no predictor of the formula"
                    yield found, nearest(name, dict.fromkeys(of_design))


def _contrast(contrast: Contrast, model: PlannedModel, names: Names, key: Key) -> Findings:
    try:
        look_up(contrast, model.formula.predictors, names, stacks_of(model, names))
    except PlanError as error:
        yield key, str(error), error.remedy


def _hypotheses(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, hypothesis in opened.study.hypothesis.items():
        key: Key = entry_key("hypothesis", name)
        wrong = unknown_name(opened, hypothesis.outcome)
        if wrong is not None:
            yield (*key, "outcome"), *wrong
        for predictor, ours in hypothesis.over.items():
            wrong = unknown_name(opened, ours)
            if wrong is not None:
                yield (*key, "over", predictor), *wrong
        said: set[Hashable] = set()
        for where, claim in _claims(hypothesis):
            try:
                meaning = _meaning(claim, names)
            except PlanError as error:
                yield (*key, *where), str(error), error.remedy
                continue
            if meaning in said:
                found = f"'{claim}' says the same as the claim or a prediction before it"
                yield (*key, *where), found, "Remove it, or write one that differs."
            said.add(meaning)


def _claims(hypothesis: Hypothesis) -> Iterator[tuple[Key, Claim]]:
    yield ("claim",), hypothesis.claim
    for kind in ("also", "rivals"):
        for index, claim in enumerate(getattr(hypothesis, kind)):
            yield (kind, index), claim


def _meaning(claim: Claim, names: Names) -> Hashable:
    """Return what a claim says, which is equal for claims that say the same.

    Raises
    ------
    PlanError
        If the study does not have what it names.
    """
    if isinstance(claim, CurveName):
        for factor in names.factors.values():
            if claim.name in factor.levels:
                other = next(level for level in factor.levels if level != claim.name)
                found = f"'{claim}' is a level of '{factor.name}', and no claim by itself"
                raise PlanError(found, f"Write which is higher: {claim} > {other}.")
        return claim
    if isinstance(claim, Order):
        factor_with(claim.levels, {name: list(of.levels) for name, of in names.factors.items()})
        if any(len(group) > 1 for group in claim.groups) or len(claim.groups) > 2:
            return tuple(map(frozenset, claim.groups))
        (higher,), (lower,) = claim.groups
        claim = Contrast(((None, Levels((higher,), (lower,))),))
    asked = [name for name in claim.names if names.fitting(name)]
    every = [*names.factors, "session", "step", *names.study.columns, *asked]
    planned = look_up(claim, every, names, {})
    weights = frozenset((name, frozenset(of.items())) for name, of in planned.weights.items())
    return weights, frozenset(planned.lines.items())


def _primary(opened: OpenedStudy) -> Findings:
    """Yield a fault unless exactly one test of the study is primary."""
    first = next(iter(opened.study.hypothesis.values()), None)
    if first is not None and unknown_name(opened, first.outcome) is not None:
        return  # An unknown outcome is a fault of its own.
    try:
        if first is not None:
            _meaning(first.claim, opened.names)
    except PlanError:
        return  # A claim that the study cannot make is a fault of its own.
    try:
        primary_test(opened.names)
    except PrimaryError as error:
        yield error.key, str(error), error.remedy
    except PlanError:
        return  # A contrast that does not fit its model is a fault of its own.
