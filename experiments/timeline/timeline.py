"""The timeline: all screens of one slot as plain data, and the rule by which one follows another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal

from pydantic import TypeAdapter

from experiments.numbers import money
from experiments.screen import Answer, Fill, Screen

Given = Mapping[tuple[str, str], Answer]
"""The last answer to each (screen, measure) of a session."""


@dataclass(frozen=True)
class Timeline:
    """Everything that one slot's participant can meet, in order.

    ``interface`` holds the texts of the buttons and notices that belong to no screen (continue, skip,
    pause, leave ...) in the timeline's language; ``exit`` is the screen that "leave" goes to.
    """

    study: str
    title: str
    protocol_version: str
    protocol_hash: str
    code_version: str
    mode: str
    slot: int
    language: str
    direction: Literal["ltr", "rtl"]
    interface: dict[str, str]
    exit: str
    screens: tuple[Screen, ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each screen by its id."""
        return {screen.id: position for position, screen in enumerate(self.screens)}

    def to_json(self) -> dict[str, Any]:
        """Return the timeline as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Timeline:
        """Make a timeline from what ``to_json`` gave."""
        return _JSON.validate_python(data)


# Made once: it takes ten times as long as reading a timeline.
_JSON = TypeAdapter(Timeline)


def following(
    timeline: Timeline, screen: Screen, answers: Mapping[str, Answer], visits: int
) -> Screen | None:
    """Return the screen that follows, or None where the session ends.

    Parameters
    ----------
    answers
        The answers just given on ``screen``.
    visits
        How often ``screen`` has been shown, this time included.
    """
    if screen.ends:
        return None
    for rule in screen.after:
        if rule.visits_below is not None and visits >= rule.visits_below:
            continue
        if rule.measure:
            answer = answers.get(rule.measure)
            if rule.equals and answer not in rule.equals:
                continue
            if rule.differs and answer in rule.differs:
                continue
            if rule.below is not None and not (
                isinstance(answer, (int, float)) and answer < rule.below
            ):
                continue
        return timeline.screens[timeline.index[rule.go]]
    position = timeline.index[screen.id] + 1
    return timeline.screens[position] if position < len(timeline.screens) else None


def filled(screen: Screen, given: Given) -> Screen:
    """Return the screen with every ``[[name]]`` of its texts replaced by what was answered before."""
    if not screen.fills:
        return screen
    values = {fill.name: _filling(fill, given) for fill in screen.fills}

    def put(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"[[{name}]]", value)
        return text

    content = tuple(replace(block, text=put(block.text)) for block in screen.content)
    asks = tuple(replace(ask, prompt=put(ask.prompt)) for ask in screen.asks)
    return replace(screen, content=content, asks=asks)


def _filling(fill: Fill, given: Given) -> str:
    answer = given.get((fill.screen, fill.measure))
    amount = float(answer) if isinstance(answer, (int, float)) else 0.0
    return money(amount if fill.part == "given" else fill.of - amount, fill.money)
