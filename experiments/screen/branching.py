"""What depends on earlier answers: the next screen, whether a screen is shown, and values in its texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


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
