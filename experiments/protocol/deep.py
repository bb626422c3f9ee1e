"""The deep check: what can be seen only when the slots are drawn and the models have their planned rows."""

from __future__ import annotations

from itertools import islice
from math import prod

from experiments.files.faults import Fault, Findings, Key
from experiments.protocol.deep_models import ModelChecks
from experiments.protocol.loops import (
    between_cells,
    can_hold,
    planned_number,
    within_factors,
)
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.orders import RunsError, written_limits
from experiments.protocol.places import loops, steps_of
from experiments.protocol.slots import AllocationList
from experiments.protocol.steps import PayStep

DRAWN = 60
"""Slots of each mode that are drawn to see whether every loop can be ordered."""


def deep_faults(opened: OpenedStudy) -> list[Fault]:
    """Return the faults of a study that has none in its form.

    They are those of the sample and its slots, of loops that cannot be drawn, of payments, and of every model on the
    rows that the design plans.
    """
    found = [*_slots(opened), *_orders(opened), *_payments(opened)]
    if not found:
        found += ModelChecks(opened).faults()
    return [opened.source.fault(*each) for each in dict.fromkeys(found)]


def _slots(opened: OpenedStudy) -> Findings:
    """Yield the faults of the sample: too few participants for the cells, the lists of a loop, or the quotas."""
    names, sample = opened.names, opened.study.sample
    key: Key = ("sample", "participants" if sample.participants is not None else "per_cell")
    for mode in opened.study.modes:
        number = planned_number(names, mode)
        cells = len(between_cells(names, mode))
        if number < cells:
            found = f"{number} participants cannot fill {cells} cells, in the mode '{mode}'"
            yield key, found, f"Plan {cells} participants or more."
            continue
        for loop in loops(opened.study):
            within = within_factors(names, mode)
            lists = prod(len(within[name]) for name in loop.step.rotate if name in within)
            if lists > number // cells:
                found = (
                    f"each cell has {number // cells} participants, but 'rotate' makes {lists} lists, so that not "
                    f"every item meets every level, in the mode '{mode}'"
                )
                yield (*loop.key, "rotate"), found, f"Plan {lists * cells} participants or more."
        yield from _quotas(opened, mode, number)


def _quotas(opened: OpenedStudy, mode: str, number: int) -> Findings:
    for name, answered in opened.study.factors.answered.items():
        asked = opened.names.measure(answered.from_)
        levels = len(opened.names.factors[name].levels)
        wanted = (answered.quota or number) * levels
        if can_hold(asked.given, {"mode": mode}) and wanted < number:
            found = f"a quota of {answered.quota} for {levels} levels lets in {wanted} participants, but {number} are planned"
            remedy = f"Write 'quota: {-(-number // levels)}' or more, or plan fewer participants."
            yield ("factors", "answered", name), found, remedy


def _orders(opened: OpenedStudy) -> Findings:
    """Yield the loops for whose trials no order with such short runs is found."""
    limited = [loop for loop in loops(opened.study) if loop.step.runs]
    if not limited:
        return
    for mode in opened.study.modes:
        try:
            for _ in islice(AllocationList(opened, mode, "check").slots(), DRAWN):
                pass
        except RunsError as error:
            loop = next(each for each in limited if written_limits(each.step.runs) in str(error))
            yield (*loop.key, "runs"), f"{error}, in the mode '{mode}'", "Allow longer runs."


def _payments(opened: OpenedStudy) -> Findings:
    """Yield the receipts that come in a mode in which their decision is not asked, or is practice."""
    for place, step in steps_of(opened.study):
        if not isinstance(step, PayStep):
            continue
        key = (*place.key, "pay")
        measure = opened.names.measure(step.pay)
        if measure.practice:
            yield key, f"'{step.pay}' is practice", "Name a decision that counts."
        for mode in opened.study.modes:
            known = {"mode": mode}
            if can_hold(place.given, known) and not can_hold(measure.given, known):
                found = f"'{step.pay}' is paid but not asked in the mode '{mode}'"
                yield key, found, f"Add 'when: mode != {mode}' to the receipt."
