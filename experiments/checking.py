"""What the models of a protocol cannot check by themselves: references between its sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from experiments.exclusions import FailedChecks
from experiments.interface import languages
from experiments.measures import KINDS
from experiments.reading import Fault, Key, Source, nearest
from experiments.schema import NAMES
from experiments.tasks.consent import Consent
from experiments.tasks.payment import Payment
from experiments.tasks.scale import ScaleStep
from experiments.undeclared import Said, undeclared, undeclared_levels

if TYPE_CHECKING:
    from experiments.protocol import Protocol
    from experiments.step import Step


def faults(protocol: Protocol, source: Source) -> list[Fault]:
    """Return the faults of a protocol whose keys are all in order by themselves."""
    checks = (
        _design(protocol),
        _measures(protocol),
        _flow(protocol),
        _steps(protocol),
        _texts(protocol),
        _plan(protocol),
    )
    return [source.fault(*said) for check in checks for said in check]


def _design(protocol: Protocol) -> Said:
    if sum(mode.primary for mode in protocol.modes.values()) > 1:
        yield ("modes",), "more than one mode is primary", "Keep 'primary: true' in one mode."
    for name, mode in protocol.modes.items():
        yield from undeclared(
            ("modes", name, "varies"), "the factor", mode.varies, protocol.factors
        )
        cells = protocol.block_size(name) // protocol.allocation.block
        needed = round(protocol.sample.per_cell * cells / (1 - protocol.sample.dropout))
        if protocol.allocation.slots < needed and name == protocol.primary_mode:
            yield (
                ("allocation", "slots"),
                f"found {protocol.allocation.slots} slots, but {cells} cells of {protocol.sample.per_cell}"
                f" with {protocol.sample.dropout:.0%} drop-out need {needed}",
                f"State 'slots: {needed}' or more, or change the sample.",
            )
    for name, factor in protocol.factors.items():
        key: Key = ("factors", name)
        if name in NAMES:
            yield key, f"'{name}' is the name of a column of the data", "Choose another name."
        if len(set(factor.levels)) < len(factor.levels):
            yield (*key, "levels"), "a level stands twice", "Keep each level once."
        if factor.numeric and not all(isinstance(level, int) for level in factor.levels):
            yield (
                (*key, "levels"),
                "a numeric factor has a level that is no number",
                "Write whole numbers without quotes.",
            )
        for language, labels in factor.labels.items():
            yield from undeclared((*key, "labels", language), "the level", labels, factor.levels)
    for name, use in protocol.stimuli.items():
        yield from undeclared(("stimuli", name, "cross"), "the factor", use.cross, protocol.factors)
        if isinstance(use.take, dict):
            yield from undeclared(("stimuli", name, "take"), "the mode", use.take, protocol.modes)
    for mode_name in protocol.modes:
        crossed = {factor for use in protocol.stimuli.values() for factor in use.cross}
        for varied in protocol.within(mode_name):
            if varied not in crossed:
                yield (
                    ("factors", varied),
                    f"the factor varies within participants (mode '{mode_name}'), but no stimuli are crossed with it",
                    f"Add 'cross: [{varied}]' to the stimuli it varies over.",
                )


def _measures(protocol: Protocol) -> Said:
    for name, measure in protocol.measures.items():
        for factor, levels in measure.levels().items():
            key: Key = ("measures", name, "correct_by")
            yield from undeclared(key, "the factor", [factor], protocol.factors)
            if factor in protocol.factors:
                known = protocol.factors[factor].levels
                yield from undeclared((*key, factor), "the level", levels, known)


def _flow(protocol: Protocol) -> Said:
    if not isinstance(protocol.flow[0], Consent):
        yield ("flow", 0), "the flow does not begin with consent", "Put the 'consent' step first."
    if not isinstance(protocol.flow[-1], Payment):
        yield ("flow",), "the flow does not end with payment", "Put the 'payment' step last."
    if not any(step.phase == "debrief" for step in protocol.flow):
        yield (
            ("flow",),
            "there is no debrief, which 'leave the study' goes to",
            "Add a 'debrief' step before the payment.",
        )
    for mode in protocol.modes:
        seen: dict[str, int] = {}
        for place, step in enumerate(protocol.flow):
            if step.modes and mode not in step.modes:
                continue
            if step.name in seen and not (step.when or protocol.flow[seen[step.name]].when):
                yield (
                    ("flow", place),
                    f"the name '{step.name}' stands twice in the flow",
                    "Give one of the two steps an 'id'.",
                )
            seen.setdefault(step.name, place)


def _steps(protocol: Protocol) -> Said:
    manipulated = False
    checks = {name for rule in protocol.exclusions for name in rule.before_treatment()}
    for place, step in enumerate(protocol.flow):
        key: Key = ("flow", place)
        yield from undeclared((*key, "modes"), "the mode", step.modes, protocol.modes)
        yield from undeclared_levels((*key, "when"), step.when, protocol.factors)
        yield from _when(protocol, step, (*key, "when"))
        yield from undeclared(key, "the measure", step.measures(), protocol.measures)
        yield from step.faults(protocol, key)
        late = [name for name in step.measures() if name in checks]
        if manipulated and late:
            yield (
                key,
                f"the check '{late[0]}' excludes people, but stands behind the manipulation",
                "Move it before the first trial: excluding by answers that the manipulation can change biases the result.",
            )
        manipulated = manipulated or step.phase == "trials"


def _when(protocol: Protocol, step: Step, key: Key) -> Said:
    """Tell conditions on what changes within a session, which no whole step can follow."""
    for mode in protocol.modes:
        if step.modes and mode not in step.modes:
            continue
        for factor in step.when:
            if factor in protocol.within(mode):
                yield (
                    (*key, factor),
                    f"'{factor}' varies within participants (mode '{mode}'), so that the step would never be shown",
                    "Name a between-factor, or the modes in which it is one: 'modes: [...]'.",
                )


def _texts(protocol: Protocol) -> Said:
    yield from undeclared(("languages",), "the language", protocol.languages, languages())
    default = protocol.languages[0]
    for language in protocol.languages:
        if language not in protocol.texts:
            yield (
                ("texts",),
                f"there are no texts in '{language}'",
                f"Add '{language}:' with all keys.",
            )
            continue
        for place, step in enumerate(protocol.flow):
            yield from undeclared(
                ("flow", place), f"in '{language}' the text", step.texts(), protocol.texts[language]
            )
        for name, measure in protocol.measures.items():
            yield from undeclared(
                ("measures", name),
                f"in '{language}' the text",
                measure.texts(),
                protocol.texts[language],
            )
        if default in protocol.texts and language != default:
            for key in protocol.texts[default]:
                if key not in protocol.texts[language]:
                    yield (
                        ("texts", language),
                        f"the text '{key}' is missing",
                        f"Translate it from '{default}'.",
                    )


def _plan(protocol: Protocol) -> Said:
    contest, plan = protocol.hypotheses, protocol.analysis
    measured = [*protocol.measures, *(s.scale for s in protocol.flow if isinstance(s, ScaleStep))]
    yield from undeclared(
        ("hypotheses", "outcome"), "the measure", [contest.outcome], protocol.measures
    )
    outcome = protocol.measures.get(contest.outcome)
    if outcome is not None and not outcome.numeric:
        kinds = [name for name, kind in KINDS.items() if kind.numeric]
        yield (
            ("hypotheses", "outcome"),
            f"'{contest.outcome}' is of the kind '{outcome.kind}', which has no mean for a curve to run through",
            f"Name a measure of the kind {', '.join(kinds[:-1])} or {kinds[-1]}.",
        )
    yield from undeclared(
        ("hypotheses", "predictor"), "the factor", [contest.predictor], protocol.factors
    )
    yield from undeclared(("analysis", "scales"), "the scale", plan.scales, measured)
    for place, model in enumerate(plan.models):
        key: Key = ("analysis", "models", place)
        yield from undeclared((*key, "measure"), "the measure", [model.measure], measured)
        yield from undeclared((*key, "modes"), "the mode", model.modes, protocol.modes)
        words = set(re.findall(r"[A-Za-z_]\w*\b(?!\s*\()", model.formula))
        yield from undeclared(
            (*key, "formula"),
            "the term",
            sorted(words),
            [*protocol.factors, "participant", "stimulus"],
        )
        for number, contrast in enumerate(model.contrasts):
            place_of: Key = (*key, "contrasts", number)
            yield from undeclared(place_of, "the factor", [contrast.factor], protocol.factors)
            if contrast.factor in protocol.factors:
                known = protocol.factors[contrast.factor].levels
                yield from undeclared(
                    place_of, "the level", [contrast.higher, contrast.lower], known
                )
    asked = {name for step in protocol.flow for name in step.measures()}
    asked |= {name for step in protocol.flow for name in step.own_measures()}
    for place, rule in enumerate(protocol.exclusions):
        for name in rule.checks if isinstance(rule, FailedChecks) else ():
            if name in protocol.measures and not protocol.measures[name].has_right_answer():
                yield (
                    ("exclusions", place, "checks"),
                    f"the check '{name}' has no right answer, so that everybody would fail it",
                    f"Add 'correct:' to the measure '{name}', or name another check.",
                )
        for name in rule.needs(contest.outcome):
            if name not in asked:
                yield (
                    ("exclusions", place),
                    f"the rule '{rule.rule}' needs the measure '{name}', which no step asks",
                    nearest(name, sorted(asked)),
                )
