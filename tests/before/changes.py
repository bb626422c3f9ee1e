"""The numbers that changed on purpose since the stored analyses: which, from what to what, and why.

``changed/STUDY.csv`` lists each by its name (mode | table | ... | column). After a change that is meant, look at what
the test lists, and write the new file with ``PYTHONPATH=. python tests/before/make_changed.py "WHY"``; WHY is noted at what is new.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "changed"
HEADING = ["number", "before", "now", "why"]
#: Relative and absolute distance within which a number is the one that is listed: fits are iterated.
RELATIVE, ABSOLUTE = 1e-4, 1e-7

_LINE = re.compile(r"(.*): (?:(.+) before, (.+) now|(.+) is missing|(.+) is new)", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """A number before and now; '' where there is none."""

    before: str
    now: str
    why: str = ""


def changes_of(lines: list[str]) -> dict[str, Change]:
    """Return the changes that ``named_numbers.differences`` lists, by the name of the number."""
    found = {}
    for line in lines:
        parts = _LINE.fullmatch(line)
        assert parts is not None, line
        name, before, now, missing, new = parts.groups()
        found[name] = Change(before or missing or "", now or new or "")
    return found


def read_changes(study: str) -> dict[str, Change]:
    """Return the changes that are listed for a study."""
    with (FOLDER / f"{study}.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["number"]: Change(row["before"], row["now"], row["why"])
            for row in csv.DictReader(file)
        }


def write_changes(study: str, found: dict[str, Change]) -> None:
    """Write the list of a study."""
    with (FOLDER / f"{study}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADING)
        writer.writerows([name, each.before, each.now, each.why] for name, each in found.items())


def unexpected(found: dict[str, Change], listed: dict[str, Change]) -> list[str]:
    """Return a line for each number that changed and is not listed so, and for each that is listed and did not."""
    lines = []
    for name, change in found.items():
        if name not in listed:
            lines.append(f"{name}: {change.before or 'none'} before, {change.now or 'none'} now")
        elif not (same(change.before, listed[name].before) and same(change.now, listed[name].now)):
            lines.append(f"{name}: {change.now or 'none'} now, listed {listed[name].now or 'none'}")
    return lines + [f"{name}: listed, and did not change" for name in listed if name not in found]


def same(one: str, other: str) -> bool:
    """Return whether two written values are equal, numbers nearly so."""
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except ValueError:
        return False
