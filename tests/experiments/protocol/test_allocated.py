"""The slots that are drawn one after another, when they are asked for, are those of the whole list."""

from __future__ import annotations

import pytest

from experiments.places import find
from experiments.protocol.allocated import Slots
from experiments.protocol.slots import AllocationList
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(find("compassion_collapse.yaml", "protocols")).allocated("secret")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the number of each slot that is drawn."""
    numbers: list[int] = []
    draw = AllocationList._slot

    def noting(self, number, *given):
        numbers.append(number)
        return draw(self, number, *given)

    monkeypatch.setattr(AllocationList, "_slot", noting)
    return numbers


def test_they_are_the_whole_list_in_whatever_order_they_are_asked_for(study):
    mode = study.modes[0]
    every = list(AllocationList(study.opened, mode, "secret").slots())
    slots = Slots(study.opened, mode, "secret")
    assert len(slots) == len(every)
    assert [slots[place] for place in (7, 0, -1)] == [every[place] for place in (7, 0, -1)]
    assert slots[3:9:2] == every[3:9:2]
    assert slots == every
    assert slots != every[1:]
    assert [slot.number for slot in slots] == list(range(1, len(every) + 1))
    with pytest.raises(IndexError):
        slots[len(every)]


def test_no_more_are_drawn_than_are_asked_for(study, drawn):
    slots = Slots(study.opened, study.modes[0], "secret")
    assert len(slots) > 100
    assert drawn == []
    assert [slot.number for slot in slots[:2]] == [1, 2]
    assert slots[4].number == 5
    assert slots[1].number == 2
    assert drawn == [1, 2, 3, 4, 5]


def test_the_list_goes_on_beyond_the_planned_sample(study):
    mode = study.modes[0]
    planned = Slots(study.opened, mode, "secret")
    longer = Slots(study.opened, mode, "secret", least=len(planned) + 1)
    assert len(longer) > len(planned)
    assert len(list(longer)) == len(longer)
    assert longer[: len(planned)] == list(planned)
