"""How screens look: ``experiments/look.json``, which the browser's player reads too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LOOK = Path(__file__).resolve().parent.parent / "look.json"


@dataclass(frozen=True)
class Look:
    """Colours, type sizes and lengths; lengths are in units of the base type size."""

    colours: dict[str, str]
    type: dict[str, float]
    base: float
    window: tuple[int, int]
    steps: tuple[float, ...]
    fonts: dict[str, tuple[str, ...]]
    space: dict[str, float]
    radius: dict[str, float]
    stroke: dict[str, float]
    control: dict[str, float]

    def unit(self, width: float, height: float) -> float:
        """Return the base type size in pixels for a window.

        >>> round(look().unit(1920, 1080), 1)
        28.1
        """
        return self.base * min(width / self.window[0], height / self.window[1])

    def families(self, language: str) -> list[str]:
        """Return the font families for a language (BCP 47), best first."""
        own = self.fonts.get(language.split("-")[0].lower(), ())
        # Latin letters inside Hebrew or Chinese come from the same faces everywhere.
        latin = self.fonts["latin"]
        return [*latin[:1], *own, *latin[1:]] if own else list(latin)


@lru_cache(maxsize=1)
def look() -> Look:
    """Read the look once."""
    data = json.loads(LOOK.read_text(encoding="utf-8"))
    sizes = data["type"]
    return Look(
        colours=data["colours"],
        type={name: size for name, size in sizes.items() if isinstance(size, (int, float))},
        base=sizes["base"],
        window=tuple(sizes["window"]),
        steps=tuple(sizes["steps"]),
        fonts={name: tuple(families) for name, families in data["fonts"].items()},
        space=data["space"],
        radius=data["radius"],
        stroke=data["stroke"],
        control=data["control"],
    )
