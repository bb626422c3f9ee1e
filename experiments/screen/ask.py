"""The questions of a screen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Answer = str | int | float | None


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

    @property
    def question(self) -> str:
        """The measure with the answer: its own, but for the row of the first key that of the right one."""
        return self.measure.removesuffix(".first") if self.first else self.measure

    def in_panel(self, number: int) -> Ask:
        """Return the question as a panel asks it; ``number`` is 0 where there is none."""
        return replace(self, measure=name_on_screen(self.measure, number), panel=number)


def name_on_screen(address: str, panel: int | None) -> str:
    """Return the name of a question on its screen.

    >>> name_on_screen("appeal.donation", 2), name_on_screen("appeal.donation", None)
    ('appeal.donation@2', 'appeal.donation')
    """
    return f"{address}@{panel}" if panel else address
