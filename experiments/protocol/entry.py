"""The entry of a session: its steps up to the answer that decides for which level of an answered factor a slot is taken.

What comes in the entry is the same for all participants of a mode, because nothing has been drawn for them yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from experiments.files.faults import Findings
from experiments.language.by import By
from experiments.language.conditions import Condition, IsOneOf
from experiments.protocol.loops import can_hold
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError, Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import Place, places, steps_of
from experiments.protocol.steps import EndStep, LoopStep, MinimalGroupStep
from experiments.protocol.study_file import entry_key
from experiments.questions import Question


def answered_factors(names: Names, mode: str) -> dict[str, Measure]:
    """Return the answered factors whose question a mode asks, each with the question."""
    found: dict[str, Measure] = {}
    for name, answered in names.study.factors.answered.items():
        asked = names.measure(answered.from_)
        if can_hold(asked.given, {"mode": mode}):
            found[name] = asked
    return found


def steps_of_entry(names: Names, mode: str) -> int:
    """Return how many steps of the flow are the entry: up to the last question, and the ends to which it leads."""
    asked = answered_factors(names, mode)
    if not asked:
        return 0
    first = len(entry_key("flow", next(iter(names.study.flow))))
    last = [int(measure.key[first]) for measure in asked.values()]
    for place, step in steps_of(names.study):
        if isinstance(step, EndStep) and place.session == next(iter(names.study.flow)):
            tests = [test for condition in place.given for test in condition.tests]
            if any(
                isinstance(test, IsOneOf) and measure in names.fitting(test.name)
                for test in tests
                for measure in asked.values()
            ):
                last.append(int(place.key[first]))
    return max(last) + 1


def faults_of_entry(opened: OpenedStudy) -> Findings:
    """Yield what cannot come before the answer that decides which slot a participant gets."""
    names = opened.names
    try:
        lengths = {mode: steps_of_entry(names, mode) for mode in opened.study.modes}
    except AddressError:
        return
    drawn = {name for name, factor in names.factors.items() if factor.varies != "within"}
    first = len(entry_key("flow", next(iter(opened.study.flow))))
    for place, what in _drawn(opened, drawn):
        modes = (mode for mode, length in lengths.items() if int(place.key[first]) < length)
        if any(can_hold(place.given, {"mode": mode}) for mode in modes):
            found = f"{what} comes before the question that decides the groups, and is known only after it"
            yield place.key, found, "Move the question, and the 'end' after it, before this step."


def _drawn(opened: OpenedStudy, drawn: set[str]) -> Iterator[tuple[Place, str]]:
    """Yield what is drawn with a slot, and where the first session uses it."""
    session = next(iter(opened.study.flow))
    for place, step in steps_of(opened.study):
        if place.session == session and isinstance(step, (LoopStep, MinimalGroupStep)):
            yield place, "the order of the items"
        for name, question in (getattr(step, "ask", None) or {}).items():
            if place.session == session and getattr(question, "order", "") == "random":
                yield place.at("ask").at(name), "the order of the options"
    for place, value in places(opened.study):
        if place.session != session or isinstance(value, Question):
            continue
        named: set[str] = set()
        if isinstance(value, By):
            named = set(value.by)
        elif isinstance(value, Condition):
            named = {test.name for test in value.tests}
        elif isinstance(value, str):
            named = {name for name in drawn if f"{{{name}}}" in value}
        for name in sorted(named & drawn):
            yield place, f"the level of '{name}'"
