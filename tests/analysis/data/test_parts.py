"""Answers of several parts, and answers that stay on the device: what is known of them in the data."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import load
from analysis.data.measured import Measured
from analysis.simulate import Assumptions, simulate
from experiments.files.faults import InvalidFileError
from experiments.study import open_study

TEXT = """\
study: kept
title: Parts and kept answers
minutes: 5
factors: {between: {group: [us, them]}}
flow:
  - ask:
      pools: {allocation: Divide., of: 10, boxes: {keep: Keep, own: Ours, against: Theirs}}
      wrote: {text: Write to yourself., characters: {least: 60}, local: yes}
      compassion: {slider: "How much compassion?", from: None, to: Much}
hypothesis: {outcome: pools.against, claim: us > them}
analysis: pools.against ~ group
exclude: {sensitivity: [TEST]}
sample: {participants: 40}
"""


def written(folder: Path, test: str) -> Path:
    path = folder / "kept.yaml"
    path.write_text(TEXT.replace("TEST", test), encoding="utf-8")
    return path


def test_the_parts_have_numbers_and_kept_answers_only_whether_there_is_one(tmp_path: Path) -> None:
    study = open_study(written(tmp_path, "wrote missing"))
    skipping = Assumptions(skipping=1.0, skipped_by_skippers=0.4, careless=0.0)
    simulate(study, tmp_path / "data", 40, assumed=skipping, dropout=0)
    data = with_conditions(load(tmp_path / "data"), study)
    measured, measure = Measured(data, study), study.names.measure

    def rows(name: str):
        return measured.of(measure(name)).set_index("participant")

    boxes = [rows(f"pools.{box}")["value"] for box in ("keep", "own", "against")]
    given = boxes[0].notna()
    assert 0 < given.sum() < 40
    assert set(sum(boxes)[given]) == {10.0}
    assert all((box.notna() == given).all() for box in boxes)
    times = rows("pools.time")["value"]
    assert (times[given] > 0).all()
    kept = rows("wrote")["value"]
    assert set(kept.dropna()) == {"answered"}
    assert 0 < kept.isna().sum() < 40
    texts = data.rows[data.rows["measure"] == "wrote"]
    assert texts["value"].isna().all()
    assert (texts["response_time"].notna() == (texts["status"] == "answered")).all()


@pytest.mark.parametrize("test", ["wrote = warm", "wrote != warm"])
def test_what_a_kept_answer_says_cannot_be_tested(tmp_path: Path, test: str) -> None:
    with pytest.raises(InvalidFileError, match="the answer to 'wrote' stays on the device"):
        open_study(written(tmp_path, test))
