"""The same simulated participant gives the same rows in Chromium, at the PsychoPy window, and without drawing.

In Chromium over the real collector; all three are compared with the rows that were simulated without a renderer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import hand
import pytest
import two_clubs

from analysis.simulate import Population, SimulatedParticipant, population
from analysis.simulate.sessions import PlannedSession, take_part
from experiments.interface import interface
from experiments.online.export.exporting import order, write_folder
from experiments.online.export.page import build_page
from experiments.online.results.importing import import_results
from experiments.online.results.results import read_results
from experiments.places import shipped_folder
from experiments.protocol.slots import AllocationList, Trial
from experiments.schema import CLOCKS_AND_RENDERER, Row, faults_of
from experiments.session.collection import read_collection
from experiments.session.journal import Record, read_journal
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun

pytestmark = pytest.mark.slow
#: Every mode of every protocol but those below, and every language.
SESSIONS = [
    ("identified_victim", "real", "he"),
    ("identified_victim", "lottery", "zh"),
    ("identified_victim", "hypothetical", "en"),
    ("compassion_collapse", "between", "en"),
    ("compassion_collapse", "within", "en"),
    ("parochial_vignettes", "paintings", "en"),
    ("parochial_vignettes", "dots", "en"),
    ("singularity", "separate", "en"),
    ("singularity", "joint", "en"),
    ("parochial_collapse", "separate", "en"),
    ("parochial_collapse", "together", "en"),
    ("narrow_window", "main", "en"),
    ("deliberation", "lottery", "en"),
    ("compassion_radius", "list", "en"),
    ("compassion_radius", "in_turn", "en"),
]
#: Minutes of timed trials, dials and pages of a fixed time, which ``test_walks.py`` and the contract of the lab have in
#: short: for the proofs.
SLOW = [
    ("dot_probe", "main", "en"),
    ("iat", "main", "en"),
    ("motivated_shutdown", "main", "en"),
    ("recategorisation", "minimal", "en"),
    ("recategorisation", "real", "en"),
    ("self_compassion", "main", "en"),
    ("three_systems", "main", "en"),
]
#: Sessions in the browser whose kinds of screens another one shows as well, with more of them: for the proofs.
LONGER = [
    ("compassion_collapse", "within", "en"),
    ("parochial_vignettes", "paintings", "en"),
    ("parochial_collapse", "together", "en"),
    ("compassion_radius", "list", "en"),
]
#: Trials of each loop; with all of them, up to a hundred, a session is for the proofs.
FEW = 2
IN_SHORT = [pytest.param(*session, FEW) for session in SESSIONS]
IN_SHORT_IN_BROWSER = [pytest.param(*each, FEW) for each in SESSIONS if each not in LONGER]
WHOLE = [pytest.param(*each, None, marks=pytest.mark.proof) for each in [*SESSIONS, *SLOW]]
NAMES = ("name", "mode", "language", "trials")
SERVE = (
    "import sys; from experiments.online.collector import hash_password, serve; "
    "serve(sys.argv[1], port=0, password=hash_password('a long password', 2), "
    "announce=lambda line: print(line, flush=True))"
)


def exported(study: Study, mode: str, language: str, folder: Path, slots: int | None = 3) -> Path:
    """Export the first slots of a study, every page and row marked as simulated."""
    ordered = order(study, "static", mode, [language], slots=slots)
    write_folder(study, folder, ordered)
    content = {**json.loads((folder / "study.json").read_bytes()), "simulated": True}
    (folder / "study.json").write_text(json.dumps(content), encoding="utf-8")
    build_page(folder, content)
    return folder


@contextmanager
def collector(export: Path) -> Iterator[str]:
    """Run the real collector in a process of its own; yield its address."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(export)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if line.startswith("Study:"):
                yield line.split()[1]
                break
        else:
            pytest.fail("the collector does not start")
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def chromium(browser: Any, modules: Path) -> Any:
    """Return Chromium; skip where the page's parts are missing."""
    return browser


@pytest.fixture(scope="module")
def window(display: str) -> Iterator[Any]:
    """Return PsychoPy's window; at the pace of a monitor, flips leave the processor to others while a page has to stay."""
    from experiments.lab.window import open_window

    with open_window((1024, 768)) as opened:
        yield opened


def answer_at_the_window(window: Any, participant: SimulatedParticipant) -> list[Row]:
    """Let a simulated participant answer what the window shows, by clicks and keys; return the rows."""
    from analysis.simulate.at_window import decision_of
    from experiments.lab.responder import LabResponder
    from experiments.lab.simulated_participant import WindowParticipant

    progress = SessionRun(participant.timeline, SessionIdentity("p", "1", True, "lab"))
    responder = LabResponder(
        window, participant.timeline, root=shipped_folder("stimuli"), simulated=True, settling=0.0
    )
    at_window = WindowParticipant(
        responder,
        partial(decision_of, participant),
    )
    rows: list[Row] = []
    try:
        while (screen := progress.current()) is not None:
            rows += progress.take(responder.respond(screen, {}))
    finally:
        at_window.stop()
        responder.close()
    assert progress.outcome == "complete"
    return rows


def people_and_rows(study: Study, mode: str, language: str) -> tuple[Population, list[Row]]:
    """Return the simulated people of a study, and the rows of the first where nothing is drawn."""
    people = population(study, seed=12, mode=mode, dropout=0.0)
    undrawn = take_part(people, PlannedSession(1, 1, "complete"), language)
    assert undrawn.outcome == "complete"
    return people, [without_clocks(row) for row in json.loads(json.dumps(undrawn.rows))]


def answer_in_the_browser(page: Any, participant: SimulatedParticipant) -> None:
    """Let a simulated participant answer what the page shows, by mouse, from the first screen to the last."""
    progress = SessionRun(participant.timeline, SessionIdentity("p", "1", True, "none"))
    while (screen := progress.current()) is not None:
        response = participant.respond(screen, {})
        progress.take(response)
        if screen.kind == "look":
            continue
        if screen.kind == "timed":
            hand.answer_trial(page, screen.id, response.answers)
            continue
        assert hand.screen_of(page) == screen.id
        page.set_default_timeout(hand.PATIENCE + 1000 * screen.at_least)
        ways = {"on": response.answers, "back": {hand.BACK: None}, "leave": hand.LEAVE}
        hand.respond(page, ways[response.way])
        hand.wait_for_next(page, screen.id)
    # "Your answers are being saved" comes before it.
    thanks = interface(participant.timeline.language).texts["thanks_title"]
    page.get_by_role("heading", name=thanks, exact=True).wait_for()


def session_in(
    chromium: Any, export: Path, study: Study, participant: SimulatedParticipant
) -> Record:
    """Let a simulated participant take part in Chromium over the real collector; return the record that is imported."""
    with collector(export) as address:
        context = chromium.new_context(viewport={"width": 1024, "height": 768})
        context.set_default_timeout(hand.PATIENCE)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(address)
        answer_in_the_browser(page, participant)
        context.close()
    assert faults == []
    results = read_results("collector", [str(export.with_suffix(".sqlite"))])
    imported = import_results(study, export.parent / "data", results)
    assert imported.faults == []
    (path,) = read_collection(export.parent / "data").journals()
    return read_journal(path)


def without_clocks(row: Row) -> Row:
    """Return what lab, browser and simulation have in common."""
    return {name: value for name, value in row.items() if name not in CLOCKS_AND_RENDERER}


@pytest.fixture
def trials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each loop have only its first trials, and as much practice; all of them if their number is None."""
    most: int | None = request.param
    every = AllocationList._trials

    def first(self: AllocationList, *given: Any) -> tuple[Trial, ...]:
        drawn = every(self, *given)
        practice = [trial for trial in drawn if trial.practice][:most]
        return (*practice, *[trial for trial in drawn if not trial.practice][:most])

    monkeypatch.setattr(AllocationList, "_trials", first)


@pytest.mark.window
@pytest.mark.parametrize(NAMES, [*IN_SHORT, *WHOLE], indirect=["trials"])
@pytest.mark.usefixtures("trials")
def test_rows_are_the_same_at_the_window(window: Any, name: str, mode: str, language: str) -> None:
    study = open_study(shipped_folder("protocols") / f"{name}.yaml").allocated("secret")
    people, undrawn = people_and_rows(study, mode, language)
    participant = SimulatedParticipant(people, study.timeline(study.slots(mode)[0], language), 1)
    rows = answer_at_the_window(window, participant)
    assert [without_clocks(row) for row in json.loads(json.dumps(rows))] == undrawn
    assert {(row["renderer"], row["simulated"]) for row in rows} == {("lab", True)}
    assert [fault for row in rows for fault in faults_of(row)] == []


@pytest.mark.browser
@pytest.mark.parametrize(NAMES, [*IN_SHORT_IN_BROWSER, *WHOLE], indirect=["trials"])
@pytest.mark.usefixtures("trials")
def test_rows_are_the_same_in_the_browser(
    chromium: Any, tmp_path: Path, name: str, mode: str, language: str
) -> None:
    study = open_study(shipped_folder("protocols") / f"{name}.yaml").allocated("secret")
    people, undrawn = people_and_rows(study, mode, language)
    export = exported(study, mode, language, tmp_path / "export")
    timeline = study.timeline(study.slots(mode)[0], language)
    record = session_in(chromium, export, study, SimulatedParticipant(people, timeline, 1))
    assert record.outcome == "complete"
    assert [without_clocks(row) for row in record.rows] == undrawn
    assert record.slot == 1
    assert {(row["renderer"], row["simulated"]) for row in record.rows} == {("browser", True)}
    assert [fault for row in record.rows for fault in faults_of(row)] == []


@pytest.mark.browser
def test_a_slot_taken_after_an_answer_gives_the_same_rows(chromium: Any, tmp_path: Path) -> None:
    study = two_clubs.write(tmp_path).allocated("secret")
    people, _ = people_and_rows(study, "main", "en")
    number = next(slot.number for slot in study.slots("main") if slot.answered["side"] == "blues")
    undrawn = take_part(people, PlannedSession(1, number, "complete"), "en").rows
    export = exported(study, "main", "en", tmp_path / "export", slots=None)
    timeline = study.timeline(study.slots("main")[number - 1])
    record = session_in(chromium, export, study, SimulatedParticipant(people, timeline, 1))
    assert (record.outcome, record.slot) == ("complete", number)
    assert list(map(without_clocks, record.rows)) == list(
        map(without_clocks, json.loads(json.dumps(undrawn)))
    )
    assert "resumed" not in {event["event"] for event in record.events}
