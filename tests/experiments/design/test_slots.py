"""The allocation list: balanced, reproducible, and the same at its start when made longer."""

from __future__ import annotations

from collections import Counter

import pytest

from experiments.places import shipped_folder
from experiments.study import open_study


@pytest.fixture(scope="module")
def studies():
    names = ("identified_victim", "compassion_collapse", "parochial_vignettes")
    return {name: open_study(shipped_folder("protocols") / f"{name}.yaml") for name in names}


def test_every_block_holds_each_cell_equally_often(studies):
    for study in studies.values():
        for mode in study.protocol.modes:
            size = study.protocol.block_size(mode)
            slots = study.slots(mode)
            assert len(slots) % size == 0
            for start in range(0, len(slots), size):
                block = slots[start : start + size]
                assert len({slot.block for slot in block}) == 1
                counts = Counter(tuple(slot.cells.items()) for slot in block)
                assert set(counts.values()) == {study.protocol.allocation.block}


def test_the_first_slot_of_each_cell_is_that_of_the_whole_list(studies):
    for study in studies.values():
        for mode in study.protocol.modes:
            first = {}
            for slot in study.slots(mode):
                first.setdefault(tuple(sorted(slot.cells.items())), slot)
            assert study.first_slots(mode) == list(first.values())


def test_each_vignette_meets_each_group_equally_often(studies):
    slots = studies["parochial_vignettes"].slots("dots")
    cell = [slot for slot in slots if slot.cells == {"team": "lark"}]
    met = Counter(
        (trial.stimulus, trial.cells["group"])
        for slot in cell[:48]
        for trial in slot.trials["vignettes"]
    )
    assert len(met) == 48
    assert set(met.values()) == {15}
    for slot in cell:
        groups = Counter(trial.cells["group"] for trial in slot.trials["vignettes"])
        assert set(groups.values()) == {5}


def test_each_appeal_meets_each_number_equally_often(studies):
    study = studies["compassion_collapse"]
    for mode, expected in (("between", 3), ("within", 12)):
        slots = study.slots(mode)
        met: Counter = Counter()
        for slot in slots:
            assert len({trial.stimulus for trial in slot.trials["appeals"]}) == expected
            for trial in slot.trials["appeals"]:
                cells = {**slot.cells, **trial.cells}
                met[trial.stimulus, cells["victims"]] += 1
        assert len(met) == 16 * 6
        assert max(met.values()) - min(met.values()) <= max(met.values()) * 0.05


def test_the_order_of_trials_differs_between_slots(studies):
    slots = studies["parochial_vignettes"].slots("dots")
    orders = {tuple(trial.stimulus for trial in slot.trials["vignettes"]) for slot in slots[:40]}
    assert len(orders) == 40


def test_a_longer_list_keeps_its_start(studies):
    study = studies["identified_victim"]
    short = study.slots("lottery")
    protocol = study.protocol.model_copy(
        update={"allocation": study.protocol.allocation.model_copy(update={"slots": 2000})}
    )
    longer = type(study)(protocol, study.sets, study.scales).slots("lottery")
    assert longer[: len(short)] == short
    assert len(longer) > len(short)


def test_the_lottery_pays_about_its_share(studies):
    slots = studies["identified_victim"].slots("lottery")
    drawn = sum(slot.draws["implemented"] for slot in slots)
    # 99.9% interval of a binomial with 1,320 draws at .1
    assert 97 <= drawn <= 168


def test_modes_and_seeds_draw_apart(studies):
    study = studies["identified_victim"]
    assert [slot.cells for slot in study.slots("real")] != [
        slot.cells for slot in study.slots("lottery")
    ]
