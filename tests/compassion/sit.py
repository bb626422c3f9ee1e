"""A simulated participant at the real window, in a process of its own, so that it can be killed."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from analysis.simulate import SimulatedParticipant, population
from analysis.simulate.at_window import decision_of
from analysis.simulate.sessions import SESSION, plan_sessions
from experiments.lab.session import at_window, facts
from experiments.lab.window import open_window
from experiments.places import shipped_folder
from experiments.session.collection import open_collection
from experiments.session.session import begin, resume
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity

SEED = 11


def run_session(folder: Path, again: bool) -> str:
    """Begin a session, or go on after an interruption; return how the session ended."""
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    people = population(study, "letters_indifferent", SEED, mode="real", dropout=0.0)
    place = plan_sessions(people, 1)[0]
    identity = SessionIdentity(people.participant(place.number), SESSION, True, "lab")
    collection = open_collection(folder, study, simulated=True)
    # Flips do not wait for a monitor: the faster the frames, the sooner the session is over.
    with open_window((1024, 768), pace=240.0) as window:
        if again:
            session = resume(study, collection, identity)
        else:
            session = begin(study, collection, "real", identity, "en", facts(window))
        participant = SimulatedParticipant(people, session.progress.timeline, place.number)
        return at_window(
            session,
            window,
            decide=partial(decision_of, participant),
        )


if __name__ == "__main__":
    print(run_session(Path(sys.argv[1]), sys.argv[2:] == ["--resume"]))
