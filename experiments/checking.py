"""What the models of a protocol cannot check by themselves: references between its sections, and the flow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from experiments.interface import languages
from experiments.measure import Choose
from experiments.reading import Fault, Key, Source, nearest
from experiments.schema import NAMES
from experiments.tasks.check import Check
from experiments.tasks.consent import Consent
from experiments.tasks.dictator import Dictator
from experiments.tasks.minimal_group import MinimalGroup
from experiments.tasks.payment import Payment
from experiments.tasks.presenting import Presenting
from experiments.tasks.scale import ScaleStep
from experiments.tasks.vignette import Vignette

if TYPE_CHECKING:
    from experiments.protocol import Protocol
    from experiments.step import Step

Said = Iterator[tuple[Key, str, str]]


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


def _known(key: Key, what: str, names: Iterable[object], known: Iterable[object]) -> Said:
    known = list(known)
    for name in names:
        if name not in known:
            yield key, f"found {what} '{name}', which is not declared", nearest(str(name), known)


def _design(protocol: Protocol) -> Said:
    if sum(mode.primary for mode in protocol.modes.values()) > 1:
        yield ("modes",), "more than one mode is primary", "Keep 'primary: true' in one mode."
    for name, mode in protocol.modes.items():
        yield from _known(("modes", name, "varies"), "the factor", mode.varies, protocol.factors)
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
            yield from _known((*key, "labels", language), "the level", labels, factor.levels)
    for name, use in protocol.stimuli.items():
        yield from _known(("stimuli", name, "cross"), "the factor", use.cross, protocol.factors)
        if isinstance(use.take, dict):
            yield from _known(("stimuli", name, "take"), "the mode", use.take, protocol.modes)
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
        if isinstance(measure, Choose):
            for factor, by in measure.correct_by.items():
                key: Key = ("measures", name, "correct_by")
                yield from _known(key, "the factor", [factor], protocol.factors)
                if factor in protocol.factors:
                    yield from _known(
                        (*key, factor), "the level", by, protocol.factors[factor].levels
                    )


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
    checks = {name for rule in protocol.exclusions for name in rule.checks}
    for place, step in enumerate(protocol.flow):
        key: Key = ("flow", place)
        yield from _known((*key, "modes"), "the mode", step.modes, protocol.modes)
        yield from _known((*key, "when"), "the factor", step.when, protocol.factors)
        yield from _known(key, "the measure", step.measures(), protocol.measures)
        yield from _step(protocol, step, key)
        late = [name for name in step.measures() if name in checks]
        if manipulated and late:
            yield (
                key,
                f"the check '{late[0]}' excludes people, but stands behind the manipulation",
                "Move it before the first trial: excluding by answers that the manipulation can change biases the result.",
            )
        manipulated = manipulated or step.phase == "trials"


def _step(protocol: Protocol, step: Step, key: Key) -> Said:
    if isinstance(step, (Presenting, Dictator, MinimalGroup)):
        yield from _known((*key, "stimuli"), "the stimuli", [step.stimuli], protocol.stimuli)
    if isinstance(step, Presenting):
        named = [step.variant.by] if step.variant else []
        named += [*(step.pictures.only if step.pictures else ())]
        named += [step.pictures.by] if step.pictures and step.pictures.rule == "count" else []
        named += [step.tag] if isinstance(step, Vignette) and step.tag else []
        yield from _known(key, "the factor", named, protocol.factors)
    pages = getattr(step, "asks", ())
    for number, page in enumerate(pages):
        kinds = {protocol.measures[name].kind for name in page if name in protocol.measures}
        place: Key = (*key, "asks", number)
        if len(kinds) > 1:
            yield (
                place,
                f"the page asks measures of the kinds {', '.join(sorted(kinds))}",
                "Part it into pages of one kind each.",
            )
        elif kinds & {"give", "choose", "write"} and len(page) > 1:
            yield (
                place,
                f"the page asks {len(page)} measures of the kind '{kinds.pop()}'",
                "Put each on a page of its own.",
            )
    if isinstance(step, Check):
        for name in step.measures():
            asked = protocol.measures.get(name)
            right = isinstance(asked, Choose) and (asked.correct is not None or asked.correct_by)
            if asked and not right:
                yield (
                    key,
                    f"the check '{name}' has no right answer",
                    f"Give the measure '{name}' the kind 'choose' and a 'correct:'.",
                )
    if isinstance(step, Payment):
        yield from _known(
            (*key, "pays", "step"), "the step", [step.pays.step], [s.name for s in protocol.flow]
        )
        yield from _known(
            (*key, "pays", "measure"), "the measure", [step.pays.measure], protocol.measures
        )
        stakes = {mode.stakes.kind for mode in protocol.modes.values()}
        wanted = {
            "real": ("real",),
            "lottery": ("drawn", "not_drawn"),
            "hypothetical": ("hypothetical",),
        }
        for kind in sorted(stakes):
            for name in wanted[kind]:
                if not getattr(step, name):
                    yield (
                        key,
                        f"the receipt has no text '{name}', which {kind} stakes need",
                        f"Add '{name}: TEXT_KEY'.",
                    )


def _texts(protocol: Protocol) -> Said:
    yield from _known(("languages",), "the language", protocol.languages, languages())
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
            yield from _known(
                ("flow", place), f"in '{language}' the text", step.texts(), protocol.texts[language]
            )
        for name, measure in protocol.measures.items():
            keys = [measure.prompt, *_labels(measure)]
            yield from _known(
                ("measures", name), f"in '{language}' the text", keys, protocol.texts[language]
            )
        if default in protocol.texts and language != default:
            for key in protocol.texts[default]:
                if key not in protocol.texts[language]:
                    yield (
                        ("texts", language),
                        f"the text '{key}' is missing",
                        f"Translate it from '{default}'.",
                    )


def _labels(measure: object) -> list[str]:
    if isinstance(measure, Choose):
        return list(measure.options.values())
    names = ("low", "high", "keep", "give")
    return [text for name in names if isinstance(text := getattr(measure, name, ""), str) and text]


def _plan(protocol: Protocol) -> Said:
    contest, plan = protocol.hypotheses, protocol.analysis
    measured = [*protocol.measures, *(s.scale for s in protocol.flow if isinstance(s, ScaleStep))]
    yield from _known(
        ("hypotheses", "outcome"), "the measure", [contest.outcome], protocol.measures
    )
    yield from _known(
        ("hypotheses", "predictor"), "the factor", [contest.predictor], protocol.factors
    )
    yield from _known(("analysis", "scales"), "the scale", plan.scales, measured)
    for place, model in enumerate(plan.models):
        key: Key = ("analysis", "models", place)
        yield from _known((*key, "measure"), "the measure", [model.measure], measured)
        yield from _known((*key, "modes"), "the mode", model.modes, protocol.modes)
        words = set(re.findall(r"[A-Za-z_]\w*\b(?!\s*\()", model.formula))
        yield from _known(
            (*key, "formula"),
            "the term",
            sorted(words),
            [*protocol.factors, "participant", "stimulus"],
        )
        for number, contrast in enumerate(model.contrasts):
            place_of: Key = (*key, "contrasts", number)
            yield from _known(place_of, "the factor", [contrast.factor], protocol.factors)
            if contrast.factor in protocol.factors:
                known = protocol.factors[contrast.factor].levels
                yield from _known(place_of, "the level", [contrast.higher, contrast.lower], known)
    for place, rule in enumerate(protocol.exclusions):
        yield from _known(
            ("exclusions", place, "checks"), "the measure", rule.checks, protocol.measures
        )
        if rule.rule == "too_fast" and rule.fraction is None:
            yield (
                ("exclusions", place),
                "the rule 'too_fast' states no fraction",
                "Add 'fraction: 0.3333'.",
            )
        if rule.rule == "failed_checks" and not rule.checks:
            yield (
                ("exclusions", place),
                "the rule 'failed_checks' names no checks",
                "Add 'checks: [...]'.",
            )
