"""Questions whose parts are answered together, in Builder: one part after the other, which no component holds together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from experiments.interface import interface
from experiments.numbers import money
from experiments.screen import Ask, Option, Screen
from experiments.timeline.timeline import Timeline

Part = tuple[str, Callable[[Ask, str], Ask], str]
"""Kind of screen that asks a part, the part as it asks it, and what is lost."""


def _chosen(ask: Ask, language: str) -> Ask:
    words = interface(language).options["yes_no"]
    return replace(ask, options=(Option(1, words["yes"]), Option(0, words["no"])))


def _placed(ask: Ask, language: str) -> Ask:
    return replace(ask, options=tuple(Option(place, "") for place in range(1, int(ask.high) + 1)))


def _same(ask: Ask, language: str) -> Ask:
    return ask


def _amount(ask: Ask, language: str) -> Ask:
    assert ask.money is not None
    low, high = money(ask.low, ask.money), money(ask.high, ask.money)
    return replace(ask, money=None, low_label=low, high_label=high)


PARTS: dict[str, Part] = {
    "select": (
        "rate",
        _chosen,
        "nothing limits how many options are chosen, or which of them together",
    ),
    "rank": ("rate", _placed, "two options can get the same place"),
    "decide": ("rate", _same, "the choices are not made in one table"),
    "split": ("mark", _amount, "the amounts need not add up to the whole"),
}
"""Kind of screen -> how Builder asks its parts."""


def apart(screen: Screen, timeline: Timeline) -> Screen:
    """Return a screen as Builder shows it."""
    if screen.kind not in PARTS:
        return screen
    kind, part, _ = PARTS[screen.kind]
    return replace(
        screen, kind=kind, asks=tuple(part(ask, timeline.language) for ask in screen.asks)
    )
