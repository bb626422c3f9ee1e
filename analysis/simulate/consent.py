"""The questions by which participants take part or decline."""

from __future__ import annotations

from experiments.screen import Answer, Ask, Given
from experiments.timeline.timeline import Timeline


def consent_of(timeline: Timeline) -> dict[tuple[str, str], Given]:
    """Return the questions by which participants decline: (screen, measure) -> condition of the end."""
    found: dict[tuple[str, str], Given] = {}
    for screen in timeline.screens:
        if screen.ends == "declined":
            found |= {(given.screen, given.measure): given for given in screen.given}
        for rule in screen.after:
            if rule.measure and timeline.screens[timeline.index[rule.go]].ends == "declined":
                given = Given(screen.id, rule.measure, rule.equals, rule.differs)
                found[screen.id, rule.measure] = given
    return found


def consenting(ask: Ask, given: Given, consents: bool) -> Answer:
    """Return the first option with which a participant consents, or declines."""
    for option in ask.options:
        declines = option.value in given.equals or bool(
            given.differs and option.value not in given.differs
        )
        if declines != consents:
            return option.value
    return None
