"""What a posted row must be to become data of a session, and where the kept rows lead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from experiments.online.collector.export import Frame
from experiments.schema import Row, faults_of
from experiments.screen import Answer, Ask
from experiments.sitting import Person, Sitting
from experiments.timeline import Timeline

#: No session comes near this; it keeps a broken page from filling the disk.
MOST_ROWS = 20_000
#: Longest row as JSON, in bytes.
LONGEST_ROW = 32_768
LARGEST_NUMBER = 1e15
#: Measures that no ask stands for, and the status that their rows have.
UNASKED = {"read": "shown", "look": "shown", "leave": "left"}


def reason_against(row: Any, participant: str, session: str, frame: Frame) -> str:
    """Return why a row is not data of this session; empty for a good row.

    Parameters
    ----------
    row
        Whatever was posted.
    participant, session
        Whose token came with it.
    frame
        What rows of the session's slot must agree with.
    """
    if faults := faults_of(row):
        return "; ".join(faults[:5])
    sequence = row["sequence"]
    if sequence is None or not 0 <= sequence < MOST_ROWS:
        return f"'sequence' should be a number from 0 to {MOST_ROWS - 1}, found {sequence!r}"
    for name, value in (
        ("participant", participant),
        ("session", session),
        ("renderer", "browser"),
    ):
        if row[name] != value:
            return _differs(name, row[name], value)
    for name, value in frame.fixed.items():
        if row[name] != value:
            return _differs(name, row[name], value)
    return _against_screen(row, frame)


def _against_screen(row: dict[str, Any], frame: Frame) -> str:
    screen = row["screen"]
    if screen not in frame.screens:
        return f"the screen {_short(screen)} is not in slot {frame.fixed['slot']}"
    asks = frame.asks[screen]
    if row["measure"] not in asks:
        return f"the screen {_short(screen)} does not ask {_short(row['measure'])}"
    for name, value in frame.screens[screen].items():
        if row[name] != value:
            return _differs(name, row[name], value)
    if row["visit"] is None or not 0 < row["visit"] < MOST_ROWS:
        return f"'visit' is {_short(row['visit'])}"
    for name in ("status", "time", "clock", "code_version"):
        if row[name] is None:
            return f"'{name}' is empty"
    for name in ("number", "onset", "response_time"):
        if row[name] is not None and not abs(row[name]) < LARGEST_NUMBER:
            return f"'{name}' is {_short(row[name])}, which nobody can have given"
    return fault_of_answer(row, asks[row["measure"]])


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


def gaps(rows: Sequence[Row]) -> list[int]:
    """Return the sequences that are missing below the highest one.

    >>> gaps([{"sequence": 0}, {"sequence": 3}])
    [1, 2]
    """
    here = {row["sequence"] for row in rows}
    return sorted(set(range(max(here, default=-1) + 1)) - here)


def leads_to(timeline: Timeline, rows: Sequence[Row], outcome: str) -> bool:
    """Go where the rows went, and tell whether that is this outcome, or the screen that ends so."""
    sitting = Sitting(timeline, Person("", "", False, "browser"))
    try:
        sitting.replay(rows)
    except ValueError:
        return False
    here = sitting.current()
    if here is None or not here.ends:
        return sitting.outcome == outcome
    return outcome == ("left" if sitting.left else here.ends)


def _differs(name: str, found: object, wanted: object) -> str:
    return f"'{name}' is {_short(found)}, but this session has {_short(wanted)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def text_of(value: Any) -> str:
    """Write JSON as it is kept: sorted keys, and half a surrogate pair (a cut emoji) replaced by U+FFFD."""
    text = _ENCODER.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def printable(text: str) -> str:
    """Write a reason so that every database and every terminal takes it."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[:500]


def read_json(body: bytes) -> Any:
    """Read a request's JSON.

    Raises
    ------
    ValueError
        If it is not JSON in UTF-8, or holds ``NaN`` or ``Infinity``.
    RecursionError
        If it is nested too deeply.
    """
    return _DECODER.decode(body.decode())


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


# Made once: json.dumps and json.loads would make them anew for each of thousands of rows a second.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_constant=_no_number)
