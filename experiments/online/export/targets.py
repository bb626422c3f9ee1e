"""Targets: what a study can be exported for, declared once for help, messages and the table in the docs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One target of ``compassion export``; its guide is ``guides/NAME.md.j2``."""

    name: str
    use_it_if: str
    writes: str
    """What is in the export folder, or beside it."""
    slots: str
    """Who assigns slots."""
    closed: str
    """What happens when a participant closes the page."""
    tested_with: str
    """What our tests run an export against."""
    address: str = ""
    """Address of the study for participants, with parts in capitals to fill in; empty if there is none."""
    numbered: bool = False
    """Whether the link has to contain the participant's number."""


_ALL = (
    Target(
        name="static",
        use_it_if="you have a server, or can ask for one",
        writes="a folder that `compassion serve` serves",
        slots="assigned and freed again by our collector",
        closed="continues at the same question",
        tested_with="the real collector",
        address="https://YOUR.SERVER/",
    ),
    Target(
        name="jatos",
        use_it_if="your university runs JATOS 3.9 or newer",
        writes="an archive to import (`.jzip`)",
        slots="assigned in JATOS's batch session; you free those of drop-outs",
        closed="continues after a refresh",
        tested_with="a stub",
        address="https://YOUR.JATOS/publix/STUDYCODE",
    ),
    Target(
        name="pavlovia",
        use_it_if="your lab pays for Pavlovia, and the stakes are hypothetical",
        writes="a folder `site` to push to a project",
        slots="set by a number in the link; not tracked",
        closed="continues in the same browser",
        tested_with="a stub",
        address="https://run.pavlovia.org/YOU/PROJECT/",
        numbered=True,
    ),
    Target(
        name="builder",
        use_it_if="you want to see or change the study in PsychoPy Builder",
        writes="a `.psyexp` with its tables: a hand-over, without rules",
        slots="you assign them",
        closed="the session is lost",
        tested_with="PsychoPy, SheetJS and a stub of PsychoJS",
    ),
)
#: The targets by name; the first is the default.
TARGETS = {target.name: target for target in _ALL}


def names(last_with: str = "or") -> str:
    """Return the names as part of a sentence.

    >>> names()
    'static, jatos, pavlovia or builder'
    """
    *first, last = TARGETS
    return f"{', '.join(first)} {last_with} {last}"
