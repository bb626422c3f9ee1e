"""Films and sounds on a page of the lab: they begin on the flip that shows the page, and follow its time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from experiments.lab.decoding import Decoder
from experiments.lab.frame import Frame
from experiments.lab.parts import OpenPage, Part, draw_box
from experiments.lab.sound import Sound
from experiments.look import COLOURS
from experiments.screen import Block, Clip, Screen
from experiments.stimuli.clips import ClipError, clip_facts

AHEAD = 10
"""Frames that are decoded ahead."""


@dataclass(eq=False)
class ClipPart(Part):
    """A film or sound. Until it is opened, a film shows its first frame."""

    clip: Clip
    path: Path
    late: int = field(default=0, init=False)
    """Frames of a film that were shown late."""
    _sound: Sound | None = field(default=None, init=False)

    def open(self, silent: bool) -> None:
        """Make everything ready to begin at once.

        Parameters
        ----------
        silent
            Whether nobody listens, as in simulated sessions.

        Raises
        ------
        ClipError
            If it cannot be played.
        """
        if not self.path.is_file():
            raise ClipError(f"there is no file {self.path}", "Put it back.")
        if clip_facts(self.path).sound and not silent:
            self._sound = Sound(self.path)

    def play(self, plays: bool = True) -> None:
        """Begin or go on, or stop for a while; the pictures follow the time of the page."""
        if self._sound is not None:
            self._sound.play(plays)

    def close(self) -> None:
        """End the clip."""
        if self._sound is not None:
            self._sound.close()
            self._sound = None


@dataclass(eq=False)
class FilmPart(ClipPart):
    """A film: the frame that is due at the time of the page."""

    _decoder: Decoder | None = field(default=None, init=False)
    _image: QImage | None = field(default=None, init=False)
    _frame: int = field(default=0, init=False)
    _rate: float = field(default=0.0, init=False)

    def _pixels(self) -> tuple[int, int]:
        return max(2, round(self.box.width())), max(2, round(self.box.height()))

    def open(self, silent: bool) -> None:
        super().open(silent)
        wide, high = self._pixels()
        self._rate = clip_facts(self.path).rate
        options = ["-an", "-vf", f"scale={wide}:{high}:flags=bicubic,fps={self._rate:g}"]
        options += ["-f", "rawvideo", "-pix_fmt", "bgra"]
        self._decoder = Decoder(self.path, options, 4 * wide * high, AHEAD)
        self._image = _picture(self._decoder.first(), wide, high)

    def state(self, page: OpenPage) -> Hashable:
        """Return the number of the frame that is shown, after going on to the one that is due."""
        if self._decoder is None:
            return self._frame
        due = int(page.now * self._rate)
        skipped = -1
        while self._frame < due:
            block = self._decoder.next()
            if block is None:
                break
            self._image = _picture(block, *self._pixels())
            self._frame += 1
            skipped += 1
        self.late += max(0, skipped)
        return self._frame

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        image = self._image or first_frame(self.path, *self._pixels())
        if image is None:
            draw_box(painter, self.box, 0.0, COLOURS["edge"])
        else:
            painter.drawImage(self.box, image)

    def close(self) -> None:
        super().close()
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None


@dataclass(eq=False)
class SoundPart(ClipPart):
    """A sound: a bar that fills up while it is heard."""

    frame: Frame

    def _heard(self, page: OpenPage) -> float:
        """Return the share of the bar that is filled, in whole pixels."""
        heard = min(1.0, page.now / self.clip.seconds)
        return round(heard * self.box.width()) / max(1.0, self.box.width())

    def state(self, page: OpenPage) -> Hashable:
        return self._heard(page)

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        radius = self.box.height() / 2
        draw_box(painter, self.box, radius, COLOURS["edge"])
        bar = QRectF(self.box)
        bar.setWidth(self._heard(page) * self.box.width())
        if self.frame.rtl:
            bar.moveRight(self.box.right())
        draw_box(painter, bar, radius, COLOURS["accent"])


@dataclass(eq=False)
class CaptionPart(Part):
    """The caption of a clip at the time of the page, below it."""

    clip: Clip
    frame: Frame

    def text(self, page: OpenPage) -> str:
        """Return the words that are shown now."""
        spoken = (cue.text for cue in self.clip.captions if cue.start <= page.now < cue.end)
        return "\n".join(spoken)

    def state(self, page: OpenPage) -> Hashable:
        return self.text(page)

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        if text := self.text(page):
            laid = self.frame.laid(text, "text", self.box.width(), True, "centre")
            laid.paint(painter, self.box.x(), self.box.y(), COLOURS["text"])


def clip_on(parts: Iterable[Part]) -> ClipPart | None:
    """Return the film or sound among the parts of a page."""
    return next((part for part in parts if isinstance(part, ClipPart)), None)


def with_sentence(screen: Screen, sentence: str, proceed: str) -> Screen:
    """Return a screen with a sentence in place of the film or sound, which one can leave at once."""
    content = tuple(
        block if block.clip is None else Block("note", sentence) for block in screen.content
    )
    kind = "read" if screen.kind == "look" else screen.kind
    return replace(
        screen, kind=kind, content=content, proceed=screen.proceed or proceed,
        duration=0.0, at_least=0.0, at_most=0.0, countdown=False,
    )  # fmt: skip


@lru_cache(maxsize=32)
def first_frame(path: Path, wide: int, high: int) -> QImage | None:
    """Return the first frame of a film; None if it cannot be decoded."""
    options = ["-an", "-vf", f"scale={wide}:{high}", "-frames:v", "1"]
    options += ["-f", "rawvideo", "-pix_fmt", "bgra"]
    decoder = Decoder(path, options, 4 * wide * high, 2)
    try:
        return _picture(decoder.first(), wide, high)
    except ClipError:
        return None
    finally:
        decoder.close()


def _picture(block: bytes, wide: int, high: int) -> QImage:
    # A film that ends within a frame.
    whole = block.ljust(4 * wide * high, b"\0")
    return QImage(whole, wide, high, 4 * wide, QImage.Format.Format_RGB32).copy()
