"""Sessions run in a browser, and the files in which each service would return them."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from apart import run

from analysis.simulate import SimulatedParticipant, population
from experiments.online.export import node
from experiments.schema import Row
from experiments.screen import Response, Screen, Way
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity, SessionRun

HOSTILE = '=1+1\t@SUM(A1), "she said ""no""", then\r\nleft;\u2028 שלום \u2067x\u2069 😀👩‍👧 \\n {"event":1}'
PLAYER = Path(__file__).resolve().parents[3] / "experiments" / "online" / "player"
#: Name of each session -> the screen at which it stops (empty: at the end), and how it ends.
SESSIONS = {
    "full": ("", "complete"),
    "gone": ("appeal.1.donation", "left"),
    "half": ("appeal.1.donation", ""),
}

Sessions = dict[str, list[Row]]


def sessions_of(study: Study) -> Sessions:
    """Return name -> rows of three sessions: one complete, one left, one broken off."""
    people = population(study, seed=4, mode="lottery")
    made: Sessions = {}
    for number, (name, (until, outcome)) in enumerate(SESSIONS.items(), start=1):
        slot = study.slots("lottery")[number - 1]
        participant = SimulatedParticipant(people, study.timeline(slot, "he"), slot.number)
        time = f"2026-03-0{number}T09:00:00.000Z"
        identity = SessionIdentity(f"p{number}", f"{name}7k2", False, "browser")
        progress = SessionRun(participant.timeline, identity, lambda time=time: time)
        rows: list[Row] = []
        while (screen := progress.current()) is not None:
            if screen.id == until and not outcome:
                break
            rows += progress.take(_answered(screen, participant.decide(screen), screen.id == until))
        assert progress.outcome == outcome
        made[name] = json.loads(json.dumps(rows))
    assert [row["value"] for row in made["full"] if row["measure"] == "suspicion.suspicion"] == [
        HOSTILE
    ]
    return made


def _answered(screen: Screen, answers: dict[str, Any], leaves: bool) -> Response:
    """Answer as decided; every text is the hostile one."""
    fixed = {"consent.agree": "yes", "consent.age": 30, "suspicion.suspicion": HOSTILE}
    given = {name: fixed.get(name, answer) for name, answer in answers.items()}
    times = dict.fromkeys(given or ["read", "leave"], 2.125)
    way: Way = "leave" if leaves else "on"
    return Response(given, times, 7, "performance.now, mouse", way)


@dataclass(frozen=True)
class Downloads:
    """Files of a first download, and those of a later one that also contains the first."""

    first: list[str]
    later: list[str]


def written(function: str, rows: list[Row]) -> str:
    """Write rows with the page's own code: ``csvOf`` (Pavlovia) or ``linesOf`` (JATOS, the saved file)."""
    try:
        program = node.command("node")
    except node.NodeError as fault:
        pytest.skip(str(fault))
    module = {"csvOf": "transport/pavlovia.js", "linesOf": "ending.js"}[function]
    script = (
        f'import {{ {function} as write }} from "{PLAYER.as_uri()}/{module}";\n'
        "let text = '';\nfor await (const part of process.stdin) text += part;\n"
        "process.stdout.write(write(JSON.parse(text)));\n"
    )
    command = [*program, "--input-type=module", "-e", script]
    result = subprocess.run(
        command, input=json.dumps(rows).encode(), capture_output=True, check=True
    )
    return result.stdout.decode("utf-8")


def put(path: Path, text: str) -> str:
    """Write a text as it is; return its path as the command line has it."""
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def downloads(kind: str, study: Study, sessions: Sessions, folder: Path) -> Downloads:
    """Write sessions as a service returns them."""
    make = {
        "collector": _databases,
        "jatos": _jatos,
        "pavlovia": _pavlovia,
        "file": _saved_files,
    }
    return make[kind](study, sessions, folder)


def _saved_files(_: Study, sessions: Sessions, folder: Path) -> Downloads:
    texts = {name: written("linesOf", rows) for name, rows in sessions.items()}
    files = [put(folder / f"{name}.jsonl", text) for name, text in texts.items()]
    return Downloads(files[:2], files)


def _pavlovia(_: Study, sessions: Sessions, folder: Path) -> Downloads:
    """Overlapping beacons of closed pages, and later the whole of a session."""
    full, gone, half = sessions.values()
    parts = {"a": full[:4], "b": full[2:9], "c": gone, "d": half, "whole": full}
    files = [put(folder / f"{name}.csv", written("csvOf", rows)) for name, rows in parts.items()]
    return Downloads(files[:4], files)


def _jatos(_: Study, sessions: Sessions, folder: Path) -> Downloads:
    """One text of all results: rows appended twice, a retried note, a full text, no line break between."""
    full, gone, half = sessions.values()
    note = {
        "session": half[0]["session"],
        "event": "browser",
        "time": "2026-03-03T08:59:00.000Z",
        "detail": {"name": "Firefox", "type": "end", "screen": "step_2"},
    }
    notes = [note, note, {**note, "time": "2026-03-03T09:30:00.000Z"}]
    noted = "".join(json.dumps(each) + "\n" for each in notes)
    appended = written("linesOf", half[:3]) + written("linesOf", half[1:6])
    text = written("linesOf", full).rstrip("\n") + written("linesOf", gone) + noted + appended
    whole = text + written("linesOf", half[5:])
    return Downloads([put(folder / "1.txt", text)], [put(folder / "2.txt", whole)])


def _databases(study: Study, sessions: Sessions, folder: Path) -> Downloads:
    """A collector's database, and a copy made before the last session began.

    The collector gives codes and slots itself: the rows get those, with the conditions of the slot.
    """
    from experiments.online.collector.allocation import Opening
    from experiments.online.collector.bodies import Event
    from experiments.online.collector.export import Study as Exported
    from experiments.online.collector.keeping import Post
    from experiments.online.collector.rows import text_of
    from experiments.online.collector.store import Store
    from experiments.online.export.exporting import facts, order
    from experiments.online.recruitment import Arrival

    ordered = order(study, "static", "lottery", slots=6)
    # Time without a request counts from the start of the store.
    about = {**facts(study, ordered), "dropout_minutes": 1e-6}

    async def run_session(store: Store, name: str, rows: list[Row]) -> None:
        time = rows[0]["time"]
        opened = await store.open(Opening(Arrival("direct", None), None, "he", time))
        assert opened is not None
        timeline = study.timeline(study.slots("lottery")[opened.slot - 1], "he")
        for row in rows:
            row["session"], row["participant"] = opened.session, opened.participant
            screen = timeline.screens[timeline.index[row["screen"]]]
            row["slot"], row["cells"] = opened.slot, dict(screen.cells or {})
            row["stimulus"] = screen.stimulus or None
        sent = tuple((row["sequence"], text_of(row)) for row in rows)
        events = (
            Event(event="pause", time=time, detail={"screen": "appeal.1.donation", "seconds": 3}),
        )
        for part in (sent[:5], sent[3:]):
            await store.keep(Post(opened.session, part, events=events, time=time))
        if SESSIONS[name][1]:
            await store.finish(opened.session, SESSIONS[name][1], True, time)

    async def fill() -> None:
        store = Store(folder / "study.sqlite", Exported.model_validate(about))
        for name, rows in sessions.items():
            if name == "half":
                for file in list(folder.glob("study*.sqlite*")):
                    shutil.copy(file, folder / file.name.replace("study", "first"))
            await run_session(store, name, rows)
        await store.release("2026-04-01T00:00:00.000Z")
        store.close()

    run(fill())
    return Downloads([str(folder / "first.sqlite")], [str(folder / "study.sqlite")])
