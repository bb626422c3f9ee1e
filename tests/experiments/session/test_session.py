"""Sessions: one slot each, resumed where they stopped, never over another one's data."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest
import small_study

from experiments.measures.trace import Trace
from experiments.package.deleting import delete
from experiments.places import shipped_folder
from experiments.schema import CLOCKS_AND_RENDERER
from experiments.screen import Response
from experiments.session.collection import label, open_collection, read_collection
from experiments.session.journal import JournalError, read_journal
from experiments.session.session import allocation, begin, give_up, resume
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity


class Robot:
    """Gives the first possible answer; stops the session in front of the n-th screen."""

    def __init__(self, screens: int = 10_000, given=None) -> None:
        self.left, self.given, self.seen = screens, given or {}, []

    def respond(self, screen, drafts):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.seen.append((screen.id, dict(drafts)))
        answers = {}
        for ask in screen.asks:
            first = {"choose": lambda ask=ask: ask.options[0].value, "rate": lambda: 1}
            other = "text" if ask.entry in {"text", "lines"} else ask.high or 30
            answers[ask.measure] = self.given.get(
                ask.measure, ask.correct or first.get(screen.kind, lambda other=other: other)()
            )
        return Response(answers, dict.fromkeys(answers, 1.0), 0.0, "robot")


@pytest.fixture(scope="module")
def study():
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture
def collection(study, tmp_path):
    return open_collection(tmp_path / "c", study, simulated=False)


def person(code: str = "p01") -> SessionIdentity:
    return SessionIdentity(code, "1", False, "none")


def without_clocks(rows):
    return [{k: v for k, v in row.items() if k not in CLOCKS_AND_RENDERER} for row in rows]


def test_a_session_runs_to_its_end(study, collection):
    session = begin(study, collection, "real", person(), "en", {})
    assert session.run(Robot()) == "complete"
    record = read_journal(collection.journal("p01", "1"))
    assert record.outcome == "complete"
    assert record.session["slot"] == 1
    assert allocation(study, collection, "real").taken() == {1: ("p01", "1")}


def test_the_same_session_is_never_begun_twice(study, collection):
    begin(study, collection, "real", person(), "en", {}).journal.close()
    before = collection.journal("p01", "1").read_bytes()
    with pytest.raises(JournalError, match="--resume"):
        begin(study, collection, "real", person(), "en", {})
    assert collection.journal("p01", "1").read_bytes() == before


@pytest.mark.parametrize("screens", [0, 1, 5, 9, 12])
def test_an_interrupted_session_goes_on_in_its_slot(study, collection, screens):
    first = begin(study, collection, "real", person(), "en", {})
    robot = Robot(screens)
    with pytest.raises(KeyboardInterrupt):
        first.run(robot)
    first.journal.close()
    again = resume(study, collection, person())
    rest = Robot()
    assert again.run(rest) == "complete"
    assert [name for name, _ in robot.seen + rest.seen] == [
        screen.id
        for screen in first.progress.timeline.screens
        if screen.id not in _off_the_path(first)
    ]
    rows = read_journal(collection.journal("p01", "1")).rows
    assert [row["sequence"] for row in rows] == list(range(len(rows)))
    assert {row["slot"] for row in rows} == {1}


def _off_the_path(session) -> set[str]:
    return {
        screen.id
        for screen in session.progress.timeline.screens
        if screen.ends in {"declined", "ineligible"} or screen.id.endswith(".explained")
    }


def test_answers_of_a_half_finished_screen_come_back(study, collection):
    first = begin(study, collection, "real", person(), "en", {})
    screen = first.progress.current()
    first.save_draft(screen.id, "consent.agree", "yes", 1.5)
    first.journal.close()
    robot = Robot()
    resume(study, collection, person()).run(robot)
    assert robot.seen[0] == (screen.id, {"consent.agree": "yes"})
    assert robot.seen[1][1] == {}


def test_rows_of_a_screen_that_were_cut_short_are_completed_when_it_is_shown_again(
    study, collection
):
    """The process is killed while it writes the rows of a screen, resumed, and killed again later."""
    begin(study, collection, "real", person(), "en", {}).run(Robot())
    path = collection.journal("p01", "1")
    text = path.read_text("utf-8")
    undisturbed = read_journal(path).rows
    several = [row for row in undisturbed if row["screen"] == "feelings5.1"]
    third = several[2]["sequence"]
    path.write_text(text[: text.index(f'"sequence":{third},') + 5], "utf-8")
    assert len(read_journal(path).rows) == third
    robot = Robot(3)
    with pytest.raises(KeyboardInterrupt):
        resume(study, collection, person()).run(robot)
    kept = {row["measure"]: row["number"] for row in several[:2]}
    assert robot.seen[0] == ("feelings5.1", kept)
    robot = Robot()
    assert resume(study, collection, person()).run(robot) == "complete"
    assert without_clocks(read_journal(path).rows) == without_clocks(undisturbed)


DIAL = """\
study: watching
title: Watching
minutes: 5
factors: {between: {group: [us, them]}}
flow:
  - {page: Welcome.}
  - name: viewing
    page: A letter.
    time: 2 s
    ask: {felt: {dial: How much?, from: None, to: Very}}
  - {name: after, page: Thank you.}
hypothesis: {outcome: felt.mean, claim: us > them}
analysis: felt.mean ~ group
sample: {participants: 8}
"""
FIRST, SECOND = "0.1: 10 10 90 90", "0.5: 70 40 40"


class Watching:
    """Moves the dial of every screen that has one in the same way."""

    def __init__(self, trace: str) -> None:
        self.trace, self.seen = trace, {}

    def respond(self, screen, drafts):
        self.seen[screen.id] = drafts
        answers = Trace.answered(screen.asks, self.trace) if screen.asks else {}
        return Response(answers, dict.fromkeys(answers, 2.0), 0.0, "robot")


class Killed(BaseException):
    """The process is killed."""


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_a_process_that_is_killed_within_the_rows_of_a_dial_leaves_no_mixture(
    tmp_path, monkeypatch, rows, share
):
    """The first showing is cut after some of its four rows and a share of the next; the second has another trace."""
    study = small_study.write(tmp_path, DIAL)
    collection = open_collection(tmp_path / "c", study, simulated=False)
    session = begin(study, collection, "main", person(), "en", {})
    write = os.write

    def cut(descriptor: int, data: bytes) -> int:
        lines = data.splitlines(keepends=True)
        if len(lines) < 4:
            return write(descriptor, data)
        write(descriptor, b"".join(lines[:rows]) + lines[rows][: int(share * len(lines[rows]))])
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", cut)
        with pytest.raises(Killed):
            session.run(Watching(FIRST))
    session.journal.close()
    path = collection.journal("p01", "1")
    # Killed again at once: what was written is still there for the next time, but in no row.
    resume(study, collection, person()).journal.close()
    # With all of its last row, and only then, the screen is complete.
    is_whole = rows == 3 and share == 1.0
    assert len(read_journal(path).rows) == (5 if is_whole else 1)
    watching = Watching(SECOND)
    assert resume(study, collection, person()).run(watching) == "complete"
    if not is_whole:
        left = {"felt", "felt.mean", "felt.peak", "felt.slope"}
        assert len(left & {name.removeprefix("viewing.") for name in watching.seen["viewing"]}) == (
            rows + (share == 1.0)
        )
    found = [row for row in read_journal(path).rows if row["screen"] == "viewing"]
    asks = study.timeline(study.slots("main")[0]).screens[1].asks
    expected = Trace.answered(asks, FIRST if is_whole else SECOND)
    assert {
        row["measure"]: row["value"] if row["number"] is None else row["number"] for row in found
    } == expected
    assert [row["sequence"] for row in read_journal(path).rows] == list(range(6))


def test_drop_outs_give_their_slot_back(study, collection):
    session = begin(study, collection, "real", person("a"), "en", {})
    assert session.run(Robot(given={"consent.agree": "no"})) == "declined"
    assert allocation(study, collection, "real").taken() == {}
    assert begin(study, collection, "real", person("b"), "en", {}).progress.timeline.slot == 1


def test_what_cannot_be_resumed_is_reported(study, collection):
    with pytest.raises(JournalError, match="no session '1' of 'p01'"):
        resume(study, collection, person())
    begin(study, collection, "real", person(), "en", {}).run(Robot())
    with pytest.raises(JournalError, match="has ended"):
        resume(study, collection, person())


def test_simulated_and_collected_never_share_a_folder(study, tmp_path):
    open_collection(tmp_path / "c", study, simulated=True)
    with pytest.raises(JournalError, match="cannot be added"):
        open_collection(tmp_path / "c", study, simulated=False)


def test_a_changed_protocol_needs_a_new_folder(study, tmp_path):
    open_collection(tmp_path / "c", study, simulated=False)
    longer = study.file.model_copy(update={"minutes": 11.0})
    changed = replace(study, opened=replace(study.opened, study=longer))
    with pytest.raises(JournalError, match="Increase 'version'"):
        open_collection(tmp_path / "c", changed, simulated=False)
    with pytest.raises(JournalError, match="not a collection"):
        read_collection(tmp_path)


def test_simulated_data_of_an_earlier_text_can_be_deleted(study, tmp_path):
    open_collection(tmp_path / "s", study, simulated=True)
    longer = study.file.model_copy(update={"minutes": 11.0})
    changed = replace(study, opened=replace(study.opened, study=longer))
    with pytest.raises(JournalError) as refused:
        open_collection(tmp_path / "s", changed, simulated=True)
    assert f"delete the folder {tmp_path / 's'}, or choose another one" in str(refused.value)
    assert "Increase" not in str(refused.value)


def test_hostile_codes_get_files_of_their_own(study, collection):
    codes = ["../../etc/passwd", "a b", "A", "a", "CON", "😀", "x" * 300, "=1+1", "a\nb", ".", ""]
    paths = {collection.journal(code, "1") for code in codes}
    assert len(paths) == len(codes)
    for path in paths:
        assert path.parent == collection.sessions
        assert len(path.name) < 100
        assert path.name.isascii()
    assert label("p01") == "p01"


def test_stimuli_of_the_lab_are_kept_with_the_data(tmp_path):
    home = tmp_path / "lab"
    home.mkdir()
    shutil.copytree(shipped_folder("stimuli") / "recipients", home / "our_recipients")
    card = home / "our_recipients" / "set.yaml"
    card.write_text(
        card.read_text("utf-8").replace("set: recipients", "set: our_recipients"), "utf-8"
    )
    text = (shipped_folder("protocols") / "parochial_vignettes.yaml").read_text("utf-8")
    (home / "study.yaml").write_text(
        text.replace("each: recipients", "each: our_recipients"), "utf-8"
    )
    study = open_study(home / "study.yaml")
    kept = open_collection(tmp_path / "data", study, simulated=False)
    shutil.rmtree(home)
    again = open_study(kept.folder / "protocol.yaml")
    assert again.hash == study.hash
    assert again.slots("dots") == study.slots("dots")


@pytest.mark.parametrize("name", ["identified_victim", "compassion_collapse"])
def test_what_is_kept_is_the_same_study_in_every_language(name, tmp_path, monkeypatch):
    study = open_study(shipped_folder("protocols") / f"{name}.yaml")
    kept = open_collection(tmp_path / "data", study, simulated=True)
    # A later version of compassion comes with other stimuli.
    other = tmp_path / "later"
    for folder in ("protocols", "stimuli"):
        (other / folder).mkdir(parents=True)
    monkeypatch.setattr("experiments.places.CHECKOUT", other)
    again = open_study(kept.folder / "protocol.yaml")
    assert (again.hash, again.languages) == (study.hash, study.languages)
    monkeypatch.undo()
    for language in study.languages:
        assert again.language(language) == language
        for mode in study.modes:
            for slot in study.first_slots(mode):
                assert _texts(again.timeline(slot, language)) == _texts(
                    study.timeline(slot, language)
                )


def _texts(timeline):
    """Return the screens without the places of their pictures."""
    for screen in timeline.screens:
        for block in screen.content:
            for image in block.images:
                image["src"] = image["src"].rpartition("/")[2]
    return timeline


def test_a_study_can_be_in_the_folder_of_its_collection(tmp_path):
    study = small_study.write(tmp_path)
    open_collection(tmp_path, study, simulated=False)
    assert open_study(tmp_path / "protocol.yaml").hash == study.hash


def test_texts_in_files_and_wording_by_permission_are_kept(tmp_path):
    home = tmp_path / "lab"
    home.mkdir()
    (home / "more.md").write_text("# More\n\nA long text.\n", "utf-8")
    (home / "lab.yaml").write_text("values: {contact: Ada}\n", "utf-8")
    text = small_study.TEXT.replace(
        "  - use: debriefing", '  - page: "{file: more.md}"\n  - use: debriefing'
    )
    study = small_study.write(home, text)
    kept = open_collection(tmp_path / "data", study, simulated=False)
    shutil.rmtree(home)
    again = open_study(kept.folder / "protocol.yaml")
    assert again.hash == study.hash
    (page,) = [
        screen
        for screen in again.timeline(again.slots("main")[0]).screens
        if screen.content and screen.content[0].text == "More"
    ]
    assert page.content[1].text == "A long text."
    assert again.opened.values == {"contact": "Ada"}


LOCAL = """\
study: friends
title: Friends
minutes: 5
factors: {between: {group: [us, them]}}
flow:
  - ask: {friend: {text: Who is a friend?, local: yes}}
  - page: Think of {friend}.
  - ask: {close: {rating: "How close is {friend}?", from: Not, to: Very}}
analysis: {formula: close ~ group, contrasts: [us - them]}
sample: {participants: 12}
"""


def test_an_answer_that_stays_on_the_device_is_in_no_file_after_the_end(tmp_path):
    path = tmp_path / "friends.yaml"
    path.write_text(LOCAL, encoding="utf-8")
    study = open_study(path)
    collection = open_collection(tmp_path / "c", study, simulated=False)
    session = begin(study, collection, "main", person(), "en", {})
    session.save_draft("friend", "friend", "Eleo", 0.5)
    again = resume(study, collection, person())
    assert again.drafts == {"friend": "Eleo"}
    with pytest.raises(KeyboardInterrupt):
        again.run(Robot(2, {"friend": "Eleonora"}))
    (kept,) = (collection.folder / "device").iterdir()
    assert "Eleonora" in kept.read_text(encoding="utf-8")
    assert "Eleo" not in collection.journal("p01", "1").read_text(encoding="utf-8")
    last = resume(study, collection, person())
    assert last.progress.current().asks[0].prompt == "How close is Eleonora?"
    assert last.run(Robot()) == "complete"
    assert not kept.exists()
    rows = read_journal(collection.journal("p01", "1")).rows
    row = next(row for row in rows if row["measure"] == "friend")
    assert (row["value"], row["status"], row["response_time"]) == (None, "answered", 1.0)
    assert not any(
        "Eleo" in each.read_text(errors="ignore") for each in tmp_path.rglob("*") if each.is_file()
    )


@pytest.mark.parametrize("end", ["given up", "deleted"])
def test_a_session_without_an_end_leaves_nothing_on_the_device(tmp_path, end):
    path = tmp_path / "friends.yaml"
    path.write_text(LOCAL, encoding="utf-8")
    study = open_study(path)
    collection = open_collection(tmp_path / "c", study, simulated=False)
    begin(study, collection, "main", person(), "en", {}).save_draft("friend", "friend", "Eleo", 0.5)
    assert len(list((collection.folder / "device").iterdir())) == 1
    if end == "deleted":
        delete(collection.folder, "p01")
    else:
        give_up(study, collection.folder, "p01", "1")
    assert list((collection.folder / "device").iterdir()) == []
