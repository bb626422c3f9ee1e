"""The shipped studies; ``tests/before/test_timelines.py`` compares their screens with those of the first edition."""

from __future__ import annotations

import pytest

from experiments.places import shipped_folder
from experiments.study import open_study

STUDIES = sorted(shipped_folder("protocols").glob("*.yaml"))


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_a_study_has_at_most_150_lines(path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_cell_of_every_mode_has_screens_and_an_end(path) -> None:
    study = open_study(path)
    for mode in study.modes:
        slots = study.first_slots(mode)
        assert len(slots) == len({tuple(slot.cells.items()) for slot in slots})
        for slot in slots:
            screens = study.timeline(slot).screens
            assert [screen.id for screen in screens if screen.ends == "complete"] == ["receipt"]
            assert study.timeline(slot).exit == "debriefing"
