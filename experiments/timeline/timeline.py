"""The timeline: all screens of one slot as plain data, and the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal

from pydantic import TypeAdapter

from experiments.language.conditions import COMPARE
from experiments.numbers import money
from experiments.screen import Answer, Ask, Block, Display, Entry, Fill, Given, Screen

LastAnswers = Mapping[tuple[str, str], Answer]
"""(screen, measure) -> last answer in a session."""

UNKNOWN = "…"
"""What a text says instead of an answer that was skipped, or that stayed on the participant's device."""


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
    entry: Entry | None = None
    """What comes before the slot is known; a timeline with the slot 0 ends there."""

    @property
    def ends_with_entry(self) -> bool:
        """Whether it ends with the entry, since the slot is not known yet."""
        return self.entry is not None and not self.slot

    def is_entry(self, screen: Screen) -> bool:
        """Return whether a screen comes before the slot is known."""
        if self.entry is None:
            return False
        return self.index[screen.id] < self.entry.screens or screen.id == self.entry.exit

    def exit_from(self, screen: Screen) -> str:
        """Return the screen that is shown to participants who leave on a screen."""
        return self.entry.exit if self.entry and self.is_entry(screen) else self.exit

    @cached_property
    def index(self) -> dict[str, int]:
        """Id of each screen -> its position."""
        return {screen.id: position for position, screen in enumerate(self.screens)}

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """Number, from 1, of the part of the session to which each screen belongs; it is never below an earlier one's.

        A part begins with the first screen of a phase. What returns to an earlier phase, such as a text between two
        instruments, belongs to the part in which it comes; so does an explanation, to which a wrong answer leads.
        Screens that end a session early are no part.
        """
        phases: dict[str, int] = {}
        led_to: dict[str, int] = {}
        found: list[int] = []
        for screen in self.screens:
            if screen.ends in {"", "complete"} and screen.id not in led_to:
                phases.setdefault(screen.phase, len(phases) + 1)
            found.append(led_to.get(screen.id, len(phases)))
            for rule in screen.after:
                led_to.setdefault(rule.go, found[-1])
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """Return the timeline as plain JSON data, with the parts of the session for the browser."""
        return asdict(self) | {"parts": list(self.parts)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Timeline:
        """Convert the data that ``to_json`` returned back to a timeline."""
        return _JSON.validate_python(data)


# Built once: building takes ten times as long as reading a timeline.
_JSON = TypeAdapter(Timeline)


def next_screen(
    timeline: Timeline,
    screen: Screen,
    answers: Mapping[str, Answer],
    visits: int,
    earlier: LastAnswers,
) -> Screen | None:
    """Return the screen after ``screen``, or None if the session ends.

    Parameters
    ----------
    answers
        The answers on ``screen``.
    visits
        Number of times ``screen`` has been shown, including this time.
    earlier
        All answers of the session so far, with those on ``screen``.
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
        if rule.of and _share_right(timeline, rule.of, earlier) >= rule.share:
            continue
        return timeline.screens[timeline.index[rule.go]]
    end = timeline.entry.screens if timeline.entry and timeline.ends_with_entry else None
    following = timeline.screens[timeline.index[screen.id] + 1 : end]
    return next((each for each in following if is_shown(each, earlier)), None)


def screen_before(timeline: Timeline, screen: Screen, earlier: LastAnswers) -> Screen | None:
    """Return the screen to which Back leads from ``screen`` after the answers so far; None if it leads nowhere."""
    possible = (timeline.screens[timeline.index[each]] for each in screen.back)
    return next((each for each in possible if is_shown(each, earlier)), None)


def _share_right(timeline: Timeline, screens: Sequence[str], answers: LastAnswers) -> float:
    """Return the share of correct answers on screens at their last showing; 1 if none of them has a correct answer."""
    asked = [
        (screen, ask)
        for screen in (timeline.screens[timeline.index[each]] for each in screens)
        for ask in screen.asks
        if ask.correct is not None and not ask.first
    ]
    right = sum(answers.get((each.id, ask.measure)) == ask.correct for each, ask in asked)
    return right / len(asked) if asked else 1.0


def is_shown(screen: Screen, answers: LastAnswers) -> bool:
    """Return whether the conditions of a screen on earlier answers all hold."""
    return all(_holds(given, answers.get((given.screen, given.measure))) for given in screen.given)


def _holds(given: Given, answer: Answer) -> bool:
    if given.missing or answer is None:
        return answer is None and (given.missing or bool(given.differs))
    if given.equals and answer not in given.equals:
        return False
    if given.differs and answer in given.differs:
        return False
    if not given.sign:
        return True
    return isinstance(answer, (int, float)) and COMPARE[given.sign](answer, given.limit)


def with_answers_filled_in(screen: Screen, answers: LastAnswers) -> Screen:
    """Return the screen with every ``[[name]]`` in its texts and labels replaced by what earlier answers say."""
    if not screen.fills:
        return screen
    values = {fill.name: _filling(fill, answers) for fill in screen.fills}

    def put(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"[[{name}]]", value)
        return text

    def asked(ask: Ask) -> Ask:
        options = tuple(replace(option, label=put(option.label)) for option in ask.options)
        return replace(
            ask,
            prompt=put(ask.prompt),
            options=options,
            low_label=put(ask.low_label),
            high_label=put(ask.high_label),
        )

    def written(content: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replace(block, text=put(block.text)) for block in content)

    def displayed(display: Display) -> Display:
        versions = tuple(
            replace(each, stimuli=tuple(replace(one, text=put(one.text)) for one in each.stimuli))
            for each in display.versions
        )
        return replace(display, versions=versions)

    return replace(
        screen,
        content=written(screen.content),
        asks=tuple(asked(ask) for ask in screen.asks),
        panels=tuple(replace(panel, content=written(panel.content)) for panel in screen.panels),
        displays=tuple(displayed(display) for display in screen.displays),
    )


def _filling(fill: Fill, answers: LastAnswers) -> str:
    if fill.part == "answer":
        return _answer(fill, answers.get((fill.screen, fill.measure)))
    assert fill.money is not None
    return money(amount_of(fill, answers), fill.money)


def amount_of(fill: Fill, answers: LastAnswers) -> float:
    """Return what is given or kept; nothing is given where the decision was skipped, or not reached."""
    found = (answers.get((fill.screen, each)) for each in (fill.measure, *fill.others))
    given = round(sum(float(each) for each in found if isinstance(each, (int, float))), 6)
    return given if fill.part == "given" else fill.of - given


def _answer(fill: Fill, answer: Answer) -> str:
    """Return an answer in the words of its option, or as an amount, or as it is in the data."""
    text = answer_text(answer) or ""
    if text in fill.words:
        return fill.words[text]
    if fill.money is not None and isinstance(answer, (int, float)):
        return money(answer, fill.money)
    return text or UNKNOWN


def answer_text(answer: Answer) -> str | None:
    """Return an answer as it is in the data: whole numbers without decimals; None if it was skipped.

    >>> answer_text(3.0), answer_text(0.5), answer_text("yes"), answer_text(None)
    ('3', '0.5', 'yes', None)
    """
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return None if answer is None else str(answer)
