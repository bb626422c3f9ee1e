"""The page's style sheet: the look that lab and browser share, as variables, and the player's rules."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from experiments.online.script import PLAYER

_LOOK = Path(__file__).resolve().parent.parent / "look.json"
#: The page, then what is on it: where both say something, the latter counts.
RULES = ("player.css", "answers.css")


@cache
def look() -> dict[str, Any]:
    """Return the colours, sizes and fonts that lab, browser and Builder share."""
    found: dict[str, Any] = json.loads(_LOOK.read_text("utf-8"))
    return found


@lru_cache(maxsize=8)
def player_css(languages: tuple[str, ...]) -> str:
    """Return the style sheet of a page in these languages (BCP 47)."""
    variables = [
        *(f"--{name}:{colour}" for name, colour in look()["colours"].items()),
        *(f"--{name}:{size}rem" for name, size in _lengths().items()),
        *(f"--{name}:{size}" for name, size in _numbers().items()),
        f"--font:{_families('')}",
    ]
    fonts = "".join(f":root:lang({each}){{--font:{_families(each)}}}\n" for each in languages)
    rules = "".join(_shortened((PLAYER / name).read_text("utf-8")) for name in RULES)
    return f":root{{{';'.join(variables)}}}\n{fonts}{rules}\n"


def _shortened(css: str) -> str:
    """Return rules without comments and the spaces that nothing depends on."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css).strip()
    # Not before a colon, where a space is a descendant combinator (".entry :focus"); nor round "+".
    return re.sub(r" ?([{};,>]) ?|(:) (?=[^{}]*[;}])", r"\1\2", css)


def _lengths() -> dict[str, float]:
    """Lengths in units of the base type size, which is 1rem."""
    names = ("column", "card_padding", "paragraph", "block")
    return {
        **{name: look()["space"][name] for name in names},
        **{f"radius-{name}": size for name, size in look()["radius"].items()},
        **{f"stroke-{name}": size for name, size in look()["stroke"].items()},
    }


def _numbers() -> dict[str, float]:
    sizes = look()["type"]
    return {
        **{f"type-{name}": sizes[name] for name in ("heading", "prompt", "label", "note")},
        "line_height": sizes["line_height"],
        "heading_line_height": sizes["heading_line_height"],
        "gap": look()["space"]["gap"],
        **{f"control-{name}": size for name, size in look()["control"].items()},
    }


def _families(language: str) -> str:
    """Font families, best first: Latin letters inside Hebrew or Chinese are from the same face everywhere."""
    latin = look()["fonts"]["latin"]
    own = look()["fonts"].get(language.split("-")[0].lower(), [])
    families = [*latin[:1], *own, *latin[1:]] if own else latin
    return ",".join([*(f'"{name}"' for name in families), "sans-serif"])
