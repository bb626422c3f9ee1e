"""The page's style sheet: the look that lab and browser share, as variables, and the player's rules."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

LOOK = Path(__file__).resolve().parent.parent / "look.json"
PLAYER = Path(__file__).resolve().parent / "player"
#: The page, then what is on it: where both say something, the latter counts.
RULES = ("player.css", "answers.css")


@lru_cache(maxsize=8)
def player_css(languages: tuple[str, ...]) -> str:
    """Return the style sheet of a page in these languages (BCP 47)."""
    look = json.loads(LOOK.read_text("utf-8"))
    variables = [
        *(f"--{name}:{colour}" for name, colour in look["colours"].items()),
        *(f"--{name}:{size}rem" for name, size in _lengths(look).items()),
        *(f"--{name}:{size}" for name, size in _numbers(look).items()),
        f"--font:{_families(look, '')}",
    ]
    fonts = "".join(f":root:lang({each}){{--font:{_families(look, each)}}}\n" for each in languages)
    rules = "".join(_shortened((PLAYER / name).read_text("utf-8")) for name in RULES)
    return f":root{{{';'.join(variables)}}}\n{fonts}{rules}\n"


def _shortened(css: str) -> str:
    """Return rules without comments and the spaces that nothing depends on."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css).strip()
    # Not before a colon, where a space is a descendant combinator (".entry :focus"); nor round "+".
    return re.sub(r" ?([{};,>]) ?|(:) (?=[^{}]*[;}])", r"\1\2", css)


def _lengths(look: dict[str, Any]) -> dict[str, float]:
    """Lengths in units of the base type size, which is 1rem."""
    names = ("column", "card_padding", "paragraph", "block")
    return {
        **{name: look["space"][name] for name in names},
        **{f"radius-{name}": size for name, size in look["radius"].items()},
        **{f"stroke-{name}": size for name, size in look["stroke"].items()},
    }


def _numbers(look: dict[str, Any]) -> dict[str, float]:
    sizes = look["type"]
    return {
        **{f"type-{name}": sizes[name] for name in ("heading", "prompt", "label", "note")},
        "line_height": sizes["line_height"],
        "heading_line_height": sizes["heading_line_height"],
        "gap": look["space"]["gap"],
        **{f"control-{name}": size for name, size in look["control"].items()},
    }


def _families(look: dict[str, Any], language: str) -> str:
    """Font families, best first: Latin letters inside Hebrew or Chinese are from the same face everywhere."""
    latin = look["fonts"]["latin"]
    own = look["fonts"].get(language.split("-")[0].lower(), [])
    families = [*latin[:1], *own, *latin[1:]] if own else latin
    return ",".join([*(f'"{name}"' for name in families), "sans-serif"])
