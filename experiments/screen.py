"""The screen: plain data that says what is shown, what is asked, and what may follow.

A screen holds no callables and survives JSON unchanged, so that the lab (PsychoPy), the browser
(jsPsych) and simulated participants read the very same thing. A screen asks questions of one kind
(``experiments/measures``), or nothing: it is then ``read`` at the participant's own pace, or looked at
(``look``) for ``duration`` seconds and goes on by itself; its only row has ``read`` or ``look`` as its
measure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

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
Answer = str | int | float | None


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of content: a heading, a text (blank lines between paragraphs, ``**bold**``), or pictures."""

    type: Literal["heading", "text", "note", "images"]
    text: str = ""
    images: tuple[dict[str, str], ...] = ()
    """Pictures side by side, each ``{"src": path inside stimuli/, "alt": description}``."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a ``choose`` screen, or one point of a ``rate`` scale (label may be empty)."""

    value: str | int
    label: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One measure asked on a screen. Which fields count depends on the screen's kind."""

    measure: str
    prompt: str = ""
    required: bool = False
    """A required ask cannot be skipped (consent, age); all others can."""
    unit: str = ""
    options: tuple[Option, ...] = ()
    """choose: the options; rate: the points, in order."""
    correct: str | int | None = None
    """choose: the right option of a check."""
    low: float = 0.0
    """mark, give, and write with numbers: least value."""
    high: float = 0.0
    """mark, give, and write with numbers: greatest value."""
    step: float = 1.0
    """mark, give: distance between neighbouring values."""
    low_label: str = ""
    """mark: label of the low end; give: what is kept."""
    high_label: str = ""
    """mark: label of the high end; give: what is given."""
    money: dict[str, Any] | None = None
    """give: how an amount is written: ``{"prefix": "$", "suffix": "", "decimals": 0}``."""
    entry: Literal["", "text", "lines", "integer"] = ""
    """write: one line of text, several lines, or a whole number."""
    longest: int = 0
    """write: greatest number of characters."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What may follow: go to a screen if all that is stated holds of an answer on this screen."""

    go: str
    measure: str = ""
    equals: tuple[str | int, ...] = ()
    differs: tuple[str | int, ...] = ()
    below: float | None = None
    visits_below: int | None = None
    """Holds only as long as the screen has been shown fewer times than this."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A value put for ``[[name]]`` in the screen's texts when it is shown.

    ``given`` is the amount answered to ``measure`` on ``screen`` (0 if it was skipped or never shown);
    ``kept`` is ``of`` less that amount.
    """

    name: str
    screen: str
    measure: str
    part: Literal["given", "kept"]
    of: float
    money: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a timeline."""

    id: str
    kind: str
    """``read``, ``look``, or the kind of question (``experiments/measures``) that is asked."""
    phase: Phase
    task: str
    content: tuple[Block, ...] = ()
    asks: tuple[Ask, ...] = ()
    proceed: str = ""
    """Label of the button that goes on."""
    duration: float = 0.0
    """look: seconds on the screen."""
    at_least: float = 0.0
    """Seconds before the participant can go on."""
    after: tuple[Rule, ...] = ()
    """Rules tried in order after the screen; the first that holds decides, else the next screen follows."""
    fills: tuple[Fill, ...] = ()
    ends: Literal["", "complete", "declined", "ineligible", "left"] = ""
    """Not empty on a screen that ends the session, and how it ended."""
    trial: int | None = None
    stimulus: str = ""
    cells: dict[str, str | int] | None = None
    """Levels of the factors that hold on this screen (between and within)."""

    def to_json(self) -> dict[str, Any]:
        """Return the screen as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Screen:
        """Make a screen from what ``to_json`` gave."""
        return _JSON.validate_python(data)


# Made once: it takes ten times as long as reading a screen.
_JSON = TypeAdapter(Screen)


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a screen: one answer for each question, with its time.

    A screen that asks nothing has no answers here; its row has the measure ``read`` or ``look``.
    """

    answers: dict[str, Answer]
    """Measure -> value; None where the item was skipped."""
    times: dict[str, float | None]
    """Measure -> seconds from onset to the answer (the last change of it)."""
    onset: float
    """Seconds from the start of the program to the flip that first showed the screen."""
    clock: str
    leaves: bool = False
    """The participant pressed "leave": nothing of this screen counts, and the timeline goes to its exit."""
