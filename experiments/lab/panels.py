"""Levels that are shown together: a panel for each, side by side where there is room, with its questions in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QRectF

from experiments.lab.content import lay_content
from experiments.lab.kinds import DRAWERS
from experiments.lab.parts import Card, Column, OpenPage

#: Least width of the content of panels that are side by side, in units.
LEAST = 15.0
GAP, PADDING = 1.0, 0.9


def lay_panels(page: OpenPage, column: Column) -> None:
    """Add the panels of a screen, and its questions that are in none below them."""
    screen, frame = page.screen, column.frame
    numbers = list(range(1, len(screen.panels) + 1))
    side_by_side = len(numbers)
    while side_by_side > 1 and _inside(column, side_by_side) < LEAST * frame.unit:
        side_by_side -= 1
    for start in range(0, len(numbers), side_by_side):
        column.gap("block")
        _row(page, column, numbers[start : start + side_by_side], side_by_side)
    if asks := screen.asks_in(0):
        DRAWERS[screen.kind](asks, page.form, column)


def _inside(column: Column, side_by_side: int) -> float:
    """Return the width of the content of a panel."""
    frame = column.frame
    wide = (frame.width - GAP * frame.unit * (side_by_side - 1)) / side_by_side
    return wide - 2 * PADDING * frame.unit


def _row(page: OpenPage, column: Column, numbers: Sequence[int], side_by_side: int) -> None:
    """Add panels side by side; their questions begin at the same height."""
    screen, frame = page.screen, column.frame
    padding, inside = PADDING * frame.unit, _inside(column, side_by_side)
    # There is no room for tables.
    panels = [Column(replace(frame, width=inside, stacked=True)) for _ in numbers]
    for number, panel in zip(numbers, panels, strict=True):
        lay_content(screen.panels[number - 1].content, panel)
    height = max(panel.y for panel in panels)
    for number, panel in zip(numbers, panels, strict=True):
        panel.y = height
        if asks := screen.asks_in(number):
            DRAWERS[screen.kind](asks, page.form, panel)
    high = max(panel.y for panel in panels) + 2 * padding
    for place, panel in enumerate(panels):
        x = place * (inside + 2 * padding + GAP * frame.unit)
        ground = QRectF(x, column.y, inside + 2 * padding, high)
        column.put(Card(ground, "control", frame.radius("card"), frame.stroke("edge")))
        for part in panel.parts:
            part.box.translate(x + padding, column.y + padding)
            column.put(part)
        column.cramped |= panel.cramped
    column.y += high
