"""Whether the rows that were kept lead to the end that a page tells."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.schema import Row
from experiments.sitting import Person, Sitting
from experiments.timeline import Timeline


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
