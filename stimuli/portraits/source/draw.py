"""Draw the portraits and silhouettes of this set; the same table always gives the same pictures.

``python stimuli/portraits/source/draw.py`` writes ``stimuli/portraits/media``; ``--to DIR`` writes elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SET = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SET / "source"), str(SET.parent)]

from canvas import Canvas, mix, oval, rgb  # noqa: E402
from clothes import draw_clothes  # noqa: E402
from face import draw_ears, draw_face, draw_neck  # noqa: E402
from hairstyles import OVER_EARS, STYLES  # noqa: E402
from person import Person  # noqa: E402

SIZE = 512

PEOPLE = {
    "portrait_01": Person("umber", "black", "puffs", "dark", "yoke", "#d9783f", "#f2c26b", "#e7ddc9", 0.6),
    "portrait_02": Person("sienna", "black", "buzz", "dark", "stripes", "#e9e4d8", "#3f6f8f", "#cfdcd8", 0.1),
    "portrait_03": Person("honey", "soft black", "braids", "brown", "shirt", "#5b84a8", "#d9655a", "#ecdccb", 0.4),
    "portrait_04": Person("bronze", "soft black", "crop", "dark", "tee", "#5a8f7b", "#e9dfc6", "#e6d9cf", -0.2),
    "portrait_05": Person("sand", "dark brown", "wavy", "brown", "knit", "#a8576b", "#e9c7b4", "#d5dfe3", -0.1),
    "portrait_06": Person("sand", "brown", "fringe", "hazel", "knit", "#4d6a8a", "#d9a75e", "#e3e1da", 0.9),
    "portrait_07": Person("honey", "black", "long", "dark", "jacket", "#c25b56", "#f0e4d0", "#d6e0d2", 0.7),
    "portrait_08": Person("bronze", "black", "parted", "dark", "hood", "#6d7d52", "#efe6d2", "#e8dcc6", -0.4),
    "portrait_09": Person("sienna", "soft black", "rows", "dark", "pinafore", "#f0e2c4", "#4f7a86", "#e5d3c6", 0.2),
    "portrait_10": Person("umber", "black", "curls", "dark", "shirt", "#e6dfd0", "#8a6d4f", "#cbd9de", 0.3),
    "portrait_11": Person("bronze", "dark brown", "tail", "brown", "tee", "#7a6aa0", "#efd9a8", "#e4dfe6", -0.3),
    "portrait_12": Person("sienna", "black", "waves", "brown", "jacket", "#3f5d6e", "#e6c998", "#e9dfcf", -0.1),
    "portrait_13": Person("rose", "chestnut", "bob", "hazel", "stripes", "#f1ebe0", "#b8605a", "#d3dfdd", 0.5),
    "portrait_14": Person("rose", "fair", "crop", "grey", "hood", "#8b5e52", "#f0e6d6", "#dbe3e0", 0.2),
    "portrait_15": Person("honey", "dark brown", "loose", "brown", "yoke", "#4f8a84", "#efd7a6", "#ecdcd2", 0.1),
    "portrait_16": Person("bronze", "black", "afro", "dark", "tee", "#cf9440", "#6b4a3a", "#d4ded2", 0.0),
}  # fmt: skip

SILHOUETTES = {
    f"silhouette_{n:02d}": (name, ground)
    for n, (name, ground) in enumerate(
        [
            ("portrait_01", "#dfe5e4"), ("portrait_02", "#e6e2da"), ("portrait_03", "#e0e3e8"),
            ("portrait_04", "#e5e6df"), ("portrait_13", "#e6e1e0"), ("portrait_12", "#dde5e1"),
            ("portrait_15", "#e6e3dc"), ("portrait_16", "#e0e4e6"),
        ],
        start=1,
    )
}  # fmt: skip


def draw_ground(canvas: Canvas, ground: str) -> None:
    """Draw a calm background with a lighter circle behind the head."""
    light = mix(rgb(ground), (255, 255, 255), 0.45)
    canvas.shape(oval(256, 236, 206, 206), light)


def draw_person(canvas: Canvas, person: Person) -> None:
    """Draw one child from back to front."""
    behind, before = STYLES[person.style]
    behind(canvas, person)
    draw_neck(canvas, person)
    draw_clothes(canvas, person)
    if person.style not in OVER_EARS:
        draw_ears(canvas, person)
    draw_face(canvas, person)
    before(canvas, person)


def draw_portrait(person: Person) -> Canvas:
    """Draw one child in colours."""
    canvas = Canvas(SIZE, rgb(person.ground))
    draw_ground(canvas, person.ground)
    draw_person(canvas, person)
    return canvas


def draw_silhouette(person: Person, ground: str) -> Canvas:
    """Draw one child in a single colour."""
    canvas = Canvas(SIZE, rgb(ground))
    draw_ground(canvas, ground)
    canvas.single = mix(rgb(ground), rgb("#3c4a55"), 0.82)
    draw_person(canvas, person)
    return canvas


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the portraits and silhouettes.")
    parser.add_argument("--to", type=Path, default=SET / "media", help="folder for the pictures")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for name, person in PEOPLE.items():
        draw_portrait(person).save(folder / f"{name}.png")
    for name, (of, ground) in SILHOUETTES.items():
        draw_silhouette(PEOPLE[of], ground).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
