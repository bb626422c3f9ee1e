"""Captions: what WebVTT files can contain, and their faults."""

from __future__ import annotations

import clips
import pytest

from experiments.screen import Cue
from experiments.stimuli.captions import CaptionsError, parse_captions


def test_words_and_times_are_read_without_styles_names_and_remarks():
    assert parse_captions(clips.CAPTIONS) == (
        Cue(0.1, 0.9, "The first words & more"),
        Cue(1.0, 1.8, "The second\nwords"),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_a_mark_of_the_encoding_and_hours(end):
    text = "\ufeffWEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\n01:02:03.004 --> 01:02:04.000 align:start\n<i>A</i>"
    assert parse_captions(text.replace("\n", end)) == (Cue(3723.004, 3724.0, "A"),)


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("1\n00:01.000 --> 00:02.000\nA", 1, "the first line is not WEBVTT"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA", 3, "found '00:01,000 --> 00:02,000' in place of a time"),
        ("WEBVTT\n\nA\nB", 3, "found 'A' in place of a time"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>", 3, "the caption has no words"),
        ("WEBVTT\n\nx\n00:02.000 --> 00:01.000\nA", 4, "ends before it begins"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\nA\n\n00:01.000 --> 00:02.000\nB", 6, "begins before the one above"),
        ("WEBVTT\n", 1, "the file has no captions"),
    ],
)  # fmt: skip
def test_faults_name_their_line(text, line, found):
    with pytest.raises(CaptionsError, match=found) as error:
        parse_captions(text)
    assert error.value.line == line
