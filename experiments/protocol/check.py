"""Checking a study: all faults of its form at once, and with ``deep`` what can only be computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from experiments.files.reading import Fault, InvalidFileError, Key, Source, nearest, parse
from experiments.files.typed import read_as_typed
from experiments.language.contrasts import Contrast, CurveName, Order
from experiments.places import find
from experiments.protocol.expansion import Expansion, expansion
from experiments.protocol.inlining import inlined
from experiments.protocol.loops import Items, faults_of_loop, unused_factors
from experiments.protocol.names import AddressError, Instrument, Loop, Names
from experiments.protocol.places import places
from experiments.protocol.planned import Plan, PlanError, contrasts_of, primary_contrasts, tested
from experiments.protocol.reach import Findings, Reach
from experiments.protocol.sections import Hypothesis, PlannedModel
from experiments.protocol.steps import LoopStep, ScaleStep
from experiments.protocol.study_file import StudyFile
from experiments.stimuli.conditions_file import ITEM, is_conditions_file, read_conditions
from experiments.stimuli.scales import load_scale, scale_file, scale_names
from experiments.stimuli.sets import load_set


@dataclass(frozen=True)
class OpenedStudy:
    """A study file with its parts written out, its items and its instruments."""

    source: Source
    study: StudyFile
    items: Mapping[str, Items]
    """Name of a loop -> the items it can draw; loops over the levels of a factor have no entry."""
    instruments: Mapping[str, Instrument]

    @cached_property
    def names(self) -> Names:
        """The names of the study."""
        return Names(self.study, self.instruments)

    @cached_property
    def expansion(self) -> Expansion:
        """The study with everything written out."""
        return expansion(self.study)


def read_study(path: str | Path) -> OpenedStudy:
    """Read a study file, and everything that it uses.

    Raises
    ------
    InvalidFileError
        With every fault of the file, its parts, items and instruments, and of how they go together.
    """
    written = read_as_typed(path)
    source, faults = inlined(written)
    try:
        study = parse(StudyFile, source)
    except InvalidFileError as error:
        raise InvalidFileError(_distinct([*faults, *error.faults])) from error
    opened = _Opening(source, study)
    faults += opened.faults
    found = OpenedStudy(source, study, opened.items, opened.instruments)
    faults += [source.fault(*each) for each in _faults(found)]
    if faults:
        raise InvalidFileError(_distinct(faults))
    return found


def _distinct(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


class _Opening:
    """Loads the instruments and items that a study names."""

    def __init__(self, source: Source, study: StudyFile) -> None:
        self.source = source
        self.study = study
        self.folder = source.path.resolve().parent
        self.faults: list[Fault] = []
        self.instruments: dict[str, Instrument] = {}
        self.items: dict[str, Items] = {}
        for place, step in steps(study):
            if isinstance(step, ScaleStep):
                self._instrument(step, place)
            elif isinstance(step, LoopStep) and step.each not in study.factors.within:
                self._items(step, place)

    def _instrument(self, step: ScaleStep, key: Key) -> None:
        try:
            scale = load_scale(step.scale, self.folder)
        except FileNotFoundError:
            remedy = nearest(step.scale, scale_names(self.folder))
            found = f"there is no instrument '{step.scale}'"
            self.faults.append(self.source.fault((*key, "scale"), found, remedy))
            return
        except InvalidFileError as error:
            self.faults += error.faults
            return
        scores = tuple(scale.subscales) if len(scale.subscales) > 1 else ()
        ids = tuple(item.id for item in scale.items)
        self.instruments[step.scale] = Instrument(scores, ids)

    def _items(self, step: LoopStep, key: Key) -> None:
        try:
            if is_conditions_file(step.each):
                self.items[step.address] = self._conditions(step, key)
            else:
                self.items[step.address] = self._set(step)
        except FileNotFoundError:
            known = [*self.study.factors.within, *_sets(self.folder)]
            found = f"there is no factor, stimulus set or file '{step.each}'"
            self.faults.append(self.source.fault((*key, "each"), found, nearest(step.each, known)))
        except InvalidFileError as error:
            self.faults += error.faults

    def _conditions(self, step: LoopStep, key: Key) -> Items:
        table = read_conditions(find(step.each, "protocols", self.folder), step.columns)
        if ITEM not in table.columns:
            for column in table.columns:
                cells = table.field(column)
                twice = next((cell for cell in cells if cells.count(cell) > 1 and len(cell) > 40), "")
                if twice:
                    found = f"two rows of {step.each} have the same '{column}' and the file has no column 'item'"
                    remedy = f"Add a column 'item', or say which it is: columns: {{{ITEM}: {table.columns[0]}}}."
                    self.faults.append(self.source.fault((*key, "each"), found, remedy))
                    break
        fields = {name: table.field(name) for name in table.columns if name != ITEM}
        return Items(table.items, fields)

    def _set(self, step: LoopStep) -> Items:
        stimuli = load_set(find(step.each, "stimuli", self.folder))
        names = stimuli.items
        fields = {
            name: tuple(str(item.field(name, self.study.language)) for item in names if name in item.fields)
            for name in dict.fromkeys(name for item in names for name in item.fields)
        }
        whole = {name: values for name, values in fields.items() if len(values) == len(names)}
        trained = step.practice if hasattr(step.practice, "where") else None
        ids = tuple(item.id for item in (names if trained else stimuli.trials))
        kept = {name: values for name, values in whole.items() if len(values) == len(ids)}
        return Items(ids, kept, tuple(stimuli.variants))


def _sets(folder: Path) -> list[str]:
    places = [folder, folder / "stimuli", find("scales", "stimuli").parent]
    return [each.parent.name for place in places for each in sorted(place.glob("*/set.yaml"))]


def steps(study: StudyFile) -> Iterator[tuple[Key, object]]:
    """Yield all steps, also those inside loops and parts, with their keys."""

    def walk(listed: object, key: Key) -> Iterator[tuple[Key, object]]:
        for index, step in enumerate(listed if isinstance(listed, tuple) else ()):
            yield (*key, index), step
            yield from walk(getattr(step, "flow", None), (*key, index, "flow"))

    for session, listed in study.flow.items():
        yield from walk(listed, ("flow", session) if session else ("flow",))


def _faults(opened: OpenedStudy) -> Findings:
    names = opened.names
    yield from names.clashes()
    for measure in names.repeated:
        found = f"two questions have the address '{measure.address}'"
        yield measure.key, found, "Give one of the two steps a name."
    yield from _sections(opened)
    yield from Reach(names, opened.items).faults()
    loops = _loops(opened)
    for loop in loops:
        yield from faults_of_loop(names, loop, opened.items.get(loop.name))
    yield from unused_factors(names, loops, opened.items)
    yield from _columns(opened)
    yield from _models(opened)
    yield from _hypotheses(opened)
    yield from _primary(opened)
    yield from _exclusions(opened)


def _loops(opened: OpenedStudy) -> list[Loop]:
    found: dict[Key, Loop] = {}
    for place, _ in places(opened.study):
        if place.loop is not None:
            found.setdefault(place.loop.key, place.loop)
    return list(found.values())


def _sections(opened: OpenedStudy) -> Findings:
    study = opened.study
    sessions = list(study.sessions) or [""]
    for session in study.flow:
        if session and session not in study.sessions:
            yield ("flow", session), f"there is no session '{session}'", nearest(session, sessions)
    for session in study.sessions:
        if session not in study.flow:
            yield ("sessions", session), f"the flow has no steps of the session '{session}'", f"Add '{session}:' to 'flow'."
    for name, of in study.sessions.items():
        if of.since is not None and of.since not in study.sessions:
            yield ("sessions", name, "since"), f"there is no session '{of.since}'", nearest(of.since, study.sessions)
    for mode, settings in study.modes.items():
        for index, factor in enumerate(settings.within):
            if factor not in study.factors.between:
                yield (
                    ("modes", mode, "within", index),
                    f"'{factor}' is no between-factor",
                    nearest(factor, study.factors.between),
                )
    yield from _stakes(study)


def _stakes(study: StudyFile) -> Findings:
    paid = {mode: settings.paid for mode, settings in study.modes.items()}
    if study.stakes is None:
        for mode, pay in paid.items():
            if pay is not None:
                yield ("modes", mode, "paid"), "somebody is paid, but there are no stakes", "Add 'stakes: {endowment: 5 USD}'."
    elif study.stakes.paid is None:
        for mode, pay in paid.items():
            if pay is None:
                key: Key = ("modes", mode) if study.modes[mode].model_fields_set else ("stakes",)
                yield key, "it is not said who is paid", "Add 'paid: everyone', 'paid: 1 in 10' or 'paid: nobody' to 'stakes'."
    else:
        for mode, pay in paid.items():
            if pay is not None:
                yield ("modes", mode, "paid"), "'paid' stands in 'stakes' too", "Keep it in 'stakes', or in every mode."


def _unknown(opened: OpenedStudy, name: str, stacked: bool = False) -> tuple[str, str] | None:
    """Return what is wrong with a name in the analysis, and the remedy; None if it is known."""
    names = opened.names
    if name in opened.study.columns or names.levels(name) is not None:
        return None
    if name in ("participant", "session", "occasion", "step", "item", "trial", "mode", "period", "duration"):
        return None
    if any(name in items.fields for items in opened.items.values()):
        return None
    fitting = names.fitting(name)
    if stacked and fitting:
        return None
    try:
        names.measure(name)
    except AddressError as error:
        if fitting:
            return str(error), error.remedy
        known = [*names.factors, *opened.study.columns, *(m.question or m.step for m in names.measures.values() if not m.part)]
        return f"there is no measure, column or factor '{name}'", nearest(name, dict.fromkeys(known))
    return None


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
            yield ("columns", name), f"'{name}' is computed from itself", "Remove one of the steps of the circle."


def _models(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, model in opened.study.analysis.items():
        key: Key = ("analysis", name) if name else ("analysis",)
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
        for index, contrast in enumerate(model.contrasts):
            yield from _contrast(contrast, model, names, (*key, "contrasts", index))
        for contrast in primary_contrasts(model):
            yield from _contrast(contrast, model, names, (*key, "primary"))


def _contrast(contrast: Contrast, model: PlannedModel, names: Names, key: Key) -> Findings:
    try:
        tested(contrast, model.formula.predictors, names)
    except PlanError as error:
        yield key, str(error), error.remedy


def _hypotheses(opened: OpenedStudy) -> Findings:
    names = opened.names
    for name, hypothesis in opened.study.hypothesis.items():
        key: Key = ("hypothesis", name) if name else ("hypothesis",)
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
        having = [name for name, factor in names.factors.items() if set(claim.levels) <= set(factor.levels)]
        if len(having) != 1:
            levels = ", ".join(claim.levels)
            if having:
                yield key, f"{levels} can be levels of {' and '.join(having)}", "Rename the levels of one of them."
            else:
                known = [level for factor in names.factors.values() for level in factor.levels]
                wrong = next((level for level in claim.levels if level not in known), claim.levels[0])
                yield key, f"no factor has the levels {levels}", nearest(wrong, known)
    elif isinstance(claim, Contrast):
        every = [*names.factors, "session", "step", *names.study.columns]
        try:
            tested(claim, every, names)
        except PlanError as error:
            yield key, str(error), error.remedy


def _primary(opened: OpenedStudy) -> Findings:
    """Yield a fault unless exactly one test of the study is primary."""
    study = opened.study
    named = [name for name, model in study.analysis.items() if model.primary is not None]
    if len(named) > 1:
        which = " and ".join(f"'{name}'" for name in named)
        yield ("analysis", named[-1], "primary"), f"{which} both have a primary test", "Keep one of them."
    if named:
        return
    first = next(iter(study.hypothesis.values()), None)
    if first is not None and isinstance(first.claim, Contrast):
        return
    if first is not None and isinstance(first.claim, Order) and len(first.claim.levels) == 2:
        return
    if sum(len(model.contrasts) for model in study.analysis.values()) == 1:
        return
    name = next(iter(study.analysis))
    key: Key = ("analysis", name) if name else ("analysis",)
    found = "it is not said which test is the primary one"
    yield key, found, "Add 'primary: A - B' to the model of the main outcome."


def _exclusions(opened: OpenedStudy) -> Findings:
    names = opened.names
    treated = _first_treated(opened)
    for kind in ("participants", "trials", "sensitivity"):
        for index, rule in enumerate(getattr(opened.study.exclude, kind)):
            key: Key = ("exclude", kind, index)
            for name in rule.names:
                wrong = _unknown(opened, name)
                if wrong is not None and name not in opened.study.flow:
                    yield key, *wrong
                    continue
                if kind != "participants" or opened.study.exclude.because or "missing" in str(rule):
                    continue
                try:
                    measure = names.measure(name)
                except AddressError:
                    continue
                at = treated.get(measure.session)
                if at is not None and measure.screen > at:
                    yield (
                        key,
                        f"'{name}' is asked after the treatment, which may have changed it",
                        "Use it under 'sensitivity', or say why in 'because:'.",
                    )


def _first_treated(opened: OpenedStudy) -> dict[str, int]:
    """Return, for each session, the first screen on which a between-factor shows."""
    between = {
        name for name, factor in opened.names.factors.items() if factor.varies in ("between", "sealed")
    }
    found: dict[str, int] = {}
    for place, value in places(opened.study):
        named = set(getattr(value, "by", ()) or ()) | set(getattr(value, "names", ()) or ())
        if isinstance(value, str):
            named = {name for name in between if f"{{{name}}}" in value}
        if named & between and place.screen < found.get(place.session, 1 << 30):
            found[place.session] = place.screen
    return found


__all__ = ["CurveName", "OpenedStudy", "Plan", "contrasts_of", "read_study"]
