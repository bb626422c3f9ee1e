"""Slots: taken once, in order, by many processes at once; given back by drop-outs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.session.allocation import AllocationError, AllocationLog


def test_slots_are_taken_in_order_and_given_back(tmp_path):
    log = AllocationLog(tmp_path, "real", 3)
    assert [log.take(person, "1") for person in "abc"] == [1, 2, 3]
    assert log.take("b", "1") == 2
    with pytest.raises(AllocationError, match="all 3 places"):
        log.take("d", "1")
    assert log.release("b", "1", "left") == 2
    assert log.release("b", "1", "left") is None
    assert log.take("d", "1") == 2
    assert [(draw.event, draw.slot, draw.why) for draw in log.draws()] == [
        ("take", 1, ""),
        ("take", 2, ""),
        ("take", 3, ""),
        ("release", 2, "left"),
        ("take", 2, ""),
    ]


def test_another_session_of_the_same_participant_takes_another_slot(tmp_path):
    log = AllocationLog(tmp_path, "real", 3)
    assert (log.take("a", "1"), log.take("a", "2")) == (1, 2)


def test_no_slot_is_taken_twice_by_processes_that_race(tmp_path):
    program = (
        "import sys; from pathlib import Path; from experiments.session.allocation import AllocationLog;"
        "log = AllocationLog(Path(sys.argv[1]), 'm', 100);"
        "print(*[log.take(f'{sys.argv[2]}-{n}', '1') for n in range(20)])"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), str(number)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for number in range(3)
    ]
    taken = [int(slot) for racer in racers for slot in racer.communicate()[0].split()]
    assert sorted(taken) == list(range(1, 61))
