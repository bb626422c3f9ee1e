"""The timeline: all screens of one slot as plain data, and the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal

from pydantic import TypeAdapter

from experiments.numbers import money
from experiments.screen import Answer, Fill, Screen

LastAnswers = Mapping[tuple[str, str], Answer]
"""(screen, measure) -> last answer in a session."""


@dataclass(frozen=True)
class Timeline:
    """All screens that the participant of one slot may see, in order.

    ``interface`` contains the texts of the buttons and notices outside the screens (continue, skip, pause, leave ...)
    in the timeline's language; ``exit`` is the screen that is shown after "leave".
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
        """Id of each screen -> its position."""
        return {screen.id: position for position, screen in enumerate(self.screens)}

    def to_json(self) -> dict[str, Any]:
        """Return the timeline as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Timeline:
        """Convert the data that ``to_json`` returned back to a timeline."""
        return _JSON.validate_python(data)


# Built once: building takes ten times as long as reading a timeline.
_JSON = TypeAdapter(Timeline)


def next_screen(
    timeline: Timeline, screen: Screen, answers: Mapping[str, Answer], visits: int
) -> Screen | None:
    """Return the screen after ``screen``, or None if the session ends.

    Parameters
    ----------
    answers
        The answers on ``screen``.
    visits
        Number of times ``screen`` has been shown, including this time.
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


def with_answers_filled_in(screen: Screen, answers: LastAnswers) -> Screen:
    """Return the screen with every ``[[name]]`` in its texts replaced by an amount from earlier answers."""
    if not screen.fills:
        return screen
    values = {fill.name: _filling(fill, answers) for fill in screen.fills}

    def put(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"[[{name}]]", value)
        return text

    content = tuple(replace(block, text=put(block.text)) for block in screen.content)
    asks = tuple(replace(ask, prompt=put(ask.prompt)) for ask in screen.asks)
    return replace(screen, content=content, asks=asks)


def _filling(fill: Fill, answers: LastAnswers) -> str:
    answer = answers.get((fill.screen, fill.measure))
    amount = float(answer) if isinstance(answer, (int, float)) else 0.0
    return money(amount if fill.part == "given" else fill.of - amount, fill.money)
