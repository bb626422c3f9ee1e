"""Simulation of a collection, with the same kind of folder, journals and allocation log as real sessions.

All files are marked as simulated. Two runs with the same seed are identical to the byte, because the clock is
simulated too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.curves.catalogue import Hypothesis
from analysis.showing import Part, Shown
from analysis.simulate.assumptions import Assumptions
from analysis.simulate.population import Population, population
from analysis.simulate.sessions import (
    FIRST,
    SESSION,
    PlannedSession,
    Session,
    plan_sessions,
    take_part,
    written,
)
from experiments.numbers import count
from experiments.schema import OF_SESSION, SCHEMA, SCHEMA_KEY
from experiments.session.collection import Collection, open_collection
from experiments.session.journal import JournalError
from experiments.study import Study
from experiments.version import code_version

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: Sessions per batch of a worker.
BATCH = 25


@dataclass(frozen=True)
class Simulation(Shown):
    """A simulated collection, and how its sessions ended."""

    collection: Collection
    outcomes: dict[str, int]
    """Outcome of a session -> number of sessions."""

    @property
    def folder(self) -> Path:
        """Folder of the simulated sessions."""
        return self.collection.folder

    def table(self) -> pd.DataFrame:
        """Return how the sessions ended: outcome, sessions."""
        ended = sorted(self.outcomes.items())
        return pd.DataFrame(ended, columns=["outcome", "sessions"])

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw how the sessions ended."""
        from analysis.showing.axes import bars

        table = self.table()
        return bars(
            axes, table["outcome"].tolist(), table["sessions"].tolist(), "simulated sessions"
        )

    def parts(self) -> Iterator[Part]:
        """Return the number of simulated sessions, their folder, and how they ended."""
        n = count(sum(self.outcomes.values()), "simulated session", "simulated sessions")
        yield Part(f"{n} of {self.collection.study}", (f"Folder: {self.folder}",), self.table())


def simulate(
    study: Study,
    folder: Path | str,
    n: int,
    hypothesis: str | Hypothesis | None = None,
    seed: int = 1,
    *,
    mode: str | None = None,
    language: str | None = None,
    parameters: Mapping[str, float] | None = None,
    effect: float | None = None,
    dropout: float | None = None,
    assumed: Assumptions | None = None,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Simulate ``n`` sessions into a new collection.

    Parameters
    ----------
    folder
        Folder of the collection; it must not contain sessions.
    hypothesis, seed, mode, parameters, effect, dropout, assumed
        See ``population``.
    workers
        Number of processes; the result does not depend on it.
    progress
        Called with the number of sessions that have just been completed.

    Raises
    ------
    AnalysisError
        If the simulation is not possible.
    JournalError
        If the folder already contains sessions, or cannot be written.

    Examples
    --------
    >>> simulate(open_study("identified_victim.yaml"), "out", 100, "flat")    # doctest: +SKIP
    """
    people = population(
        study,
        hypothesis,
        seed,
        mode=mode,
        parameters=parameters,
        effect=effect,
        dropout=dropout,
        assumed=assumed,
    )
    language = study.language(language)
    planned = plan_sessions(people, n)
    collection = _begin(people, Path(folder))
    done: Counter[str] = Counter()
    try:
        _write_description(people, collection, n, language)
        for outcomes in _batches(people, collection, planned, language, workers):
            done.update(outcomes)
            if progress:
                progress(len(outcomes))
        _write_allocation(people, collection, planned)
    except OSError as error:
        raise JournalError(
            f"{collection.folder} cannot be written ({error.strerror}). Free some disk space or correct the permissions,"
            " remove the folder, and simulate again: the same seed gives the same participants."
        ) from error
    return Simulation(collection, dict(done))


def _begin(people: Population, folder: Path) -> Collection:
    collection = open_collection(folder, people.study, simulated=True, begun=written(FIRST))
    if existing := len(collection.journals()):
        raise JournalError(
            f"{folder} already contains {existing} simulated sessions, which are not overwritten or added to."
            f" Delete the folder {folder}, or choose another one with --data."
        )
    return collection


def _batches(
    people: Population,
    collection: Collection,
    planned: list[PlannedSession],
    language: str | None,
    workers: int,
) -> Iterator[list[str]]:
    batches = [planned[start : start + BATCH] for start in range(0, len(planned), BATCH)]
    if workers <= 1:
        yield from map(partial(_write_batch, people, collection, language), batches)
        return
    with ProcessPoolExecutor(
        workers, initializer=_begin_worker, initargs=(people, collection, language)
    ) as pool:
        yield from pool.map(_write_batch_of_worker, batches)


_OF_WORKER: list[Callable[[list[PlannedSession]], list[str]]] = []
"""What a worker does with a batch."""


def _begin_worker(people: Population, collection: Collection, language: str | None) -> None:
    """Give a worker the study once, and not with each batch."""
    _OF_WORKER[:] = [partial(_write_batch, people, collection, language)]


def _write_batch_of_worker(batch: list[PlannedSession]) -> list[str]:
    return _OF_WORKER[0](batch)


def _write_batch(
    people: Population, collection: Collection, language: str | None, batch: list[PlannedSession]
) -> list[str]:
    outcomes = []
    for one in batch:
        session = take_part(people, one, language)
        path = collection.journal(people.participant(one.number), SESSION)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(_LINE.encode(line) + "\n" for line in _journal(people, session))
        outcomes.append(session.outcome)
    return outcomes


def _journal(people: Population, session: Session) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal as ``experiments.session.journal`` writes them (without an fsync for each)."""
    first = session.rows[0]
    facts = {
        "hypothesis": people.curve.hypothesis,
        "seed": people.seed,
        "person": session.planned.number,
    }
    session_columns = {name: first[name] for name in OF_SESSION}
    yield {
        "type": "session",
        SCHEMA_KEY: SCHEMA,
        **session_columns,
        "facts": facts,
        "time": written(session.planned.begins),
    }
    for row in session.rows:
        yield {"type": "row", **row}
    for event in session.events:
        yield {"type": "event", **event}
    yield {"type": "end", "outcome": session.outcome, "time": session.ended}


def _write_allocation(
    people: Population, collection: Collection, planned: list[PlannedSession]
) -> None:
    path = collection.folder / f"allocation-{people.mode}.jsonl"
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for session in planned:
            code = people.participant(session.number)
            taken = {"slot": session.slot, "participant": code, "session": SESSION}
            time = written(session.begins)
            lines = [{"event": "take", **taken, "time": time}]
            if session.outcome != "complete":
                lines.append({"event": "release", **taken, "why": session.outcome, "time": time})
            file.writelines(json.dumps(line) + "\n" for line in lines)


def _write_description(
    people: Population, collection: Collection, n: int, language: str | None
) -> None:
    content = {**people.described(), "n": n, "language": language, "code_version": code_version()}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (collection.folder / "simulation.json").write_text(text, encoding="utf-8")
