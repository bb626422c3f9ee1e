"""A copy made while rows arrive is complete, and a study can continue from it."""

from __future__ import annotations

import shutil
import stat
import threading
from pathlib import Path

import pytest
from real_server import Server
from small_export import rows_of

from experiments.online.collector import DatabaseError, back_up, give, payments


def test_a_copy_under_load_is_whole_and_can_be_served(start, tmp_path):
    server = start(slots=8, trials=60)
    complete = server.complete(recruitment={"source": "sona", "id": "1"})
    opened = server.open(recruitment={"source": "sona", "id": "2"})
    rows, over = rows_of(opened), threading.Event()

    def send() -> None:
        for row in rows:
            if over.is_set():
                return
            assert server.post(opened, "rows", rows=[row]).json()["accepted"] == [row["sequence"]]

    sending = threading.Thread(target=send)
    sending.start()
    written = back_up(server.database, tmp_path / "copy.sqlite")
    over.set()
    sending.join()
    assert [path.name for path in written] == ["copy.sqlite", "copy.identities.sqlite"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert sorted(path.name for path in tmp_path.glob("copy*")) == sorted(
        path.name for path in written
    )
    given = give(written[0])
    assert [row for row in given.rows if row["session"] == complete["session"]] == rows_of(complete)
    others = [row for row in given.rows if row["session"] == opened["session"]]
    assert others == rows[: len(others)]
    assert [one["id"] for one in payments(written[0])] == ["1", "2"]
    server.stop()
    restored = Server(server.export, str(written[0])).start()
    try:
        back = restored.open(recruitment={"source": "sona", "id": "2"})
        assert back["session"] == opened["session"]
        assert restored.post(back, "rows", rows=rows).json()["rejected"] == []
        assert restored.post(back, "finish", outcome="complete").json()["confirmed"]
    finally:
        restored.client.close()
        restored.kill()


def test_a_folder_takes_the_same_names_and_nothing_is_overwritten(start, tmp_path):
    server = start(slots=4)
    folder = tmp_path / "backups"
    assert [path.parent for path in back_up(server.database, folder)] == [folder, folder]
    with pytest.raises(DatabaseError, match="never overwritten"):
        back_up(server.database, folder)
    named = tmp_path / "every" / "night" / "monday.sqlite"
    assert back_up(server.database, named)[0] == named


def test_what_cannot_be_copied_is_reported(start, tmp_path):
    with pytest.raises(DatabaseError, match="does not exist"):
        back_up(tmp_path / "nothing.sqlite", tmp_path / "copy.sqlite")
    with pytest.raises(DatabaseError, match="pg_dump"):
        back_up("postgresql://localhost/study", tmp_path / "copy.sqlite")
    server = start(slots=4)
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot be created"):
        back_up(server.database, tmp_path / "file" / "copy.sqlite")


def test_without_identities_the_data_are_copied(start, tmp_path):
    server = start(slots=4)
    server.complete()
    server.stop()
    for file in Path(server.database).parent.glob("study.identities.sqlite*"):
        shutil.move(file, tmp_path / f"away-{file.name}")
    (written,) = back_up(server.database, tmp_path / "copy.sqlite")
    assert len(give(written).sessions) == 1
