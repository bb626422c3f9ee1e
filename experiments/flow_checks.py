"""What is checked of a protocol's flow: the order of its steps, and when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.reading import Key
from experiments.tasks.consent import Consent
from experiments.tasks.payment import Payment
from experiments.undeclared import Said, undeclared, undeclared_levels

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
