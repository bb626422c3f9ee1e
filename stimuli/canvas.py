"""A canvas for flat illustration: smooth shapes, tapered strokes and clipped shades, drawn large and reduced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, hypot, pi, sin
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]

#: The picture is drawn this many times larger and reduced, which smooths every edge.
OVERSAMPLING = 4


def rgb(text: str) -> Colour:
    """Return the colour ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour ``share`` of the way from one to another."""
    first, second, third = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return first, second, third


def curve(points: Sequence[Point], closed: bool = False, steps: int = 16) -> list[Point]:
    """Return a smooth line through points (Catmull & Rom 1974 spline)."""
    n = len(points)
    around = (
        [points[(k - 1) % n] for k in range(n + 3)] if closed else [points[0], *points, points[-1]]
    )
    line: list[Point] = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * b[i]
                    + (c[i] - a[i]) * t
                    + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t**2
                    + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3
                )
                for i in (0, 1)
            )
            line.append((x, y))
    return line if closed else [*line, points[-1]]


def oval(x: float, y: float, rx: float, ry: float, tilt: float = 0.0) -> list[Point]:
    """Return the outline of an ellipse, turned by ``tilt`` degrees."""
    c, s = cos(tilt * pi / 180), sin(tilt * pi / 180)
    turns = [2 * pi * k / 96 for k in range(96)]
    return [
        (x + rx * cos(t) * c - ry * sin(t) * s, y + rx * cos(t) * s + ry * sin(t) * c)
        for t in turns
    ]


def mirrored(points: Iterable[Point], x: float = 256) -> list[Point]:
    """Return points mirrored about a vertical line."""
    return [(2 * x - px, py) for px, py in points]


def both(points: Sequence[Point], x: float = 256) -> list[Point]:
    """Return a symmetric outline from its right half, from top to bottom."""
    return [*points, *[p for p in mirrored(reversed(points), x) if abs(p[0] - x) > 0.01]]


class Canvas:
    """A square picture; coordinates are pixels of the finished picture."""

    def __init__(self, size: int, ground: Colour) -> None:
        self.size = size
        self.single: Colour | None = None
        """If set, everything is drawn in this one colour: a silhouette."""
        self._large = size * OVERSAMPLING
        self._image = Image.new("RGB", (self._large, self._large), ground)

    def mask(self, outline: Sequence[Point]) -> Image.Image:
        """Return the area inside an outline, as a mask for shades."""
        mask = Image.new("L", (self._large, self._large), 0)
        ImageDraw.Draw(mask).polygon(self._enlarged(outline), fill=255)
        return mask

    def shape(
        self,
        outline: Sequence[Point],
        colour: Colour,
        opacity: float = 1.0,
        inside: Image.Image | None = None,
    ) -> None:
        """Fill an outline, opaque or translucent, and only inside a mask if one is given."""
        if self.single is not None:
            colour, opacity = self.single, 1.0
        large = self._enlarged(outline)
        if opacity >= 1 and inside is None:
            ImageDraw.Draw(self._image).polygon(large, fill=colour)
            return
        box = self._box(large)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in large], fill=255)
        if inside is not None:
            mask = ImageChops.multiply(mask, inside.crop(box))
        if opacity < 1:
            mask = mask.point([round(k * opacity) for k in range(256)])
        self._image.paste(colour, box, mask)

    def _box(self, large: Sequence[Point]) -> tuple[int, int, int, int] | None:
        """Return the part of the picture that an outline can touch; None if it lies outside."""
        xs, ys = [x for x, _ in large], [y for _, y in large]
        box = (
            max(int(min(xs)) - 1, 0),
            max(int(min(ys)) - 1, 0),
            min(int(max(xs)) + 2, self._large),
            min(int(max(ys)) + 2, self._large),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def stroke(
        self,
        points: Sequence[Point],
        colour: Colour,
        width: float,
        ends: float = 1.0,
        opacity: float = 1.0,
        inside: Image.Image | None = None,
    ) -> None:
        """Draw a smooth line whose width shrinks to ``ends`` times the width at both ends."""
        line = curve(points)
        left, right = [], []
        for k, (x, y) in enumerate(line):
            (ax, ay), (bx, by) = line[max(k - 1, 0)], line[min(k + 1, len(line) - 1)]
            length = hypot(bx - ax, by - ay) or 1.0
            share = sin(pi * k / (len(line) - 1))
            half = width / 2 * (ends + (1 - ends) * share)
            dx, dy = -(by - ay) / length * half, (bx - ax) / length * half
            left.append((x + dx, y + dy))
            right.append((x - dx, y - dy))
        self.shape([*left, *right[::-1]], colour, opacity, inside)
        for (x, y), half in ((line[0], width * ends / 2), (line[-1], width * ends / 2)):
            if half > 0.3 and opacity >= 1:
                self.shape(oval(x, y, half, half), colour, opacity, inside)

    def save(self, path: Path, colours: int = 128) -> None:
        """Write the picture as PNG with a reduced palette."""
        small = self._image.resize((self.size, self.size), Image.Resampling.LANCZOS)
        palette = small.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(path, optimize=True)

    def _enlarged(self, outline: Sequence[Point]) -> list[Point]:
        return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in outline]
