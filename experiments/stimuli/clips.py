"""Films and sounds: whether a file can be played from beginning to end, and how long it lasts.

The whole file is decoded with ffmpeg, once on each computer.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from experiments.places import cache_folder

Kind = Literal["video", "audio"]

FORMATS: dict[str, tuple[Kind, frozenset[str]]] = {
    ".mp4": ("video", frozenset({"h264", "aac", "mp3"})),
    ".webm": ("video", frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})),
    ".mp3": ("audio", frozenset({"mp3"})),
    ".m4a": ("audio", frozenset({"aac"})),
    ".wav": ("audio", frozenset({"pcm_s16le"})),
}
"""Ending of a file -> what it holds, and the codecs that all common browsers play in it."""
_SAVE_AS = {
    "video": "Save it as MP4 (H.264, yuv420p, with AAC sound) or WebM (VP9 with Opus sound).",
    "audio": "Save it as MP3, as M4A (AAC), or as WAV (16 bit).",
}
#: Layouts of pixels that browsers show; others, such as 10 bits for each colour, stay black in some.
_PIXELS = ("yuv420p", "yuvj420p")
_STREAM = re.compile(r"Stream #0:\d+[^:]*: (Video|Audio): (\w+)(.*)")
_SIZE = re.compile(r", (\d+)x(\d+)(?: \[SAR (\d+):(\d+))?")
_RATE = re.compile(r"([\d.]+) (?:fps|tbr)")


class ClipError(Exception):
    """A file that cannot be played; the message says why, and ``remedy`` what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(found)


@dataclass(frozen=True)
class ClipFacts:
    """What is known of a film or a sound."""

    seconds: float
    width: int = 0
    """Pixels, for square pixels; 0 for a sound."""
    height: int = 0
    rate: float = 0.0
    """Frames per second."""
    sound: bool = False


def ffmpeg() -> str:
    """Return the path of ffmpeg, which is installed with compassion."""
    from imageio_ffmpeg import get_ffmpeg_exe

    return str(get_ffmpeg_exe())


def clip_facts(path: Path) -> ClipFacts:
    """Return what is known of a film or a sound, after decoding all of it.

    Raises
    ------
    ClipError
        If it cannot be decoded, or not be played in all common browsers.
    """
    state = path.stat()
    found = _known(path, state.st_mtime_ns, state.st_size)
    if isinstance(found, ClipFacts):
        return found
    raise ClipError(*found)


@lru_cache(maxsize=1024)
def _known(path: Path, changed: int, size: int) -> ClipFacts | tuple[str, str]:
    """Return the facts, or what is wrong and the remedy; what this computer has decoded before is not decoded again."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = cache_folder("clips") / f"{digest}{path.suffix.lower()}.json"
    try:
        return ClipFacts(**json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        pass
    try:
        facts = _decoded(path)
    except ClipError as error:
        return str(error), error.remedy
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(facts)), encoding="utf-8")
    except OSError:
        # It is only decoded again the next time.
        pass
    return facts


def _decoded(path: Path) -> ClipFacts:
    kind, codecs = FORMATS[path.suffix.lower()]
    streams = ["-map", "0:v:0", "-map", "0:a:0?"] if kind == "video" else ["-map", "0:a:0"]
    quiet = ["-hide_banner", "-nostdin", "-nostats", "-xerror", "-progress", "pipe:1"]
    command = [ffmpeg(), *quiet, "-loglevel", "level+info", "-i", str(path), *streams]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=False)
    log = done.stderr.decode("utf-8", "replace")
    errors = [
        re.sub(r"^(\[[^\]]*\] ?)+", "", line)
        for line in log.splitlines()
        if re.search(r"\[(error|fatal)\]", line)
    ]
    if done.returncode or errors:
        why = errors[0] if errors else f"ffmpeg ended with {done.returncode}"
        raise ClipError(f"it cannot be decoded ({why})", f"It is damaged. {_SAVE_AS[kind]}")
    read, _, written = log.partition("Output #0")
    found = {what: (codec, more) for what, codec, more in reversed(_STREAM.findall(read))}
    if kind == "audio":
        # A picture of the cover.
        found.pop("Video", None)
    wrong = [codec for codec, _ in found.values() if codec not in codecs]
    pixels = found["Video"][1] if kind == "video" else ""
    if wrong:
        raise ClipError(f"not all browsers play {wrong[0]} in {path.suffix}", _SAVE_AS[kind])
    if kind == "video" and not any(re.search(rf", {each}\b", pixels) for each in _PIXELS):
        raise ClipError("not all browsers show its colours (it is not yuv420p)", _SAVE_AS[kind])
    times = re.findall(r"out_time_us=(\d+)", done.stdout.decode())
    seconds = round(int(times[-1]) / 1e6, 3) if times else 0.0
    if seconds <= 0.0:
        raise ClipError("it is empty", _SAVE_AS[kind])
    if kind == "audio":
        return ClipFacts(seconds, sound=True)
    # Of the output, since ffmpeg turns films that were taken with a turned camera.
    shown = next(more for what, _, more in _STREAM.findall(written) if what == "Video")
    size, rate = _SIZE.search(shown), _RATE.search(shown)
    assert size is not None
    width, height, across, down = (int(part or 1) for part in size.groups())
    frames = float(rate[1]) if rate else 25.0
    return ClipFacts(seconds, round(width * across / down), height, frames, "Audio" in found)
