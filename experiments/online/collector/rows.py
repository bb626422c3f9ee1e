"""What a posted row must be to become data of a session, and where the kept rows lead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from experiments.online.collector.answers import fault_of_answer
from experiments.online.collector.export import Frame
from experiments.schema import Row, faults_of
from experiments.session_run import Participant, SessionRun
from experiments.timeline import Timeline

#: No session comes near this; it keeps a broken page from filling the disk.
MOST_ROWS = 20_000
#: Longest row as JSON, in bytes.
LONGEST_ROW = 32_768
LARGEST_NUMBER = 1e15


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
    return fault_of_answer(row, frame.kinds[screen], asks[row["measure"]])


def gaps(rows: Sequence[Row]) -> list[int]:
    """Return the sequences that are missing below the highest one.

    >>> gaps([{"sequence": 0}, {"sequence": 3}])
    [1, 2]
    """
    here = {row["sequence"] for row in rows}
    return sorted(set(range(max(here, default=-1) + 1)) - here)


def leads_to(timeline: Timeline, rows: Sequence[Row], outcome: str) -> bool:
    """Go where the rows went, and tell whether that is this outcome, or the screen that ends so."""
    run = SessionRun(timeline, Participant("", "", False, "browser"))
    try:
        run.replay(rows)
    except ValueError:
        return False
    here = run.current()
    if here is None or not here.ends:
        return run.outcome == outcome
    return outcome == ("left" if run.left else here.ends)


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
