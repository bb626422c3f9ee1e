"""The page's style sheet: the look that lab and browser share, as variables, and the player's rules."""

from __future__ import annotations

import re
from functools import lru_cache

from experiments.look import COLOURS, CONTROL, RADIUS, SPACE, STROKE, TIMED, TYPE, families
from experiments.online.export.script import PLAYER

#: Styles of the page, then of its contents, which take precedence.
RULES = ("player.css", "answers.css")


@lru_cache(maxsize=8)
def player_css(languages: tuple[str, ...]) -> str:
    """Return the style sheet of a page in these languages (BCP 47)."""
    variables = [
        *(f"--{name}:{colour}" for name, colour in COLOURS.items()),
        *(f"--{name}:{size}rem" for name, size in _lengths().items()),
        *(f"--{name}:{size}" for name, size in _numbers().items()),
        f"--font:{_families('')}",
    ]
    fonts = "".join(f":root:lang({each}){{--font:{_families(each)}}}\n" for each in languages)
    rules = "".join(_shortened((PLAYER / name).read_text("utf-8")) for name in RULES)
    return f":root{{{';'.join(variables)}}}\n{fonts}{rules}\n{_places()}"


def _shortened(css: str) -> str:
    """Return rules without comments and unnecessary spaces."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css).strip()
    # Not before a colon, where a space is a descendant combinator (".entry :focus"), nor around "+".
    return re.sub(r" ?([{};,>]) ?|(:) (?=[^{}]*[;}])", r"\1\2", css)


def _lengths() -> dict[str, float]:
    """Return lengths in units of the base type size, which is 1rem."""
    names = ("column", "wide_column", "card_padding", "paragraph", "block")
    return {
        **{name: SPACE[name] for name in names},
        **{f"radius-{name}": size for name, size in RADIUS.items()},
        **{f"stroke-{name}": size for name, size in STROKE.items()},
    }


def _numbers() -> dict[str, float]:
    return {
        **{f"type-{name}": TYPE[name] for name in ("heading", "prompt", "label", "note")},
        "line_height": TYPE["line_height"],
        "heading_line_height": TYPE["heading_line_height"],
        "gap": SPACE["gap"],
        **{f"control-{name}": size for name, size in CONTROL.items()},
        **{f"timed-{name}": TIMED[name] for name in ("text", "corner", "width", "width_beside")},
        **{
            f"timed-{name}": size
            for name, size in zip(("wide", "high"), TIMED["picture"], strict=True)
        },
    }


def _places() -> str:
    """Return the rules of the places of timed trials."""
    return "".join(
        f".at-{spot.replace(' ', '-')}{{left:{50 + 100 * across:g}%;top:{50 + 100 * down:g}%}}\n"
        for spot, (across, down) in TIMED["places"].items()
    )


def _families(language: str) -> str:
    return ",".join([*(f'"{name}"' for name in families(language)), "sans-serif"])
