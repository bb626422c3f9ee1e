"""Codes given on the command line are checked as in the dialog; the suggested command resumes the same session."""

from pathlib import Path

import pytest

from compassion.commands.run import resuming
from experiments.lab.session import SettingError, Settings, run_in_lab
from experiments.lab.sound import NoSoundError
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


def test_without_an_output_for_sound_a_mode_with_films_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        "study: small\ntitle: A small study\nfactors: {within: {group: [ours, theirs]}}\n"
        "modes: {sound: {}, text: {}}\nflow:\n  - {use: volume_check, when: mode = sound}\n"
        "  - {each: group, ask: {felt: {rating: How much?, from: Not, to: Much}}}\n"
        "analysis: {formula: felt ~ group, contrasts: [ours - theirs]}\nsample: {participants: 60}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("experiments.lab.sound.sound_output", lambda: "")
    folder = tmp_path / "data"
    with pytest.raises(NoSoundError, match="no session was started"):
        run_in_lab(open_study(path), Settings(participant="p9", folder=folder, mode="sound"))
    assert not folder.exists()
    # A mode without sound gets as far as the codes.
    with pytest.raises(SettingError):
        run_in_lab(open_study(path), Settings(participant=" ", folder=folder, mode="text"))
