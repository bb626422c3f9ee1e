"""The import turns the data of a collector, JATOS, Pavlovia or a saved file into the rows of a lab journal."""

from __future__ import annotations

import copy
import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from browser_sessions import HOSTILE, SESSIONS, Sessions, downloads, put, sessions_of, written

from experiments.online.results.importing import import_results
from experiments.online.results.results import SOURCES, Results, ResultsImportError, read_results
from experiments.package import gather
from experiments.places import shipped_folder
from experiments.schema import NAMES, Row
from experiments.session.allocation import AllocationLog
from experiments.session.collection import read_collection
from experiments.session.journal import Journal, JournalError, Record, read_journal
from experiments.session.keeping import keep
from experiments.session.secret import secret_of
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    """Return the study whose sessions are imported."""
    return open_study(shipped_folder("protocols") / "identified_victim.yaml").allocated("secret")


@pytest.fixture(scope="module")
def original_sessions(study: Study) -> Sessions:
    """Return the sessions; tests that change them take ``sessions``."""
    return sessions_of(study)


@pytest.fixture
def sessions(original_sessions: Sessions) -> Sessions:
    """Return a copy of the sessions."""
    return copy.deepcopy(original_sessions)


def records(folder: Path) -> dict[str, Record]:
    """Return session -> journal of a collection."""
    read = [read_journal(path) for path in read_collection(folder).journals()]
    assert all(record.damage == () for record in read)
    return {record.session["session"]: record for record in read}


def in_the_lab(sessions: Sessions, folder: Path) -> dict[str, list[Row]]:
    """Write the sessions as the lab does; return session -> rows as they are read again."""
    found = {}
    for name, rows in sessions.items():
        path = folder / f"{name}.lab.jsonl"
        with Journal.begin(path, {"participant": rows[0]["participant"]}) as journal:
            journal.rows(rows)
        found[rows[0]["session"]] = read_journal(path).rows
    return found


def files_in(folder: Path) -> dict[Path, bytes]:
    """Return the bytes of all files of a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", SOURCES)
def test_rows_are_those_of_a_lab_journal(
    kind: str, study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    given = downloads(kind, study, sessions, tmp_path)
    data = tmp_path / "data"
    imported = import_results(study, data, read_results(kind, given.first))
    assert imported.sessions >= 2
    imported = import_results(study, data, read_results(kind, given.later))
    assert imported.known > 0
    assert imported.rows > 0
    assert imported.faults == []
    expected = in_the_lab(sessions, tmp_path)
    found = records(data)
    assert {session: record.rows for session, record in found.items()} == expected
    rows = [row for record in found.values() for row in record.rows]
    assert HOSTILE in [row["value"] for row in rows if row["measure"] == "suspicion.suspicion"]
    outcomes = {sessions[name][0]["session"]: end for name, (_, end) in SESSIONS.items()}
    assert {session: record.outcome for session, record in found.items()} == outcomes
    # The session began when the participant did, not when it was imported.
    assert {record.session["time"][:7] for record in found.values()} == {"2026-03"}
    before = files_in(data)
    imported = import_results(study, data, read_results(kind, given.later))
    assert (imported.sessions, imported.rows, imported.known) == (0, 0, len(rows))
    assert files_in(data) == before


def test_the_study_beside_an_export_reads_answers_in_every_language(
    study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    keep(study, export)
    secret_of(export, study.secret)
    given = downloads("file", study, sessions, tmp_path)
    exported = open_study(export / "protocol.yaml")
    imported = import_results(exported, tmp_path / "data", read_results("file", given.later))
    assert (imported.sessions, imported.faults) == (3, [])
    (first, *_) = sessions.values()
    assert first[0]["language"] == "he"


@pytest.mark.parametrize("secret", ["", "another"])
def test_answers_of_other_allocation_lists_are_not_imported(
    secret: str, study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    given = downloads("file", study, sessions, tmp_path)
    results, other = read_results("file", given.later), study.allocated(secret)
    if not secret:
        with pytest.raises(ResultsImportError, match="does not have the allocation lists"):
            import_results(other, tmp_path / "data", results)
        return
    imported = import_results(other, tmp_path / "data", results)
    wrong = [fault for fault in imported.faults if "its conditions are not those of place" in fault]
    assert len(wrong) == 3 - imported.sessions > 0


def test_an_archive_or_a_folder_of_jatos_is_read_like_its_text(
    study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    full, gone, half = sessions.values()
    archive = tmp_path / "jatos" / "results.jrzip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("metadata.json", "{}")
        for number, rows in enumerate((full[:5], full, gone, half)):
            # A page that was loaded again has a result of its own in the same study run.
            place = f"study_result_{max(number, 1)}/comp-result_{number}/data.txt"
            packed.writestr(place, written("linesOf", rows))
        packed.writestr("study_result_3/comp-result_3/files/photo.txt", "no result")
    data = tmp_path / "data"
    for name in (archive, archive.parent):
        imported = import_results(study, data, read_results("jatos", [str(name)]))
        assert imported.faults == []
    assert {session: record.rows for session, record in records(data).items()} == in_the_lab(
        sessions, tmp_path
    )
    archive.write_bytes(archive.read_bytes()[:200])
    with pytest.raises(ResultsImportError, match=r"results\.jrzip is a damaged archive"):
        read_results("jatos", [str(archive)])
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("metadata.json", "{}")
    with pytest.raises(ResultsImportError, match=r"has no results \(data\.txt\)"):
        read_results("jatos", [str(archive)])
    with pytest.raises(ResultsImportError, match=r"has no files ending in \.csv"):
        read_results("pavlovia", [str(archive.parent)])


def test_the_analysis_reads_what_was_imported(
    study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    given = downloads("jatos", study, sessions, tmp_path)
    data = tmp_path / "data"
    import_results(study, data, read_results("jatos", given.later))
    gathered = gather([data])
    assert gathered.rows.num_rows == sum(map(len, sessions.values()))
    assert not gathered.simulated
    by_session = {line["session"]: line for line in gathered.sessions.to_pylist()}
    assert by_session["half7k2"]["runs"] == 2
    assert by_session["full7k2"]["runs"] == 1
    browsers = [event for event in gathered.events if event["event"] == "browser"]
    # Received twice, it counts once; details that are not in the list are not kept.
    assert [event["name"] for event in browsers] == ["Firefox", "Firefox"]


def test_the_collectors_events_and_slots_come_along(
    study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    given = downloads("collector", study, sessions, tmp_path)
    data = tmp_path / "data"
    import_results(study, data, read_results("collector", given.later))
    assert {line["pauses"] for line in gather([data]).sessions.to_pylist()} == {1}
    log = AllocationLog(data, "lottery", len(study.slots("lottery")))
    draws = [(draw.event, draw.slot, draw.session, draw.why) for draw in log.draws()]
    full, gone, half = (rows[0]["session"] for rows in sessions.values())
    # The participant who left released slot 2; the next, who stopped sending, got and released it too.
    assert draws == [
        ("take", 1, full, ""),
        ("take", 2, gone, ""),
        ("release", 2, gone, "left"),
        ("take", 2, half, ""),
        ("release", 2, half, "dropped out"),
    ]
    assert list(log.taken()) == [1]


def test_rows_of_another_study_or_content_are_refused(
    study: Study, original_sessions: Sessions, tmp_path: Path
) -> None:
    other = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    with pytest.raises(ResultsImportError, match=r"belong to identified_victim 2\.\d.*collapse"):
        import_results(other, tmp_path / "data", Results(original_sessions["full"]))
    changed = [{**row, "protocol_hash": "0" * 16} for row in original_sessions["full"]]
    with pytest.raises(ResultsImportError, match=r"hash 0000000000000000.*protocol\.yaml"):
        import_results(study, tmp_path / "data", Results([*original_sessions["gone"], *changed]))
    assert not (tmp_path / "data").exists()


def test_simulated_and_collected_rows_never_meet(
    study: Study, original_sessions: Sessions, tmp_path: Path
) -> None:
    simulated = [{**row, "simulated": True} for row in original_sessions["full"]]
    with pytest.raises(ResultsImportError, match="never combined"):
        import_results(study, tmp_path / "data", Results([*original_sessions["gone"], *simulated]))
    import_results(study, tmp_path / "data", Results(original_sessions["gone"]))
    with pytest.raises(JournalError, match="cannot be added"):
        import_results(study, tmp_path / "data", Results(simulated))


def test_damaged_lines_are_named_and_all_others_read(
    study: Study, original_sessions: Sessions, tmp_path: Path
) -> None:
    lines = written("linesOf", original_sessions["full"]).encode().split(b"\n")
    lines[1] = lines[1][:40]
    lines[3] = b'{"study": "\xff\xfe"}'
    lines[5] = json.dumps({**original_sessions["full"][5], "session": None}).encode()
    lines[6] = json.dumps(
        {**original_sessions["full"][6], "onset": "soon", "ip": "10.0.0.1"}
    ).encode()
    lines[7] = b"[1, 2]"
    path = tmp_path / "saved.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    found = read_results("file", [str(path)])
    assert [fault.removeprefix(f"{path}:") for fault in found.faults] == [
        "2: it is not a row (incomplete, or not JSON)",
        "4: it has bytes that are not UTF-8",
        "6: 'session' is empty",
        "7: the column 'ip' is unknown; 'onset' should be number, found 'soon'",
        "8: it is not a row",
    ]
    missing = {1, 3, 5, 6, 7}
    assert [row["sequence"] for row in found.rows] == [
        row["sequence"] for row in original_sessions["full"] if row["sequence"] not in missing
    ]
    imported = import_results(study, tmp_path / "data", found)
    assert "session full7k2 of p1: row 2 is about" in imported.faults[-1]
    (record,) = records(tmp_path / "data").values()
    assert record.outcome == ""
    # The missing rows come later, from the collector or another copy of the file.
    whole = put(tmp_path / "whole.jsonl", written("linesOf", original_sessions["full"]))
    imported = import_results(study, tmp_path / "data", read_results("file", [whole]))
    assert (imported.rows, imported.faults) == (5, [])
    (record,) = records(tmp_path / "data").values()
    assert sorted(record.rows, key=lambda row: row["sequence"]) == original_sessions["full"]
    assert record.outcome == "complete"


def test_damaged_tables_are_named(original_sessions: Sessions, tmp_path: Path) -> None:
    text = written("csvOf", original_sessions["gone"])
    table = list(csv.reader(io.StringIO(text, newline="")))
    table[2][NAMES.index("sequence")] = "two"
    table[4] = table[4][:9]
    written_again = io.StringIO(newline="")
    csv.writer(written_again).writerows(table)
    path = put(tmp_path / "gone.csv", written_again.getvalue())
    found = read_results("pavlovia", [path])
    torn, short = found.faults
    assert torn == f"{path}:3: it is not a row (incomplete, or with values of the wrong type)"
    assert short.startswith(f"{path}:5: 'simulated' is empty; 'renderer' is empty")
    assert len(found.rows) == len(original_sessions["gone"]) - 2
    other = put(tmp_path / "other.csv", "a,b\r\n1,2\r\n")
    with pytest.raises(
        ResultsImportError, match=r"no answers in .*other\.csv.*columns study, .* are missing"
    ):
        read_results("pavlovia", [other])


def test_what_is_no_result_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ResultsImportError, match=r"no source 'qualtrics'\. Use collector, jatos"):
        read_results("qualtrics", ["x"])
    with pytest.raises(ResultsImportError, match=r"nothing\.txt cannot be read \(No such file"):
        read_results("jatos", [str(tmp_path / "nothing.txt")])
    with pytest.raises(ResultsImportError, match="no answers in"):
        read_results("jatos", [put(tmp_path / "empty.txt", "\n\n")])


def test_another_answer_under_the_same_number_is_reported_and_changes_nothing(
    study: Study, sessions: Sessions, tmp_path: Path
) -> None:
    rows = sessions["full"]
    forged = {**rows[9], "value": "5", "number": 5}
    lines = written("linesOf", rows) + json.dumps(forged)
    path = put(tmp_path / "saved.jsonl", lines)
    found = read_results("file", [path])
    assert found.faults == [
        f"{path}:{len(rows) + 1}: differs from row 9 of session full7k2 at {path}:10, which was used instead"
    ]
    import_results(study, tmp_path / "data", found)
    imported = import_results(study, tmp_path / "data", Results([forged]))
    assert "row 9 of session full7k2 of p1 differs" in imported.faults[0]
    (record,) = records(tmp_path / "data").values()
    assert record.rows == rows


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slot": 9999}, "the place 9999 is not in the allocation list of 'lottery'"),
        ({"mode": "lotto"}, "the protocol has no mode 'lotto'"),
        ({"language": "fr"}, "the protocol has no texts in 'fr'"),
    ],
)
def test_a_session_that_no_slot_fits_is_left_out(
    study: Study, original_sessions: Sessions, tmp_path: Path, change: Row, message: str
) -> None:
    strange = [{**row, **change} for row in original_sessions["gone"]]
    imported = import_results(
        study, tmp_path / "data", Results([*strange, *original_sessions["full"]])
    )
    assert imported.faults == [f"session gone7k2 of p2 was not imported: {message}"]
    assert list(records(tmp_path / "data")) == ["full7k2"]


def test_hostile_codes_stay_in_the_folder(
    study: Study, original_sessions: Sessions, tmp_path: Path
) -> None:
    rows = [
        {**row, "participant": "../../x", "session": "CON\n😀"} for row in original_sessions["gone"]
    ]
    import_results(study, tmp_path / "in" / "data", Results(rows))
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    (record,) = records(tmp_path / "in" / "data").values()
    assert record.rows == rows
