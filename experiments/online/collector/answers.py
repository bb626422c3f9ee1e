"""Whether an answer is one that its screen allows: nobody gives more than they have, or skips consent."""

from __future__ import annotations

from typing import Any

from experiments.screen import Answer, Ask

#: Measures that no ask stands for, and the status that their rows have.
UNASKED = {"read": "shown", "look": "shown", "leave": "left"}


def fault_of_answer(row: dict[str, Any], ask: Ask | None) -> str:
    """Return why a row's answer cannot have been given on its screen; empty if it can.

    Parameters
    ----------
    row
        A row whose columns have the right kinds (``schema.faults_of``).
    ask
        What was asked; None for a screen that was read or looked at, and for leaving.
    """
    measure, status = row["measure"], row["status"]
    allowed = (UNASKED[measure],) if ask is None else ("answered", "skipped")
    if status not in allowed:
        return f"'status' of '{measure}' is '{status}', which should be {' or '.join(allowed)}"
    unit = (ask.unit or None) if ask else None
    if row["unit"] != unit:
        return f"'unit' of '{measure}' is {row['unit']!r:.60}, but the screen has {unit!r}"
    if fault := _of_value(row, ask):
        return f"'{measure}' {fault}"
    answer = row["value"] if row["number"] is None else row["number"]
    correct = (
        None if ask is None or ask.correct is None or answer is None else answer == ask.correct
    )
    if row["correct"] is not correct:
        return f"'correct' of '{measure}' is {row['correct']}, but should be {correct}"
    return ""


def _of_value(row: dict[str, Any], ask: Ask | None) -> str:
    value, number = row["value"], row["number"]
    if ask is None or row["status"] == "skipped":
        if ask is not None and ask.required:
            return "cannot be skipped"
        return "has an answer that was not asked" if (value, number) != (None, None) else ""
    if value is None:
        return "is answered by nothing"
    if ask.options:
        offered = any(_is_text(option.value, value, number) for option in ask.options)
        return "" if offered else f"is {value!r:.60}, which was not offered"
    if ask.entry in {"text", "lines"}:
        if number is not None:
            return "is a text, and has a number"
        return f"is longer than {ask.longest} characters" if 0 < ask.longest < len(value) else ""
    if number is None or not ask.low <= number <= ask.high:
        return f"is {value!r:.60}, outside {ask.low:g} to {ask.high:g}"
    if ask.entry == "integer" and number != int(number):
        return f"is {value!r:.60}, which is no whole number"
    return "" if _reads_as(value, number) else f"is {value!r:.60} as text and {number!r} as number"


def _is_text(offered: Answer, value: str, number: float | None) -> bool:
    """Tell whether a row's value and number are what is written for an offered answer."""
    if isinstance(offered, str):
        return value == offered and number is None
    return number == offered and _reads_as(value, number)


def _reads_as(value: str, number: float | None) -> bool:
    try:
        return float(value) == number
    except ValueError:
        return False
