"""Draw the pairs of abstract paintings: one round, one angular, in the same colours.

``python stimuli/paintings/source/draw.py`` writes ``stimuli/paintings/media``; ``--to DIR`` writes elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from math import cos, pi, sin
from pathlib import Path

import numpy as np

SET = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SET.parent))

from canvas import Canvas, Colour, Point, curve, mix, rgb  # noqa: E402

SIZE = 480
SEED = 20071

#: Background, then four colours; both paintings of a pair use the same five.
PALETTES = (
    ("#f1e7d6", "#c8553d", "#2f4858", "#f2a65a", "#7a9e9f"),
    ("#e9ecef", "#33658a", "#f6ae2d", "#86a8c9", "#b5485d"),
    ("#f4ede4", "#5b8e7d", "#bc4b51", "#f4a259", "#3d405b"),
    ("#ece5dd", "#6d597a", "#e0a458", "#355070", "#b56576"),
    ("#eef0e6", "#606c38", "#dda15e", "#8a3b12", "#9fb8ad"),
    ("#e8e4ee", "#4a4e69", "#c98c9b", "#f2b880", "#5f9ea0"),
    ("#f3e9e2", "#335c67", "#e09f3e", "#9e2a2b", "#a3b9a8"),
    ("#e6ebe8", "#2a6f77", "#e58f65", "#d8c16f", "#54457f"),
    ("#f5efe0", "#7d4f50", "#5c946e", "#e3a857", "#3a506b"),
    ("#e9e6e1", "#1f4e5f", "#d1603d", "#ddb967", "#8c9a9e"),
    ("#eee6ea", "#723d46", "#4f6d7a", "#e2a76f", "#a8b79c"),
    ("#ebeef0", "#3c6e71", "#d9a441", "#a44a3f", "#6b7fa3"),
)


def _places(rng: np.random.Generator, n: int) -> list[Point]:
    """Return centres spread over the picture: jittered positions on a grid, in random order."""
    grid = [(x, y) for x in (95, 240, 385) for y in (95, 240, 385)]
    order = rng.permutation(len(grid))[:n]
    return [(grid[k][0] + rng.uniform(-48, 48), grid[k][1] + rng.uniform(-48, 48)) for k in order]


def draw_round(palette: tuple[Colour, ...], rng: np.random.Generator) -> Canvas:
    """Draw overlapping pebbles and drifting arcs (the style of the invented painter Arven)."""
    ground, *colours = palette
    canvas = Canvas(SIZE, ground)
    for k, (x, y) in enumerate(_places(rng, 7)):
        radius, turn = rng.uniform(62, 118), rng.uniform(0, 2 * pi)
        stretch = rng.uniform(0.68, 1.0)
        outline: list[Point] = []
        for step in range(7):
            angle = 2 * pi * step / 7
            r = radius * rng.uniform(0.84, 1.14)
            px, py = r * cos(angle), r * stretch * sin(angle)
            outline.append(
                (x + px * cos(turn) - py * sin(turn), y + px * sin(turn) + py * cos(turn))
            )
        canvas.shape(curve(outline, closed=True), colours[k % 4], 0.8)
    for k in range(4):
        x, y, radius = rng.uniform(120, 360), rng.uniform(120, 360), rng.uniform(70, 190)
        start, span = rng.uniform(0, 2 * pi), rng.uniform(1.4, 2.6)
        arc: list[Point] = [
            (x + radius * cos(start + span * t), y + radius * sin(start + span * t))
            for t in np.linspace(0, 1, 7)
        ]
        canvas.stroke(arc, mix(colours[(k + 1) % 4], (20, 20, 30), 0.35), 5, 0.3)
    return canvas


def draw_angular(palette: tuple[Colour, ...], rng: np.random.Generator) -> Canvas:
    """Draw overlapping shards and taut lines (the style of the invented painter Tolmi)."""
    ground, *colours = palette
    canvas = Canvas(SIZE, ground)
    for k, (x, y) in enumerate(_places(rng, 7)):
        radius, turn = rng.uniform(76, 136), rng.uniform(0, 2 * pi)
        corners = int(rng.integers(3, 5))
        angles = turn + 2 * pi * (np.arange(corners) + rng.uniform(-0.22, 0.22, corners)) / corners
        outline: list[Point] = [
            (
                x + radius * rng.uniform(0.8, 1.15) * cos(a),
                y + radius * rng.uniform(0.8, 1.15) * sin(a),
            )
            for a in angles
        ]
        canvas.shape(outline, colours[k % 4], 0.8)
    for k in range(4):
        x, y, angle = rng.uniform(120, 360), rng.uniform(120, 360), rng.uniform(0, pi)
        half = rng.uniform(90, 210)
        dx, dy = half * cos(angle), half * sin(angle)
        colour = mix(colours[(k + 1) % 4], (20, 20, 30), 0.35)
        canvas.stroke([(x - dx, y - dy), (x, y), (x + dx, y + dy)], colour, 5, 1)
    return canvas


def main() -> None:
    """Write all pairs."""
    parser = argparse.ArgumentParser(description="Draw the pairs of paintings.")
    parser.add_argument("--to", type=Path, default=SET / "media", help="folder for the pictures")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for n, names in enumerate(PALETTES, start=1):
        palette = tuple(rgb(name) for name in names)
        for style, draw in (("round", draw_round), ("angular", draw_angular)):
            rng = np.random.default_rng([SEED, n, style == "angular"])
            draw(palette, rng).save(folder / f"pair_{n:02d}_{style}.png", colours=96)


if __name__ == "__main__":
    main()
