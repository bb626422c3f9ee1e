"""The look of screens in the lab, the browser and PsychoPy Builder, read from ``look.json``.

Lengths are in units of the base type size, which grows with the window.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_READ = json.loads(Path(__file__).with_name("look.json").read_text(encoding="utf-8"))

COLOURS: dict[str, str] = _READ["colours"]
TYPE: dict[str, float] = _READ["type"]
#: Width and height in pixels of the window in which the base size is ``TYPE["base"]``.
WINDOW: tuple[float, float] = _READ["type"]["window"]
#: Factors by which the type is reduced, one after another, before a page is made to scroll.
STEPS: list[float] = _READ["type"]["steps"]
#: Script (``latin``) or language -> font families, best first.
FONTS: dict[str, list[str]] = _READ["fonts"]
SPACE: dict[str, float] = _READ["space"]
RADIUS: dict[str, float] = _READ["radius"]
STROKE: dict[str, float] = _READ["stroke"]
CONTROL: dict[str, float] = _READ["control"]
#: Timed trials: places (shares of the 4:3 area from its middle), sizes of text (units) and of pictures (shares).
TIMED: dict[str, Any] = _READ["timed"]


def base_size(width: float, height: float) -> float:
    """Return the base type size in pixels for a window.

    >>> round(base_size(1920, 1080), 1)
    28.1
    """
    wide, high = WINDOW
    return TYPE["base"] * min(width / wide, height / high)


def families(language: str) -> list[str]:
    """Return the font families for a language (BCP 47), best first."""
    latin, of_language = FONTS["latin"], FONTS.get(language.split("-")[0].lower(), [])
    # Latin letters within Hebrew or Chinese text look the same in every language.
    return [*latin[:1], *of_language, *latin[1:]]
