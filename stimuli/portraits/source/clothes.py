"""Clothes of the drawn children: plain, undamaged and warm."""

from __future__ import annotations

from collections.abc import Callable

from canvas import Canvas, Colour, Point, both, curve, mirrored, mix, oval, rgb
from person import Person
from PIL import Image

#: Right half of the garment: from the neckline's lowest point over the shoulder to the picture's edge.
NECKLINE: list[Point] = [(256, 398), (279, 391), (293, 375), (297, 364)]
SHOULDER: list[Point] = [(297, 364), (332, 372), (370, 388), (394, 420), (404, 466), (408, 530)]

Garment = Callable[[Canvas, Colour, Colour, Image.Image], None]


def draw_clothes(canvas: Canvas, person: Person) -> None:
    """Draw shoulders and the garment, over the neck."""
    body = both([*curve(NECKLINE), *curve(SHOULDER), (256, 530)])
    cloth, second = rgb(person.cloth), rgb(person.second)
    canvas.shape(body, cloth)
    inside = canvas.mask(body)
    dark = _darker(cloth)
    GARMENTS[person.clothes](canvas, cloth, second, inside)
    arm: list[Point] = [(362, 434), (367, 474), (364, 520)]
    for line in (arm, mirrored(arm)):
        canvas.stroke(line, dark, 3, 0.1, 0.7)


def _darker(colour: Colour) -> Colour:
    return mix(colour, (20, 20, 40), 0.25)


def _band(canvas: Canvas, colour: Colour, width: float = 10) -> None:
    """Draw the hem of the neckline."""
    right = NECKLINE[:-1]
    canvas.stroke([*mirrored(right[:0:-1]), *right], colour, width, 0.9)


def _tee(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    _band(canvas, second)


def _stripes(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    for y in range(424, 530, 30):
        line: list[Point] = [(80, y + 12), (170, y + 2), (256, y + 6), (342, y + 2), (432, y + 12)]
        canvas.stroke(line, second, 11, 1, 1, inside)
    _band(canvas, second)


def _shirt(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    dark = _darker(cloth)
    canvas.stroke([(256, 404), (256, 456), (256, 520)], dark, 3, 0.6)
    for y in (430, 464, 498):
        canvas.shape(oval(263, y, 4, 4), second)
    collar: list[Point] = [(256, 404), (281, 389), (297, 352), (316, 366), (312, 402), (287, 420)]
    for side in (collar, mirrored(collar)):
        canvas.shape(side, mix(cloth, (255, 255, 255), 0.25))
        canvas.stroke([side[0], side[5], side[4]], dark, 2, 0.5, 0.6)


def _hood(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    dark = mix(cloth, (20, 20, 40), 0.2)
    right: list[Point] = [
        (256, 404),
        (284, 393),
        (303, 356),
        (332, 360),
        (340, 388),
        (316, 424),
        (256, 438),
    ]
    hood = [*curve(right), *mirrored(curve(right)[::-1])]
    canvas.shape(hood, dark)
    canvas.stroke([*mirrored(right[2::-1]), *right[1:3]], mix(dark, (0, 0, 0), 0.2), 4, 0.4)
    for x in (236, 276):
        canvas.stroke([(x, 426), (x + (x - 256) * 0.1, 452), (x, 480)], second, 4.5, 0.8)


def _jacket(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    canvas.shape([(204, 350), (256, 540), (308, 350)], second, 1, inside)
    lapel: list[Point] = [(304, 352), (328, 370), (314, 420), (258, 540)]
    for side in (lapel, mirrored(lapel)):
        canvas.shape(side, mix(cloth, (255, 255, 255), 0.12), 1, inside)
        canvas.stroke([side[1], side[2], side[3]], _darker(cloth), 2.4, 0.5, 0.7, inside)
    _band(canvas, mix(second, (20, 20, 40), 0.15), 7)


def _pinafore(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    _band(canvas, mix(cloth, (20, 20, 40), 0.12))
    canvas.shape([(196, 446), (316, 446), (330, 540), (182, 540)], second, 1, inside)
    strap: list[Point] = [(314, 448), (324, 412), (322, 362)]
    for line in (strap, mirrored(strap)):
        canvas.stroke(line, second, 20, 1, 1, inside)
        canvas.shape(oval(line[0][0], 454, 6, 6), mix(second, (255, 255, 255), 0.55))


def _knit(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    dark = mix(cloth, (20, 20, 40), 0.16)
    for x in range(109, 420, 21):
        spread = (x - 256) * 0.03
        canvas.stroke([(x, 372), (x + spread, 450), (x + 2 * spread, 528)], dark, 3, 1, 0.7, inside)
    canvas.stroke(
        [(80, 476), (170, 464), (256, 468), (342, 464), (432, 476)], second, 14, 1, 1, inside
    )
    light = mix(cloth, (255, 255, 255), 0.14)
    _band(canvas, light, 20)
    for x, y in ((231, 396), (244, 400), (256, 401), (268, 400), (281, 396)):
        canvas.stroke([(x, y - 9), (x + (x - 256) * 0.06, y + 6)], dark, 2.2, 0.6, 0.7)


def _yoke(canvas: Canvas, cloth: Colour, second: Colour, inside: Image.Image) -> None:
    right: list[Point] = [(256, 432), (296, 424), (330, 396), (342, 366)]
    yoke = [*mirrored(curve(right)[:0:-1]), *curve(right), (320, 340), (192, 340)]
    canvas.shape(yoke, second, 1, inside)
    for x, y in [*curve(right, steps=3)[1:-1], *mirrored(curve(right, steps=3)[:-1])]:
        canvas.shape(oval(x, y, 4, 4), mix(cloth, (255, 255, 255), 0.4), 1, inside)
    _band(canvas, mix(second, (20, 20, 40), 0.12), 7)


GARMENTS: dict[str, Garment] = {
    "tee": _tee,
    "stripes": _stripes,
    "shirt": _shirt,
    "hood": _hood,
    "jacket": _jacket,
    "pinafore": _pinafore,
    "knit": _knit,
    "yoke": _yoke,
}
