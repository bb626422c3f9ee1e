"""The parts of hair: the cap between crown and hairline, strands, ringlets, and hair that hangs down."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
from canvas import Canvas, Colour, Point, curve, mirrored, mix, oval
from person import HAIRS, Person

Part = Callable[[Canvas, Person], None]


def tones(person: Person) -> tuple[Colour, Colour, Colour]:
    base = HAIRS[person.hair]
    return base, mix(base, (0, 0, 0), 0.28), mix(base, (235, 200, 170), 0.2)


def cap(canvas: Canvas, person: Person, hairline: list[Point], top: float, wide: float) -> None:
    """Fill the hair between the crown and a hairline, given from right to left."""
    crown: list[Point] = [
        (256 - wide, 228),
        *around(wide, 192 - top, 192, 176, 4, 15),
        (256 + wide, 228),
    ]
    canvas.shape([*curve(crown), *curve(hairline)], tones(person)[0])


def strands(canvas: Canvas, person: Person, lines: list[list[Point]], width: float = 3.2) -> None:
    _, dark, light = tones(person)
    for k, line in enumerate(lines):
        canvas.stroke(line, light if k % 2 else dark, width, 0.1, 0.75)


def ringlets(canvas: Canvas, person: Person, places: list[Point], radius: float, seed: int) -> None:
    """Draw curls: overlapping circles, some of them with a light rim."""
    rng = np.random.default_rng(seed)
    base, dark, light = tones(person)
    sizes = radius * rng.uniform(0.85, 1.15, len(places))
    for (x, y), r in zip(places, sizes, strict=True):
        canvas.shape(oval(x, y, r, r), base)
    for (x, y), r in zip(places, sizes, strict=True):
        turn = rng.uniform(0, 2 * pi)
        arc: list[Point] = [
            (x + 0.6 * r * cos(turn + t), y + 0.6 * r * sin(turn + t)) for t in (0, 0.8, 1.6, 2.4)
        ]
        canvas.stroke(arc, light if rng.random() < 0.45 else dark, 2.6, 0.2, 0.7)


def around(rx: float, ry: float, y: float, start: float, stop: float, n: int) -> list[Point]:
    """Return points on an arc round the head, in degrees from the right, over the top."""
    angles = np.linspace(start, stop, n) * pi / 180
    return [(256 + rx * cos(a), y - ry * sin(a)) for a in angles]


def fall(canvas: Canvas, person: Person, right: list[Point]) -> None:
    """Fill hair that falls behind the shoulders, from its right outline."""
    canvas.shape([*curve(right), *curve(mirrored(right))[::-1]], tones(person)[1])


def nothing(canvas: Canvas, person: Person) -> None:
    """Draw nothing: there is no hair on this side of the head."""


SHORT_LINE: list[Point] = [
    (346, 226), (338, 196), (330, 172), (306, 158), (256, 152), (206, 158), (182, 172), (174, 196), (166, 226),
]  # fmt: skip
