"""The content of a screen: headings, texts, notes and pictures."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QRectF

from experiments.lab.clips import CaptionPart, FilmPart, SoundPart
from experiments.lab.parts import Card, Column, Picture, TextPart
from experiments.screen import Block, Clip

#: How much taller a film may be than a picture.
FILM = 1.5


def lay_content(blocks: Iterable[Block], column: Column) -> None:
    """Add blocks of content, one below another."""
    for block in blocks:
        if block.type == "heading":
            column.gap("block", 1.1)
            column.words(block.text, "heading")
        elif block.type == "text":
            column.gap("block", 0.75)
            column.words(block.text)
        elif block.type == "note":
            column.gap("block")
            _note(block, column)
        elif block.images:
            column.gap("block")
            _pictures(block, column)
        elif block.clip is not None:
            column.gap("block")
            _clip(block.type, block.clip, column)


def _note(block: Block, column: Column) -> None:
    """Add a note: smaller text on a tinted background."""
    frame = column.frame
    inset = 0.8 * frame.unit
    laid = frame.laid(block.text, "note", frame.width - 2 * inset)
    ground = QRectF(0, column.y, frame.width, laid.height + 1.2 * inset)
    inside = QRectF(inset, column.y + 0.6 * inset, frame.width - 2 * inset, laid.height)
    column.put_below(Card(ground, "note_soft", frame.radius("control")))
    column.put(TextPart(inside, laid, "muted"))


def _pictures(block: Block, column: Column) -> None:
    """Add pictures in one or two centred rows, all of the same height."""
    frame = column.frame
    images = [frame.image(picture["src"]) for picture in block.images]
    ratios = [image.width() / image.height() for image in images]
    gap = 0.7 * frame.unit

    def height(rows: int) -> float:
        """Return the height of the pictures in this number of rows."""
        per_row = -(-len(ratios) // rows)
        starts = range(0, len(ratios), per_row)
        widest = max(sum(ratios[start : start + per_row]) for start in starts)
        by_width = (frame.width - gap * (per_row - 1)) / widest
        return min(by_width, (frame.picture * frame.unit - gap * (rows - 1)) / rows)

    rows = max(range(1, min(2, len(images)) + 1), key=height)
    high, per_row = height(rows), -(-len(images) // rows)
    for start in range(0, len(images), per_row):
        column.y += gap if start else 0.0
        line = list(zip(images, ratios, strict=True))[start : start + per_row]
        wide = sum(ratio for _, ratio in line) * high + gap * (len(line) - 1)
        x = (frame.width - wide) / 2
        for image, ratio in line:
            box = QRectF(x, column.y, ratio * high, high)
            column.put(Picture(box, image, frame.radius("picture")))
            x += ratio * high + gap
        column.y += high


def _clip(kind: str, clip: Clip, column: Column) -> None:
    """Add a film, or what is seen of a sound, with room for two lines of captions."""
    frame, path = column.frame, column.frame.context.root / clip.src
    if kind == "video":
        ratio = (clip.width or 16) / (clip.height or 9)
        high = min(frame.width / ratio, FILM * frame.picture * frame.unit)
        wide = ratio * high
        column.put_below(
            FilmPart(QRectF((frame.width - wide) / 2, column.y, wide, high), clip, path)
        )
    else:
        column.put_below(
            SoundPart(QRectF(0, column.y, frame.width, 0.4 * frame.unit), clip, path, frame)
        )
    if clip.captions:
        column.gap("block", 0.5)
        two_lines = frame.laid("A\nA", "text", frame.width).height
        column.put_below(CaptionPart(QRectF(0, column.y, frame.width, two_lines), clip, frame))
