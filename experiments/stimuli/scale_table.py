"""An instrument as a table: one row for each item, as in ``stress.tsv``.

=======  ==================  =======  ========  ==========  ==========
item     text                reverse  subscale  1           5
=======  ==================  =======  ========  ==========  ==========
tense    I felt tense.                strain    not at all  completely
calm     I felt calm.        yes      strain
=======  ==================  =======  ========  ==========  ==========

A column whose heading is a whole number holds the label of that point in its first row; the smallest and the largest are
the ends of the scale. ``reverse`` and ``subscale`` can be left out. ``text`` and the labels are English; for other languages
write ``text.de`` and ``1.de``. A score is the mean of its items, if four of five are answered. Further columns are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from experiments.files.faults import Fault, InvalidFileError, nearest
from experiments.stimuli.conditions_file import ITEM, ConditionsFile, read_conditions

TEXT, REVERSE, SUBSCALE = "text", "reverse", "subscale"
LANGUAGE = "en"
"""Language of the columns that do not say one."""
YES, NO = ("yes", "y", "1", "r", "true"), ("", "no", "n", "0", "false")
LEAST = 0.8
"""Share of a score's items that must be answered."""
BRACE = re.compile(r"\{[^{}]*\}?|\}")
WITHOUT_BRACES = "Write the text itself; an instrument has the same words for everyone."
_POINT = re.compile(r"^(-?\d+)(?:\.([A-Za-z-]+))?$")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


def read_scale_table(path: Path) -> dict[str, Any]:
    """Read an instrument from a table; return the content of a scale file (``experiments.stimuli.scales.Scale``).

    Raises
    ------
    InvalidFileError
        With every fault: file, row, column, what was found, what to do.
    """
    table = read_conditions(path)
    if faults := list(_faults(table)):
        raise InvalidFileError(faults)
    anchors = _anchors(table)
    points = sorted(anchors[next(iter(anchors))])
    languages = [language for _, language in _texts(table)]
    return {
        "id": path.stem,
        "version": "1",
        "title": path.stem.replace("_", " ").capitalize(),
        "measures": f"The items of {path.name}",
        "licence": "unspecified",
        "citation": f"The table {path.name}, which names no source",
        "items_text": "shipped",
        "languages": languages,
        "response": {"kind": "rate", "low": points[0], "high": points[-1]},
        "anchors": anchors,
        "items": [
            {"id": row[ITEM], "text": {language: row[name] for name, language in _texts(table)}}
            for row in table.rows
        ],
        "reverse": [row[ITEM] for row in table.rows if row.get(REVERSE, "").lower() in YES],
        "subscales": {
            name: {"items": items, "score": "mean"}
            for name, items in _subscales(table, path.stem).items()
        },
        "missing": {"least": LEAST},
        "golden": [],
    }


def _texts(table: ConditionsFile) -> list[tuple[str, str]]:
    """Return each column with texts, and its language."""
    found = [(TEXT, LANGUAGE)] if TEXT in table.columns else []
    for name in table.columns:
        if name.startswith(f"{TEXT}."):
            found.append((name, name.removeprefix(f"{TEXT}.")))
    return found


def _points(table: ConditionsFile) -> list[tuple[str, int, str]]:
    """Return each column with the label of a point: heading, point, language."""
    found = ((name, _POINT.match(name)) for name in table.columns)
    return [(name, int(match[1]), match[2] or LANGUAGE) for name, match in found if match]


def _anchors(table: ConditionsFile) -> dict[str, dict[int, str]]:
    anchors: dict[str, dict[int, str]] = {}
    for name, point, language in _points(table):
        label = next((row[name] for row in table.rows if row[name]), "")
        if label:
            anchors.setdefault(language, {})[point] = label
    return anchors


def _subscales(table: ConditionsFile, whole: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in table.rows:
        found.setdefault(row.get(SUBSCALE, "") or whole, []).append(row[ITEM])
    return found


def _faults(table: ConditionsFile) -> Iterator[Fault]:
    path = str(table.path)

    def heading(name: str, found: str, remedy: str) -> Fault:
        place = table.columns.index(name) + 1 if name in table.columns else 1
        return Fault(path, 1, place, name, found, remedy)

    if ITEM not in table.columns:
        remedy = nearest(ITEM, table.columns)
        yield heading(ITEM, f"there is no column '{ITEM}' with the names of the items", remedy)
        return
    texts, points = _texts(table), _points(table)
    if not texts:
        yield heading(TEXT, f"there is no column '{TEXT}'", nearest(TEXT, table.columns))
    numbers = sorted({point for _, point, _ in points})
    if len(numbers) < 2:
        found = "no columns say which points the scale has and how its ends are labelled"
        remedy = (
            "Add two columns, such as '1' and '7', with the labels of the ends in the first row."
        )
        yield heading("", found, remedy)
    labels = _anchors(table)
    for _, language in texts:
        for end in numbers[:1] + numbers[-1:] if len(numbers) > 1 else ():
            if end not in labels.get(language, {}):
                name = str(end) if language == LANGUAGE else f"{end}.{language}"
                found = f"the point {end} has no label in '{language}'"
                yield heading(name, found, f"Write it in the column '{name}', in the first row.")
    yield from _faults_of_items(table, [name for name, _ in texts])


def _faults_of_items(table: ConditionsFile, texts: list[str]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, (line, row) in enumerate(zip(table.lines, table.rows, strict=True)):
        fault = partial(table.fault, number)
        item = row[ITEM]
        if item in seen:
            yield fault(
                ITEM, f"'{item}' is in line {seen[item]} too", "Give each item its own name."
            )
        elif not _NAME.match(item):
            remedy = "Use lower-case letters, digits and '_', such as item_01."
            yield fault(ITEM, f"'{item}' cannot be the name of an item", remedy)
        seen.setdefault(item, line)
        for name in texts:
            if not row[name]:
                yield fault(name, f"'{item}' has no text", "Write the wording of the item.")
        for name in (*texts, *(heading for heading, _, _ in _points(table))):
            if brace := BRACE.search(row[name]):
                yield fault(name, f"found '{brace[0]}'", WITHOUT_BRACES)
        reverse = row.get(REVERSE, "")
        if reverse.lower() not in (*YES, *NO):
            yield fault(REVERSE, f"found '{reverse}'", "Write yes, or leave the cell empty.")
        subscale = row.get(SUBSCALE, "")
        if subscale and not _NAME.match(subscale):
            remedy = "Use lower-case letters, digits and '_', such as warmth."
            yield fault(SUBSCALE, f"'{subscale}' cannot be the name of a score", remedy)
