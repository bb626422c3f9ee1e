"""Whether an answer is one that its screen allows: nobody gives more than they have, or skips consent."""

from __future__ import annotations

from typing import Any

from experiments.measures import KINDS
from experiments.screen import Ask


def fault_of_answer(row: dict[str, Any], kind: str, ask: Ask | None) -> str:
    """Return why a row's answer cannot have been given on its screen; empty if it can.

    Parameters
    ----------
    row
        A row whose columns have the right kinds (``schema.faults_of``).
    kind
        Kind of the screen.
    ask
        What was asked; None for a screen that was read or looked at, and for leaving.
    """
    measure, status = row["measure"], row["status"]
    allowed: tuple[str, ...] = ("answered", "skipped")
    if ask is None:
        allowed = ("left" if measure == "leave" else "shown",)
    if status not in allowed:
        return f"'status' of '{measure}' is '{status}', which should be {' or '.join(allowed)}"
    unit = (ask.unit or None) if ask else None
    if row["unit"] != unit:
        return f"'unit' of '{measure}' is {row['unit']!r:.60}, but the screen has {unit!r}"
    if fault := _of_value(row, kind, ask):
        return f"'{measure}' {fault}"
    answer = row["value"] if row["number"] is None else row["number"]
    correct = (
        None if ask is None or ask.correct is None or answer is None else answer == ask.correct
    )
    if row["correct"] is not correct:
        return f"'correct' of '{measure}' is {row['correct']}, but should be {correct}"
    return ""


def _of_value(row: dict[str, Any], kind: str, ask: Ask | None) -> str:
    value, number = row["value"], row["number"]
    if ask is None or row["status"] == "skipped":
        if ask is not None and ask.required:
            return "cannot be skipped"
        return "has an answer that was not asked" if (value, number) != (None, None) else ""
    if value is None:
        return "is answered by nothing"
    if fault := KINDS[kind].fault(ask, value if number is None else number):
        return fault
    if number is None or _reads_as(value, number):
        return ""
    return f"is {value!r:.60} as text and {number!r} as number"


def _reads_as(value: str, number: float | None) -> bool:
    try:
        return float(value) == number
    except ValueError:
        return False
