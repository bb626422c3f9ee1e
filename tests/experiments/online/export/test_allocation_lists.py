"""Exports: whole, with allocation lists of their own, and read back with the same lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_study
from simulated_answers import Somebody

from experiments.errors import UserError
from experiments.online.export.exporting import order, write_folder
from experiments.online.results.importing import import_results
from experiments.online.results.results import Results
from experiments.schema import Row
from experiments.session.journal import read_journal
from experiments.session.secret import secret_of
from experiments.study import SECRET, Study, open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return small_study.write(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def folder(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export for JATOS."""
    return exported(study, tmp_path_factory.mktemp("exports") / "export")


def exported(study: Study, folder: Path, target: str = "jatos", **more: Path) -> Path:
    """Export four slots of the study."""
    return write_folder(study, folder, order(study, target, slots=4), **more)


def timelines(site: Path) -> list[Timeline]:
    """Return the timelines of an export."""
    return [
        Timeline.from_json(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted((site / "slots").glob("*.json"))
    ]


def rows_of(timeline: Timeline) -> list[Row]:
    """Return the rows of a session in the browser."""
    run = SessionRun(timeline, SessionIdentity(f"p{timeline.slot}", "1", False, "browser"))
    rows: list[Row] = []
    while (screen := run.current()) is not None:
        rows += run.take(Somebody().respond(screen, {}))
    return rows


def test_an_export_has_the_timelines_of_its_own_lists(study: Study, folder: Path) -> None:
    again = open_study(folder / "protocol.yaml")
    assert again.secret == secret_of(folder)
    assert again.hash == study.hash
    expected = [again.timeline(slot) for slot in again.slots("main")[:4]]
    assert timelines(folder / "site") == expected
    assert timelines(folder / "site") != [study.timeline(slot) for slot in study.slots("main")[:4]]
    facts = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert (facts["study"], facts["protocol_hash"]) == ("severity", study.hash)
    note = (folder / "README.md").read_text(encoding="utf-8")
    assert "Severity and group" in note
    assert "No stakes." in note
    assert "hypothetical" not in note
    assert "ending with payment" not in note


def test_the_secret_is_not_in_what_participants_get(folder: Path) -> None:
    secret = secret_of(folder).encode()
    holding = [path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert holding == [folder / SECRET]


def test_an_export_can_have_the_lists_of_an_earlier_one(
    study: Study, folder: Path, tmp_path: Path
) -> None:
    other = exported(study, tmp_path / "other")
    same = exported(study, tmp_path / "same", earlier=folder)
    assert timelines(same / "site") == timelines(folder / "site")
    assert timelines(other / "site") != timelines(folder / "site")
    with pytest.raises(UserError, match="has no allocation lists to use again"):
        exported(study, tmp_path / "none", earlier=tmp_path)
    assert not (tmp_path / "none").exists()


def test_results_are_imported_with_the_lists_of_the_export(folder: Path, tmp_path: Path) -> None:
    rows = [row for timeline in timelines(folder / "site") for row in rows_of(timeline)]
    back = open_study(folder / "protocol.yaml")
    done = import_results(back, tmp_path / "data", Results(rows))
    assert (done.sessions, done.faults) == (4, [])
    assert secret_of(tmp_path / "data") == secret_of(folder)
    for path in (tmp_path / "data" / "sessions").iterdir():
        assert read_journal(path).outcome == "complete"
    with pytest.raises(UserError, match="has other allocation lists"):
        import_results(back.allocated("another"), tmp_path / "data", Results(rows))
