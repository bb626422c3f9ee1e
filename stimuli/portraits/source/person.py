"""The description of a drawn child, and the palettes that it names."""

from __future__ import annotations

from dataclasses import dataclass

from canvas import Colour, rgb


@dataclass(frozen=True)
class Skin:
    """Skin in light and shade, with the colours of cheeks and lips."""

    base: Colour
    shade: Colour
    cheek: Colour
    lip: Colour


SKINS = {
    "umber": Skin(rgb("#6b4230"), rgb("#573324"), rgb("#8c4c3c"), rgb("#7d3b36")),
    "sienna": Skin(rgb("#8a5a3c"), rgb("#71462d"), rgb("#a85e45"), rgb("#8f4640")),
    "bronze": Skin(rgb("#a8714a"), rgb("#8d5a38"), rgb("#c2704f"), rgb("#a4534a")),
    "honey": Skin(rgb("#c68f64"), rgb("#a9744c"), rgb("#d98763"), rgb("#b7635a")),
    "sand": Skin(rgb("#dcae84"), rgb("#c0906a"), rgb("#e59c80"), rgb("#c4736a")),
    "rose": Skin(rgb("#efcbae"), rgb("#d8ab8d"), rgb("#eea794"), rgb("#cd8179")),
}

HAIRS = {
    "black": rgb("#231d1f"),
    "soft black": rgb("#30262a"),
    "dark brown": rgb("#3f2a22"),
    "brown": rgb("#5d3d2b"),
    "chestnut": rgb("#7a4a2e"),
    "fair": rgb("#b98a52"),
}

IRISES = {
    "dark": rgb("#2b1a14"),
    "brown": rgb("#4d2f1f"),
    "hazel": rgb("#6b4e2a"),
    "grey": rgb("#56646b"),
}


@dataclass(frozen=True)
class Person:
    """One child of the portraits."""

    skin: str
    hair: str
    style: str
    iris: str
    clothes: str
    cloth: str
    second: str
    ground: str
    round: float = 0.0
    """Roundness of the cheeks, from -1 (narrow) to 1 (round)."""
