"""The entry: what comes before the answer that decides which slot is taken is the same for everybody."""

from __future__ import annotations

import pytest
import two_clubs

from experiments.files.faults import InvalidFileError
from experiments.protocol.entry import answered_factors, steps_of_entry

ASKED = "  - ask: {club:"


def test_the_entry_ends_with_the_end_to_which_the_question_leads(tmp_path):
    study = two_clubs.write(tmp_path)
    assert steps_of_entry(study.names, "main") == 3
    assert {
        name: asked.address for name, asked in answered_factors(study.names, "main").items()
    } == {"side": "club"}
    assert study.levels["side"] == ("reds", "blues")


def test_a_mode_that_does_not_ask_has_no_entry(tmp_path):
    study = two_clubs.write(
        tmp_path,
        ("flow:\n", "modes: {real: {}, minimal: {}}\nflow:\n"),
        ("  - ask: {club:", "  - when: mode = real\n    ask: {club:"),
        ("You follow **{side}**. ", ""),
    )
    assert steps_of_entry(study.names, "minimal") == 0
    assert steps_of_entry(study.names, "real") == 3
    assert study.entry("minimal") is None
    assert {slot.answered.get("side") for slot in study.slots("minimal")} == {None}


def test_slots_are_balanced_within_each_level_up_to_its_quota(tmp_path):
    study = two_clubs.write(tmp_path)
    for level in ("reds", "blues"):
        own = [slot for slot in study.slots("main") if slot.answered == {"side": level}]
        assert len(own) == 8
        for start in (0, 4):
            causes = [slot.cells["cause"] for slot in own[start : start + 4]]
            assert sorted(causes) == ["chance", "chance", "own", "own"]


def test_screens_of_the_entry_are_the_same_in_all_slots(tmp_path):
    study = two_clubs.write(tmp_path)
    timelines = [study.timeline(slot) for slot in study.slots("main")]
    entries = {
        timeline.screens[: timeline.entry.screens] for timeline in timelines if timeline.entry
    }
    assert len(entries) == 1
    assert [screen.cells for screen in entries.pop()] == [None, None, None]
    first = next(timeline for timeline in timelines if timeline.entry.decisions[0].level == "blues")
    assert "**The Blues**" in first.screens[3].content[0].text


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ('  - page: "It was {cause}."\n', "the level of 'cause'"),
        ("  - {page: Hello., when: cause = own}\n", "the level of 'cause'"),
        ("  - page: {by: cause, own: A., chance: B.}\n", "the level of 'cause'"),
        ('  - {name: first, each: people.csv, page: "{text}"}\n', "the order of the items"),
        (
            "  - ask: {mood: {choice: Mood?, options: {good: Good, bad: Bad}, order: random}}\n",
            "the order of the options",
        ),
    ],
)
def test_nothing_that_is_drawn_can_come_before_the_question(tmp_path, step, found):
    with pytest.raises(InvalidFileError) as error:
        two_clubs.write(tmp_path, (ASKED, step + ASKED))
    assert any(found in fault.found for fault in error.value.faults), error.value
    assert any("Move the question" in fault.remedy for fault in error.value.faults)
