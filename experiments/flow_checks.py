"""What is checked of a protocol's flow: its order, what its steps name, and what a page can ask together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from experiments.reading import Key
from experiments.tasks.check import Check
from experiments.tasks.consent import Consent
from experiments.tasks.dictator import Dictator
from experiments.tasks.minimal_group import MinimalGroup
from experiments.tasks.payment import Payment
from experiments.tasks.presenting import Presenting
from experiments.tasks.vignette import Vignette
from experiments.undeclared import Said, undeclared

if TYPE_CHECKING:
    from experiments.protocol import Protocol
    from experiments.step import Step


def flow(protocol: Protocol) -> Said:
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


def steps(protocol: Protocol) -> Said:
    manipulated = False
    checks = {name for rule in protocol.exclusions for name in rule.before_treatment()}
    for place, step in enumerate(protocol.flow):
        key: Key = ("flow", place)
        yield from undeclared((*key, "modes"), "the mode", step.modes, protocol.modes)
        yield from _levels(protocol, (*key, "when"), step.when)
        yield from _when(protocol, step, (*key, "when"))
        yield from undeclared(key, "the measure", step.measures(), protocol.measures)
        yield from _step(protocol, step, key)
        late = [name for name in step.measures() if name in checks]
        if manipulated and late:
            yield (
                key,
                f"the check '{late[0]}' excludes people, but stands behind the manipulation",
                "Move it before the first trial: excluding by answers that the manipulation can change biases the result.",
            )
        manipulated = manipulated or step.phase == "trials"


def _levels(protocol: Protocol, key: Key, named: Mapping[str, Iterable[str | int]]) -> Said:
    """Tell factors that are not declared, and levels that their factor does not have."""
    yield from undeclared(key, "the factor", named, protocol.factors)
    for factor, levels in named.items():
        if factor in protocol.factors:
            known = protocol.factors[factor].levels
            yield from undeclared((*key, factor), "the level", levels, known)


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


def _step(protocol: Protocol, step: Step, key: Key) -> Said:
    if isinstance(step, (Presenting, Dictator, MinimalGroup)):
        yield from undeclared((*key, "stimuli"), "the stimuli", [step.stimuli], protocol.stimuli)
    if isinstance(step, Presenting):
        if step.variant:
            names = {step.variant.by: step.variant.names}
            yield from _levels(protocol, (*key, "variant", "names"), names)
        if step.pictures:
            yield from _levels(protocol, (*key, "pictures", "only"), step.pictures.only)
        named = [step.pictures.by] if step.pictures and step.pictures.rule == "count" else []
        named += [step.tag] if isinstance(step, Vignette) and step.tag else []
        yield from undeclared(key, "the factor", named, protocol.factors)
    pages = getattr(step, "asks", ())
    for number, page in enumerate(pages):
        asked = [protocol.measures[name] for name in page if name in protocol.measures]
        kinds = {measure.kind for measure in asked}
        place: Key = (*key, "asks", number)
        if len(kinds) > 1:
            yield (
                place,
                f"the page asks measures of the kinds {', '.join(sorted(kinds))}",
                "Split it into pages of one kind each.",
            )
        elif len(page) > 1 and not all(measure.shares_page for measure in asked):
            yield (
                place,
                f"the page asks {len(page)} measures of the kind '{kinds.pop()}'",
                "Put each on a page of its own.",
            )
    if isinstance(step, Check):
        for name in step.measures():
            check = protocol.measures.get(name)
            if check and not check.has_right_answer():
                yield (
                    key,
                    f"the check '{name}' has no right answer",
                    f"Give the measure '{name}' the kind 'choose' and a 'correct:'.",
                )
    if isinstance(step, Payment):
        yield from undeclared(
            (*key, "pays", "step"), "the step", [step.pays.step], [s.name for s in protocol.flow]
        )
        yield from undeclared(
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
