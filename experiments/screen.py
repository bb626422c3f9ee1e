"""The screen: plain data on what is shown, what is asked, and which screens can follow.

A screen has no callables and can be converted to JSON and back without change, so that the lab (PsychoPy),
the browser (jsPsych) and simulated participants all use the same screens. A screen asks questions of one kind
(``experiments/measures``) or none. Where several levels of a factor are shown together, it has a panel for each, with
questions of its own. Without questions it is either read at the participant's own pace (``read``)
or shown for ``duration`` seconds (``look``); its single row then has the measure ``read`` or ``look``.

A ``timed`` screen is one timed trial: displays that follow each other without a gap, each from one flip to another.
Each display has a row of its own with its onset and its duration, before the rows of the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

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
Way = Literal["on", "back", "leave"]
"""How a participant goes from a screen: on to the next, back to the one before, or out of the study."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption of a clip."""

    start: float
    """Seconds from the beginning of the clip."""
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A film or a sound; it begins with the screen."""

    src: str
    """Path inside ``stimuli/``, or absolute path."""
    alt: str
    """Description."""
    seconds: float
    width: int = 0
    """Pixels of a film."""
    height: int = 0
    captions: tuple[Cue, ...] = ()
    ends: bool = False
    """Whether the screen ends with it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of content: a heading, a text (blank lines between paragraphs, ``**bold**``), a note, pictures, a clip."""

    type: Literal["heading", "text", "note", "images", "video", "audio"]
    text: str = ""
    images: tuple[dict[str, str], ...] = ()
    """Pictures side by side, each ``{"src": path inside stimuli/, "alt": description}``."""
    clip: Clip | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a ``choose`` screen, or one point of a ``rate`` scale (label may be empty)."""

    value: str | int
    label: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question on a screen. Which fields are used depends on the screen's kind."""

    measure: str
    """Name of the question on its screen: its address, in a panel with the panel's number: ``appeal.donation@2``."""
    prompt: str = ""
    required: bool = False
    """Whether the question must be answered (consent, age); all others can be skipped."""
    unit: str = ""
    options: tuple[Option, ...] = ()
    """choose: the options; rate: the points, in order."""
    numbered: bool = False
    """rate: whether each point shows its number."""
    correct: str | int | float | None = None
    """choose: the correct option of a check; write: the correct number."""
    low: float = 0.0
    """Kinds with numbers: lowest value."""
    high: float = 0.0
    """Kinds with numbers: highest value; split: the amount that all boxes hold together."""
    step: float = 1.0
    """mark, give, split: distance between neighbouring values."""
    low_label: str = ""
    """mark, trace: label of the low end; give: what is kept."""
    high_label: str = ""
    """mark, trace: label of the high end; give: what is given."""
    money: dict[str, Any] | None = None
    """give, split: format of an amount: ``{"prefix": "$", "suffix": "", "decimals": 0}``."""
    entry: Literal["", "text", "lines", "integer", "decimal", "trace"] = ""
    """write: one line of text, several lines, a whole number, or a number with the decimals of ``step``; trace: the trace
    itself (the other questions of its screen are what is computed from it)."""
    longest: int = 0
    """write: maximum number of characters; trace: number of samples until the screen ends by itself."""
    least: int = 0
    """write: smallest number of characters; select: smallest number of options."""
    most: int = 0
    """select: largest number of options; 0: all."""
    alone: bool = False
    """select: whether the option cannot be chosen together with others."""
    amount: float = 0.0
    """decide: the amount that can be chosen."""
    amounts: tuple[float, ...] = ()
    """decide: all amounts of the list, from the smallest."""
    local: bool = False
    """Whether the answer stays on the device: it is in no row."""
    panel: int = 0
    """Number, from 1, of the panel that asks it; 0 if the screen has none."""
    keys: dict[str, str] = field(default_factory=dict, hash=False)
    """timed: key of the keyboard -> answer."""
    until_right: bool = False
    """timed: whether only the key of the correct answer ends the display; the answer is then that of the first key."""
    first: bool = False
    """timed: whether it is the row that has the time of the first key, where another has that of the right one."""

    @property
    def address(self) -> str:
        """The measure of its rows."""
        return self.measure.removesuffix(f"@{self.panel}")

    def in_panel(self, number: int) -> Ask:
        """Return the question as a panel asks it; ``number`` is 0 where there is none."""
        return replace(self, measure=name_on_screen(self.measure, number), panel=number)


def name_on_screen(address: str, panel: int | None) -> str:
    """Return the name of a question on its screen.

    >>> name_on_screen("appeal.donation", 2), name_on_screen("appeal.donation", None)
    ('appeal.donation@2', 'appeal.donation')
    """
    return f"{address}@{panel}" if panel else address


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several levels that are shown together, side by side or one below the other (joint evaluation)."""

    cells: dict[str, str | int]
    """Levels of the factors in it."""
    content: tuple[Block, ...] = ()


Spot = Literal[
    "left", "right", "up", "down", "centre", "up left", "up right", "down left", "down right"
]
"""Place of a stimulus of a timed trial."""
Result = Literal["right", "wrong", "late"]
RESULTS: tuple[Result, ...] = get_args(Result)
FRAME = 1 / 60
"""Seconds of a frame, where a display is shown for a number of frames, to estimate how long that is (convention)."""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A text or a picture of a timed trial, at its place."""

    spot: Spot
    text: str = ""
    image: str = ""
    """Path inside ``stimuli/``."""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a display shows if the answer of the trial was right, wrong or late."""

    stimuli: tuple[Stimulus, ...] = ()
    """None: the display is empty."""
    results: tuple[Result, ...] = ()
    """Results for which it is shown; none: for all."""


@dataclass(frozen=True, slots=True)
class Display:
    """One part of a timed trial, from a flip to the flip of the next: what is shown, for how long, and which keys count."""

    name: str
    """``show.1``, the measure of its row."""
    versions: tuple[Version, ...]
    """The first one that fits the result is shown; if none does, the display is passed over."""
    of: str = ""
    """Measure whose result decides between the versions."""
    ask: str = ""
    """Measure that is answered with a key while it is shown."""
    seconds: float = 0.0
    """How long it is shown at most; 0: until a key is pressed."""
    frames: int = 0
    """The same in frames of the screen, in the lab."""
    at_least: float = 0.0
    """Seconds before a key can end it."""
    fixed: bool = False
    """Whether it is shown for all of its time, whatever key is pressed."""

    @property
    def longest(self) -> float:
        """About how long it is shown at most, in seconds; 0: until a key is pressed."""
        return self.frames * FRAME or self.seconds


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for the next screen: go to ``go`` if all stated conditions hold for an answer on this screen."""

    go: str
    measure: str = ""
    equals: tuple[str | int | float, ...] = ()
    differs: tuple[str | int | float, ...] = ()
    below: float | None = None
    visits_below: int | None = None
    """The rule holds only while the screen has been shown fewer times than this."""
    of: tuple[str, ...] = ()
    """Screens whose share of correct answers, at their last showing, must be below ``share``."""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """A condition on an earlier answer; a screen whose conditions do not all hold is passed over.

    A question that was skipped or not shown has no answer: only ``differs`` and ``missing`` hold then.
    """

    screen: str
    measure: str
    equals: tuple[str | int | float, ...] = ()
    differs: tuple[str | int | float, ...] = ()
    sign: Literal["", "<", ">", "<=", ">="] = ""
    limit: float = 0.0
    """Number that the answer is compared with by ``sign``."""
    missing: bool = False
    """Whether there must be no answer."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A value that replaces ``[[name]]`` in the screen's texts when it is shown.

    ``given`` is the amount given as the answer to ``measure`` on ``screen`` (0 if it was skipped or never shown), together
    with those of ``others``; ``kept`` is ``of`` minus that amount; ``answer`` is the answer itself, in the words of its
    option if it has some, an amount as ``money`` says, or nothing if there is none.
    """

    name: str
    screen: str
    measure: str
    part: Literal["given", "kept", "answer"]
    of: float = 0.0
    money: dict[str, Any] | None = None
    words: dict[str, str] = field(default_factory=dict)
    """answer: option -> its words."""
    others: tuple[str, ...] = ()
    """given, kept: measures of the other boxes of the same allocation that are given."""


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
        measure = ask.measure.removesuffix(".first") if ask.first else ask.measure
        return next((each.name for each in self.displays if each.ask == measure), "")


# Built once: building takes ten times as long as reading a screen.
_JSON = TypeAdapter(Screen)


def result_of(ask: Ask, answer: Answer) -> Result:
    """Return whether the answer of a timed trial is right, wrong or late; without a correct answer all are right."""
    if answer is None:
        return "late"
    return "right" if ask.correct in (None, answer) else "wrong"


def version_for(
    display: Display, asks: Mapping[str, Ask], answers: Mapping[str, Answer]
) -> Version | None:
    """Return what a display shows after the answers that the trial has so far; None if it is passed over."""
    ask, result = asks.get(display.of), None
    if ask is not None and ask.measure in answers:
        result = result_of(ask, answers[ask.measure])
    return next(
        (each for each in display.versions if not each.results or result in each.results), None
    )


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


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a screen: an answer to each question, with its response time.

    A screen without questions has no answers; its row has the measure ``read`` or ``look``.
    """

    answers: dict[str, Answer]
    """Measure -> answer; None if it was skipped."""
    times: dict[str, float | None]
    """Measure -> seconds from onset to the answer (to its last change)."""
    onset: float
    """Seconds from the start of the program to the first flip with the screen."""
    clock: str
    way: Way = "on"
    """Where the participant went; the answers of those who leave the study are discarded. Those who go back can have
    answered some of the questions; the others have no answer."""
    shown: dict[str, tuple[float, float]] = field(default_factory=dict)
    """timed: display -> its onset, as that of the screen, and its duration, in seconds; not those that were passed over."""


@dataclass(frozen=True)
class Decision:
    """An answer that decides for which level of an answered factor a slot is taken."""

    factor: str
    screen: str
    measure: str
    level: str = ""
    """Level that the slot is for."""


@dataclass(frozen=True)
class Entry:
    """The first screens of a session, which come before its slot is known and are the same in all slots of a mode."""

    screens: int
    """Number of screens, from the first."""
    exit: str
    """Screen that is shown to participants who leave in the entry."""
    decisions: tuple[Decision, ...]
    """Once they are made, the slot is taken."""
