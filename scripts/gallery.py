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
SIZE = (640, 360)
#: A page of text needs no more; the files stay at some ten kilobytes.
COLOURS = 64


def draw(protocol: Path) -> Path:
    """Draw the picture of a study and return its file."""
    study = open_study(protocol)
    condition = next(conditions(study, study.protocol.languages[0], [study.protocol.primary_mode]))
    screens = condition.timeline.screens
    shown = [screen for screen in screens if screen.phase == "trials" and screen.stimulus]
    pictured = (
        screen for screen in shown if any(block.type == "images" for block in screen.content)
    )
    screen = next(pictured, shown[0])
    picture = picture_of(with_answers_filled_in(screen, {}), condition.timeline)
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    file = TARGET / f"{study.protocol.study}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS).save(file, optimize=True)
    return file


if __name__ == "__main__":
    for path in sorted((CHECKOUT / "protocols").glob("*.yaml")):
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            print(draw(path))
