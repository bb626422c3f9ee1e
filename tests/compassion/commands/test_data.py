"""The commands of data: from the results of JATOS to bonuses; released slots; examples that can be typed."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.simulate import population
from analysis.simulate.sessions import PlannedSession, take_part
from compassion.commands.main import app
from experiments.errors import UserError
from experiments.places import shipped_folder
from experiments.session.collection import open_collection
from experiments.session.keeping import keep
from experiments.session.secret import secret_of
from experiments.session.session import allocation, begin
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity

PROTOCOL = shipped_folder("protocols") / "compassion_collapse.yaml"


@pytest.fixture(scope="module")
def study() -> Study:
    """Return a study with a lottery, with the allocation lists of an export."""
    return open_study(PROTOCOL).allocated("secret")


@pytest.fixture(scope="module")
def exported(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the study file of an export."""
    folder = tmp_path_factory.mktemp("export")
    keep(study, folder)
    secret_of(folder, study.secret)
    return folder / "protocol.yaml"


def run(*words: str | Path) -> str:
    """Run a command of `compassion data`; return its output on one line."""
    result = CliRunner().invoke(app, ["data", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def archive(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return JATOS's results archive of two participants; the first has won."""
    people = population(study, seed=11, mode="between", dropout=0.0)
    won = next(slot.number for slot in study.slots("between") if slot.draws["implemented"])
    lost = next(slot.number for slot in study.slots("between") if not slot.draws["implemented"])
    path = tmp_path_factory.mktemp("jatos") / "results.jrzip"
    results = []
    with zipfile.ZipFile(path, "w") as packed:
        for number, slot in enumerate((won, lost), start=31):
            details = {
                "participant": f"code{number}",
                "session": f"jatos-{number}-1",
                "simulated": False,
                "renderer": "browser",
            }
            rows = [
                {**row, **details}
                for row in take_part(people, PlannedSession(slot, slot, "complete"), "en").rows
            ]
            text = "".join(json.dumps(row) + "\n" for row in rows)
            packed.writestr(f"study_result_{number}/comp-result_{number}/data.txt", text)
            link = {"PROLIFIC_PID": f"5f1e{number}"}
            results.append({"id": number, "urlQueryParameters": link})
        packed.writestr("metadata.json", json.dumps({"data": [{"studyResults": results}]}))
    return path


def test_results_become_rows_once_and_bonuses_without_codes(
    archive: Path, exported: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    words = ("--from", "jatos", "--protocol", exported, "--to", data)
    assert "2 new sessions" in run("import", archive, *words)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert "0 new sessions, 0 new rows" in run("import", archive.parent, *words)
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
    assert not any(b"5f1e" in content for content in before.values())

    run("tally", data, "--to", tmp_path / "payments")
    with (tmp_path / "payments" / "payments.csv").open(newline="") as file:
        kept = {row["participant"]: float(row["kept"]) for row in csv.DictReader(file)}
    table = tmp_path / "bonuses.csv"
    output = run("bonuses", data, "--identities", archive, "--to", table)
    assert kept["code31"] > 0 == kept["code32"]
    assert "1 bonus." in output
    assert table.read_text().splitlines() == [
        "id,amount,currency,source",
        f"5f1e31,{kept['code31']:.2f},USD,prolific",
    ]


def test_a_slot_is_given_back_once_and_the_session_stays(study: Study, tmp_path: Path) -> None:
    collection = open_collection(tmp_path / "d", study, simulated=True)
    for session in ("1", "2"):
        identity = SessionIdentity("p7", session, True, "lab")
        begin(study, collection, "between", identity, "en", {}).journal.close()
    assert "Place 2 in the allocation list is free" in run(
        "release", tmp_path / "d", "p7", "--session", "2"
    )
    with pytest.raises(UserError, match="it was already freed"):
        run("release", tmp_path / "d", "p7", "--session", "2")
    assert collection.existing_journal("p7", "2").exists()
    assert allocation(study, collection, "between").take("p8", "1") == 2


def test_what_is_no_collection_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a collection of sessions"):
        run("package", tmp_path, "--to", tmp_path / "package")
    (tmp_path / "collection.json").write_text("{", "utf-8")
    with pytest.raises(UserError, match=r"collection\.json is damaged"):
        run("package", tmp_path, "--to", tmp_path / "package")


def test_files_of_ours_in_examples_are_there() -> None:
    help_texts = "".join(
        file.read_text("utf-8")
        for file in (shipped_folder("compassion") / "commands").rglob("*.py")
    )
    named = set(re.findall(r"(?:docs|protocols)/[\w/]+\.(?:yaml|md)", help_texts))
    assert "docs/reanalysis/psa008_pilot2.yaml" in named
    assert [
        file for file in named if not (shipped_folder("compassion").parent / file).exists()
    ] == []
