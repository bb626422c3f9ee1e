"""Codes given on the command line are checked as in the dialog; the suggested command resumes the same session."""

from pathlib import Path

import pytest

from compassion.commands.run import resuming
from experiments.lab.session import SettingError, Settings, run_in_lab
from experiments.places import shipped_folder
from experiments.study import open_study


@pytest.mark.parametrize(
    ("participant", "session", "fault"),
    [
        ("p" * 101, "1", "The participant code has 101 characters; the maximum is 100."),
        ("p\x0009", "1", "The participant code contains invisible characters."),
        ("  ", "1", "The participant code is empty."),
        ("p9", "s\n2", "The session contains invisible characters."),
    ],
)
def test_codes_of_the_command_line_are_checked_as_in_the_dialog(
    tmp_path: Path, participant: str, session: str, fault: str
) -> None:
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    settings = Settings(participant=participant, session=session, folder=tmp_path / "data")
    with pytest.raises(SettingError) as refused:
        run_in_lab(study, settings)
    assert str(refused.value).startswith(fault)
    assert "--participant or --session" in str(refused.value)
    assert not (tmp_path / "data").exists()


def test_it_repeats_the_options_of_the_first_call() -> None:
    settings = Settings(
        folder=Path("my data"), window="800x600", screen=1, markers=("photodiode", "lsl:eeg")
    )
    assert resuming(Path("study.yaml"), "p 9", "2", settings) == (
        "compassion run study.yaml --participant 'p 9' --session 2 --resume --data 'my data'"
        " --window 800x600 --screen 1 --marker photodiode --marker lsl:eeg"
    )
    assert resuming(Path("study.yaml"), "p9", "1", Settings()) == (
        "compassion run study.yaml --participant p9 --session 1 --resume"
    )
