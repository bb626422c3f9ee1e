"""Sessions in a Builder experiment: what somebody answers, what each page is told, and the rows that result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest

from analysis.simulate import population, simulated_person
from experiments.building import Study
from experiments.online.builder import in_experiment as inside
from experiments.online.builder.pages import Page, pages_of
from experiments.online.builder.tables import Tables, tables_of
from experiments.schema import Row
from experiments.screen import Response, Screen
from experiments.sitting import Person, Sitting

LEAVE = "leave"
Answers = Mapping[str, Any]
#: What is compared of a row: everything that both routes state.
Told = tuple[str, int, str, str, str]


@dataclass(frozen=True)
class Sat:
    """One session: what was answered on each showing of a screen, and the rows of our own sitting."""

    slot: int
    answers: dict[tuple[str, int], Answers | str]
    rows: list[Row]
    outcome: str

    def told(self) -> list[Told]:
        """Return what the Builder experiment has to tell of it."""
        return [
            (row["screen"], row["visit"], row["measure"], row["value"] or "", row["status"])
            for row in self.rows
        ]


def tables_for(study: Study, mode: str, slots: int) -> Tables:
    """Return the tables of the first slots."""
    planned = study.slots(mode)[:slots]
    return tables_of(planned, [pages_of(study.timeline(slot, "en")) for slot in planned])


def session(study: Study, mode: str, slot: int, overruled: Mapping[str, Any] | None = None) -> Sat:
    """Let a simulated person sit, some screens or measures overruled.

    Parameters
    ----------
    overruled
        Measure -> answer, or screen -> ``LEAVE``.
    """
    overruled = {"consent": "agree", "age": 30, **(overruled or {})}
    people = population(study, seed=5, mode=mode, dropout=0.0)
    person = simulated_person(study, study.slots(mode)[slot - 1], people=people, number=3)
    sitting = Sitting(person.timeline, Person("p", "1", False, "lab"))
    answers: dict[tuple[str, int], Answers | str] = {}
    rows: list[Row] = []
    while (screen := sitting.current()) is not None:
        leaves = overruled.get(screen.id) == LEAVE
        given = _given(screen, person.decide(screen), overruled)
        answers[screen.id, sitting.visit] = LEAVE if leaves else given
        rows += sitting.take(Response(given, {}, 0.0, "none", leaves))
    return Sat(slot, answers, rows, sitting.outcome)


def _given(screen: Screen, decided: Answers, overruled: Mapping[str, Any]) -> dict[str, Any]:
    return {measure: overruled.get(measure, answer) for measure, answer in decided.items()}


@dataclass(frozen=True)
class Step:
    """One page that showed: which routine drew it, what is to be answered, and what it told."""

    page: Page
    routine: str
    answer: Any
    """None: skipped; ``LEAVE``: left."""
    told: Told
    text: str


def go_through(tables: Tables, sat: Sat) -> list[Step]:
    """Go through a slot's list of pages with the code that the experiment has in Python."""
    row = inside.study_begin(len(tables.slots), str(sat.slot))
    steps = []
    for place in inside.study_take_slot(tables.slots[row]["slot_pages"]):
        page = tables.screens[place]
        turn = ("row", "routine", "screen", "step", "first_of_trial", "place", "filling")
        inside.study_turn(*(page[f"page_{name}"] for name in turn))
        if inside.study["shown"]:
            steps.append(_step(page, sat))
    return steps


def _step(page: Page, sat: Sat) -> Step:
    routine, screen = inside.study["shown"], inside.study["screen"]
    assert not inside.study_hides(routine)
    measure = inside.study_text(page["page_measure"])
    given = sat.answers[screen, inside.study["visits"][screen]]
    answer = LEAVE if given == LEAVE else given.get(measure)
    shown = inside.study_text(page["page_body"])
    if answer == LEAVE:
        assert page["page_can_leave"] == 1
        assert inside.study_asks_leave(1)
        assert not inside.study_asks_leave(2)
    if answer is None and measure not in {"read", "look"}:
        assert page["page_can_skip"] == 1
    kept = inside.study_record(
        None if answer == LEAVE else answer,
        answer is None,
        page["page_measure"],
        page["page_correct"],
        routine == "write_text",
    )
    names = ("rule", "otherwise", "exit", "ends", "is_last")
    inside.study_go_on(*(page[f"page_{name}"] for name in names))
    return Step(page, routine, answer, told_of(kept), shown)


def told_of(kept: Mapping[str, Any]) -> Told:
    """Return what a row of the experiment's data tells."""
    return (
        kept["screen"],
        int(kept["visit"]),
        kept["measure"],
        unquote(str(kept["answer"])),
        kept["status"],
    )


def hand_of(step: Step) -> dict[str, Any]:
    """Return what a hand does on a page: what ``run_stub.mjs`` and ``run_window.py`` are told."""
    if step.answer == LEAVE:
        return {"leave": True}
    kind = step.routine.split("_")[0]
    if kind in {"read", "look"}:
        return {"go": True} if kind == "read" else {"wait": True}
    if step.answer is None:
        return {"skip": True}
    if kind == "choose":
        values = str(step.page["page_values"]).removeprefix("t|").split("|")
        return {"option": values.index(str(step.answer)) + 1}
    if kind == "write":
        return {"text": str(step.answer), "go": True}
    return {"rating": step.answer, "go": True}


#: How sessions go: mode's study, what is overruled, and how they end.
WAYS: dict[str, tuple[dict[str, Any], str]] = {
    "to the end": ({}, "complete"),
    "declined": ({"consent": "decline"}, "declined"),
    "under age": ({"age": 17}, "ineligible"),
    "left at the first": ({"eligibility": LEAVE}, "left"),
}
STUDIES = [
    ("identified_victim", "lottery"),
    ("compassion_collapse", "within"),
    ("parochial_vignettes", "dots"),
    ("parochial_vignettes", "paintings"),
]

Opened = Callable[[str], Study]


@pytest.fixture(scope="session")
def opened() -> Opened:
    """Return a function that opens one of our studies, each once."""
    from functools import cache

    from experiments.building import open_study
    from experiments.places import room

    return cache(lambda name: open_study(room("protocols") / f"{name}.yaml"))
