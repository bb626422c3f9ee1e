"""Sessions at the collector, over its API: its database, and the export that it serves."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from analysis.simulate import population
from analysis.simulate.participants import SimulatedParticipant
from experiments.online.collector import back_up, delete_from
from experiments.online.export.exporting import order, write_folder
from experiments.online.recruitment import Recruitment
from experiments.screen import Response
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

SERVE = (
    "import sys; from experiments.online.collector import hash_password, serve; "
    "serve(sys.argv[1], database=sys.argv[2], port=0, password=hash_password('a long password', 2), "
    "announce=lambda line: print(line, flush=True))"
)
IDENTITY = "60d1c0ffee60d1c0ffee60d"
#: Language of each session, and how it ends; one is interrupted with a draft.
SESSIONS = (("en", "complete"), ("en", "left"), ("en", ""), ("he", "complete"), ("en", "complete"))
AT = "appeal.1.donation"


def write_collector(folder: Path, study: Study) -> None:
    """Export a study into ``export``, serve it, go through sessions, and back the database up into ``collector``.

    The participant of the last session withdraws, and is deleted.
    """
    export, database = folder / "export", folder / "study.sqlite"
    back = Recruitment(source="prolific", codes={"complete": "CDONE", "left": "CLEFT"})
    write_folder(study, export, order(study, "static", "lottery", ["en", "he"], 6, back))
    command = [sys.executable, "-c", SERVE, str(export), str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = next(line.split()[1] for line in server.stdout if line.startswith("Study:"))
            withdrawn = _sessions(address, study)
            written = back_up(database, folder / "collector" / "study.sqlite")
        finally:
            server.terminate()
    delete_from(str(written[0]), withdrawn)
    for file in written:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in [*folder.glob("study.*"), *(folder / "collector").glob("*-*")]:
        file.unlink()


def _sessions(address: str, study: Study) -> str:
    """Return the code of the last participant."""
    people = population(study, seed=4, mode="lottery", dropout=0.0)
    last = ""
    with httpx.Client(base_url=address, timeout=60) as client:
        for number, (language, ends) in enumerate(SESSIONS, start=1):
            body = {"recruitment": {"source": "prolific", "id": f"{IDENTITY}{number}"}}
            answer = client.post("api/sessions", json={**body, "language": language})
            opened = answer.raise_for_status().json()
            _session(client, opened, people, number, ends)
            last = opened["participant"]
    return last


def _session(client: httpx.Client, opened: Any, people: Any, number: int, ends: str) -> None:
    head = {"Authorization": f"Bearer {opened['token']}"}
    timeline = Timeline.from_json(opened["timeline"])
    person = SimulatedParticipant(people, timeline, number)
    identity = SessionIdentity(opened["participant"], opened["session"], False, "browser")
    clock = f"2026-03-0{number}T09:00:00.000Z"
    progress = SessionRun(timeline, identity, lambda: clock)
    rows: list[dict[str, Any]] = []
    while (screen := progress.current()) is not None:
        response = person.respond(screen, {})
        if screen.id == AT and not ends:
            drafts = {"screen": screen.id, "visit": 1, "answers": dict(response.answers)}
            client.post("api/drafts", json={"drafts": drafts}, headers=head)
            event = {"event": "pause", "time": clock, "detail": {"seconds": 3}}
            client.post("api/events", json={"events": [event]}, headers=head)
            return
        if screen.id == AT and ends == "left":
            response = Response({}, {"leave": 2.0}, 0.0, "none", True)
        rows = json.loads(json.dumps(progress.take(response)))
        client.post("api/rows", json={"rows": rows}, headers=head).raise_for_status()
    if number == 1:
        # The collector refuses an answer that was not asked.
        other = {**rows[-1], "value": "another"}
        client.post("api/rows", json={"rows": [other]}, headers=head).raise_for_status()
    ended = client.post("api/finish", json={"outcome": ends}, headers=head).json()
    assert ended["confirmed"], ended
