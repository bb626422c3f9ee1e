"""The head of a drawn child: outline, ears, eyes, brows, nose and a quiet mouth."""

from __future__ import annotations

from canvas import Canvas, Colour, Point, both, curve, mirrored, mix, oval
from person import HAIRS, IRISES, SKINS, Person

WHITE: Colour = (250, 247, 242)
INK: Colour = (38, 26, 24)


def outline(person: Person) -> list[Point]:
    """Return the outline of the face."""
    wide = 5 * person.round
    right: list[Point] = [
        (256, 116),
        (308, 126),
        (340, 164),
        (349 + wide / 2, 218),
        (342 + wide, 264),
        (316 + wide, 306),
        (282 + wide / 2, 330),
        (256, 336),
    ]
    return curve(both(right), closed=True)


def draw_neck(canvas: Canvas, person: Person) -> None:
    """Draw neck and shadow of the chin."""
    skin = SKINS[person.skin]
    right: list[Point] = [(256, 290), (284, 300), (286, 340), (298, 366), (282, 400), (256, 420)]
    neck = curve(both(right), closed=True)
    canvas.shape(neck, skin.base)
    canvas.shape(oval(256, 320, 62, 38), skin.shade, inside=canvas.mask(neck))


def draw_ears(canvas: Canvas, person: Person) -> None:
    """Draw both ears."""
    skin = SKINS[person.skin]
    x = 349 + 3 * person.round
    for side in (oval(x, 240, 15, 23, 8), mirrored(oval(x, 240, 15, 23, 8))):
        canvas.shape(side, skin.base)
    for side in (oval(x + 2, 242, 7, 13, 8), mirrored(oval(x + 2, 242, 7, 13, 8))):
        canvas.shape(side, skin.shade)


def draw_face(canvas: Canvas, person: Person) -> None:
    """Draw the face, lit from the upper right."""
    skin = SKINS[person.skin]
    face = outline(person)
    inside = canvas.mask(face)
    canvas.shape(face, skin.base)
    shadow: list[Point] = [
        (140, 90), (196, 120), (178, 180), (176, 240), (190, 292), (226, 322), (262, 352), (140, 360),
    ]  # fmt: skip
    canvas.shape(curve(shadow, closed=True), skin.shade, 0.38, inside)
    for x in (196, 316):
        for k in range(5):
            canvas.shape(oval(x, 274, 29 - 4 * k, 19 - 3 * k), skin.cheek, 0.09, inside)
    for side in (1, -1):
        _draw_eye(canvas, person, side)
    _draw_nose(canvas, person)
    _draw_mouth(canvas, person)


def _draw_eye(canvas: Canvas, person: Person, side: int) -> None:
    skin, iris = SKINS[person.skin], IRISES[person.iris]

    def at(points: list[Point]) -> list[Point]:
        return [(256 + side * px, py) for px, py in points]

    almond = curve(
        at(
            [(21, 243), (30, 232), (43, 228), (55, 233), (62, 243), (52, 250), (40, 252), (29, 249)]
        ),
        closed=True,
    )
    inside = canvas.mask(almond)
    canvas.shape(almond, mix(WHITE, skin.shade, 0.08))
    x, y = 256 + side * 41.5, 240.5
    canvas.shape(oval(x, y, 12.5, 12.5), mix(iris, INK, 0.35), inside=inside)
    canvas.shape(oval(x, y + 1.5, 10.5, 10.5), iris, inside=inside)
    canvas.shape(oval(x, y, 6, 6), mix(INK, (0, 0, 0), 0.4), inside=inside)
    canvas.shape(oval(x + 4, y - 4.5, 2.9, 2.9), WHITE, inside=inside)
    canvas.shape(oval(x - 4, y + 5, 1.5, 1.5), WHITE, 0.7, inside)
    canvas.shape(oval(256 + side * 42, 224, 26, 9), skin.shade, 0.55, inside)
    canvas.stroke(at([(20, 244), (30, 232), (43, 227.5), (56, 232.5), (65, 243)]), INK, 4.6, 0.35)
    canvas.stroke(at([(30, 222.5), (43, 218.5), (58, 223)]), skin.shade, 2.4, 0.1)
    canvas.stroke(at([(32, 251.5), (42, 254), (53, 251)]), skin.shade, 2.0, 0.1)
    brow = mix(HAIRS[person.hair], INK, 0.2)
    # The inner ends of the brows are raised: quiet sorrow, not anger.
    canvas.stroke(at([(22, 205), (34, 200.5), (50, 202), (68, 212)]), brow, 7.2, 0.25)


def _draw_nose(canvas: Canvas, person: Person) -> None:
    skin = SKINS[person.skin]
    shade = mix(skin.shade, skin.lip, 0.25)
    canvas.shape(oval(256, 276, 15, 9), mix(skin.base, skin.shade, 0.35))
    canvas.shape(oval(257, 271, 10, 8), mix(skin.base, skin.cheek, 0.3))
    canvas.stroke([(243, 278), (248, 282), (256, 281), (264, 282), (269, 278)], shade, 3.0, 0.4)


def _draw_mouth(canvas: Canvas, person: Person) -> None:
    skin = SKINS[person.skin]
    upper: list[Point] = [
        (235, 304),
        (248, 297.5),
        (256, 299),
        (264, 297.5),
        (277, 304),
        (256, 305),
    ]
    lower: list[Point] = [
        (236, 304.5),
        (256, 304.5),
        (276, 304.5),
        (266, 312),
        (256, 313.5),
        (246, 312),
    ]
    canvas.shape(curve(lower, closed=True), mix(skin.lip, skin.cheek, 0.45))
    canvas.shape(curve(upper, closed=True), skin.lip)
    line = mix(skin.lip, INK, 0.5)
    canvas.stroke(
        [(232, 306.5), (243, 303.8), (256, 304.6), (269, 303.8), (280, 306.5)], line, 2.8, 0.3
    )
    canvas.stroke([(247, 319), (256, 320.5), (265, 319)], skin.shade, 2.4, 0.1)
