"""Draw the pictures of the gallery: ``python scripts/gallery.py [STUDY ...]``, one screen of each study in ``protocols/``.

The screen is the first one with pictures of a stimulus, or the first about one, in the first condition, drawn as in the
lab.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from experiments.lab.preview import conditions, picture_of  # noqa: E402
from experiments.study import open_study  # noqa: E402
from experiments.timeline.timeline import with_answers_filled_in  # noqa: E402

TARGET = CHECKOUT / "docs" / "images" / "gallery"
WIDTH = 640
#: A page of text needs no more; the files stay at some ten kilobytes.
COLOURS = 64


def picture(protocol: Path) -> Image.Image:
    """Return the picture of a study."""
    study = open_study(protocol)
    condition = next(conditions(study, study.languages[0], study.modes[:1]))
    screens = condition.timeline.screens
    shown = [screen for screen in screens if screen.phase == "trials" and screen.stimulus]
    pictured = (
        screen for screen in shown if any(block.type == "images" for block in screen.blocks)
    )
    screen = next(pictured, shown[0])
    return picture_of(with_answers_filled_in(screen, {}), condition.timeline)


def store(picture: Image.Image, file: Path) -> Path:
    """Write a picture for the documentation, in its size and colours."""
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    file.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS).save(file, optimize=True)
    return file


if __name__ == "__main__":
    for path in sorted((CHECKOUT / "protocols").glob("*.yaml")):
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            print(store(picture(path), TARGET / f"{path.stem}.png"))
