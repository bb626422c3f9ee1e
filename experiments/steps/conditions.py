"""Conditions of steps and questions: decided by the slot where they are on factors, else by earlier answers."""

from __future__ import annotations

from dataclasses import replace

from experiments.language.conditions import (
    Compared,
    Condition,
    IsNot,
    IsOneOf,
    Missing,
    Test,
    Wrong,
)
from experiments.language.quantities import Duration, Share
from experiments.protocol.loops import holds
from experiments.protocol.names import AddressError
from experiments.screen import Given, name_on_screen
from experiments.steps.asked import Asked
from experiments.steps.here import Here, NotAskedError, whole_trace
from experiments.steps.not_yet import NotYetError
from experiments.steps.timing import seconds


def given(condition: Condition | None, here: Here) -> tuple[Given, ...] | None:
    """Return the conditions on earlier answers; None if what is asked here cannot be shown to this participant."""
    found: list[Given] = []
    tests = condition.tests if condition else ()
    # What the slot decides comes first: nothing else is looked at where it does not hold.
    for test in sorted(tests, key=lambda test: test.name not in here.levels):
        level = here.levels.get(test.name)
        if level is None:
            try:
                found.append(given_by_answer(test, here))
            except NotAskedError:
                # As if the question had been skipped.
                if not isinstance(test, (Missing, IsNot, Wrong)):
                    return None
        elif isinstance(test, (Missing, Wrong)) or not holds(test, level):
            # A level is never missing, and no level is a wrong answer.
            return None
    return tuple(found)


def given_by_answer(test: Test, here: Here) -> Given:
    """Return the condition that a test of an earlier answer is.

    Raises
    ------
    NotAskedError
        If the question is not asked of this participant before.
    NotYetError
        If the answer is not known on the day.
    """
    if test.name in here.session.opened.names.factors:
        raise NotYetError(f"the factor '{test.name}' has no level here")
    measure, asked = here.earlier(test.name)
    if asked.ask.local and not isinstance(test, Missing):
        raise AddressError(
            f"the answer to '{test.name}' stays on the device, and what is shown cannot depend on it",
            f"Test only whether there is one ('{test.name} missing'), or take 'local' away.",
        )
    if asked.ask.entry == "trace" and not isinstance(test, Missing):
        raise whole_trace(test.name)
    if measure.part == "correct":
        return _by_result(test, asked)
    base = Given(asked.screen, name_on_screen(measure.address, asked.ask.panel))
    if isinstance(test, IsOneOf):
        return replace(base, equals=tuple(_answer(level, asked) for level in test.levels))
    if isinstance(test, IsNot):
        return replace(base, differs=(_answer(test.level, asked),))
    if isinstance(test, Missing):
        return replace(base, missing=True)
    if isinstance(test, Wrong):
        return replace(base, differs=_right(asked, test.name))
    return replace(base, sign=test.sign, limit=_limit(test))


def _by_result(test: Test, asked: Asked) -> Given:
    """Return a condition on whether an earlier answer was right (``NAME.correct = yes``)."""
    right = _right(asked, test.name)
    if isinstance(test, IsOneOf) and len(test.levels) == 1:
        is_right = test.levels[0] == "yes"
    elif isinstance(test, IsNot):
        is_right = test.level != "yes"
    else:
        raise NotYetError(f"the condition '{test}' cannot be decided yet")
    if is_right:
        return Given(asked.screen, asked.ask.measure, equals=right)
    return Given(asked.screen, asked.ask.measure, differs=right)


def _right(asked: Asked, name: str) -> tuple[str | int | float, ...]:
    if asked.ask.correct is None:
        raise NotYetError(f"'{name}' has no right answer here")
    return (asked.ask.correct,)


def _answer(level: str, asked: Asked) -> str | int | float:
    """Return an answer as the screen gives it: options of ratings and typed numbers are numbers."""
    if asked.ask.options:
        written = {str(option.value): option.value for option in asked.ask.options}
        return written.get(level, level)
    if not asked.ask.high > asked.ask.low:
        return level
    try:
        number = float(level)
    except ValueError:
        return level
    return int(number) if number.is_integer() else number


def _limit(test: Compared) -> float:
    if isinstance(test.limit, Duration):
        return seconds(test.limit)
    return float(test.limit.fraction if isinstance(test.limit, Share) else test.limit)
