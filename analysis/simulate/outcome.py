"""The questions whose answers make up an outcome, and so follow its curve."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.simulate.items import items_within
from experiments.measures import KINDS, Numeric
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.screen import Ask, Screen
from experiments.study import Study


@dataclass(frozen=True)
class Outcome:
    """The questions that follow a curve, and the answers that they have."""

    name: str
    """The outcome as the hypothesis names it."""
    questions: frozenset[str]
    """Addresses of the questions: one, or the items of a score."""
    items: int
    """Number of items whose mean it is; 1 if it is no score."""
    kind: str
    """Kind of screen that asks it (``experiments.measures``)."""
    count: int
    """Number of possible answers to a question."""


def outcome_of(study: Study, name: str, mode: str) -> Outcome:
    """Return the questions of an outcome in a mode.

    Raises
    ------
    AnalysisError
        If it is not asked in this mode, or has no numbers that a curve could predict.
    """
    try:
        measure = study.names.measure(name)
    except AddressError as error:
        raise AnalysisError(f"The outcome of the hypothesis: {error}.", error.remedy) from error
    within = items_within(study, measure)
    questions = within or (measure.address,)
    screen, ask = _asked(study, measure, questions, mode)
    kind = KINDS[screen.kind]
    if not issubclass(kind, Numeric):
        raise AnalysisError(
            f"The outcome '{name}' is asked as '{measure.kind}', whose answers have no mean.",
            "Simulate a hypothesis about an outcome with numbers.",
        )
    return Outcome(name, frozenset(questions), len(within) or 1, screen.kind, kind.count(ask))


def _asked(
    study: Study, measure: Measure, questions: tuple[str, ...], mode: str
) -> tuple[Screen, Ask]:
    """Return a screen that asks one of the questions, and how it does so."""
    for slot in study.first_slots(mode):
        for screen in study.timeline(slot).screens:
            for ask in screen.asks:
                if ask.measure in questions:
                    return screen, ask
    where = f"is not asked in the mode '{mode}'" if mode else "is not asked"
    raise AnalysisError(
        f"The outcome '{measure.address}' {where}.",
        "Simulate another mode, or name an outcome that is asked.",
    )
