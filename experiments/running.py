"""Running: one person goes through a timeline, and every answer reaches the journal before the next screen."""

from __future__ import annotations

from experiments.journal import Journal
from experiments.screen import Answer
from experiments.sitting import Responder, Sitting


def run(
    sitting: Sitting,
    responder: Responder,
    journal: Journal,
    drafts: dict[str, Answer] | None = None,
) -> str:
    """Go through a timeline to its end.

    Parameters
    ----------
    drafts
        Answers already given on the first screen shown (of a session that is resumed).

    Returns
    -------
    str
        How the session ended.
    """
    waiting = drafts or {}
    while (screen := sitting.current()) is not None:
        response = responder.respond(screen, waiting)
        journal.rows(sitting.take(response))
        waiting = {}
    journal.end(sitting.outcome)
    return sitting.outcome
