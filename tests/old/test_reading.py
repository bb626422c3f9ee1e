"""Every kind of file that an earlier version wrote is read, with what it wrote."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from known import collection, database, digest_of, package, table

from analysis.data.exclude import exclude
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.foreign.importing import import_foreign
from analysis.foreign.reanalyse import reanalyse
from analysis.planned import analyse
from analysis.planned.lock import check_prereg
from analysis.planned.storing import read_results
from analysis.power import read_power
from analysis.prereg.writing import check_power
from analysis.report import render
from analysis.simulate import SimulatedParticipant, population
from experiments.online.collector import give
from experiments.online.collector.export import Study as Exported
from experiments.online.collector.store import Store
from experiments.online.results.importing import import_results
from experiments.online.results.results import read_results as read_online
from experiments.package import tally, write_tally
from experiments.session.collection import read_collection
from experiments.session.journal import read_journal
from experiments.session.keeping import KEPT
from experiments.session.session import allocation, resume
from experiments.study import SECRET, open_study
from experiments.timeline.session_run import SessionIdentity
from experiments.timeline.timeline import Timeline

COLLECTIONS = (
    "simulated/identified_victim",
    "simulated/compassion_collapse",
    "simulated/parochial_vignettes",
    "lab",
)


#: Tables of results that describe the data, and have as many rows whatever is estimated.
OF_DATA = ("audit", "cells", "checks", "counts", "excluded", "flow", "trials", "values", "timing")


def test_the_files_are_complete(files):
    """What is known of the files was written with them; nothing was changed since."""
    for name in COLLECTIONS:
        assert collection(files / name) == files.known["collections"][name.rpartition("/")[2]]
    for name, content in files.known["packages"].items():
        assert package(files / "packages" / name) == content
    assert database(files / "collector/study.sqlite") == files.known["collector"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_read(files, name):
    known = files.known["collections"][name.rpartition("/")[2]]
    found = read_collection(files / name)
    assert (
        vars(found).items()
        >= {key: value for key, value in known["card"].items() if hasattr(found, key)}.items()
    )
    records = [read_journal(path) for path in found.journals()]
    assert digest_of(row for record in records for row in record.rows) == known["rows"]
    outcomes = {record.path.stem: record.outcome for record in records if record.outcome}
    assert outcomes == known["outcomes"]
    assert sum(len(record.events) for record in records) == known["lines"].get("event", 0)
    assert sum(len(record.frames) for record in records) == known["lines"].get("frames", 0)
    data = load(files / name)
    assert len(data.rows) == known["rows"]["rows"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_study_beside_the_data_is_the_one_they_were_collected_with(files, name):
    study, found = open_study(files / name / KEPT), read_collection(files / name)
    assert (study.study, study.version, study.hash) == (
        found.study,
        found.protocol_version,
        found.protocol_hash,
    )
    assert study.secret == "" if found.simulated else len(study.secret) == 32
    mode = study.modes[0]
    log = allocation(study, found, mode)
    for number, (participant, session) in log.taken().items():
        own = read_journal(found.existing_journal(participant, session)).session
        assert (own["slot"], own["mode"]) == (number, mode)
    kept = exclude(load(files / name), study, mode)
    assert len(kept.data.rows) > 0


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_session_fits_the_timeline_of_its_slot(files, name):
    study = open_study(files / name / KEPT)
    for path in read_collection(files / name).journals():
        record = read_journal(path)
        own = record.session
        slot = study.slots(own["mode"])[own["slot"] - 1]
        screens = {screen.id: screen for screen in study.timeline(slot, own["language"]).screens}
        for row in record.rows:
            screen = screens[row["screen"]]
            asked = {ask.measure for ask in screen.asks} or {screen.kind}
            assert row["measure"] in asked | {"leave"}
            assert (row["stimulus"] or "", row["cells"]) == (screen.stimulus, screen.cells or {})


def test_a_session_begun_then_goes_on(files, tmp_path):
    shutil.copytree(files / "lab", tmp_path / "c")
    found = read_collection(tmp_path / "c")
    study = open_study(found.folder / KEPT)
    before = read_journal(found.journal("lab2", "1"))
    session = resume(study, found, SessionIdentity("lab2", "1", False, "lab"))
    assert session.drafts == {draft["measure"]: draft["value"] for draft in before.drafts}
    assert len(session.drafts) == 5
    people = population(study, seed=3, mode="real", dropout=0.0)
    slot = study.slots("real")[before.session["slot"] - 1]
    person = SimulatedParticipant(people, study.timeline(slot, "en"), slot.number)
    assert session.run(person) == "complete"
    assert read_journal(found.journal("lab2", "1")).rows[: len(before.rows)] == before.rows


@pytest.mark.parametrize("name", ["simulated", "lab"])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_package_is_loaded_as_its_collection_is(files, tmp_path, name, kind):
    folder = tmp_path / "package"
    shutil.copytree(files / "packages" / name, folder)
    if kind == "csv":
        for path in folder.rglob("*.parquet"):
            path.unlink()
    source = "simulated/identified_victim" if name == "simulated" else "lab"
    packaged, collected = load(folder), load(files / source)
    keys = ["participant", "session", "sequence"]
    pd.testing.assert_frame_equal(
        packaged.rows.sort_values(keys, ignore_index=True)[collected.rows.columns],
        collected.rows.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )
    assert packaged.simulated == collected.simulated
    study = open_study(folder / "code" / KEPT)
    assert study.hash == read_collection(files / source).protocol_hash


def test_a_database_is_read_imported_and_goes_on_collecting(files, tmp_path):
    for name in ("collector", "export"):
        shutil.copytree(files / name, tmp_path / name)
    file, export = tmp_path / "collector" / "study.sqlite", tmp_path / "export"
    given, known = give(file), files.known["collector"]
    assert digest_of(given.rows) == known["rows"]
    for table_name, found in {
        "sessions": given.sessions,
        "drafts": given.drafts,
        "events": given.events,
        "allocation_log": given.allocation,
        "refused": given.refused,
    }.items():
        assert len(found) == known["tables"][table_name]
    study = open_study(export / KEPT)
    done = import_results(study, tmp_path / "data", read_online("collector", [str(file)]))
    assert (done.sessions, done.rows) == (4, known["rows"]["rows"])
    assert len(load(tmp_path / "data").rows) == known["rows"]["rows"]
    Store(file, Exported.model_validate(files.known["export"])).close()
    assert give(file).rows == given.rows


def test_an_export_is_that_of_its_study(files):
    export = files / "export"
    study = open_study(export / KEPT)
    about = json.loads((export / "study.json").read_text(encoding="utf-8"))
    assert (study.hash, study.secret) == (
        about["protocol_hash"],
        (export / SECRET).read_text(encoding="ascii").strip(),
    )
    slots = study.slots(about["mode"])
    for path in sorted((export / "slots").glob("*.json")):
        number, *language = path.stem.split(".")
        stored = Timeline.from_json(json.loads(path.read_text(encoding="utf-8")))
        composed = study.timeline(slots[int(number) - 1], language[0] if language else "en")
        assert asked(composed) == asked(stored)


def asked(timeline: Timeline) -> list[Any]:
    """Return the screens of a timeline and what they ask, without texts."""
    return [
        (
            screen.id,
            screen.stimulus,
            screen.cells,
            [(ask.measure, ask.correct, [o.value for o in ask.options]) for ask in screen.asks],
        )
        for screen in timeline.screens
    ]


def test_imported_data_are_read_and_imported_again(files, tmp_path):
    home = files / "imported"
    data = load(home / "data")
    assert len(data.rows) == files.known["imported"]["rows"]["rows"]
    import_foreign(home / "map.yaml", [home / "table.csv"], tmp_path / "data")
    again = load(tmp_path / "data").rows
    columns = [name for name in data.rows.columns if name not in ("code_version", "time")]
    assert again[columns].equals(data.rows[columns])
    assert "in minus out" in reanalyse(home / "data").text()


def test_results_are_recomputed_from_the_data(files, tmp_path):
    """Verdicts have a table of tests since, so that results of 1.0 say how to analyse the data again."""
    stored = json.loads((files / "results/results.json").read_text("utf-8"))
    with pytest.raises(AnalysisError, match="has the format 'compassion results 6'") as refused:
        read_results(files / "results")
    assert refused.value.remedy == f"Analyse the data again: {stored['provenance']['command']}"
    results = analyse([files / COLLECTIONS[0]], seed=stored["provenance"]["seed"])
    tables = results.tables()
    for path in (files / "results/tables").glob("*.csv"):
        assert path.stem in tables
        if path.stem in OF_DATA:
            assert len(tables[path.stem]) == max(0, table(path)["rows"])
    assert results.hash == open_study(files / COLLECTIONS[0] / KEPT).hash
    render(results, tmp_path / "report.html", pdf=False)
    assert (tmp_path / "report.html").stat().st_size > 50_000


def test_a_power_analysis_and_a_preregistration_are_read(files, tmp_path):
    shutil.copytree(files / COLLECTIONS[0], tmp_path / "c")
    study = open_study(tmp_path / "c" / KEPT)
    power = read_power(files / "power")
    assert power.items() >= files.known["power"].items()
    check_power(power, study)
    found = check_prereg(files / "prereg/prereg.json", study)
    assert found.deviations == ()
    assert files.known["prereg"]["hash"].startswith(found.hash)
    # The expansion that was deposited is that of the study.
    shutil.copyfile(files / "prereg" / KEPT, tmp_path / "c" / KEPT)
    assert open_study(tmp_path / "c" / KEPT).hash == study.hash


def test_a_translation_and_an_expansion_are_read(files, tmp_path):
    folder = shutil.copytree(files / "translated", tmp_path / "translated")
    # Parts belong to the program: that of the time is put beside the study, as `compassion part copy` does.
    shutil.copytree(Path(__file__).parent / "parts-1.0", folder / "parts")
    study = open_study(folder / "severity.yaml")
    (slot, *_) = study.slots(study.modes[0])
    texts = json.dumps(study.timeline(slot, study.language("he")).to_json(), ensure_ascii=False)
    assert texts.count("«") > 20
    kept = open_study(files / "translated/kept" / KEPT)
    assert kept.hash == study.hash
    assert kept.timeline(slot, "he").screens == study.timeline(slot, "he").screens


def test_payments_are_those_that_were_tallied(files, tmp_path):
    write_tally(tally(open_study(files / "lab" / KEPT), [files / "lab"]), tmp_path / "tally")
    for path in (files / "tally").glob("*.csv"):
        now, then = lines(tmp_path / "tally" / path.name), lines(path)
        for line, before in zip(now, then, strict=True):
            assert line.items() >= before.items()


def lines(path: Path) -> list[dict[str, str]]:
    """Return the lines of a CSV file."""
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
