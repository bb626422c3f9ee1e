"""The content of a screen: headings, texts, notes and pictures above what is asked."""

from __future__ import annotations

from PyQt6.QtCore import QRectF

from experiments.lab.frame import Column, Frame
from experiments.lab.parts import Card, Picture, Words
from experiments.screen import Block, Screen


def lay_content(screen: Screen, frame: Frame, column: Column) -> None:
    """Lay the blocks of a screen below each other."""
    for block in screen.content:
        if block.type == "heading":
            column.gap("block", 1.1)
            column.words(block.text, "heading")
        elif block.type == "text":
            column.gap("block", 0.75)
            column.words(block.text)
        elif block.type == "note":
            column.gap("block")
            _note(block, frame, column)
        else:
            column.gap("block")
            _pictures(block, frame, column)


def _note(block: Block, frame: Frame, column: Column) -> None:
    """A quieter text on a tinted ground."""
    inset = 0.8 * frame.unit
    laid = frame.laid(block.text, "note", frame.width - 2 * inset)
    ground = QRectF(0, column.y, frame.width, laid.height + 1.2 * inset)
    colours = frame.look.colours
    column.put(Card(ground, colours["note_soft"], frame.look.radius["control"] * frame.unit))
    inside = QRectF(inset, column.y + 0.6 * inset, frame.width - 2 * inset, laid.height)
    column.put(Words(inside, laid, colours["muted"]))
    column.y += ground.height()


def _pictures(block: Block, frame: Frame, column: Column) -> None:
    """Pictures in one row or two, all of one height, in the middle."""
    images = [frame.pictures.image(picture["src"]) for picture in block.images]
    if not images:
        return
    ratios = [image.width() / image.height() for image in images]
    gap = 0.7 * frame.unit
    rows = min(
        range(1, min(2, len(images)) + 1),
        key=lambda count: -_height(ratios, count, frame, gap),
    )
    height = _height(ratios, rows, frame, gap)
    per_row = -(-len(images) // rows)
    for start in range(0, len(images), per_row):
        line = list(zip(images, ratios, strict=True))[start : start + per_row]
        wide = sum(ratio for _, ratio in line) * height + gap * (len(line) - 1)
        x = (frame.width - wide) / 2
        for image, ratio in line:
            box = QRectF(x, column.y, ratio * height, height)
            column.put(Picture(box, image, frame.look.radius["picture"] * frame.unit))
            x += ratio * height + gap
        column.y += height + (gap if start + per_row < len(images) else 0.0)


def _height(ratios: list[float], rows: int, frame: Frame, gap: float) -> float:
    """Return the height that pictures can have in so many rows."""
    per_row = -(-len(ratios) // rows)
    widest = max(sum(ratios[start : start + per_row]) for start in range(0, len(ratios), per_row))
    by_width = (frame.width - gap * (per_row - 1)) / widest
    by_height = (frame.picture * frame.unit - gap * (rows - 1)) / rows
    return min(by_width, by_height)
