"""Small films, sounds and pictures for tests, generated with ffmpeg; no study ships any."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from PIL import Image

from experiments.stimuli.clips import ffmpeg

CODECS = {
    ".webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    ".mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    ".mp3": (),
    ".m4a": ("-c:a", "aac"),
    ".wav": (),
}
CAPTIONS = """\
WEBVTT

00:00.100 --> 00:00.900
<v Asha>The first words &amp; more

NOTE a remark

second
00:01.000 --> 00:01.800 line:0
The second
words
"""


@cache
def _made(ending: str, seconds: float, sound: bool, size: str) -> bytes:
    path = Path(mkdtemp()) / f"clip{ending}"
    command = [ffmpeg(), "-nostdin", "-v", "error"]
    if ending in (".mp4", ".webm"):
        command += ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=25:duration={seconds}"]
    if sound or ending not in (".mp4", ".webm"):
        command += ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
    subprocess.run([*command, *CODECS[ending], str(path)], check=True)
    return path.read_bytes()


def clip(
    path: Path, seconds: float = 2.0, sound: bool = True, size: str = "160x90", broken: bool = False
) -> Path:
    """Write a film (a moving test picture with a tone) or a sound, by the ending of its name."""
    content = _made(path.suffix, seconds, sound, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content[: len(content) // 2] if broken else content)
    return path


def picture(path: Path, colour: str = "blue") -> Path:
    """Write a picture of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), colour).save(path)
    return path


def describe(folder: Path, *files: str, **more: str) -> Path:
    """Write the description of a folder of media, with ``more`` lines for single files (dots as ``__``)."""
    lines = [f"media: {folder.name}", 'version: "1.0"', "files:"]
    for file in files:
        lines += [f"  {file}:", f"    shows: What {file} shows."]
        lines += [
            "    licence: CC0-1.0",
            "    source: Made by tests.",
            "    consent: no people shown",
        ]
        lines += [f"    {each}" for each in more.get(file.replace(".", "__"), "").splitlines()]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "media.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
