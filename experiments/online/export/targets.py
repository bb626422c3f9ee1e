"""Targets: what a study can be exported for, declared once; help, messages and the table of the docs come from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One target of ``compassion export``; its guide is ``guides/NAME.md.j2``."""

    name: str
    take_it_if: str
    writes: str
    """What is in the export folder, or beside it."""
    slots: str
    """Who gives out slots."""
    closed: str
    """What happens when a participant closes the page."""
    tried_on: str
    """What our tests run it against."""
    address: str = ""
    """Where participants find the study, with blanks to fill in; empty: not by an address."""
    numbered: bool = False
    """Whether the link has to name the participant's number."""


_ALL = (
    Target(
        name="static",
        take_it_if="you have a server, or can ask for one",
        writes="a folder that `compassion serve` serves",
        slots="assigned and made free again by our collector",
        closed="continues at the same question",
        tried_on="the real collector",
        address="https://YOUR.SERVER/",
    ),
    Target(
        name="jatos",
        take_it_if="your university runs JATOS 3.9 or newer",
        writes="an archive to import (`.jzip`)",
        slots="assigned in JATOS's batch session; you free those of drop-outs",
        closed="continues after a refresh",
        tried_on="a stub",
        address="https://YOUR.JATOS/publix/STUDYCODE",
    ),
    Target(
        name="pavlovia",
        take_it_if="your lab pays for Pavlovia, and the stakes are hypothetical",
        writes="a folder `site` to push to a project",
        slots="by a number in the link; not counted",
        closed="continues in the same browser",
        tried_on="a stub",
        address="https://run.pavlovia.org/YOU/PROJECT/",
        numbered=True,
    ),
    Target(
        name="builder",
        take_it_if="you want to see or change the study in PsychoPy Builder",
        writes="a `.psyexp` with its tables: a hand-over, without rules",
        slots="you assign them",
        closed="the session is lost",
        tried_on="PsychoPy, SheetJS and a stub of PsychoJS",
    ),
)
#: The targets by name; the first is the default.
TARGETS = {target.name: target for target in _ALL}


def names(last_with: str = "or") -> str:
    """Return the names for a sentence.

    >>> names()
    'static, jatos, pavlovia or builder'
    """
    *first, last = TARGETS
    return f"{', '.join(first)} {last_with} {last}"


def table() -> str:
    """Return the table of the docs, in Markdown."""
    rows = [
        ("target", "use it if", "writes", "slots", "after a page is closed", "tested with"),
        ("---",) * 6,
        *(
            (f"`{each.name}`", each.take_it_if, each.writes, each.slots, each.closed, each.tried_on)
            for each in TARGETS.values()
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("| --- " * 6, "|---" * 6)
