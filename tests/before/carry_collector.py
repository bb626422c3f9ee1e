"""Carry the collector's database of 0.1.0 over: the slots, rows and drafts of its sessions, and the export it served."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from carry import Carried, Line
from make_first import slots_of
from small_studies import STORED, study_of, write_json
from two_editions import Names

from experiments.online.export.exporting import facts, order
from experiments.online.recruitment import Recruitment
from experiments.session.keeping import keep
from experiments.study import SECRET

LANGUAGES = ("en", "he")
#: What the allocation lists of the export are drawn from.
OF_EXPORT = "0123456789abcdef0123456789abcdef"


def carry_collector(folder: Path, first: Path) -> None:
    """Rewrite the database and the export, and what ``give`` must return of them."""
    study = study_of("identified_victim").allocated(OF_EXPORT)
    path = first / "tests" / "old" / "0.1.0" / "studies" / "identified_victim.yaml"
    old_slots = slots_of(first, path, "lottery", LANGUAGES, 6)
    carried = Carried(study, "lottery", old_slots)
    with closing(sqlite3.connect(folder / "study.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        sessions = Sessions(connection, carried)
        back = Recruitment(source="prolific", codes={"complete": "CDONE", "left": "CLEFT"})
        ordered = order(study, "static", "lottery", LANGUAGES, sessions.number_of_slots, back)
        content = facts(study, ordered)
        _rewrite(connection, sessions, content)
    export = folder / "export"
    for timeline in export.glob("slots/*.json"):
        timeline.unlink()
    (export / "slots").rmdir()
    (export / SECRET).write_text(OF_EXPORT + "\n", encoding="ascii")
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (export / "study.json").write_text(text, encoding="utf-8")
    keep(study, export)
    before = _of_first(first)
    write_json(STORED / "collector.json.gz", _expected(before, sessions, content))


class Sessions:
    """The slots and names of the sessions of a database."""

    def __init__(self, connection: sqlite3.Connection, carried: Carried) -> None:
        self.carried = carried
        self.slots: dict[str, int] = {}
        log = connection.execute("SELECT * FROM allocation_log ORDER BY entry").fetchall()
        taken: dict[int, str] = {}
        for line in log:
            if line["what"] == "taken":
                slot = carried.number(line["slot"], taken)
                self.slots[line["session"]] = slot
                taken[slot] = line["session"]
            elif line["what"] == "released":
                del taken[self.slots[line["session"]]]
        self.number_of_slots = -(-max(self.slots.values()) // 6) * 6

    def names(self, row: Line) -> Names:
        """Return the names for a row, by the slot and language of its session."""
        return self.carried.names(row["slot"], self.slots[row["session"]], row["language"])

    def row(self, row: Line) -> Line:
        """Return a row with the names of the second edition."""
        return dict(sorted(self.names(row).row(row).items()))


def _compact(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _rewrite(connection: sqlite3.Connection, sessions: Sessions, content: Line) -> None:
    held = connection.execute("SELECT state, session FROM slots WHERE session IS NOT NULL")
    states = {sessions.slots[line["session"]]: tuple(line) for line in held.fetchall()}
    connection.execute("DELETE FROM slots")
    for place, slot in enumerate(content["slots"]):
        values = (slot["slot"], place, slot["block"], _compact(slot["cells"]))
        values += states.get(slot["slot"], ("free", None))
        connection.execute("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?)", values)
    for table in ("sessions", "allocation_log"):
        for session, slot in sessions.slots.items():
            connection.execute(f"UPDATE {table} SET slot = ? WHERE session = ?", (slot, session))
    for name in ("protocol_version", "protocol_hash"):
        connection.execute("UPDATE about SET value = ? WHERE name = ?", (content[name], name))
    first_row: dict[str, Line] = {}
    for line in connection.execute("SELECT session, sequence, row FROM rows").fetchall():
        row = json.loads(line["row"])
        first_row[line["session"]] = row
        text = _compact(sessions.row(row))
        connection.execute(
            "UPDATE rows SET row = ? WHERE session = ? AND sequence = ?",
            (text, line["session"], line["sequence"]),
        )
    for line in connection.execute("SELECT session, row FROM refused").fetchall():
        text = _compact(sessions.row(json.loads(line["row"])))
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        connection.execute(
            "UPDATE refused SET row = ?, digest = ? WHERE session = ?",
            (text, digest, line["session"]),
        )
    for line in connection.execute("SELECT session, drafts FROM drafts").fetchall():
        names = sessions.names(first_row[line["session"]])
        text = _compact(_draft(json.loads(line["drafts"]), names))
        connection.execute(
            "UPDATE drafts SET drafts = ? WHERE session = ?", (text, line["session"])
        )
    connection.commit()
    connection.execute("VACUUM")


def _draft(draft: Line, names: Names) -> Line:
    screen = draft["screen"]
    answers = {names.measure(screen, name): value for name, value in draft["answers"].items()}
    return {**draft, "answers": answers, "screen": names.screen(screen)}


def _of_first(first: Path) -> Line:
    stored = first / "tests" / "before" / "stored" / "collector.json.gz"
    content: Line = json.loads(gzip.decompress(stored.read_bytes()))
    return content


def _expected(before: Line, sessions: Sessions, content: Line) -> Line:
    """Return what ``give`` returned of the database, with the names of the second edition."""
    one = {row["session"]: row for row in before["rows"]}

    def slots(lines: list[Line]) -> Iterator[Line]:
        for line in lines:
            yield {**line, "slot": sessions.slots[line["session"]]}

    about = {name: content[name] for name in before["about"]}
    drafts = [
        {**line, "drafts": _draft(line["drafts"], sessions.names(one[line["session"]]))}
        for line in before["drafts"]
    ]
    refused = [
        {**line, "row": _compact(sessions.row(json.loads(line["row"])))}
        for line in before["refused"]
    ]
    return {
        **before,
        "rows": [sessions.row(row) for row in before["rows"]],
        "sessions": list(slots(before["sessions"])),
        "drafts": drafts,
        "allocation": list(slots(before["allocation"])),
        "refused": refused,
        "about": about,
    }
