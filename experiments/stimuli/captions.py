"""Captions of films and sounds: WebVTT files."""

from __future__ import annotations

import html
import re

from experiments.screen import Cue

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_CUE = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
#: Classes, voices and styles of words; the words themselves stay.
_TAG = re.compile(r"<[^<>]*>")
_NO_CUES = ("NOTE", "STYLE", "REGION")


class CaptionsError(ValueError):
    """A file has no captions that can be shown."""

    def __init__(self, line: int, found: str, remedy: str) -> None:
        self.line, self.found, self.remedy = line, found, remedy
        super().__init__(f"line {line}: {found}. {remedy}")


def parse_captions(text: str) -> tuple[Cue, ...]:
    """Return the captions of a WebVTT file, without the styles of words and their position.

    Raises
    ------
    CaptionsError
        If it is no such file, or a caption has no time, no words, or begins before the one above it.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise CaptionsError(1, "the first line is not WEBVTT", "Save the captions as WebVTT.")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if block[0].split(maxsplit=1)[0] in _NO_CUES:
            continue
        # The first line can be the name of the caption.
        at = 0 if "-->" in block[0] else 1
        cue = _CUE.fullmatch(block[at].strip()) if len(block) > at else None
        if cue is None:
            remedy = "Write it as in 00:01.000 --> 00:03.500, with the words on the next lines."
            raise CaptionsError(number, f"found '{block[0]}' in place of a time", remedy)
        start, end = _seconds(cue.groups()[:4]), _seconds(cue.groups()[4:])
        words = html.unescape(_TAG.sub("", "\n".join(block[at + 1 :]))).strip()
        if not words:
            raise CaptionsError(number + at, "the caption has no words", "Write or remove it.")
        if end <= start or (cues and start < cues[-1].start):
            found = "the caption ends before it begins, or begins before the one above it"
            raise CaptionsError(number + at, found, "Correct its times.")
        cues.append(Cue(start, end, words))
    if not cues:
        raise CaptionsError(1, "the file has no captions", "Write them, or leave the file out.")
    return tuple(cues)


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Return the paragraphs below the first, each with the number of its first line."""
    found: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found[-1][1].append(line)
        else:
            found.append((number + 1, []))
    return [(number, block) for number, block in found[1:] if block]


def _seconds(time: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in time)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000
