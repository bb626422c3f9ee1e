"""Faults of files: where each is, what was found, and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from experiments.errors import UserError

Key = tuple[str | int, ...]
Findings = Iterator[tuple[Key, str, str]]
"""Faults that a check yields: key, what was found, remedy."""


class UnknownName(str):
    """What was found, where nothing has a name; a fault of what should have it can be the reason."""

    __slots__ = ()


@dataclass(frozen=True)
class Fault:
    """One fault in a file: where it is, what was found, and the remedy."""

    file: str
    line: int
    column: int
    key: str
    found: str
    remedy: str

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}:{self.column}"
        key = f" {self.key}:" if self.key else ""
        return f"{at}:{key} {self.found}\n    {self.remedy}"


class InvalidFileError(UserError):
    """The file has faults, all of which are in ``faults``."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(
            sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column))
        )
        super().__init__("\n".join(map(str, self.faults)))


class ValueFault(ValueError):
    """What is wrong with one value; a validator raises it.

    Attributes
    ----------
    found, remedy
        What was found, and what to do.
    at
        Index of the faulty character in the value.
    key
        The key in the value, if the value has keys; empty otherwise.
    """

    def __init__(self, found: str, remedy: str, at: int = 0, key: str = "") -> None:
        self.found, self.remedy, self.at, self.key = found, remedy, at, key
        # The exception can be sent to another process: it is made again from its arguments.
        super().__init__(found, remedy, at, key)

    def __str__(self) -> str:
        return f"{self.found}; {self.remedy}"


def dotted(key: Key) -> str:
    """Return a key in dotted form: ``flow[3].text``."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: object, known: Iterable[object]) -> str:
    """Return "Did you mean 'x'?" for a similar known word, otherwise the list of known words.

    >>> nearest("minuts", ["minutes", "mode"]), nearest("price", ["minutes", "mode"])
    ("Did you mean 'minutes'?", 'Allowed here: minutes, mode.')
    """
    wrong, words = str(word), list(dict.fromkeys(map(str, known)))
    if not words:
        return "There is none to choose from: add one, or remove this."
    for close in difflib.get_close_matches(wrong, words, n=1, cutoff=0.6):
        # Most typing errors occur after the first letters; two short words easily share half of their letters.
        similarity = difflib.SequenceMatcher(None, wrong, close).ratio()
        if similarity >= 0.75 or wrong[:3].lower() == close[:3].lower():
            return f"Did you mean '{close}'?"
    return f"Allowed here: {', '.join(words)}."


def shortened(value: object) -> str:
    """Return a value as it is shown in messages, shortened to 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
