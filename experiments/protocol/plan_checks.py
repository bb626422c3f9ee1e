"""Checks of the plan: names, contrasts, claims, the primary test, and exclusions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from experiments.files.faults import Findings, Key, nearest
from experiments.language.conditions import Missing, Wrong
from experiments.language.contrasts import Contrast, Order
from experiments.language.exclusions import Test
from experiments.language.formulas import RandomTerm
from experiments.protocol.measures import Measure
from experiments.protocol.names import OF_ROWS, AddressError, Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import places
from experiments.protocol.planned import PrimaryError, primary_contrasts, primary_test, stacks_of
from experiments.protocol.planned_contrast import PlanError, look_up
from experiments.protocol.sections import Hypothesis, PlannedModel
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps, entry_key


def faults_of_plan(opened: OpenedStudy) -> Findings:
    """Yield the faults of columns, models, hypotheses and exclusions."""
    yield from _columns(opened)
    yield from _models(opened)
    yield from _hypotheses(opened)
    yield from _primary(opened)
    yield from _exclusions(opened)


def _unknown(opened: OpenedStudy, name: str, stacked: bool = False) -> tuple[str, str] | None:
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
        return f"there is no measure, column or factor '{name}'", nearest(
            name, dict.fromkeys(known)
        )


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


def _columns(opened: OpenedStudy) -> Findings:
    for name, column in opened.study.columns.items():
        for used in column.of.names:
            wrong = _unknown(opened, used)
            if wrong is not None and not str(column.of).startswith("import "):
                yield ("columns", name), *wrong
    yield from _circles(opened)


def _circles(opened: OpenedStudy) -> Findings:
    columns = opened.study.columns

    def reaches(start: str, name: str, seen: frozenset[str]) -> bool:
        for used in columns[name].of.names:
            if used == start:
                return True
            if used in columns and used not in seen and reaches(start, used, seen | {used}):
                return True
        return False

    for name in columns:
        if reaches(name, name, frozenset()):
            yield (
                ("columns", name),
                f"'{name}' is computed from itself",
                "Remove one of the steps of the circle.",
            )


def _models(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, model in opened.study.analysis.items():
        key: Key = entry_key("analysis", name)
        stacked = bool({"session", "step"} & set(model.formula.predictors))
        unknown = False
        for outcome in model.formula.outcomes:
            wrong = _unknown(opened, outcome, stacked)
            if wrong is not None:
                unknown = True
                yield (*key, "formula"), *wrong
        for predictor in model.formula.predictors:
            wrong = _unknown(opened, predictor)
            if wrong is not None:
                unknown = True
                yield (*key, "formula"), *wrong
        if unknown:
            continue
        for term in model.formula.random:
            yield from _random_term(term, model, opened, (*key, "formula"))
        for index, contrast in enumerate(model.contrasts):
            yield from _contrast(contrast, model, names, (*key, "contrasts", index))
        for contrast in primary_contrasts(model):
            yield from _contrast(contrast, model, names, (*key, "primary"))


def _random_term(term: RandomTerm, model: PlannedModel, opened: OpenedStudy, key: Key) -> Findings:
    for name in (*term.unit, *(name for effect in term.effects for name in effect)):
        if _unknown(opened, name) is not None:
            known = [*OF_ROWS, *opened.names.factors, *opened.study.columns]
            yield key, f"there is no '{name}', which {term} names", nearest(name, known)
    if model.family != "gaussian" and (term.independent or not term.intercept):
        plain = replace(term, intercept=True, independent=False)
        found = f"{term} can be fitted in a gaussian model only, and this one is {model.family}"
        yield key, found, f"Write {plain}."


def _contrast(contrast: Contrast, model: PlannedModel, names: Names, key: Key) -> Findings:
    try:
        look_up(contrast, model.formula.predictors, names, stacks_of(model, names))
    except PlanError as error:
        yield key, str(error), error.remedy


def _hypotheses(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, hypothesis in opened.study.hypothesis.items():
        key: Key = entry_key("hypothesis", name)
        wrong = _unknown(opened, hypothesis.outcome)
        if wrong is not None:
            yield (*key, "outcome"), *wrong
        for predictor, ours in hypothesis.over.items():
            wrong = _unknown(opened, ours)
            if wrong is not None:
                yield (*key, "over", predictor), *wrong
        for where, claim in _claims(hypothesis):
            yield from _claim(claim, names, (*key, *where))


def _claims(hypothesis: Hypothesis) -> Iterator[tuple[Key, object]]:
    yield ("claim",), hypothesis.claim
    for kind in ("also", "rivals"):
        for index, claim in enumerate(getattr(hypothesis, kind)):
            yield (kind, index), claim


def _claim(claim: object, names: Names, key: Key) -> Findings:
    if isinstance(claim, Order):
        having = [
            name
            for name, factor in names.factors.items()
            if set(claim.levels) <= set(factor.levels)
        ]
        if len(having) != 1:
            levels = ", ".join(claim.levels)
            if having:
                yield (
                    key,
                    f"{levels} can be levels of {' and '.join(having)}",
                    "Rename the levels of one of them.",
                )
            else:
                known = [level for factor in names.factors.values() for level in factor.levels]
                wrong = next(
                    (level for level in claim.levels if level not in known), claim.levels[0]
                )
                yield key, f"no factor has the levels {levels}", nearest(wrong, known)
    elif isinstance(claim, Contrast):
        asked = [name for name in claim.names if names.fitting(name)]
        every = [*names.factors, "session", "step", *names.study.columns, *asked]
        try:
            look_up(claim, every, names, {})
        except PlanError as error:
            yield key, str(error), error.remedy


def _primary(opened: OpenedStudy) -> Findings:
    """Yield a fault unless exactly one test of the study is primary."""
    first = next(iter(opened.study.hypothesis.values()), None)
    if first is not None and _unknown(opened, first.outcome) is not None:
        return  # An unknown outcome is a fault of its own.
    try:
        primary_test(opened.names)
    except PrimaryError as error:
        yield error.key, str(error), error.remedy
    except PlanError:
        return  # A contrast that does not fit its model is a fault of its own.


def _exclusions(opened: OpenedStudy) -> Findings:
    treated = first_treated(opened)
    for kind in ("participants", "trials", "sensitivity"):
        for index, rule in enumerate(getattr(opened.study.exclude, kind)):
            key: Key = ("exclude", kind, index)
            for name in rule.names:
                wrong = _unknown(opened, name)
                if wrong is not None and name not in opened.study.flow:
                    yield key, *wrong
            for test in rule.tests:
                yield from _wrong(test, opened, key)
                if kind == "participants" and not opened.study.exclude.because:
                    yield from _treated(test, opened, treated, key)


def _wrong(test: Test, opened: OpenedStudy, key: Key) -> Findings:
    """Yield a fault if an answer that has no correct one can be wrong."""
    if not isinstance(test, Wrong) and getattr(test, "what", "") != "wrong":
        return
    measure = _measure(test.name, opened.names)
    if measure is not None and getattr(measure.asked, "correct", None) is None:
        yield key, f"'{test.name}' has no correct answer", "Add 'correct:' to the question."


def _treated(test: Test, opened: OpenedStudy, treated: Mapping[str, int], key: Key) -> Findings:
    """Yield a fault if participants are excluded for what the treatment may have changed."""
    if isinstance(test, Missing) or getattr(test, "what", "") == "missing":
        return
    measure = _measure(test.name, opened.names)
    if measure is not None and follows_treatment(measure, opened, treated):
        found = f"'{test.name}' is asked after the treatment, which may have changed it"
        yield key, found, "Use it under 'sensitivity', or say why in 'because:'."


def _measure(name: str, names: Names) -> Measure | None:
    try:
        return names.measure(name)
    except AddressError:
        return None


def follows_treatment(measure: Measure, opened: OpenedStudy, treated: Mapping[str, int]) -> bool:
    """Return whether a measure is asked after the first screen on which a between-factor shows.

    Parameters
    ----------
    treated
        What ``first_treated`` returned for the study.
    """
    sessions = list(opened.study.flow)
    earlier = sessions[: sessions.index(measure.session)]
    at = treated.get(measure.session)
    return any(each in treated for each in earlier) or (at is not None and measure.screen > at)


def first_treated(opened: OpenedStudy) -> dict[str, int]:
    """Return, for each session, the first screen on which a between-factor shows."""
    between = {
        name
        for name, factor in opened.names.factors.items()
        if factor.varies in ("between", "sealed")
    }
    found: dict[str, int] = {}
    for place, value in places(opened.study):
        named = set(getattr(value, "by", ()) or ()) | set(getattr(value, "names", ()) or ())
        if isinstance(value, str):
            named = {name for name in between if f"{{{name}}}" in value}
        if named & between and place.screen < found.get(place.session, 1 << 30):
            found[place.session] = place.screen
    return found
