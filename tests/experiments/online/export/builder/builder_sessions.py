"""Sessions in a Builder experiment: the input on each page of a slot, and the data that must result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from experiments.online.export.builder.pages import pages_of
from experiments.online.export.builder.tables import Row, Tables, tables_of
from experiments.screen import Answer
from experiments.study import Study
from experiments.timeline.timeline import is_shown

STUDIES = [
    ("identified_victim", "lottery"),
    ("compassion_collapse", "within"),
    ("parochial_vignettes", "dots"),
    ("parochial_vignettes", "paintings"),
]
#: Screen, measure and answer of one line of data.
Line = tuple[str, str, str]
Opened = Callable[[str], Study]


def tables_for(study: Study, mode: str, slots: int) -> Tables:
    """Return the tables of the first slots."""
    planned = study.slots(mode)[:slots]
    return tables_of(planned, [pages_of(study.timeline(slot, "en")) for slot in planned])


@dataclass(frozen=True)
class Step:
    """One page: the input there, and the expected line of data."""

    page: Row
    hand: dict[str, Any]
    line: Line


def session(study: Study, mode: str, slot: int, overruled: Mapping[str, Any]) -> list[Step]:
    """Return what happens in a slot, read from the timeline itself and not from the tables.

    Parameters
    ----------
    overruled
        Measure -> index of the option, share of the line, or text; None: skipped.
    """
    timeline = study.timeline(study.slots(mode)[slot - 1], "en")
    steps: list[Step] = []
    earlier: dict[tuple[str, str], Answer] = {}
    for screen in timeline.screens:
        if not is_shown(screen, earlier):
            continue
        for ask in screen.asks or (None,):
            page = {"kind": screen.kind, "options": len(ask.options) if ask else 0}
            if ask is None:
                hand = {"wait": True} if screen.kind == "look" else {"go": True}
                steps.append(Step(page, hand, (screen.id, screen.kind, "")))
                continue
            # Another answer on each page, so that none can be mistaken for another.
            default = {"choose": 0, "rate": len(steps) % max(1, len(ask.options)), "write": "30"}
            does = overruled.get(ask.measure, default.get(screen.kind, (len(steps) % 9 + 1) / 10))
            hand, answer = _does(screen.kind, ask, does)
            steps.append(Step(page, hand, (screen.id, ask.measure, answer)))
            is_number = ask.entry == "integer" or screen.kind in ("mark", "give")
            earlier[screen.id, ask.measure] = (
                float(answer) if answer and is_number else answer or None
            )
        if screen.ends:
            break
    return steps


def _does(kind: str, ask: Any, does: Any) -> tuple[dict[str, Any], str]:
    if does is None:
        return {"go": True}, ""
    if kind in ("choose", "rate"):
        return {"option": does + 1}, str(ask.options[does].value)
    if kind == "write":
        return {"text": does, "go": True}, does.replace('"', "”")
    amount = ask.low + ask.step * int((ask.high - ask.low) * does / ask.step + 0.5)
    return {"rating": does, "go": True}, f"{amount:g}"


def line_of(data: Mapping[str, Any]) -> Line:
    """Return the parts of a line of data that are compared."""
    answer = str(data["answer"])
    number = answer.removesuffix(".0")
    return data["screen"], data["measure"], number if number.isdigit() else answer


@pytest.fixture(scope="session")
def opened() -> Opened:
    """Return a function that opens one of our studies, each once."""
    from functools import cache

    from experiments.places import shipped_folder
    from experiments.study import open_study

    return cache(lambda name: open_study(shipped_folder("protocols") / f"{name}.yaml"))
