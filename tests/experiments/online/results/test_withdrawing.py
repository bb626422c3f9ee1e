"""A participant who withdraws is deleted from databases and folders, and no import restores the data."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from browser_sessions import Sessions, downloads, sessions_of
from typer.testing import CliRunner

from compassion.commands.data import app
from experiments.codes import ALPHABET, is_participant, mistyped
from experiments.online.results.importing import import_results
from experiments.online.results.results import read_results
from experiments.online.results.withdrawing import withdraw
from experiments.package import DataError, gather
from experiments.package.deleting import hash_of
from experiments.places import shipped_folder
from experiments.session.collection import read_collection
from experiments.session.journal import read_journal
from experiments.study import Study, open_study

PROTOCOL = shipped_folder("protocols") / "identified_victim.yaml"


@pytest.fixture(scope="module")
def study() -> Study:
    """Return the study whose sessions were collected."""
    return open_study(PROTOCOL).allocated("secret")


@pytest.fixture(scope="module")
def original_sessions(study: Study) -> Sessions:
    """Return the sessions, which the collector gives codes of its own."""
    return sessions_of(study)


@pytest.fixture
def collected(study: Study, original_sessions: Sessions, tmp_path: Path) -> tuple[str, str, str]:
    """Return an older copy of a database, the database, and the code of a participant in both."""
    sessions = copy.deepcopy(original_sessions)
    given = downloads("collector", study, sessions, tmp_path)
    return given.first[0], given.later[0], sessions["full"][0]["participant"]


def people(folder: Path) -> set[str]:
    """Return the participants of a collection."""
    journals = read_collection(folder).journals()
    return {read_journal(path).session["participant"] for path in journals}


def test_neither_database_nor_folder_brings_anybody_back(study, collected, tmp_path) -> None:
    older, database, participant = collected
    data = tmp_path / "data"
    import_results(study, data, read_results("collector", [database]))
    assert participant in people(data)
    result = withdraw([str(data), database], participant)
    assert {place: gone.sessions for place, gone in result.deleted.items()} == {
        database: 1,
        str(data): 1,
    }
    assert result.faults == []
    stay = people(data)
    assert participant not in stay
    assert len(stay) == 2
    for files in ([older], [older, database], [database]):
        again = import_results(study, data, read_results("collector", files))
        assert again.faults == []
        assert again.withdrawn == (files == [older])
        assert people(data) == stay
    # A new folder gets the deletion from the database.
    fresh = tmp_path / "fresh"
    import_results(study, fresh, read_results("collector", [older, database]))
    assert people(fresh) == stay
    assert [line["participant"] for line in gather([data]).deletions] == [hash_of(participant)]


def test_a_participant_deleted_from_the_database_only_is_reported(
    study, collected, tmp_path
) -> None:
    _, database, participant = collected
    data = tmp_path / "data"
    import_results(study, data, read_results("collector", [database]))
    withdraw([database], participant)
    result = import_results(study, data, read_results("collector", [database]))
    (fault,) = result.faults
    assert f"compassion data delete {data} {participant}" in fault


def test_the_command_names_every_place(study, collected, tmp_path) -> None:
    older, database, participant = collected
    data = tmp_path / "data"
    import_results(study, data, read_results("collector", [older]))
    words = ["delete", older, database, str(data), participant]
    refused = CliRunner().invoke(app, words, input="n\n")
    assert refused.exit_code == 1
    assert participant in people(data)
    result = CliRunner().invoke(app, [*words, "--yes"])
    assert result.exit_code == 0, result.output
    message = "deleted. Only an empty entry remains, which shows this."
    assert result.output.replace("\n", "").count(message) == 3
    assert participant not in people(data)


def test_a_place_without_them_is_reported_and_the_others_are_cleared(
    study, collected, tmp_path
) -> None:
    older, database, participant = collected
    data = tmp_path / "data"
    import_results(study, data, read_results("collector", [older]))
    withdraw([str(data)], participant)
    result = withdraw([str(data), database], participant)
    assert list(result.deleted) == [database]
    assert "has no session" in result.faults[0]
    with pytest.raises(DataError, match="neither a folder nor a database"):
        withdraw([older, str(tmp_path / "nothing.sqlite")], participant)
    assert participant in str(read_results("collector", [older]).rows)
    with pytest.raises(DataError, match="has no participant with"):
        withdraw([database, older], "pnobody")


def test_a_code_is_found_as_it_is_typed_and_a_typing_error_is_named(collected) -> None:
    _, database, participant = collected
    assert is_participant(participant)
    swapped = participant[:-2] + participant[:-3:-1]
    assert swapped == participant or mistyped(swapped)
    wrong = participant[:-1] + next(last for last in ALPHABET if last != participant[-1])
    with pytest.raises(DataError, match=f"'{wrong}' is mistyped: its last character does not fit"):
        withdraw([database], wrong)
    assert withdraw([database], participant.upper()).deleted[database].sessions == 1
