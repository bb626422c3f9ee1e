"""The study that is kept with data is read by later versions, too, whatever rules have been added."""

from __future__ import annotations

import pytest

from analysis.planned import analyse
from analysis.simulate import simulate
from experiments.files.faults import InvalidFileError
from experiments.protocol import check
from experiments.study import open_collected, open_study
from tests.small_study import write


def test_rules_that_came_later_do_not_make_data_unreadable(tmp_path, monkeypatch):
    simulate(write(tmp_path), tmp_path / "data", 12, seed=1)
    kept = tmp_path / "data" / "protocol.yaml"

    def stricter(opened):
        yield ("title",), "titles are forbidden since yesterday", "Remove it."

    monkeypatch.setattr(check, "faults_of_plan", stricter)
    with pytest.raises(InvalidFileError, match="forbidden"):
        open_study(kept)
    assert open_collected(kept).study == "severity"
    assert analyse(tmp_path / "data").modes[0].analysed == 12
    # A study that is named for the analysis is checked as any other.
    with pytest.raises(InvalidFileError, match="forbidden"):
        analyse(tmp_path / "data", kept)


def test_what_cannot_be_read_is_still_refused(tmp_path):
    file = tmp_path / "protocol.yaml"
    file.write_text("study: [", encoding="utf-8")
    with pytest.raises(InvalidFileError):
        open_collected(file)
