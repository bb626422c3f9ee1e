"""One screen of a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from experiments.screen.ask import Answer, Ask
from experiments.screen.branching import Fill, Given, Rule
from experiments.screen.content import Block
from experiments.screen.displays import Display, version_for

Phase = Literal[
    "consent",
    "instructions",
    "checks",
    "practice",
    "trials",
    "scales",
    "demographics",
    "debrief",
    "payment",
]


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several levels that are shown together, side by side or one below the other (joint evaluation)."""

    cells: dict[str, str | int]
    """Levels of the factors in it."""
    content: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a timeline."""

    id: str
    kind: str
    """``read``, ``look``, or the kind of question (``experiments/measures``) that is asked, such as ``timed``."""
    phase: Phase
    task: str
    content: tuple[Block, ...] = ()
    asks: tuple[Ask, ...] = ()
    displays: tuple[Display, ...] = ()
    """timed: what is shown, one after another."""
    proceed: str = ""
    """Label of the button that leads to the next screen."""
    duration: float = 0.0
    """look: seconds for which the screen is shown."""
    at_least: float = 0.0
    """Seconds before the participant can go on."""
    at_most: float = 0.0
    """Seconds after which the screen ends by itself, with the answers so far; 0: never."""
    countdown: bool = False
    """Whether the time is shown that remains until the screen ends or, if it does not, until one can go on."""
    after: tuple[Rule, ...] = ()
    """Rules for the next screen; the first that holds is used, otherwise the next in the list follows."""
    given: tuple[Given, ...] = ()
    """Conditions on earlier answers under which the screen is shown."""
    fills: tuple[Fill, ...] = ()
    ends: Literal["", "complete", "declined", "ineligible", "left"] = ""
    """Outcome of the session if the screen ends it; otherwise empty."""
    trial: int | None = None
    stimulus: str = ""
    cells: dict[str, str | int] | None = None
    """Levels of the between- and within-factors on this screen."""
    panels: tuple[Panel, ...] = ()
    """What is shown together, below the content, in its order on the page."""
    back: tuple[str, ...] = ()
    """Screens to which its Back button can lead, the nearest first; the first of them that was shown counts. None: no
    button."""
    period: str = ""
    """Address of the period of imported signals that it belongs to, such as ``baseline.rest``; '' if none."""
    until: Literal["", "experimenter"] = ""
    """look: who ends it, if not its time."""

    @property
    def has_button(self) -> bool:
        """Whether participants go on with a button; otherwise the screen ends by itself, and not before its time."""
        fixed = 0.0 < self.at_most <= self.at_least
        return self.kind not in ("look", "timed") and not fixed

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of the content, also that of the panels."""
        return (*self.content, *(block for panel in self.panels for block in panel.content))

    def cells_of(self, ask: Ask) -> dict[str, str | int]:
        """Return the levels of the factors that a question is about."""
        return dict((self.panels[ask.panel - 1].cells if ask.panel else self.cells) or {})

    def asks_in(self, panel: int) -> tuple[Ask, ...]:
        """Return the questions of a panel, by its number; with 0 those that are in none."""
        return tuple(ask for ask in self.asks if ask.panel == panel)

    def to_json(self) -> dict[str, Any]:
        """Return the screen as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Screen:
        """Convert the data that ``to_json`` returned back to a screen."""
        return _JSON.validate_python(data)

    @property
    def measures(self) -> tuple[str, ...]:
        """Value of ``measure`` in each of the screen's rows, in their order."""
        of_displays = (display.name for display in self.displays)
        return (*of_displays, *(ask.measure for ask in self.asks)) or (self.kind,)

    def asking(self, ask: Ask) -> str:
        """Return the name of the display on which a question is answered; '' outside timed trials."""
        return next((each.name for each in self.displays if each.ask == ask.question), "")


# Built once: building takes ten times as long as reading a screen.
_JSON = TypeAdapter(Screen)


def shown_after(screen: Screen, answers: Mapping[str, Answer]) -> list[str]:
    """Return the names of a timed trial's displays that are shown if these are its answers."""
    asks = {ask.measure: ask for ask in screen.asks}
    shown: list[str] = []
    given: dict[str, Answer] = {}
    for display in screen.displays:
        if version_for(display, asks, given) is not None:
            shown.append(display.name)
            given |= {display.ask: answers[display.ask]} if display.ask else {}
    return shown
