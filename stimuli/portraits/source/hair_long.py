"""Long, plaited and gathered hair of the drawn children."""

from __future__ import annotations

from math import cos, sin

import numpy as np
from canvas import Canvas, Point, curve, mirrored, mix, oval, rgb
from hair import SHORT_LINE, around, cap, fall, ringlets, strands, tones
from hair_short import fringe
from person import Person


def puffs_back(canvas: Canvas, person: Person) -> None:
    """Two round puffs high on the head."""
    for x in (150, 362):
        places = [(x, 112), *[(x + 34 * cos(a), 112 + 32 * sin(a)) for a in np.linspace(0, 5.6, 9)]]
        ringlets(canvas, person, places, 20, int(x))


def puffs(canvas: Canvas, person: Person) -> None:
    """Hair parted in the middle and drawn back to two puffs."""
    cap(canvas, person, SHORT_LINE, 98, 95)
    _, dark, _ = tones(person)
    canvas.stroke([(256, 98), (256, 124), (256, 151)], dark, 2.6, 0.4)
    right: list[list[Point]] = [
        [(262 + k * 12, 150 + k * 2.2), (286 + k * 9, 126 + k * 5), (326 + k * 3, 118 + k * 7)]
        for k in range(5)
    ]
    strands(canvas, person, [*right, *[mirrored(line) for line in right]], 2.6)
    band = rgb(person.second)
    for x, tilt in ((330, 48), (182, -48)):
        canvas.shape(oval(x, 124, 7, 15, tilt), band)


def braids_back(canvas: Canvas, person: Person) -> None:
    """Hair behind the ears that the braids start from."""
    base = tones(person)[0]
    canvas.shape(oval(256, 236, 104, 92), base)


def braid(canvas: Canvas, person: Person, side: int) -> None:
    base, dark, light = tones(person)
    for k in range(7):
        x, y = 256 + side * (101 + 4 * sin(k * 0.9) + k * 1.2), 282 + 22 * k
        size = 19 - k * 0.9
        for turn in (1, -1):
            canvas.shape(oval(x + turn * size * 0.42, y, size * 0.72, size, turn * 28), base)
        canvas.stroke(
            [(x - size * 0.7, y - 8), (x, y + 7), (x + size * 0.7, y - 8)], dark, 2.6, 0.2
        )
        canvas.stroke([(x - size * 0.5, y - 2), (x - size * 0.1, y + 9)], light, 2.2, 0.2, 0.6)
    x = 256 + side * 112
    canvas.shape(oval(x, 428, 11, 7), rgb(person.second))
    tuft: list[Point] = [(x - 9, 432), (x - 13, 452), (x, 466), (x + 13, 452), (x + 9, 432)]
    canvas.shape(curve(tuft, closed=True), base)


def braids(canvas: Canvas, person: Person) -> None:
    """Two braids over the shoulders, hair parted in the middle."""
    middle_part(canvas, person)
    braid(canvas, person, 1)
    braid(canvas, person, -1)


PART_LINE: list[Point] = [
    (352, 262), (345, 226), (334, 192), (304, 166), (270, 150), (256, 136), (242, 150), (208, 166), (178, 192),
    (167, 226), (160, 262),
]  # fmt: skip


def middle_part(canvas: Canvas, person: Person) -> None:
    """Smooth hair parted in the middle."""
    cap(canvas, person, PART_LINE, 90, 99)
    _, dark, _ = tones(person)
    canvas.stroke([(256, 91), (256, 112), (256, 137)], dark, 2.6, 0.4)
    right: list[list[Point]] = [
        [(260 + k * 4, 96 + k), (300 + k * 7, 116 + k * 7), (338 + k * 3, 176 + k * 9)]
        for k in range(5)
    ]
    strands(canvas, person, [*right, *[mirrored(line) for line in right]])


def long_back(canvas: Canvas, person: Person) -> None:
    """Long straight hair behind the shoulders."""
    fall(
        canvas,
        person,
        [(256, 110), (330, 134), (360, 200), (370, 300), (376, 400), (352, 448), (256, 452)],
    )


def long(canvas: Canvas, person: Person) -> None:
    """Long straight hair, part of it over the shoulders."""
    lock: list[Point] = [
        (336, 150), (356, 210), (362, 290), (370, 372), (368, 428), (346, 440), (338, 386), (341, 320),
        (347, 268), (345, 220),
    ]  # fmt: skip
    for side in (lock, mirrored(lock)):
        canvas.shape(curve(side, closed=True), tones(person)[0])
    middle_part(canvas, person)
    right: list[list[Point]] = [
        [(352 + k, 250), (352 + 5 * k, 330), (349 + 6 * k, 420)] for k in (0, 1, 2)
    ]
    strands(canvas, person, [*right, *[mirrored(line) for line in right]])


def wavy_back(canvas: Canvas, person: Person) -> None:
    """Long wavy hair behind the shoulders."""
    fall(
        canvas,
        person,
        [
            (256, 110),
            (332, 134),
            (362, 190),
            (360, 250),
            (384, 310),
            (368, 366),
            (388, 412),
            (350, 440),
            (256, 440),
        ],
    )


def wavy(canvas: Canvas, person: Person) -> None:
    """Long wavy hair with a side parting."""
    line: list[Point] = [
        (353, 270), (346, 226), (340, 190), (322, 164), (296, 148), (262, 158), (216, 172), (184, 194),
        (168, 230), (159, 270),
    ]  # fmt: skip
    lock: list[Point] = [
        (340, 170), (362, 214), (356, 258), (378, 312), (362, 362), (378, 404), (352, 414), (338, 366),
        (352, 318), (340, 276), (350, 240),
    ]  # fmt: skip
    for side in (lock, mirrored(lock)):
        canvas.shape(curve(side, closed=True), tones(person)[0])
    cap(canvas, person, line, 86, 101)
    sweep: list[list[Point]] = [
        [(296 - k, 96 + k * 0.2), (244 - k, 122 + k * 0.3), (184 - k * 0.2, 176 + k * 0.5)]
        for k in range(0, 52, 13)
    ]
    right: list[list[Point]] = [
        [(300, 98), (332, 130), (350, 200)],
        [(358, 240), (352, 270), (366, 320), (354, 372)],
    ]
    strands(canvas, person, [*sweep, *right, mirrored(right[1])])


def bob_back(canvas: Canvas, person: Person) -> None:
    """Chin-length hair, behind the neck."""
    fall(
        canvas,
        person,
        [(256, 110), (332, 134), (362, 200), (371, 290), (356, 336), (310, 344), (256, 344)],
    )


def bob(canvas: Canvas, person: Person) -> None:
    """Chin-length hair with a fringe."""
    lock: list[Point] = [
        (340, 176), (358, 220), (366, 290), (356, 334), (336, 338), (334, 306), (346, 262), (344, 220),
    ]  # fmt: skip
    for side in (lock, mirrored(lock)):
        canvas.shape(curve(side, closed=True), tones(person)[0])
    fringe(canvas, person)


def drawn_back(canvas: Canvas, person: Person) -> None:
    """Smooth hair drawn back from the forehead."""
    cap(canvas, person, SHORT_LINE, 94, 96)
    lines: list[list[Point]] = [
        [(256 + x * 1.12, 156 + abs(x) * 0.16), (256 + x * 0.9, 128), (256 + x * 0.45, 100)]
        for x in (-76, -58, -38, -18, 0, 18, 38, 58, 76)
    ]
    strands(canvas, person, lines, 2.8)


def tail_back(canvas: Canvas, person: Person) -> None:
    """A long tail over one shoulder."""
    base, dark, _ = tones(person)
    tail: list[Point] = [
        (330, 150), (376, 190), (398, 262), (392, 340), (402, 404), (372, 440), (352, 390), (356, 320), (340, 240),
    ]  # fmt: skip
    canvas.shape(curve(tail, closed=True), base)
    for k in (0, 1):
        canvas.stroke([(372 - 8 * k, 220), (382 - 10 * k, 300), (378 - 8 * k, 400)], dark, 3, 0.1)


ROWS: list[list[Point]] = [
    [(256 + x * 1.1, 155 + abs(x) * 0.16), (256 + x * 0.95, 124), (256 + x * 0.55, 99)]
    for x in (-72, -48, -24, 0, 24, 48, 72)
]


def rows_back(canvas: Canvas, person: Person) -> None:
    """Two low puffs behind the ears."""
    for x in (158, 354):
        places = [(x, 312), *[(x + 19 * cos(a), 312 + 25 * sin(a)) for a in np.linspace(0, 5.5, 7)]]
        ringlets(canvas, person, places, 16, int(x))


def rows(canvas: Canvas, person: Person) -> None:
    """Hair plaited in rows, drawn back."""
    cap(canvas, person, SHORT_LINE, 98, 95)
    _, dark, light = tones(person)
    for row in ROWS:
        canvas.stroke(row, mix(light, dark, 0.2), 12, 0.7)
        for x, y in curve(row, steps=5):
            canvas.stroke([(x - 4, y - 2), (x, y + 3), (x + 4, y - 2)], dark, 2, 0.3)


def loose_back(canvas: Canvas, person: Person) -> None:
    """Full curls to the shoulders, behind the head."""
    places = [*around(124, 128, 214, -52, 232, 33), *around(100, 108, 210, -50, 230, 27)]
    ringlets(
        canvas,
        person,
        [*places, *around(70, 120, 226, -58, -20, 4), *around(70, 120, 226, 200, 238, 4)],
        22,
        17,
    )


def loose(canvas: Canvas, person: Person) -> None:
    """Full curls with a hair band."""
    cap(canvas, person, SHORT_LINE, 90, 100)
    places = [
        *around(98, 96, 196, -8, 188, 21),
        *around(78, 72, 180, 24, 156, 11),
        *around(56, 40, 164, 24, 156, 8),
    ]
    ringlets(canvas, person, places, 16, 19)
    canvas.stroke(around(96, 84, 196, 14, 166, 9), rgb(person.second), 15, 0.9)
