"""The first screens of a session, which come before its slot."""

from __future__ import annotations

from dataclasses import dataclass


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
