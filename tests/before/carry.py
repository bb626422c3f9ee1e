"""Carry the data of 0.1.0 over to the second edition of the protocol language: ``python tests/before/carry.py FIRST``.

FIRST is a checkout of commit 1f24285, the last with the first edition and its data. It was done once; this file is kept
to say what was done. Answers, times, participants and outcomes are those of 0.1.0. The names of measures, screens, tasks
and options are those that the studies of ``tests/old/0.1.0/studies`` have in the second edition: screens are paired one
by one (``two_editions.py``). A session has the first free slot of its condition, and with one item also of its item.
"""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from make_first import slots_of
from pyarrow import parquet
from small_studies import ARCHIVE, study_of
from two_editions import LOOPS, Names, same_slot, texts

from experiments.package import write_package
from experiments.protocol.slots import Slot
from experiments.schema import SCHEMA_KEY
from experiments.session.collection import CARD
from experiments.session.keeping import keep
from experiments.study import Study
from experiments.timeline.timeline import Timeline

Line = dict[str, Any]


def unpacked_from(first: Path, name: str, work: Path) -> Path:
    """Unpack a folder of the first edition's data."""
    with tarfile.open(first / "tests" / "old" / "0.1.0" / f"{name}.tar.gz") as packed:
        packed.extractall(work, filter="data")
    return work / name


def pack(folder: Path) -> None:
    """Pack what is in a folder; the same content gives the same bytes."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
        return entry

    # Not gzip: pictures that several collections keep are stored once.
    with tarfile.open(ARCHIVE, "w:xz", preset=9) as packed:
        for each in sorted(folder.iterdir()):
            packed.add(each, each.name, filter=plain)


@dataclass
class Carried:
    """One mode of a study: its slots in both editions, and which of them each session has."""

    study: Study
    mode: str
    slots: list[Line]
    """The slots of the first edition."""
    _named: dict[tuple[int, int, str], Names] = field(default_factory=dict)

    @cached_property
    def _loop(self) -> tuple[str, str]:
        """Return the first loop: the place of its trials in a slot, and the name of its stimuli."""
        loops = {loop.name: ".".join(map(str, loop.key)) for loop in self.study.opened.names.loops}
        ((name, stimuli), *_) = LOOPS[self.study.study].items()
        return loops[name], stimuli[-1]

    def _same(self, slot: Slot, old: Line) -> bool:
        key, stimuli = self._loop
        trials, before = slot.trials[key], old["trials"][stimuli]
        one = len(before) == 1
        same_item = not one or trials[0].item == before[0]["item"]
        return dict(slot.cells) == texts(old["cells"]) and same_item

    def number(self, old: int, taken: Mapping[int, object]) -> int:
        """Return the first free slot that is like a slot of the first edition."""
        return next(
            slot.number
            for slot in self.study.slots(self.mode)
            if slot.number not in taken and self._same(slot, self.slots[old - 1])
        )

    def names(self, old: int, new: int, language: str) -> Names:
        """Return the names for the rows of a session that had one slot and has another now."""
        if (old, new, language) not in self._named:
            before = self.slots[old - 1]
            second = self.study.timeline(same_slot(self.study, before, new), language)
            first = Timeline.from_json(before["timelines"][language])
            self._named[old, new, language] = Names(first, second)
        return self._named[old, new, language]


def carry_allocation(lines: list[Line], carried: Carried) -> Iterator[tuple[Line, Line]]:
    """Yield each line of an allocation log as it was, and with its new slot."""
    taken: dict[int, str] = {}
    for line in lines:
        who = f"{line['participant']}/{line['session']}"
        if line["event"] == "take":
            slot = carried.number(line["slot"], taken)
            taken[slot] = who
        else:
            slot = next(number for number, holder in taken.items() if holder == who)
            del taken[slot]
        yield line, {**line, "slot": slot}


def carry_line(line: Line, names: Names) -> Line:
    """Return a line of a journal with the names of the second edition."""
    if line["type"] == "row":
        return {"type": "row", **names.row({key: line[key] for key in line if key != "type"})}
    if line["type"] == "session":
        second = names.second
        of_study = {"protocol_version": second.protocol_version, "slot": second.slot}
        return {**line, **of_study, "protocol_hash": second.protocol_hash}
    if line["type"] == "draft":
        measure = names.measure(line["screen"], line["measure"])
        return {**line, "screen": names.screen(line["screen"]), "measure": measure}
    if line.get("at"):
        return {**line, "at": names.screen(line["at"])}
    return line


def carry_journal(path: Path, carried: Carried, slots: Mapping[tuple[str, str], int]) -> None:
    """Rewrite a journal; a line that was cut short stays so."""
    lines = path.read_bytes().splitlines(keepends=True)
    session = json.loads(lines[0])
    slot = slots[session["participant"], session["session"]]
    names = carried.names(session["slot"], slot, session["language"])
    for place, raw in enumerate(lines):
        try:
            line = carry_line(json.loads(raw), names)
        except json.JSONDecodeError:
            continue
        lines[place] = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))


def carry_collection(folder: Path, first: Path) -> None:
    """Rewrite a collection."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    study = study_of(card["study"])
    (log,) = folder.glob("allocation-*.jsonl")
    mode = log.stem.removeprefix("allocation-")
    draws = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    number = max(draw["slot"] for draw in draws)
    path = first / "tests" / "old" / "0.1.0" / "studies" / f"{study.study}.yaml"
    carried = Carried(study, mode, slots_of(first, path, mode, ("en",), number))
    now = list(carry_allocation(draws, carried))
    slots = {(line["participant"], line["session"]): line["slot"] for _, line in now}
    log.write_text("".join(json.dumps(line) + "\n" for _, line in now), encoding="utf-8")
    for path in sorted((folder / "sessions").glob("*.jsonl")):
        carry_journal(path, carried, slots)
    keep(study, folder)
    of_study = {"protocol_version": study.version, "protocol_hash": study.hash}
    for path in (folder / CARD, folder / "simulation.json"):
        if path.exists():
            content = json.loads(path.read_text(encoding="utf-8"))
            known = {name: value for name, value in of_study.items() if name in content}
            path.write_text(json.dumps({**content, **known}, indent=2) + "\n", encoding="utf-8")


def write_first_package(work: Path) -> None:
    """Write a data package of two of the collections, in the format of 0.1.0.

    Compared with the package that 0.1.0 wrote, nothing but names differed in its tables.
    """
    folders = [work / "identified_victim", work / "lab_sessions"]
    write_package(folders, work / "package", licence="CC0", authors=("Ada Author",))
    tidy = work / "package" / "derivatives" / "tidy"
    about = json.loads((tidy / "about.json").read_text(encoding="utf-8"))
    del about[SCHEMA_KEY]
    (tidy / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    sessions = (tidy / "sessions.csv").read_text(encoding="utf-8")
    (tidy / "sessions.csv").write_text(sessions.replace('"runs"', '"sittings"', 1), "utf-8")
    table = parquet.read_table(tidy / "sessions.parquet")
    names = ["sittings" if name == "runs" else name for name in table.column_names]
    parquet.write_table(table.rename_columns(names), tidy / "sessions.parquet")


def main(first: Path) -> None:
    """Carry everything over."""
    from carry_collector import carry_collector

    with tempfile.TemporaryDirectory() as work:
        for name in (*LOOPS, "lab_sessions"):
            carry_collection(unpacked_from(first, name, Path(work)), first)
        carry_collector(unpacked_from(first, "collector", Path(work)), first)
        unpacked_from(first, "imported", Path(work))
        write_first_package(Path(work))
        pack(Path(work))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
