"""Draw the schematic faces: each person neutral and angry, from the same strokes.

``python stimuli/schematic_faces/source/draw.py`` writes ``stimuli/schematic_faces/media``; ``--to DIR`` writes elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

SET = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SET.parent))

from canvas import Canvas, Colour, Point, curve, mirrored, oval, rgb  # noqa: E402

SIZE = 384
MIDDLE = SIZE / 2
SEED = 20072
PEOPLE = 22

GROUND: Colour = rgb("#F6F1E9")
SKIN: Colour = rgb("#FFFDF9")
LINE: Colour = rgb("#2C2A27")
WIDTH = 6.0

Mood = Literal["neutral", "angry"]


@dataclass(frozen=True)
class Person:
    """What makes a person: it is the same in both expressions."""

    wide: float
    """Half the width of the head."""
    high: float
    """Half the height of the head."""
    chin: float
    """How pointed the chin is, 0 to 1."""
    eyes: float
    """Distance of the eyes from the middle."""
    eye: float
    """Radius of an eye."""
    nose: float
    """Length of the nose."""
    mouth: float
    """Half the width of the mouth."""
    ears: float
    """Size of the ears."""
    hair: int
    """Number of locks."""


def person(number: int) -> Person:
    """Return a person, always the same for a number."""
    rng = np.random.default_rng([SEED, number])
    return Person(
        wide=rng.uniform(104, 126),
        high=rng.uniform(134, 150),
        chin=rng.uniform(0.0, 0.6),
        eyes=rng.uniform(40, 52),
        eye=rng.uniform(9, 12),
        nose=rng.uniform(26, 44),
        mouth=rng.uniform(36, 48),
        ears=rng.uniform(16, 24),
        hair=int(rng.integers(3, 10)),
    )


def draw(who: Person, mood: Mood) -> Canvas:
    """Draw a person with an expression. Brows and mouth have the same length and width in both."""
    canvas = Canvas(SIZE, GROUND)
    y = MIDDLE + 8
    for side in (-1, 1):
        ear = oval(MIDDLE + side * (who.wide + 4), y, who.ears * 0.7, who.ears)
        canvas.shape(ear, SKIN)
        canvas.stroke([*ear, ear[0]], LINE, WIDTH)
    head = _head(who, y)
    canvas.shape(head, SKIN)
    canvas.stroke([*head, head[0]], LINE, WIDTH)
    _hair(canvas, who, y)
    for side in (-1, 1):
        canvas.shape(oval(MIDDLE + side * who.eyes, y - 22, who.eye, who.eye * 1.15), LINE)
    nose: list[Point] = [
        (MIDDLE, y - 6),
        (MIDDLE - 9, y - 6 + who.nose),
        (MIDDLE + 7, y - 4 + who.nose),
    ]
    canvas.stroke(nose, LINE, WIDTH * 0.7, 0.7)
    for line in (_brow(who, y, mood), mirrored(_brow(who, y, mood), MIDDLE), _mouth(who, y, mood)):
        canvas.stroke(line, LINE, WIDTH * 1.3, 0.8)
    return canvas


def _head(who: Person, y: float) -> list[Point]:
    right: list[Point] = [
        (MIDDLE, y - who.high),
        (MIDDLE + who.wide * 0.72, y - who.high * 0.72),
        (MIDDLE + who.wide, y - who.high * 0.1),
        (MIDDLE + who.wide * (0.86 - 0.2 * who.chin), y + who.high * 0.55),
        (MIDDLE + who.wide * (0.5 - 0.2 * who.chin), y + who.high * 0.9),
    ]
    left = mirrored(right[:0:-1], MIDDLE)
    return curve([*right, (MIDDLE, y + who.high), *left], closed=True)


def _hair(canvas: Canvas, who: Person, y: float) -> None:
    for place in range(who.hair):
        share = (place + 0.5) / who.hair * 2 - 1
        x = MIDDLE + share * who.wide * 0.6
        top = y - who.high * (1.0 - 0.28 * share**2)
        canvas.stroke(
            [(x, top + 3), (x + 5 + 6 * share, top - 14), (x + 14 * share, top - 26)],
            LINE,
            WIDTH,
            0.5,
        )


def _brow(who: Person, y: float, mood: Mood) -> list[Point]:
    """Return the right brow: level, or falling towards the nose."""
    x, high, fall = MIDDLE + who.eyes, y - 58, 17 if mood == "angry" else 0
    long = 24 if mood == "neutral" else (24**2 - fall**2) ** 0.5
    return [(x - long, high + fall), (x, high), (x + long, high - fall)]


def _mouth(who: Person, y: float, mood: Mood) -> list[Point]:
    """Return the mouth: straight, or with its corners down."""
    fall = 20.0 if mood == "angry" else 0.0
    wide = who.mouth if mood == "neutral" else (who.mouth**2 - fall**2) ** 0.5
    low = y + who.high * 0.55
    return [
        (MIDDLE - wide, low + fall / 2),
        (MIDDLE - wide / 2, low - fall / 4),
        (MIDDLE, low - fall / 2),
        (MIDDLE + wide / 2, low - fall / 4),
        (MIDDLE + wide, low + fall / 2),
    ]


def main() -> None:
    """Write all faces."""
    parser = argparse.ArgumentParser(description="Draw the schematic faces.")
    parser.add_argument("--to", type=Path, default=SET / "media", help="folder for the pictures")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    moods: tuple[Mood, ...] = ("neutral", "angry")
    for number in range(1, PEOPLE + 1):
        for mood in moods:
            draw(person(number), mood).save(folder / f"face_{number:02d}_{mood}.png", colours=16)


if __name__ == "__main__":
    main()
