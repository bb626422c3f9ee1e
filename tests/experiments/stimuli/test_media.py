"""Descriptions of folders of media, and their faults."""

from __future__ import annotations

import clips
import pytest

from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder
from experiments.stimuli.clips import clip_facts
from experiments.stimuli.media import load_media


def test_the_tones_of_the_volume_check_are_described_in_four_languages():
    media = load_media(shipped_folder("stimuli") / "volume_check")
    slot = media.files["tones.wav"]
    assert {slot.shown(language) for language in ("en", "de", "he", "zh")} == set(
        slot.shows.values()
    )
    assert slot.shown("fr") == slot.shows["en"]
    assert clip_facts(media.folder / "tones.wav").seconds == slot.seconds


def test_the_files_need_not_be_there_and_captions_are_read(tmp_path):
    clips.describe(tmp_path / "films", "a.mp4", a__mp4="captions: {en: a.vtt, he: missing.vtt}")
    (tmp_path / "films" / "a.vtt").write_text(clips.CAPTIONS)
    media = load_media(tmp_path / "films")
    assert [cue.start for cue in media.captions("a.mp4", "en")] == [0.1, 1.0]
    assert media.captions("a.mp4", "he") == media.captions("a.mp4", "de") == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "found"),
    [
        ("media: films", "media: film", "media", "found 'film'"),
        ("a.mp4:", "a.avi:", "files", "'a.avi' is no picture, film or sound"),
        ("shows: What a.mp4 shows.", "seconds: 0", "files.a.mp4", ""),
        ("licence: CC0-1.0", "license: CC0-1.0", "files.a.mp4.license", ""),
        ("a.vtt", "bad.vtt", "files.a.mp4.captions.en", "bad.vtt, line 1: the first line is not WEBVTT"),
    ],
)  # fmt: skip
def test_faults_name_their_place(tmp_path, old, new, key, found):
    path = clips.describe(tmp_path / "films", "a.mp4", a__mp4="captions: {en: a.vtt}")
    (tmp_path / "films" / "bad.vtt").write_text("A")
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InvalidFileError) as error:
        load_media(tmp_path / "films")
    assert any(key in fault.key and found in fault.found for fault in error.value.faults)
