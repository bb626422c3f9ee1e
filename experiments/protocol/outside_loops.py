"""Factors that vary within participants, where they have no level: outside the loops that vary them."""

from __future__ import annotations

from experiments.protocol.loops import can_hold
from experiments.protocol.names import Names
from experiments.protocol.places import Loop, Place, loops

_HOW = {
    "rotate": "rotates it",
    "cross": "crosses it",
    "together": "shows its levels together",
}


def no_level(names: Names, name: str, place: Place) -> str:
    """Return why a factor has no level at a place; '' if it has one, or is no factor that varies within participants."""
    if name not in names.factors or (place.loop is not None and _varies(names, name, place.loop)):
        return ""
    factor, study = names.factors[name], names.study
    within = [mode for mode in study.modes if factor.varies_in(study, mode) == "within"]
    here = [mode for mode in within if can_hold(place.given, {"mode": mode})]
    if not here:
        return ""
    having = [loop for loop in loops(study) if _varies(names, name, loop)]
    if not having:
        return ""  # A fault of its own.
    which = ", ".join(loop.name for loop in having)
    how = {_how(names, name, loop) for loop in having}
    only = f"the loop that {how.pop()}" if len(having) == 1 else "the loops that vary it"
    mode = "" if len(within) == len(study.modes) else f" in the mode '{here[0]}'"
    return f"'{name}' varies within participants{mode} and has a level only in {only} ({which})"


def _varies(names: Names, name: str, loop: Loop) -> bool:
    """Return whether each trial of a loop has a level of a factor that varies within participants."""
    step, items = loop.step, names.items_of(loop)
    return (
        name in (step.each, *step.rotate, *step.cross, *step.together)
        or (items is not None and name in items.fields)
        or names.is_unwritten(loop)
    )


def _how(names: Names, name: str, loop: Loop) -> str:
    """Return how a loop varies a factor."""
    items = names.items_of(loop)
    if items is not None and name in items.fields:
        return "has it as a column"
    listed = (words for how, words in _HOW.items() if name in getattr(loop.step, how))
    return next(listed, "runs over its levels")
