"""Journals: on disk line by line, never overwritten, readable whatever happened to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from experiments.schema import NAMES
from experiments.session.journal import Journal, JournalError, read_journal


def row(sequence: int, value: str = "x") -> dict:
    content = dict.fromkeys(NAMES)
    content.update(
        sequence=sequence, screen="s", measure="m", value=value, status="answered", cells={}
    )
    return content


HOSTILE = [
    'he said "no"',
    "line\nbreak\r\n",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "😀",
    "שלום",
    "\t",
    "\u2028",
]


def test_what_is_written_is_read(tmp_path):
    with Journal.begin(tmp_path / "a" / "j.jsonl", {"participant": "p"}) as journal:
        journal.rows(row(n, text) for n, text in enumerate(HOSTILE))
        journal.draft("t", 1, "m", 3, 0.25)
        journal.event("pause", at="t")
        journal.end("complete")
    record = read_journal(journal.path)
    assert [item["value"] for item in record.rows] == HOSTILE
    assert record.session["participant"] == "p"
    assert (record.outcome, record.damage) == ("complete", ())
    assert record.drafts[0]["value"] == 3
    assert record.events[0]["event"] == "pause"


def test_a_journal_is_never_overwritten(tmp_path):
    path = tmp_path / "j.jsonl"
    Journal.begin(path, {"participant": "p"}).close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="--resume"):
        Journal.begin(path, {"participant": "q"})
    assert path.read_bytes() == before


def test_a_torn_last_line_costs_only_itself(tmp_path):
    path = tmp_path / "j.jsonl"
    with Journal.begin(path, {}) as journal:
        journal.rows([row(0), row(1)])
    path.write_bytes(path.read_bytes() + b'{"type":"row","sequ')
    with Journal.resume(path) as journal:
        journal.rows([row(2)])
    record = read_journal(path)
    assert [item["sequence"] for item in record.rows] == [0, 1, 2]
    assert [damage.line for damage in record.damage] == [4]


def test_damage_is_named_by_line_and_the_rest_is_read(tmp_path):
    path = tmp_path / "j.jsonl"
    with Journal.begin(path, {}) as journal:
        journal.rows([row(0), row(1), row(2)])
    lines = path.read_bytes().split(b"\n")
    lines[2] = b"\x00\xff garbage"
    lines.insert(3, b'{"type":"row","sequence":9}')
    lines.insert(4, b"[1, 2]")
    path.write_bytes(b"\n".join(lines))
    record = read_journal(path)
    assert [item["sequence"] for item in record.rows] == [0, 2]
    assert [damage.line for damage in record.damage] == [3, 4, 5]
    assert str(record.damage[0]).startswith(f"{path}:3:")


def test_a_row_of_somebody_else_is_damage(tmp_path):
    with Journal.begin(tmp_path / "j.jsonl", {"participant": "p01", "session": "1"}) as journal:
        own = {**row(0), "participant": "p01", "session": "1"}
        journal.rows([own, {**own, "sequence": 1, "participant": "p02"}, {**own, "sequence": 2}])
    record = read_journal(journal.path)
    assert [item["sequence"] for item in record.rows] == [0, 2]
    assert "this row has the participant 'p02', but the journal has 'p01'" in str(record.damage[0])


def test_rows_of_one_number_count_once(tmp_path):
    with Journal.begin(tmp_path / "j.jsonl", {}) as journal:
        journal.rows([row(0, "first"), row(0, "second")])
    assert [item["value"] for item in read_journal(journal.path).rows] == ["first"]


def test_a_file_that_is_no_journal_is_reported(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(JournalError, match="no session line"):
        read_journal(path)


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="--data"):
        Journal.begin(tmp_path / "file" / "j.jsonl", {})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only on Linux is there /dev/full")
def test_a_full_disk_is_reported(tmp_path):
    journal = Journal(Path("/dev/full"), os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(JournalError, match=r"(?i)no space.*are saved"):
        journal.rows([row(0)])
    journal.close()


def test_a_killed_process_loses_no_row_it_has_acknowledged(tmp_path):
    path = tmp_path / "j.jsonl"
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from experiments.session.journal import Journal
        from experiments.schema import NAMES
        journal = Journal.begin(Path({str(path)!r}), {{}})
        for number in range(100000):
            row = dict.fromkeys(NAMES)
            row.update(sequence=number, cells={{}})
            journal.rows([row])
            print(number, flush=True)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    acknowledged = -1
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= 50:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    read = [item["sequence"] for item in read_journal(path).rows]
    assert read[: acknowledged + 1] == list(range(acknowledged + 1))
