"""Draw the displays of dots to be estimated at a glance.

``python stimuli/dots/source/draw.py`` writes ``stimuli/dots/media``; ``--to DIR`` writes elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from math import hypot
from pathlib import Path

import numpy as np

SET = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SET.parent))

from canvas import Canvas, oval, rgb  # noqa: E402

SIZE = 512
SEED = 1971
GROUND, WHITE, DARK = rgb("#8b9096"), rgb("#fafafa"), rgb("#24282e")

#: Number of dots of each display; nobody can count them in a second or two.
COUNTS = (47, 63, 82, 101, 124, 146, 171, 198)


def draw_dots(count: int, rng: np.random.Generator) -> Canvas:
    """Draw ``count`` dots of several sizes that do not touch, half of them white, within a circle."""
    canvas = Canvas(SIZE, GROUND)
    placed: list[tuple[float, float, float]] = []
    while len(placed) < count:
        x, y = rng.uniform(24, SIZE - 24, 2)
        radius = rng.uniform(4.5, 9.5)
        if hypot(x - 256, y - 256) + radius > 236:
            continue
        if all(hypot(x - px, y - py) > radius + other + 4 for px, py, other in placed):
            placed.append((x, y, radius))
    for k, (x, y, radius) in enumerate(placed):
        canvas.shape(oval(x, y, radius, radius), WHITE if k % 2 else DARK)
    return canvas


def main() -> None:
    """Write all displays."""
    parser = argparse.ArgumentParser(description="Draw the displays of dots.")
    parser.add_argument("--to", type=Path, default=SET / "media", help="folder for the pictures")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for n, count in enumerate(COUNTS, start=1):
        canvas = draw_dots(count, np.random.default_rng([SEED, n]))
        canvas.save(folder / f"dots_{n:02d}.png", colours=32)


if __name__ == "__main__":
    main()
