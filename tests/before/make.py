"""Make the stored data of this folder and of ``tests/old/0.1.0``: ``python tests/before/make.py [PART ...]``.

They are made once, by the code as it was before it was rebuilt, and are not made again to make a test pass.
``tests/before/README.md`` describes each part.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
from named_numbers import numbers_of
from small_studies import (
    COLLECTIONS,
    OLD,
    SESSIONS,
    STORED,
    rows_of_people,
    study_of,
    without_code,
)
from table_cells import PROVENANCE, cells_of

SERVE = (
    "import sys; from experiments.online.collector import hash_password, serve; "
    "serve(sys.argv[1], database=sys.argv[2], port=0, password=hash_password('a long password', 2), "
    "announce=lambda line: print(line, flush=True))"
)
IDENTITY = "60d1c0ffee60d1c0ffee60d1"


def write_json(file: Path, content: Any) -> None:
    """Write JSON, packed where the name ends in ``.gz``; the same content gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=None if file.suffix == ".gz" else 1)
    data = (text + "\n").encode("utf-8")
    file.write_bytes(gzip.compress(data, mtime=0) if file.suffix == ".gz" else data)


def pack(folder: Path, name: str) -> None:
    """Pack a folder into ``tests/old``."""
    OLD.mkdir(parents=True, exist_ok=True)
    for lock in folder.rglob("*.lock"):
        lock.unlink()
    with (
        gzip.GzipFile(OLD / f"{name}.tar.gz", "wb", mtime=0) as file,
        tarfile.open(fileobj=file, mode="w") as packed,  # type: ignore[call-overload]
    ):
        packed.add(folder, name)


def collections(work: Path) -> None:
    """Simulate the three collections."""
    from analysis.simulate import simulate

    for small in COLLECTIONS:
        folder = work / small.study
        made = simulate(
            study_of(small.study), folder, small.n, small.hypothesis, small.seed, mode=small.mode
        )
        print(small.study, made.outcomes)
        pack(folder, small.study)
    lab_sessions(work)


def lab_sessions(work: Path) -> None:
    """Sessions of the lab: killed and resumed, left, never finished, with a torn line, with a device failure."""
    from analysis.simulate import population, simulated_participant
    from experiments.screen import Response
    from experiments.session.collection import open_collection
    from experiments.session.journal import Journal
    from experiments.session.session import begin, resume
    from experiments.timeline.session_run import SessionIdentity

    study = study_of("identified_victim")
    people = population(study, seed=3, mode="real", dropout=0.0)
    collection = open_collection(work / "lab_sessions", study.protocol, simulated=True)

    class Seat:
        """Answers as a simulated participant, drafts first; crashes at a screen, or leaves there."""

        def __init__(self, session: Any, person: Any, dies: str = "", leaves: str = "") -> None:
            self.session, self.person, self.dies, self.leaves = session, person, dies, leaves

        def respond(self, screen: Any, drafts: Any) -> Response:
            response = self.person.respond(screen, drafts)
            if screen.id == self.dies:
                for measure, value in response.answers.items():
                    self.session.save_draft(screen.id, measure, value, 1.5)
                raise KeyboardInterrupt
            if screen.id == self.leaves:
                return Response({}, {"leave": 2.0}, 0.0, "none", True)
            return response

    facts = {"window": [1280, 720], "frame_rate": 60.0}
    for number, (dies, leaves, goes_on) in enumerate(
        [
            ("donation.1.donation", "", True),
            ("scale.feelings5.1", "", False),
            ("", "donation.1.donation", False),
            ("", "", False),
        ],
        start=1,
    ):
        identity = SessionIdentity(f"lab{number}", "1", True, "lab")
        session = begin(study, collection, "real", identity, "en", facts)
        slot = study.slots("real")[session.progress.timeline.slot - 1]
        person = simulated_participant(study, slot, people=people, language="en")
        ids = [screen.id for screen in session.progress.timeline.screens]
        assert {dies, leaves} - {""} <= set(ids), ids
        try:
            session.run(Seat(session, person, dies, leaves))
        except KeyboardInterrupt:
            session.journal.close()
        path = collection.journal(identity.participant, "1")
        if goes_on:
            with path.open("ab") as file:
                file.write(b'{"type":"draft","screen":"dona')
            again = resume(study, collection, identity)
            assert again.drafts
            again.run(Seat(again, person))
        elif dies:
            with Journal.resume(path) as journal:
                journal.event("device_failure", what="the monitor went dark")
    pack(collection.folder, "lab_sessions")


def rows(work: Path) -> None:
    """Store rows of the first simulated people of every mode."""
    for study, mode, language in SESSIONS:
        made = [without_code(row) for row in rows_of_people(study, mode, language)]
        write_json(STORED / "rows" / f"{study}-{mode}-{language}.json.gz", made)


def timelines(work: Path) -> None:
    """Store the timeline of the first slots of every mode."""
    for study, mode, language in SESSIONS:
        opened = study_of(study)
        made = []
        for slot in opened.slots(mode)[:4]:
            timeline = opened.timeline(slot, language).to_json()
            made.append(json.loads(json.dumps(without_code(timeline))))
        cells = [
            {"slot": slot.number, "block": slot.block, "cells": slot.cells}
            for slot in opened.slots(mode)
        ]
        content = {"timelines": made, "slots": cells}
        write_json(STORED / "timelines" / f"{study}-{mode}-{language}.json.gz", content)


def results(work: Path) -> None:
    """Analyse the three collections."""
    from small_studies import unpacked

    from analysis.planned import analyse, write_results
    from analysis.report import render

    for small in COLLECTIONS:
        folder = unpacked(small.study, work)
        found = analyse([folder], None, mode="", seed=1, prereg=None, progress=lambda step: None)
        page = work / "report.html"
        page.unlink(missing_ok=True)
        render(found, page, pdf=False)
        file = write_results(found, work / f"{small.study}-results")
        _store_results(file, page, STORED / "results" / small.study)


def _store_results(file: Path, page: Path, target: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    # What differs from run to run and from machine to machine is no result.
    content["provenance"] |= {"sources": ["data"], "versions": {}, "made": "", "command": ""}
    content["provenance"] |= {"collected_with": [], "code_version": ""}
    write_json(target / "results.json.gz", content)
    write_json(target / "numbers.json.gz", numbers_of(content))
    cells = cells_of(page.read_text(encoding="utf-8"))
    tables = {name: table for name, table in cells.items() if not name.startswith(PROVENANCE)}
    write_json(target / "cells.json.gz", tables)


def demo(work: Path, made: Path | None = None) -> None:
    """Run the demo at its own seeds; store results, tables, and pictures of the reports."""
    from PIL import Image

    if made is None:
        made = work / "demo"
        command = [
            sys.executable,
            "-m",
            "compassion",
            "demo",
            "--to",
            str(made),
            "--at-window",
            "0",
        ]
        subprocess.run(command, check=True)
    for small in COLLECTIONS:
        report, target = made / small.study / "report", STORED / "demo" / small.study
        _store_results(report / "results.json", report / "report.html", target)
        for table in sorted((report / "tables").glob("*.csv")):
            (target / "tables").mkdir(parents=True, exist_ok=True)
            packed = gzip.compress(table.read_bytes(), mtime=0)
            (target / "tables" / f"{table.name}.gz").write_bytes(packed)
        pages = work / f"pages-{small.study}"
        pages.mkdir()
        command = ["pdftoppm", "-r", "60", "-png", str(report / "report.pdf"), str(pages / "page")]
        subprocess.run(command, check=True)
        (target / "pages").mkdir(parents=True, exist_ok=True)
        for page in sorted(pages.glob("*.png")):
            with Image.open(page) as picture:
                small_file = target / "pages" / f"{page.stem}.webp"
                picture.convert("RGB").save(small_file, "WEBP", quality=35, method=6)


def power(work: Path, made: Path | None = None) -> None:
    """Run the power analysis of the primary mode of each study, and write its preregistration."""
    for small in COLLECTIONS:
        protocol = OLD / "studies" / f"{small.study}.yaml"
        folder = (made or work / "power") / small.study
        if made is None:
            _compassion(work, "power", protocol, "--seed", 1, "--to", folder)
        content = json.loads((folder / "power.json").read_text(encoding="utf-8"))
        write_json(STORED / "power" / f"{small.study}.json.gz", {**content, "made": ""})
        target = work / "prereg" / small.study
        _compassion(work, "prereg", protocol, "--power", folder, "--n", 60, "--to", target)
        for file in target.glob("*.md"):
            packed = gzip.compress(file.read_bytes(), mtime=0)
            where = STORED / "prereg" / small.study
            where.mkdir(parents=True, exist_ok=True)
            (where / f"{file.name}.gz").write_bytes(packed)
        shutil.copy(target / "prereg.json", STORED / "prereg" / small.study / "prereg.json")


def _compassion(work: Path, *arguments: object) -> None:
    command = [sys.executable, "-m", "compassion", *map(str, arguments)]
    subprocess.run(command, check=True, cwd=work)


def package(work: Path) -> None:
    """Write the data package of a simulated collection and the sessions of the lab."""
    from small_studies import unpacked

    from experiments.package import write_package

    folders = [unpacked(name, work) for name in ("identified_victim", "lab_sessions")]
    write_package(folders, work / "package", licence="CC0", authors=("Ada Author",))
    pack(work / "package", "package")


def collector(work: Path) -> None:
    """Export a study, serve it, and go through sessions over the API of the collector."""
    from experiments.online.collector import back_up, delete_from, give
    from experiments.online.export.exporting import order, write_folder
    from experiments.online.recruitment import Recruitment

    study = study_of("identified_victim")
    export = work / "export"
    back = Recruitment(source="prolific", codes={"complete": "CDONE", "left": "CLEFT"})
    ordered = order(study, "static", "lottery", ["en", "he"], 6, back)
    write_folder(study, export, ordered)
    names = sorted(str(p.relative_to(export)) for p in export.rglob("*") if p.is_file())
    page = {"files": names, "study": json.loads((export / "study.json").read_text("utf-8"))}
    write_json(STORED / "export.json", page)
    database = work / "study.sqlite"
    command = [sys.executable, "-c", SERVE, str(export), str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = next(line.split()[1] for line in server.stdout if line.startswith("Study:"))
            gone = _sessions_over_the_api(address)
            written = back_up(database, work / "collector" / "study.sqlite")
        finally:
            server.terminate()
    delete_from(str(written[0]), gone)
    for file in written:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(export / "slots", work / "collector" / "export" / "slots")
    for name in ("study.json", "protocol.yaml"):
        shutil.copy(export / name, work / "collector" / "export" / name)
    given = give(written[0])
    content = {name: getattr(given, name) for name in ("rows", "sessions", "events", "drafts")}
    content |= {name: getattr(given, name) for name in ("allocation", "refused", "about")}
    write_json(STORED / "collector.json.gz", content)
    for name in ("study.sqlite", "study.identities.sqlite"):
        for rest in ("-wal", "-shm"):
            (work / "collector" / f"{name}{rest}").unlink(missing_ok=True)
    pack(work / "collector", "collector")


def _sessions_over_the_api(address: str) -> str:
    """Return the participant who is to be deleted."""
    import httpx

    from analysis.simulate import population
    from analysis.simulate.participants import SimulatedParticipant
    from experiments.timeline.session_run import SessionIdentity, SessionRun
    from experiments.timeline.timeline import Timeline

    people = population(study_of("identified_victim"), seed=4, mode="lottery", dropout=0.0)
    withdrawn = ""
    with httpx.Client(base_url=address, timeout=60) as client:
        for number, ends in enumerate(["complete", "left", "", "complete", "complete"], start=1):
            body = {"recruitment": {"source": "prolific", "id": f"{IDENTITY[:-1]}{number}"}}
            body |= {"language": "he" if number == 4 else "en"}
            answer = client.post("api/sessions", json=body)
            opened = answer.raise_for_status().json()
            head = {"Authorization": f"Bearer {opened['token']}"}
            timeline = Timeline.from_json(opened["timeline"])
            person = SimulatedParticipant(people, timeline, number)
            identity = SessionIdentity(opened["participant"], opened["session"], False, "browser")
            clock = f"2026-03-0{number}T09:00:00.000Z"
            progress = SessionRun(timeline, identity, lambda clock=clock: clock)
            while (screen := progress.current()) is not None:
                response = person.respond(screen, {})
                if screen.id == "donation.1.donation" and not ends:
                    drafts = {"screen": screen.id, "visit": 1, "answers": dict(response.answers)}
                    client.post("api/drafts", json={"drafts": drafts}, headers=head)
                    event = {"event": "pause", "time": clock, "detail": {"seconds": 3}}
                    client.post("api/events", json={"events": [event]}, headers=head)
                    break
                if screen.id == "donation.1.donation" and ends == "left":
                    response = type(response)({}, {"leave": 2.0}, 0.0, "none", True)
                rows = json.loads(json.dumps(progress.take(response)))
                client.post("api/rows", json={"rows": rows}, headers=head).raise_for_status()
            if number == 1:
                other = {**rows[-1], "value": "another"}
                client.post("api/rows", json={"rows": [other]}, headers=head).raise_for_status()
            if ends:
                ended = client.post("api/finish", json={"outcome": ends}, headers=head).json()
                assert ended["confirmed"], ended
            withdrawn = opened["participant"]
    return withdrawn


MAP = """\
# A written mapping of an invented table: one line per participant and group.
study: invented_giving
version: 1.0.0
title: Invented giving to two groups
source: Invented with numpy by tests/before/make.py; nobody gave these answers.
licence: CC0-1.0
participant: who
missing: ["", "-99"]
factors:
  group:
    sentence: Group of the recipient.
    column: grp
    levels: {1: in, 2: out}
measures:
  given:
    sentence: Points given.
    column: kept
    times: -1
    plus: 20
    low: 0
    high: 20
    unit: points
  age: {sentence: Age., column: age, once: true, phase: demographics}
  word: {sentence: A word., column: word, kind: text}
analysis:
  means: [given]
  differences:
    - {name: in minus out, measure: given, factor: group, higher: in, lower: out}
  models:
    - {name: by group, measure: given, formula: 'C(group, Treatment("out")) + (1 | participant)'}
"""


def imported(work: Path) -> None:
    """Invent a table, import it by a mapping, and reanalyse it."""
    from analysis.foreign.importing import import_foreign

    rng = np.random.default_rng(2026)
    lines = []
    for person in range(1, 61):
        level, age = rng.normal(8, 3), int(rng.integers(18, 80))
        for group in (1, 2):
            kept = float(np.clip(round(20 - level - rng.normal(1.5 * (group == 1), 2), 1), 0, 20))
            missing = rng.random() < 0.03
            word = ["x", "=2+2", "שלום", "two, words", ""][int(rng.integers(5))]
            lines.append((f"p{person}", group, -99 if missing else kept, age, word))
    table = work / "table.csv"
    pd.DataFrame(lines, columns=["who", "grp", "kept", "age", "word"]).to_csv(table, index=False)
    mapping = work / "map.yaml"
    mapping.write_text(MAP, encoding="utf-8")
    import_foreign(mapping, [table], work / "imported" / "data")
    shutil.copy(table, work / "imported" / "table.csv")
    shutil.copy(mapping, work / "imported" / "map.yaml")
    write_json(STORED / "reanalysis.json", reanalysis_numbers(work / "imported" / "data"))
    pack(work / "imported", "imported")


def reanalysis_numbers(folder: Path) -> dict[str, float]:
    """Return the numbers of a reanalysis by name."""
    from analysis.foreign.reanalyse import reanalyse

    found = reanalyse(folder)
    numbers: dict[str, float] = {}
    for measure, table in found.means.items():
        for row in table.to_dict("records"):
            for name in ("n", "mean", "sd"):
                numbers[f"{measure} | {row['group']} | {name}"] = float(row[name])
    for name, compared in found.comparisons.items():
        numbers[f"{name} | difference"] = float(compared.difference)
        numbers[f"{name} | effect"] = float(compared.effect)
    for name, fit in found.models.items():
        for row in fit.terms.to_dict("records"):
            for column in ("estimate", "se", "df", "statistic", "p"):
                numbers[f"{name} | {row['term']} | {column}"] = float(row[column])
    return numbers


def lab(work: Path) -> None:
    """Draw every screen as the lab shows it."""
    from drawn_screens import lab_screens, store

    target = STORED / "screens"
    shutil.rmtree(target / "lab", ignore_errors=True)
    files: dict[str, str] = {}
    index = {}
    for shown in lab_screens():
        if shown.looks not in files:
            files[shown.looks] = f"lab/{len(files) + 1:03d}.webp"
            store(shown.in_lab(), target / files[shown.looks])
        index[shown.name] = files[shown.looks]
    write_json(target / "lab.json", index)


def browser(work: Path) -> None:
    """Draw the screens as Chromium shows them."""
    from drawn_screens import (
        OneScreen,
        browser_screens,
        browser_screens_of_studies,
        drawn_in_browser,
        page_for_all,
        store,
    )
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    target = STORED / "screens"
    shutil.rmtree(target / "browser", ignore_errors=True)
    index = {}
    with sync_playwright() as playwright, closing(OneScreen(page_for_all(work / "page"))) as server:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for number, shown in enumerate([*browser_screens(), *browser_screens_of_studies()], 1):
            index[shown.name] = f"browser/{number:03d}.webp"
            store(drawn_in_browser(chromium, server, shown), target / index[shown.name])
        chromium.close()
    write_json(target / "browser.json", index)


PARTS: dict[str, Callable[[Path], None]] = {
    "collections": collections,
    "rows": rows,
    "timelines": timelines,
    "results": results,
    "demo": demo,
    "power": power,
    "package": package,
    "collector": collector,
    "imported": imported,
    "lab": lab,
    "browser": browser,
}


def main(names: list[str]) -> None:
    """Make the parts that are named, or all of them."""
    for name in names or PARTS:
        with tempfile.TemporaryDirectory() as work:
            print(name, flush=True)
            PARTS[name](Path(work))


if __name__ == "__main__":
    main(sys.argv[1:])
