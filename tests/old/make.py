"""Write the files of a version that later versions must be able to read: ``python tests/old/make.py 1.0``.

Run once, by the version that is about to be released; what it has written is never made again. ``README.md`` says what
each folder holds, ``make_collector.py`` goes through sessions at the collector. Everything is simulated.
"""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import small_study
from known import known_of
from make_collector import write_collector

from analysis.foreign.importing import import_foreign
from analysis.planned import analyse, write_results
from analysis.power import PowerSettings, power_of, read_power, write_power
from analysis.prereg.writing import draft, write_prereg
from analysis.simulate import SimulatedParticipant, population, simulate
from experiments.files.po_file import PoFile
from experiments.package import tally, write_package, write_tally
from experiments.places import shipped_folder
from experiments.protocol.translation_files import update_translation
from experiments.screen import Response
from experiments.session.collection import Collection, open_collection
from experiments.session.keeping import keep
from experiments.session.secret import allocated
from experiments.session.session import Session, begin, resume
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity

HERE = Path(__file__).resolve().parent
#: Shipped study -> number of simulated sessions.
SIMULATED = {"identified_victim": 36, "compassion_collapse": 24, "parochial_vignettes": 8}
FACTS = {"window": [1280, 720], "frame_rate": 60.0}
#: Sessions of the lab: participant, language, the screen at which the program is killed, the one at which they leave.
LAB = (
    ("lab1", "en", "appeal.1.donation", ""),
    ("lab2", "en", "feelings5.1", ""),
    ("lab3", "en", "", "appeal.1.donation"),
    ("lab4", "he", "", ""),
)


def shipped(name: str) -> Study:
    """Return a shipped study."""
    return open_study(shipped_folder("protocols") / f"{name}.yaml")


def write_simulated(folder: Path) -> None:
    """Simulate sessions of the primary mode of each shipped study."""
    for name, number in SIMULATED.items():
        simulate(shipped(name), folder / name, number, seed=1)


class Seat:
    """Answers as a simulated participant, drafts first; the program is killed at a screen, or the participant leaves there."""

    def __init__(self, session: Session, person: Any, killed: str = "", leaves: str = "") -> None:
        self.session, self.person, self.killed, self.leaves = session, person, killed, leaves

    def respond(self, screen: Any, drafts: Any) -> Response:
        """Respond to a screen."""
        response: Response = self.person.respond(screen, drafts)
        if screen.id == self.killed:
            for measure, value in response.answers.items():
                self.session.save_draft(screen.id, measure, value, 1.5)
            raise KeyboardInterrupt
        if screen.id == self.leaves:
            return Response({}, {"leave": 2.0}, 0.0, "none", True)
        return response


def write_lab(folder: Path) -> None:
    """Sessions as the lab keeps them: killed and resumed, interrupted for good, left, complete, in another language.

    The card says that they were collected, because only collected sessions have a secret.
    """
    study = shipped("identified_victim")
    collection = open_collection(folder, study, simulated=False)
    study = allocated(study, collection)
    for name, language, killed, leaves in LAB:
        _session(
            study, collection, SessionIdentity(name, "1", False, "lab"), language, killed, leaves
        )


def _session(
    study: Study,
    collection: Collection,
    identity: SessionIdentity,
    language: str,
    killed: str,
    leaves: str,
) -> None:
    people = population(study, seed=3, mode="real", dropout=0.0)
    session = begin(study, collection, "real", identity, language, FACTS)
    session.journal.event("pause", seconds=2.0)
    session.journal.frames(screen="consent", frames=120, dropped=1, refresh=0.0167)
    slot = study.slots("real")[session.progress.timeline.slot - 1]
    person = SimulatedParticipant(people, study.timeline(slot, language), slot.number)
    try:
        session.run(Seat(session, person, killed, leaves))
    except KeyboardInterrupt:
        path = session.journal.path
        session.journal.close()
        if identity.participant == "lab2":
            return
        with path.open("ab") as file:
            file.write(b'{"type":"draft","screen":"appe')
        again = resume(study, collection, identity)
        again.run(Seat(again, person))


MAP = """\
# A written map of an invented table: one line for each participant and group.
study: invented_giving
version: 1.0.0
title: Invented giving to two groups
source: Invented by tests/old/make.py; nobody gave these answers.
licence: CC0-1.0
participant: who
missing: ["", "-99"]
factors:
  group:
    sentence: Group of the recipient.
    column: grp
    levels: {1: in, 2: out}
measures:
  given: {sentence: Points given., column: kept, times: -1, plus: 20, low: 0, high: 20, unit: points}
  age: {sentence: Age., column: age, once: yes, phase: demographics}
  word: {sentence: A word., column: word, kind: text}
analysis:
  means: [given]
  differences:
    - {name: in minus out, measure: given, factor: group, higher: in, lower: out}
  models:
    - {name: by group, measure: given, formula: 'C(group, Treatment("out")) + (1 | participant)'}
"""


def write_imported(folder: Path) -> None:
    """Import an invented table."""
    folder.mkdir()
    lines = ["who,grp,kept,age,word"]
    for person in range(1, 31):
        for group in (1, 2):
            kept = (7 * person + 5 * group * person) % 21
            word = ("x", "=2+2", "שלום", '"two, words"', "")[(person + group) % 5]
            lines.append(f"p{person},{group},{-99 if person == 9 else kept},{18 + person},{word}")
    (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    import_foreign(folder / "map.yaml", [folder / "table.csv"], folder / "data")


def write_plans(folder: Path, work: Path) -> None:
    """Write a power analysis and a preregistration."""
    study = shipped("identified_victim")
    settings = PowerSettings(tests=("identified - statistical",), studies=100, seed=1)
    write_power(power_of(study, settings, cache=work / "cache"), work / "power")
    (folder / "power").mkdir(parents=True)
    shutil.copy(work / "power" / "power.json", folder / "power" / "power.json")
    drafted = draft(study, 60, 1)
    write_prereg(study, folder / "prereg", drafted, power=read_power(folder / "power"))
    for page in (folder / "prereg").glob("*.html"):
        page.unlink()


def write_translated(folder: Path) -> None:
    """Write the smallest study, with a translation into Hebrew that marks every paragraph, and its expansion."""
    folder.mkdir()
    path = small_study.write(folder).path
    file, _ = update_translation(path, "he")
    marked = PoFile.read(file.path, "he")
    for message in marked.catalog:
        if message.id:
            message.string = f"«{message.id}»"
    marked.write()
    (folder / "kept").mkdir()
    keep(open_study(path), folder / "kept")


def write_all(folder: Path, work: Path) -> None:
    """Write every kind of file."""
    write_simulated(folder / "simulated")
    write_lab(folder / "lab")
    one = folder / "simulated" / "identified_victim"
    for name, data in {"simulated": one, "lab": folder / "lab"}.items():
        write_package([data], folder / "packages" / name, authors=("Ada Author",))
    write_collector(folder, shipped("identified_victim"))
    write_imported(folder / "imported")
    write_results(analyse([folder / "simulated" / "identified_victim"], seed=1), folder / "results")
    write_plans(folder, work)
    write_translated(folder / "translated")
    write_tally(
        tally(open_study(folder / "lab" / "protocol.yaml"), [folder / "lab"]), folder / "tally"
    )


def pack(folder: Path, target: Path) -> None:
    """Pack a folder; pictures that several of its folders keep are stored once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for lock in folder.rglob("*.lock"):
        lock.unlink()
    with tarfile.open(target, "w:xz", preset=9) as packed:
        for each in sorted(folder.iterdir()):
            packed.add(each, each.name)


def main(version: str) -> None:
    """Write the files of a version, and what is in them."""
    target = HERE / version
    if target.exists():
        sys.exit(f"{target} exists; files of a version are written once.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        write_all(folder, Path(temporary))
        pack(folder, target / "data.tar.xz")
        known = json.dumps(known_of(folder), ensure_ascii=False, indent=1)
        (target / "known.json").write_text(known + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
