"""The study that docs/from-builder.md writes around a conditions file of Builder passes every check."""

from __future__ import annotations

import re
from pathlib import Path

from experiments.protocol.deep import deep_faults
from experiments.questions import KINDS
from experiments.study import open_study

DOCS = Path(__file__).parents[2] / "docs" / "from-builder.md"
CONDITIONS = "storyID,storyText,sev\n" + "".join(
    f"s{n},Story number {n}.,{'mild' if n % 2 else 'severe'}\n" for n in range(1, 13)
)


def test_the_example_is_a_complete_study(tmp_path: Path) -> None:
    text = DOCS.read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "conditions.csv").write_text(CONDITIONS, encoding="utf-8")
    (tmp_path / "mishaps.yaml").write_text(example, encoding="utf-8")
    study = open_study(tmp_path / "mishaps.yaml")
    assert deep_faults(study.opened) == []
    timeline = study.timeline(study.first_slots("main")[0])
    shown = [screen for screen in timeline.screens if screen.stimulus.startswith("s")]
    assert len({screen.stimulus for screen in shown}) == 12
    assert any("Story number 7." in block.text for screen in shown for block in screen.content)


def test_every_word_that_is_named_exists() -> None:
    text = DOCS.read_text("utf-8")
    questions = {"rating", "slider", "text", "number", "choice", "key"}
    assert questions <= set(KINDS)
    assert all(f"`{name}:" in text for name in questions)
