"""Checks across the sections of a protocol: names, the order of the flow, the planned analysis."""

from __future__ import annotations

import re
from collections.abc import Collection

from experiments.files.reading import Fault, Findings, Key, Source, nearest
from experiments.files.references import (
    LevelsOfFactors,
    every_level,
    references,
    undeclared,
)
from experiments.interface import languages
from experiments.measures import KINDS
from experiments.protocol.exclusions import Exclusion
from experiments.protocol.protocol import Protocol, is_open
from experiments.schema import NAMES
from experiments.tasks.consent import Consent
from experiments.tasks.payment import Payment
from experiments.tasks.scale import ScaleStep
from experiments.tasks.step import Step


def faults(protocol: Protocol, source: Source) -> list[Fault]:
    """Return the faults of a protocol whose keys are individually valid."""
    checks = (_references, _design, _flow, _steps, _texts, _plan, _exclusions)
    return [source.fault(*found) for check in checks for found in check(protocol)]


def unfinished(protocol: Protocol, languages: Collection[str] = ()) -> list[str]:
    """Return what a lab must still fill in before the first participant, as one sentence each.

    Parameters
    ----------
    languages
        Languages that participants will read (default: all).
    """
    needed = {
        "approval": "the number of the ethics approval",
        "contact": "how participants can reach the researchers",
    }
    if any(step.task == "donation" for step in protocol.flow):
        needed["charity"] = "the registered charity that receives the donations"
    notes = []
    for language in protocol.languages:
        if languages and language not in languages:
            continue
        values = protocol.values.get(language, {})
        missing = [
            f"{name}: {description} is not filled in"
            for name, description in needed.items()
            if name not in values
        ]
        still_open = [f"{name}: still '{text}'" for name, text in values.items() if is_open(text)]
        notes += [f"values: {language}: {note}" for note in missing + still_open]
    if not any(
        (step.task, step.name) == ("instructions", "content_notice") for step in protocol.flow
    ):
        notes.append(
            "flow: there is no content notice (an 'instructions' step with the id 'content_notice')"
        )
    return notes


def _references(protocol: Protocol) -> Findings:
    default = protocol.languages[0]
    known: dict[str, Collection[str] | None] = {
        "factor": protocol.factors,
        "measure": protocol.measures,
        "mode": protocol.modes,
        "step": [step.name for step in protocol.flow],
        "stimuli": protocol.stimuli,
        "text": protocol.texts.get(default),
    }
    levels = {name: factor.levels for name, factor in protocol.factors.items()}
    for key, mark, value in references(protocol):
        if isinstance(mark, LevelsOfFactors):
            for factor in value.keys() & levels.keys():
                at = (*key, factor)
                if mark.whole:
                    yield from every_level(at, value[factor], levels[factor])
                else:
                    yield from undeclared(at, "the level", value[factor], levels[factor])
        elif (names := known[mark.kind]) is not None:
            yield from undeclared(key, f"the {mark.kind}", [value], names)


def _design(protocol: Protocol) -> Findings:
    if sum(mode.primary for mode in protocol.modes.values()) > 1:
        yield ("modes",), "more than one mode is primary", "Keep 'primary: true' in one mode."
    sample, slots = protocol.sample, protocol.allocation.slots
    cells = protocol.block_size(protocol.primary_mode) // protocol.allocation.block
    needed = round(sample.per_cell * cells / (1 - sample.dropout))
    if slots < needed:
        yield (
            ("allocation", "slots"),
            f"found {slots} slots, but {cells} cells of {sample.per_cell} with {sample.dropout:.0%}"
            f" drop-out need {needed}",
            f"Set 'slots: {needed}' or more, or change the sample.",
        )
    for name, factor in protocol.factors.items():
        key: Key = ("factors", name)
        if name in NAMES:
            yield key, f"'{name}' is the name of a column of the data", "Choose another name."
        if factor.numeric and not all(isinstance(level, int) for level in factor.levels):
            found = "a numeric factor has a level that is not a number"
            yield (*key, "levels"), found, "Write the levels as whole numbers without quotes."
        for language, labels in factor.labels.items():
            yield from undeclared((*key, "labels", language), "the level", labels, factor.levels)
    crossed = {factor for use in protocol.stimuli.values() for factor in use.cross}
    for mode in protocol.modes:
        for varied in protocol.within(mode).keys() - crossed:
            yield (
                ("factors", varied),
                f"the factor varies within participants (mode '{mode}'), but no stimuli are crossed with it",
                f"Add 'cross: [{varied}]' to the stimuli over which it varies.",
            )


def _flow(protocol: Protocol) -> Findings:
    if not isinstance(protocol.flow[0], Consent):
        yield ("flow", 0), "the flow does not begin with consent", "Put the 'consent' step first."
    if not isinstance(protocol.flow[-1], Payment):
        yield ("flow",), "the flow does not end with payment", "Put the 'payment' step last."
    if not any(step.phase == "debrief" for step in protocol.flow):
        found = "there is no debriefing, which participants who leave the study must see"
        yield ("flow",), found, "Add a 'debrief' step before the payment."
    for mode in protocol.modes:
        seen: dict[str, Step] = {}
        for place, step in enumerate(protocol.flow):
            if step.modes and mode not in step.modes:
                continue
            if step.name in seen and not (step.when or seen[step.name].when):
                found = f"two steps of the flow have the name '{step.name}'"
                yield ("flow", place), found, "Give one of the two steps an 'id'."
            seen.setdefault(step.name, step)
            for factor in step.when.keys() & protocol.within(mode).keys():
                yield (
                    ("flow", place, "when", factor),
                    f"'{factor}' varies within participants (mode '{mode}'), so the step would never be shown",
                    "Name a between-factor, or list the modes in which it is one: 'modes: [...]'.",
                )


def _steps(protocol: Protocol) -> Findings:
    manipulated = False
    checks = {name for rule in protocol.exclusions for name in rule.before_treatment()}
    for place, step in enumerate(protocol.flow):
        key: Key = ("flow", place)
        yield from step.faults(protocol, key)
        for name in step.measures() if manipulated else ():
            if name in checks:
                yield (
                    key,
                    f"the check '{name}' is used to exclude participants, but comes after the manipulation",
                    "Move it before the first trial: excluding participants by answers that the manipulation may have changed biases the results.",
                )
        manipulated = manipulated or step.phase == "trials"


def _texts(protocol: Protocol) -> Findings:
    yield from undeclared(("languages",), "the language", protocol.languages, languages())
    default = protocol.texts.get(protocol.languages[0], {})
    for language in protocol.languages:
        if language not in protocol.texts:
            found = f"there are no texts in '{language}'"
            yield ("texts",), found, f"Add '{language}:' with all texts."
        for text in default.keys() - protocol.texts.get(language, default).keys():
            found = f"the text '{text}' is missing"
            yield ("texts", language), found, f"Translate it from '{protocol.languages[0]}'."


def _plan(protocol: Protocol) -> Findings:
    outcome = protocol.measures.get(protocol.hypotheses.outcome)
    if outcome is not None and not outcome.numeric:
        *kinds, last = (name for name, kind in KINDS.items() if kind.numeric)
        yield (
            ("hypotheses", "outcome"),
            f"'{protocol.hypotheses.outcome}' is of the kind '{outcome.kind}', whose answers have no mean that a curve could predict",
            f"Name a measure of the kind {', '.join(kinds)} or {last}.",
        )
    scales = [
        step.scale
        for step in protocol.flow
        if isinstance(step, ScaleStep) and step.exists(protocol)
    ]
    measured = [*protocol.measures, *scales]
    yield from undeclared(("analysis", "scales"), "the scale", protocol.analysis.scales, measured)
    for place, model in enumerate(protocol.analysis.models):
        key: Key = ("analysis", "models", place)
        yield from undeclared((*key, "measure"), "the measure", [model.measure], measured)
        terms = sorted(set(re.findall(r"[A-Za-z_]\w*\b(?!\s*\()", model.formula)))
        known = [*protocol.factors, "participant", "stimulus"]
        yield from undeclared((*key, "formula"), "the term", terms, known)
        for number, contrast in enumerate(model.contrasts):
            if contrast.factor in protocol.factors:
                named = [contrast.higher, contrast.lower]
                levels = protocol.factors[contrast.factor].levels
                yield from undeclared((*key, "contrasts", number), "the level", named, levels)


def _exclusions(protocol: Protocol) -> Findings:
    asked = {name for step in protocol.flow for name in step.measures()}
    asked |= {name for step in protocol.flow for name in step.own_measures()}
    earlier: list[Exclusion] = []
    for place, rule in enumerate(protocol.exclusions):
        key: Key = ("exclusions", place)
        same = rule.model_copy(update={"sensitivity_only": False})
        if same in earlier:
            yield key, f"the rule '{rule.rule}' is listed twice", "Keep one of the two."
        earlier.append(same)
        for name in rule.before_treatment():
            if name in protocol.measures and not protocol.measures[name].has_right_answer():
                yield (
                    (*key, "checks"),
                    f"the check '{name}' has no correct answer, so every participant would fail it",
                    f"Add 'correct:' to the measure '{name}', or name another check.",
                )
        for name in rule.needs(protocol.hypotheses.outcome):
            if name not in asked:
                found = f"the rule '{rule.rule}' needs the measure '{name}', which no step asks"
                yield key, found, nearest(name, sorted(asked))
