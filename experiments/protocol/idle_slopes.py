"""Slopes of written random terms that no data of the design can show: what does not vary within the unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from experiments.language.formulas import RandomTerm, Term
from experiments.protocol.outcome_rows import Rows
from experiments.protocol.planned_rows import PlannedData, PlannedRow


def idle_slopes(
    random: Sequence[RandomTerm], data: PlannedData, rows: Rows, planned: Sequence[PlannedRow]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with each slope that does not vary within its unit in any planned row, and the remedy.

    Parameters
    ----------
    random
        The random terms of a formula.
    rows, planned
        Where the rows of the outcome come from, and these rows.
    """
    for term in random:
        for effect in term.effects:
            values: dict[Hashable, set[Hashable]] = defaultdict(set)
            for row in planned:
                unit = tuple(_unit(name, row) for name in term.unit)
                values[unit].add(tuple(_value(name, data, row, rows) for name in effect))
            if all(len(own) == 1 for own in values.values()):
                yield _said(term, effect)


def _unit(name: str, row: PlannedRow) -> Hashable:
    return row.participant if name == "participant" else row.levels.get(name, "")


def _value(name: str, data: PlannedData, row: PlannedRow, rows: Rows) -> Hashable:
    known = name in data.names.factors or name in ("session", "step")
    return row.levels.get(name, "") if known else data.value(name, row, rows)


def _said(term: RandomTerm, effect: Term) -> tuple[str, str]:
    slope, unit = ":".join(effect), ":".join(term.unit)
    article = "an" if unit[0] in "aeio" else "a"
    found = f"the slope of '{slope}' in {term} cannot be estimated: '{slope}' does not vary within {article} {unit}"
    others = [":".join(each) for each in term.effects if each != effect]
    return found, f"Write ({' + '.join(others) or '1'} | {unit})."
