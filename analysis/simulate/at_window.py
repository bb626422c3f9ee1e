"""Simulated participants in the real PsychoPy window, who answer with mouse and keyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from analysis.simulate import SimulatedParticipant, population
from analysis.simulate.sessions import SESSION, plan_sessions
from experiments.lab.session import at_window, facts, size_of
from experiments.lab.simulated_participant import BACK, LEAVE, Decision
from experiments.lab.window import open_window
from experiments.schema import CLOCKS_AND_RENDERER
from experiments.screen import Screen
from experiments.session.collection import open_collection
from experiments.session.journal import read_journal
from experiments.session.session import begin
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity


def same_rows(folder: Path, other: Path) -> int:
    """Count the sessions of a collection that have the same rows in another, apart from times and renderer."""
    return sum(
        _plain(path) == _plain(other / "sessions" / path.name)
        for path in sorted((folder / "sessions").glob("*.jsonl"))
    )


def _plain(journal: Path) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in row.items() if key not in CLOCKS_AND_RENDERER}
        for row in read_journal(journal).rows
    ]


def decision_of(participant: SimulatedParticipant, screen: Screen) -> Decision:
    """Return what a simulated participant does on a screen that has just been shown."""
    if participant.leaves(screen):
        return LEAVE
    return {BACK: None} if participant.goes_back(screen) else participant.decide(screen)


def simulate_at_window(
    study: Study,
    folder: Path,
    n: int,
    hypothesis: str | None,
    seed: int,
    *,
    mode: str | None = None,
    language: str | None = None,
    effect: float | None = None,
    size: str = "1280x720",
    progress: Callable[[int], object] = lambda done: None,
) -> Mapping[str, int]:
    """Run sessions of ``n`` simulated participants in the window, one after the other.

    They are the same participants as in ``analysis.simulate.simulate`` with the same arguments, in the same
    slots. Return the number of sessions by outcome.
    """
    people = population(study, hypothesis, seed, mode=mode, effect=effect)
    language = study.language(language)
    collection = open_collection(folder, study, simulated=True)
    ended: Counter[str] = Counter()
    for planned in plan_sessions(people, n):
        who = SessionIdentity(people.participant(planned.number), SESSION, True, "lab")
        with open_window(size_of(size)) as window:
            session = begin(study, collection, people.mode, who, language, facts(window))
            slots = study.slots(people.mode)
            # Where a slot is taken after an answer, it becomes the one that was planned.
            timeline = study.timeline(slots[planned.slot - 1], language)
            if session.progress.timeline.slot:
                timeline = session.progress.timeline
            simulated = SimulatedParticipant(people, timeline, planned.number)
            decide = partial(decision_of, simulated)
            ended[at_window(session, window, decide=decide)] += 1
        progress(1)
    return dict(ended)
