"""Short hair of the drawn children."""

from __future__ import annotations

from canvas import Canvas, Point
from hair import SHORT_LINE, around, cap, ringlets, strands
from person import Person


def crop(canvas: Canvas, person: Person) -> None:
    """Short hair, brushed forward."""
    cap(canvas, person, SHORT_LINE, 92, 98)
    lines: list[list[Point]] = [
        [(x, 104 + abs(x - 256) * 0.12), (x - 3, 128), (x - 8, 148 + abs(x - 256) * 0.06)]
        for x in range(196, 330, 15)
    ]
    strands(canvas, person, lines)


def buzz(canvas: Canvas, person: Person) -> None:
    """Hair cut close to the head."""
    cap(canvas, person, SHORT_LINE, 104, 95)
    strands(canvas, person, [around(72, 50, 168, a, a + 46, 6) for a in (40, 66, 92)], 2.6)


def parted(canvas: Canvas, person: Person) -> None:
    """Short hair with a parting, brushed to one side."""
    line: list[Point] = [
        (347, 230), (342, 200), (336, 172), (316, 158), (284, 152), (250, 166), (206, 176), (184, 184),
        (173, 200), (165, 230),
    ]  # fmt: skip
    cap(canvas, person, line, 84, 99)
    lines: list[list[Point]] = [
        [(302 - k, 98 + k * 0.2), (262 - k, 118 + k * 0.25), (208 - k * 0.4, 158 + k * 0.1)]
        for k in range(0, 56, 11)
    ]
    strands(
        canvas,
        person,
        [*lines, [(306, 100), (328, 128), (341, 168)], [(300, 96), (290, 120), (296, 146)]],
    )


def fringe(canvas: Canvas, person: Person) -> None:
    """Straight hair with a fringe over the forehead."""
    line: list[Point] = [
        (349, 244), (343, 214), (336, 188), (318, 186), (296, 190), (272, 186), (248, 191), (222, 186),
        (196, 190), (176, 188), (169, 214), (163, 244),
    ]  # fmt: skip
    cap(canvas, person, line, 88, 99)
    lines: list[list[Point]] = [
        [(256 + (x - 256) * 0.5, 98), (256 + (x - 256) * 0.85, 136), (x, 182)]
        for x in range(184, 334, 16)
    ]
    strands(canvas, person, lines)


def waves(canvas: Canvas, person: Person) -> None:
    """Full wavy hair over short sides."""
    cap(canvas, person, SHORT_LINE, 100, 98)
    places = [*around(88, 62, 164, 12, 168, 11), *around(56, 44, 156, 20, 160, 7)]
    ringlets(canvas, person, [*places, (226, 150), (252, 158), (280, 156), (304, 162)], 22, 5)


def curls(canvas: Canvas, person: Person) -> None:
    """Short, tight curls."""
    cap(canvas, person, SHORT_LINE, 98, 97)
    places = [
        *around(96, 88, 196, -4, 184, 23), *around(80, 70, 186, 8, 172, 19),
        *around(58, 52, 178, 15, 165, 13), *around(30, 34, 172, 20, 160, 7),
    ]  # fmt: skip
    ringlets(canvas, person, places, 13, 7)


def afro_back(canvas: Canvas, person: Person) -> None:
    """Round natural hair, behind the head."""
    places = [*around(116, 112, 186, -28, 208, 29), *around(96, 92, 186, -20, 200, 23)]
    ringlets(canvas, person, places, 22, 11)


def afro(canvas: Canvas, person: Person) -> None:
    """Round natural hair, in front of the head."""
    cap(canvas, person, SHORT_LINE, 84, 104)
    places = [
        *around(98, 92, 184, 2, 178, 19), *around(74, 68, 180, 12, 168, 15),
        *around(46, 46, 176, 18, 162, 9), (256, 150),
    ]  # fmt: skip
    ringlets(canvas, person, places, 16, 13)
