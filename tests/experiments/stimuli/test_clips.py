"""Films and sounds: their facts, and files that cannot be played."""

from __future__ import annotations

import subprocess

import clips
import pytest

from experiments.stimuli.clips import ClipError, ClipFacts, clip_facts, ffmpeg


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_the_facts_of_a_film(tmp_path, ending):
    found = clip_facts(clips.clip(tmp_path / f"film{ending}", 1.6, size="200x100"))
    assert found.seconds == pytest.approx(1.6, abs=0.05)
    assert (found.width, found.height, found.rate, found.sound) == (200, 100, 25.0, True)
    assert not clip_facts(clips.clip(tmp_path / f"silent{ending}", sound=False)).sound


@pytest.mark.parametrize("ending", [".mp3", ".m4a", ".wav"])
def test_the_facts_of_a_sound(tmp_path, ending):
    found = clip_facts(clips.clip(tmp_path / f"sound{ending}", 1.5))
    assert found == ClipFacts(pytest.approx(1.5, abs=0.1), sound=True)


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_a_film_that_is_cut_off_is_damaged(tmp_path, ending):
    with pytest.raises(ClipError, match="it cannot be decoded") as error:
        clip_facts(clips.clip(tmp_path / f"film{ending}", broken=True))
    assert "Save it as MP4" in error.value.remedy


def test_a_film_that_is_damaged_within_is_found(tmp_path):
    path = clips.clip(tmp_path / "film.mp4")
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half : half + 2000] = b"\x17" * 2000
    path.write_bytes(content)
    with pytest.raises(ClipError, match="it cannot be decoded"):
        clip_facts(path)


def test_a_sound_is_no_film_and_a_text_is_neither(tmp_path):
    clips.clip(tmp_path / "sound.m4a").rename(tmp_path / "film.mp4")
    with pytest.raises(ClipError):
        clip_facts(tmp_path / "film.mp4")
    (tmp_path / "sound.mp3").write_text("no sound")
    with pytest.raises(ClipError):
        clip_facts(tmp_path / "sound.mp3")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("-c:v", "libx265", "-pix_fmt", "yuv420p"), "not all browsers play hevc in .mp4"),
        (("-c:v", "libx264", "-pix_fmt", "yuv444p"), "not all browsers show its colours"),
    ],
)
def test_what_only_some_browsers_play_is_refused(tmp_path, options, found):
    path = tmp_path / "film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=64x64:duration=0.5"]
    command = [ffmpeg(), "-v", "quiet", *source, *options, str(path)]
    if subprocess.run(command, check=False).returncode:
        pytest.skip("this ffmpeg cannot make such a film")
    with pytest.raises(ClipError, match=found):
        clip_facts(path)


def test_a_file_is_decoded_once(tmp_path, monkeypatch):
    path = clips.clip(tmp_path / "film.mp4")
    first = clip_facts(path)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(path.read_bytes())

    def run(*args, **more):
        raise AssertionError("decoded again")

    monkeypatch.setattr(subprocess, "run", run)
    assert clip_facts(copy) == first
