"""A session whose process is killed at any moment, again and again: no answer is lost, none is doubled."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import going_back
import numpy as np
from proving import times

from analysis.simulate import Assumptions, Population, SimulatedParticipant, population, sessions
from analysis.simulate.sessions import SESSION, plan_sessions
from experiments.places import shipped_folder
from experiments.schema import CLOCKS_AND_RENDERER
from experiments.session.collection import open_collection
from experiments.session.journal import read_journal
from experiments.session.session import begin, resume
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity

FORK = multiprocessing.get_context("fork")
#: A process is killed before this many screens, at most so many seconds after the last of them.
MOST_SCREENS, LONGEST = 6, 0.004


def take_part(
    study: Study, people: Population, number: int, folder: Path, again: bool, sender: Connection
) -> None:
    """Begin a session or resume it; before each screen, send the number of rows on disk."""
    identity = SessionIdentity(people.participant(number), SESSION, True, "none")
    collection = open_collection(folder, study, simulated=True)
    if again:
        session = resume(study, collection, identity)
    else:
        session = begin(study, collection, people.mode, identity, "en", {})
    participant = SimulatedParticipant(people, session.progress.timeline, number)
    # A person would remember it.
    participant.went_back |= session.progress.went_back.keys()

    class Reporting:
        def respond(self, screen: Any, drafts: Any) -> Any:
            sender.send(session.progress.sequence)
            return participant.respond(screen, drafts)

    session.run(Reporting())
    sender.send("over")


def without_clocks(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in CLOCKS_AND_RENDERER} for row in rows]


@times(guard=8, proof=1000)
def test_no_answer_is_lost_or_doubled(n: int, tmp_path: Path) -> None:
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    people = population(study, "letters_indifferent", 11, mode="real", dropout=0.0)
    kill(n, study, people, tmp_path)


@times(guard=8, proof=1000)
def test_nothing_is_lost_by_those_who_go_back_wherever_they_can(n: int, tmp_path: Path) -> None:
    study = going_back.write(tmp_path)
    people = population(study, seed=11, dropout=0.0, assumed=Assumptions(goes_back=1, declines=0))
    rows = kill(n, study, people, tmp_path)
    assert {row["screen"] for row in rows if row["status"] == "back"} == {
        screen.id
        for screen in study.timeline(study.slots("main")[0]).screens
        if screen.back and screen.id in {row["screen"] for row in rows}
    }


def kill(n: int, study: Study, people: Population, tmp_path: Path) -> list[dict[str, Any]]:
    """Kill sessions of a simulated participant, compare each with an undisturbed one, and return its rows."""
    place = plan_sessions(people, 1)[0]
    undisturbed = without_clocks(next(iter(sessions(people, 1))).rows)
    rng, kills, number = np.random.default_rng(1), 0, 0
    while kills < n:
        number += 1
        folder = tmp_path / f"data{number}"
        journal = (
            folder / "sessions" / f"sub-{people.participant(place.number)}_ses-{SESSION}.jsonl"
        )
        before: list[dict[str, Any]] = []
        acknowledged = 0
        over = False
        while not over:
            receiver, sender = FORK.Pipe(duplex=False)
            arguments = (study, people, place.number, folder, journal.exists(), sender)
            process = FORK.Process(target=take_part, args=arguments, daemon=True)
            process.start()
            sender.close()
            # 0: before its first message; -1: never, once there were enough kills.
            left = int(rng.integers(MOST_SCREENS)) if kills < n else -1
            on_disk = 0
            if left == 0:
                time.sleep(rng.uniform(0, 10 * LONGEST))
            while left and not over:
                message = receiver.recv()
                over = message == "over"
                on_disk, left = on_disk if over else message, left - 1
            if not over:
                time.sleep(rng.uniform(0, LONGEST))
                process.kill()
                kills += 1
            process.join()
            if not journal.exists():
                continue
            record = read_journal(journal)
            # Some rows of the next screen may be there too, which come again with it.
            acknowledged = max(acknowledged, on_disk)
            assert len(record.rows) >= acknowledged
            assert record.rows[: len(before)] == before
            before = record.rows[:acknowledged]
            over = record.outcome == "complete"
        assert without_clocks(record.rows) == undisturbed
    print(f"{kills:,} kills in {number:,} sessions")
    return undisturbed
