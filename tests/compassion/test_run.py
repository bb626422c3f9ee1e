"""The command that is told after an interruption finds the session again."""

from pathlib import Path

from compassion.run import go_on
from experiments.lab.session import Settings


def test_it_names_what_was_named_before() -> None:
    settings = Settings(
        folder=Path("my data"), window="800x600", screen=1, markers=("photodiode", "lsl:eeg")
    )
    assert go_on(Path("study.yaml"), "p 9", "2", settings) == (
        "compassion run study.yaml --participant 'p 9' --session 2 --resume --data 'my data'"
        " --window 800x600 --screen 1 --marker photodiode --marker lsl:eeg"
    )
    assert go_on(Path("study.yaml"), "p9", "1", Settings()) == (
        "compassion run study.yaml --participant p9 --session 1 --resume"
    )
