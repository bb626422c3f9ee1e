"""Checks of posted rows, and the outcome to which the stored rows lead.

The checks refuse, for example, gifts that exceed the endowment, skipped consent, and answers to questions that were not
asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from experiments.files.faults import shortened
from experiments.measures import KINDS
from experiments.online.collector.export import ExpectedRows
from experiments.schema import Row, faults_of
from experiments.screen import Ask
from experiments.timeline.rows import asked_in
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

#: Maximum number of rows in a session: far more than any needs, but a faulty page cannot fill the disk.
MOST_ROWS = 20_000
#: Maximum size of a row as JSON, in bytes.
LONGEST_ROW = 32_768
LARGEST_NUMBER = 1e15


def reason_to_refuse(row: Any, participant: str, session: str, expected: ExpectedRows) -> str:
    """Return why a row cannot belong to a session; empty for a valid row.

    Parameters
    ----------
    row
        What was posted, which can be anything.
    participant, session
        Codes that belong to the token of the request.
    expected
        Values that rows of the session's slot must have.
    """
    if faults := faults_of(row):
        return "; ".join(faults[:5])
    sequence, screen = row["sequence"], row["screen"]
    if sequence is None or not 0 <= sequence < MOST_ROWS:
        return f"'sequence' should be a number from 0 to {MOST_ROWS - 1}, found {sequence!r}"
    identity = {"participant": participant, "session": session, "renderer": "browser"}
    if fault := _difference(row, identity) or _difference(row, expected.fixed):
        return fault
    if screen not in expected.screens:
        return f"the screen {shortened(screen)} is not in slot {expected.slot}"
    asked = asked_in(row)
    if asked not in expected.asks[screen]:
        return f"the screen {shortened(screen)} does not ask {shortened(asked)}"
    known = expected.screens[screen]
    if (screen, asked) in expected.cells:
        known = known | {"cells": expected.cells[screen, asked]}
    if fault := _difference(row, known):
        return fault
    if row["visit"] is None or not 0 < row["visit"] < MOST_ROWS:
        return (
            f"'visit' should be a number from 1 to {MOST_ROWS - 1}, found {shortened(row['visit'])}"
        )
    for name in ("status", "time", "clock", "code_version"):
        if row[name] is None:
            return f"'{name}' is empty"
    for name in ("number", "onset", "response_time"):
        if row[name] is not None and not abs(row[name]) < LARGEST_NUMBER:
            return f"'{name}' is {shortened(row[name])}, which is impossibly large"
    return fault_of_answer(row, *expected.asks[screen][asked], screen in expected.back)


def _difference(row: Row, expected: dict[str, Any]) -> str:
    for name, value in expected.items():
        if row[name] != value:
            return f"'{name}' is {shortened(row[name])}, but this session has {shortened(value)}"
    return ""


def fault_of_answer(row: Row, kind: str, ask: Ask | None, can_go_back: bool = False) -> str:
    """Return why a row's answer cannot have been given on its screen; empty if it can.

    Parameters
    ----------
    row
        A row whose columns have the right types (``schema.faults_of``).
    kind
        Kind of the screen.
    ask
        What was asked; None for screens that ask nothing, and for leaving the study.
    can_go_back
        Whether the screen has a Back button: who goes back can have answered nothing, or typed a text that is too short.
    """
    measure, status = row["measure"], row["status"]
    if status == "back" and can_go_back and measure != "leave":
        so_far = "shown" if ask is None else "skipped" if row["value"] is None else "answered"
        unchecked = None if ask is None else replace(ask, required=False, correct=None, least=0)
        return fault_of_answer({**row, "status": so_far}, kind, unchecked)
    allowed: tuple[str, ...] = ("answered", "skipped")
    if ask is None:
        allowed = ("left" if measure == "leave" else "shown",)
        if kind == "display":
            allowed = ("shown", "skipped")
    if status not in allowed:
        return f"'status' of '{measure}' is '{status}', which should be {' or '.join(allowed)}"
    if ask is not None and ask.local:
        return _fault_of_kept(row, ask)
    unit = (ask.unit or None) if ask else None
    if row["unit"] != unit:
        return f"'unit' of '{measure}' is {row['unit']!r:.60}, but the screen has {unit!r}"
    if fault := _fault_of_value(row, kind, ask):
        return f"'{measure}' {fault}"
    answer = row["value"] if row["number"] is None else row["number"]
    correct = (
        None if ask is None or ask.correct is None or answer is None else answer == ask.correct
    )
    if row["correct"] is not correct:
        return f"'correct' of '{measure}' is {row['correct']}, but should be {correct}"
    return ""


def faults_together(rows: Iterable[Row], expected: ExpectedRows) -> Iterator[tuple[int, str]]:
    """Yield the sequence number of each row that is impossible beside the others of its screen, and why.

    Parameters
    ----------
    rows
        Rows that are possible each by itself. Those of a screen are examined if all of them are there.
    """
    for (screen, _), group in groupby(rows, key=lambda row: (row["screen"], row["visit"])):
        given = {asked_in(row): row for row in group if row["status"] != "back"}
        asked = expected.asks[screen]
        kind = next(kind for kind, _ in asked.values())
        every = [ask for _, ask in asked.values() if ask is not None and not ask.local]
        if kind not in KINDS or any(ask.measure not in given for ask in every):
            continue
        # Each panel is answered by itself.
        for panel in dict.fromkeys(ask.panel for ask in every):
            asks = [ask for ask in every if ask.panel == panel]
            found = [given[ask.measure] for ask in asks]
            answers = [row["value"] if row["number"] is None else row["number"] for row in found]
            if reason := KINDS[kind].fault_of_all(asks, answers):
                yield from ((row["sequence"], reason) for row in found)


def _fault_of_kept(row: Row, ask: Ask) -> str:
    """Return why a row about an answer that stays on the device is impossible; empty if it is possible."""
    for name in ("value", "number", "unit", "correct"):
        if row[name] is not None:
            return f"'{row['measure']}' has a {name}, but should stay on the device"
    return (
        f"'{row['measure']}' cannot be skipped"
        if ask.required and row["status"] == "skipped"
        else ""
    )


def _fault_of_value(row: Row, kind: str, ask: Ask | None) -> str:
    value, number = row["value"], row["number"]
    if ask is None or row["status"] == "skipped":
        if ask is not None and ask.required:
            return "cannot be skipped"
        return "has an answer, but should have none" if (value, number) != (None, None) else ""
    if value is None:
        return "has no answer"
    if fault := KINDS[kind].fault(ask, value if number is None else number):
        return fault
    try:
        same = number is None or float(value) == number
    except ValueError:
        same = False
    return "" if same else f"is {value!r:.60} as text and {number!r} as number"


def gaps(rows: Sequence[Row]) -> list[int]:
    """Return the sequence numbers that are missing below the highest one.

    >>> gaps([{"sequence": 0}, {"sequence": 3}])
    [1, 2]
    """
    present = {row["sequence"] for row in rows}
    return sorted(set(range(max(present, default=-1) + 1)) - present)


def leads_to(timeline: Timeline, rows: Sequence[Row], outcome: str) -> bool:
    """Replay the rows, and return whether the session has this outcome, or is on a final screen with this outcome."""
    run = SessionRun(timeline, SessionIdentity("", "", False, "browser"))
    try:
        run.replay(rows)
    except ValueError:
        return False
    screen = run.current()
    if screen is None or not screen.ends:
        return run.outcome == outcome
    return outcome == ("left" if run.left else screen.ends)


def text_of(value: Any) -> str:
    """Return a value as JSON for the database; half a surrogate pair (half an emoji) becomes U+FFFD."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_json(body: bytes) -> Any:
    """Parse the JSON of a request.

    Raises
    ------
    ValueError
        If it is not JSON in UTF-8, or contains ``NaN`` or ``Infinity``.
    RecursionError
        If it is nested too deeply.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        # Slower, but it accepts half a surrogate pair, and its errors say more.
        return json.loads(body.decode(), parse_constant=_no_number)


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is not JSON")
