"""Real groups in the lab: the slot is taken after the answer, from the list of the group, until its quota is full."""

from __future__ import annotations

import pytest
import two_clubs

from analysis.data.conditions import with_conditions
from analysis.data.load import load
from experiments.package.gathering import session_row
from experiments.screen import Response
from experiments.session.collection import open_collection
from experiments.session.journal import read_journal
from experiments.session.session import allocation, begin, resume
from experiments.timeline.session_run import SessionIdentity


class Fan:
    """Follows a club, gives the first possible answer, and stops in front of the n-th screen."""

    def __init__(self, club: str, screens: int = 1000, leaves_at: str = "") -> None:
        self.club, self.left, self.leaves_at = club, screens, leaves_at
        self.seen: list[str] = []

    def respond(self, screen, drafts):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.seen.append(screen.id)
        if screen.id == self.leaves_at:
            return Response({}, {}, 0.0, "fan", way="leave")
        answers = {ask.measure: self.club if ask.measure == "club" else 1 for ask in screen.asks}
        return Response(answers, dict.fromkeys(answers, 1.0), 0.0, "fan")


@pytest.fixture
def study(tmp_path):
    return two_clubs.write(tmp_path)


@pytest.fixture
def collection(study, tmp_path):
    return open_collection(tmp_path / "data", study, simulated=False)


def take_part(study, collection, code, fan):
    session = begin(study, collection, "main", SessionIdentity(code, "1", False, "none"), "en", {})
    return session.run(fan)


def record_of(collection, code):
    return read_journal(collection.journal(code, "1"))


def test_each_group_gets_the_slots_of_its_own_list(study, collection):
    for code, club in (("a", "blues"), ("b", "reds"), ("c", "blues")):
        assert take_part(study, collection, code, Fan(club)) == "complete"
    slots = study.slots("main")
    records = [record_of(collection, code) for code in "abc"]
    of_level = {
        level: [slot.number for slot in slots if slot.answered["side"] == level]
        for level in ("reds", "blues")
    }
    first, second = of_level["blues"][:2]
    assert [record.slot for record in records] == [first, of_level["reds"][0], second]
    for record in records:
        assert [row["slot"] for row in record.rows] == [0, 0, *[record.slot] * 6]
        cells = record.rows[2]["cells"]
        assert cells == slots[record.slot - 1].levels
        assert session_row(record)["slot"] == record.slot


def test_those_of_neither_group_take_no_slot(study, collection):
    assert take_part(study, collection, "a", Fan("none")) == "ineligible"
    assert allocation(study, collection, "main").draws() == []
    assert record_of(collection, "a").slot == 0


def test_who_leaves_before_the_answer_takes_no_slot(study, collection):
    fan = Fan("reds", leaves_at="club")
    assert take_part(study, collection, "a", fan) == "left"
    assert fan.seen == ["step_1", "club", "entry_left"]
    assert allocation(study, collection, "main").draws() == []


def test_who_leaves_later_gives_the_slot_back(study, collection):
    assert take_part(study, collection, "a", Fan("reds", leaves_at="people.2")) == "left"
    assert take_part(study, collection, "b", Fan("reds")) == "complete"
    slots = [record_of(collection, code).slot for code in "ab"]
    assert slots[0] == slots[1]


def test_a_full_group_is_turned_away_and_the_other_is_not(study, collection):
    for number in range(8):
        assert take_part(study, collection, f"r{number}", Fan("reds")) == "complete"
    fan = Fan("reds")
    assert take_part(study, collection, "late", fan) == "full"
    assert fan.seen == ["step_1", "club", "full"]
    assert record_of(collection, "late").outcome == "full"
    assert take_part(study, collection, "b", Fan("blues")) == "complete"


@pytest.mark.parametrize("screens", [1, 2, 3, 5])
def test_an_interrupted_session_continues_where_it_stopped(study, collection, screens):
    with pytest.raises(KeyboardInterrupt):
        take_part(study, collection, "a", Fan("blues", screens))
    assert take_part(study, collection, "b", Fan("blues")) == "complete"
    fan = Fan("blues")
    who = SessionIdentity("a", "1", False, "none")
    assert resume(study, collection, who).run(fan) == "complete"
    records = [record_of(collection, code) for code in "ab"]
    assert records[0].slot != records[1].slot
    assert [row["sequence"] for row in records[0].rows] == list(range(8))


def test_a_session_killed_between_answer_and_slot_takes_one_when_it_continues(study, collection):
    with pytest.raises(KeyboardInterrupt):
        take_part(study, collection, "a", Fan("blues", 2))
    log = allocation(study, collection, "main")
    log.path.unlink(missing_ok=True)
    who = SessionIdentity("a", "1", False, "none")
    assert resume(study, collection, who).run(Fan("blues")) == "complete"
    assert record_of(collection, "a").slot == log.held("a", "1") > 0


def test_the_group_is_a_factor_of_the_data(study, collection):
    for code, club in (("a", "blues"), ("b", "reds"), ("c", "none")):
        take_part(study, collection, code, Fan(club))
    data = with_conditions(load([collection.folder]), study)
    sides = dict(zip(data.sessions["participant"], data.sessions["side"], strict=True))
    assert sides == {"a": "blues", "b": "reds", "c": None}
