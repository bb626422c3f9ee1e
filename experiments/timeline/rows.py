"""The rows of a screen: made of the response to it, and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from experiments.schema import NAMES, Row
from experiments.screen import Answer, Ask, Response, Screen, name_on_screen
from experiments.timeline.timeline import answer_text


@dataclass(frozen=True)
class ScreenRows:
    """The rows of one screen, as it was answered."""

    screen: Screen
    response: Response
    begin: Mapping[str, Any]
    """The columns that the session decides; ``sequence`` is that of the first row."""
    clock: Callable[[], str]

    def rows(self) -> list[Row]:
        """Return the rows: of the displays, then of the answers; of a screen without them its only one.

        Raises
        ------
        ValueError
            If an answer is missing from the response, or a required question was skipped.
        """
        screen, way = self.screen, self.response.way
        if way == "leave":
            return [self._row("leave", "left")]
        if not screen.asks and not screen.displays:
            return [self._row(screen.kind, "back" if way == "back" else "shown")]
        shown = [self._shown(display.name, index) for index, display in enumerate(screen.displays)]
        asked = enumerate(screen.asks, start=len(shown))
        return shown + [self._asked(ask, index) for index, ask in asked]

    def _shown(self, display: str, index: int) -> Row:
        """Return the row of a display: its onset and its duration; it is skipped if the result passed it over."""
        onset, seconds = self.response.shown.get(display, (None, None))
        return self._row(display, "skipped" if onset is None else "shown", index) | {
            "onset": None if onset is None else round(onset, 6),
            "response_time": None if seconds is None else round(seconds, 6),
        }

    def _asked(self, ask: Ask, index: int) -> Row:
        screen, response = self.screen, self.response
        back = response.way == "back"
        if ask.measure not in response.answers and not back:
            raise ValueError(f"the response to '{screen.id}' has no answer to '{ask.measure}'")
        answer = response.answers.get(ask.measure)
        if answer is None and ask.required and not (back or screen.at_most or screen.displays):
            raise ValueError(f"'{ask.measure}' on '{screen.id}' cannot be skipped")
        row = self._row(
            ask.measure, "back" if back else "skipped" if answer is None else "answered", index
        )
        if ask.panel:
            own = {"cells": screen.cells_of(ask), "measure": ask.address, "position": ask.panel}
            row = row | own
        if ask.local:
            return row
        # The response time of a timed trial counts from the display that asks.
        onset, _ = response.shown.get(screen.asking(ask), (None, None))
        return row | {
            "value": answer_text(answer),
            "number": answer if isinstance(answer, (int, float)) else None,
            "unit": ask.unit or None,
            "correct": None if back or None in (ask.correct, answer) else answer == ask.correct,
            "onset": row["onset"] if onset is None else round(onset, 6),
        }

    def _row(self, measure: str, status: str, index: int = 0) -> Row:
        screen, response = self.screen, self.response
        seconds = response.times.get(measure)
        return {
            **dict.fromkeys(NAMES),
            **self.begin,
            "sequence": self.begin["sequence"] + index,
            "phase": screen.phase,
            "task": screen.task,
            "screen": screen.id,
            "trial": screen.trial,
            "stimulus": screen.stimulus or None,
            "cells": dict(screen.cells or {}),
            "measure": measure,
            "status": status,
            "onset": round(response.onset, 6),
            "response_time": None if seconds is None else round(seconds, 6),
            "clock": response.clock,
            "time": self.clock(),
        }


def taken_back(rows: Iterable[Mapping[Any, Any]]) -> set[tuple[str, int]]:
    """Return the visits whose answers do not count, because the participant went back and answered again.

    Parameters
    ----------
    rows
        Rows of one session, in their order.

    Returns
    -------
    set
        Screen and visit: those that ended with Back and, of the screens from and to which it led, those before.
    """
    found: set[tuple[str, int]] = set()
    came_back = False
    for (screen, visit), group in groupby(rows, key=lambda row: (row["screen"], row["visit"])):
        goes_back = next(group)["status"] == "back"
        if goes_back or came_back:
            found |= {(screen, each) for each in range(1, visit + goes_back)}
        came_back = goes_back
    return found


def asked_in(row: Row) -> str:
    """Return the name that the question of a row has on its screen."""
    return name_on_screen(row["measure"], row.get("position"))


def answer_of(row: Row) -> Answer:
    """Return the answer of a row: a number if it is one."""
    answer: Answer = row["value"] if row["number"] is None else row["number"]
    return answer
