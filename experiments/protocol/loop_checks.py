"""Checks of loops: how factors meet the items, how many items are taken, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod

from experiments.files.faults import Findings, Key, nearest
from experiments.language.by import By
from experiments.numbers import count
from experiments.protocol.loops import (
    Offer,
    between_cells,
    between_factors,
    entries_of,
    offers,
    within_factors,
)
from experiments.protocol.names import Items, Names
from experiments.protocol.places import Loop, loops
from experiments.protocol.steps import Practice


def faults_of_loops(names: Names) -> Findings:
    """Yield what is wrong with how loops draw and present their items."""
    every = loops(names.study)
    for loop in every:
        yield from _of_loop(names, loop)
    yield from _sharing(names, every)
    yield from _unused_factors(names, every)


def _of_loop(names: Names, loop: Loop) -> Findings:
    yield from _factors(names, loop)
    if names.is_unwritten(loop):
        return
    found = [*_conditions(names, loop), *_take_by(names, loop), *_order(names, loop)]
    yield from found
    if not found:
        yield from _drawn(names, loop)


def _factors(names: Names, loop: Loop) -> Findings:
    items, met = names.items_of(loop), dict[str, str]()
    possible = [
        name
        for name, factor in names.factors.items()
        if any(factor.varies_in(names.study, mode) == "within" for mode in names.study.modes)
    ]
    for how in ("rotate", "cross", "together"):
        listed = getattr(loop.step, how)
        for place, name in enumerate(listed):
            key = (*loop.key, how, place) if len(listed) > 1 else (*loop.key, how)
            if name not in names.factors:
                yield key, f"there is no factor '{name}'", nearest(name, possible)
            elif name not in possible:
                varies = names.factors[name].varies
                how_it_varies = {
                    "answered": "is answered by participants",
                    "counterbalanced": "is counterbalanced between participants",
                }.get(varies, "varies between participants")
                found = f"'{name}' {how_it_varies}, so a loop cannot vary it"
                remedy = "Put it under 'within', or write 'within: [...]' in the mode in which it varies within."
                yield key, found, remedy
            elif name in met:
                yield key, f"'{name}' is already in '{met[name]}'", "Keep it in one of the two."
            elif name == loop.step.each:
                found = f"the loop runs over the levels of '{name}', so they do not vary over it"
                yield key, found, f"Remove it from '{how}'."
            elif items is not None and name in items.fields:
                found = f"'{name}' is a column of the items, so each item has one level of it"
                yield key, found, f"Remove it from '{how}', or rename the column."
            met.setdefault(name, how)
    for name, factor in names.factors.items():
        if items is not None and name in items.fields and factor.varies in ("answered", "sealed"):
            why = "answered only in the session" if factor.varies == "answered" else "sealed"
            yield (
                (*loop.key, "each"),
                f"'{name}' is a column of the items, but it is {why}, and items are drawn before",
                "Rename the column.",
            )


def _conditions(names: Names, loop: Loop) -> Findings:
    """Yield the names and levels in ``where`` that no item has."""
    items, factors = names.items_of(loop), names.factors
    fields = {"item": items.names, **items.fields} if items is not None else {}
    drawn = {
        name
        for mode in names.study.modes
        for name in between_factors(names, mode)
        if factors[name].varies != "sealed"
    }
    conditions = loop.step.conditions_on_items
    for part, test in ((part, test) for part, of in conditions for test in of.tests):
        name, key = test.name, (*loop.key, *part)
        if name in fields:
            for level in getattr(test, "levels", None) or (getattr(test, "level", None),):
                if level is not None and level not in fields[name]:
                    known = sorted(set(fields[name]))
                    yield key, f"no item has {name} = {level}", nearest(level, known)
        elif (
            name == "mode" or name in drawn or (items is None and name in ("item", loop.step.each))
        ):
            continue
        elif name in factors:
            known = sorted({"item", *(fields or [loop.step.each]), *drawn})
            found = f"'{name}' is no column, and its level is not known when items are drawn"
            yield key, found, nearest(name, known)
        elif items is None:
            known = sorted({"item", loop.step.each, *drawn})
            yield key, f"'{name}' is no factor", nearest(name, known)
        else:
            found = f"'{name}' is no column of the items and no factor"
            yield key, found, nearest(name, ["item", "mode", *items.fields, *factors])


def _take_by(names: Names, loop: Loop) -> Findings:
    take = loop.step.take
    if not isinstance(take, By):
        return
    for name in take.by:
        varies = names.factors[name].varies if name in names.factors else ""
        if name != "mode" and varies not in ("between", "counterbalanced"):
            yield (
                (*loop.key, "take", "by"),
                f"the number of items cannot differ by '{name}', since items are drawn before the session",
                "It can differ by the mode and by factors that vary between participants.",
            )


def _order(names: Names, loop: Loop) -> Findings:
    step, items = loop.step, names.items_of(loop)
    fields = [*(items.fields if items else ()), "item"]
    every = {entry.item for entry in entries_of(names, loop)}
    own = {*step.rotate, *step.cross, *([step.each] if items is None else [])} & {*names.factors}
    levels = [*own, *fields]
    for how, listed in (("first", step.first), ("last", step.last)):
        for name in listed:
            if name not in every:
                yield (*loop.key, how), f"there is no item '{name}'", nearest(name, sorted(every))
    for name in step.first:
        if name in step.last:
            yield (*loop.key, "last"), f"'{name}' is already in 'first'", "Keep it in one of them."
    order = step.order
    if order.startswith("blocks of "):
        name = order.removeprefix("blocks of ").strip()
        if name not in levels:
            found, known = f"'{name}' is no factor of this loop and no column of its items", levels
            if items is not None and name not in names.factors:
                found = f"'{name}' is no column of the items and no factor"
                known = [*items.fields, *names.factors]
            yield (*loop.key, "order"), found, nearest(name, known)
        elif name in step.runs:
            found = f"'{name}' has blocks, so its runs are as long as these"
            yield (
                (*loop.key, "runs", name),
                found,
                "Remove it from 'runs', or write 'order: random'.",
            )
    if order == "as written" and step.runs:
        found = "'runs' has no effect in the order in which the items are written"
        yield (*loop.key, "runs"), found, "Write 'order: random', or remove it."
    for name in step.runs:
        if name not in levels:
            found = f"'{name}' is no factor of this loop and no column of its items"
            yield (*loop.key, "runs", name), found, nearest(name, levels)


def _drawn(names: Names, loop: Loop) -> Findings:
    """Yield what is wrong with the items that participants of some cell draw, each once."""
    found: dict[tuple[Key, str], str] = {}
    every: dict[str, set[str]] = {}
    items = names.items_of(loop)
    for mode in names.study.modes:
        for between in between_cells(names, mode):
            for _, of in offers(names, [loop], mode, between):
                for key, what, remedy in _of_cell(loop, of, mode):
                    found.setdefault((key, what), remedy)
                for name in items.fields if items is not None else ():
                    levels = {entry.fields[name] for entry in of.entries}
                    every.setdefault(name, set()).update(levels)
    for (key, what), remedy in found.items():
        yield key, what, remedy
    if items is not None:
        yield from _columns(names, loop, items, every)


def _of_cell(loop: Loop, of: Offer, mode: str) -> Findings:
    step, available = loop.step, len(of.entries)
    key = (*loop.key, "take" if step.take is not None else "each")
    if isinstance(step.practice, Practice) and not of.practice:
        at = (*loop.key, "practice", "where")
        yield at, "no item is for practice", "Change the condition, or add the items."
    if not available:
        at = (*loop.key, "where" if step.where is not None else "each")
        yield (
            at,
            "there is no item that participants can meet",
            "Change the condition, or add items.",
        )
        return
    take = available if of.take is None else of.take
    if not 1 <= take <= available:
        yield (
            key,
            f"found 'take: {take}', but there {'is' if available == 1 else 'are'} {_items(available)}",
            f"Take 1 to {_items(available)}.",
        )
        return
    if of.take is not None and not step.uneven and take % len(of.groups):
        what = " x ".join(of.nested)
        found = f"{_items(take)} cannot be divided equally among {len(of.groups)} levels of {what}"
        yield key, found, _multiples(take, len(of.groups), available)
        return
    parts = of.parts(0)
    for group, part in parts.items():
        if of.take is not None and part < take // len(of.groups):
            having = count(len(of.groups[group]), "item has", "items have")
            found = f"found 'take: {take}', but only {having} '{group}'"
            most = min(map(len, of.groups.values())) * len(of.groups)
            yield key, found, f"Take at most {most} items, or add items of '{group}'."
    cells = prod(len(levels) for levels in of.rotated.values())
    if not step.uneven and any(part % cells for part in parts.values()):
        size = " x ".join(f"{len(levels)} ({name})" for name, levels in of.rotated.items())
        short = next(part for part in parts.values() if part % cells)
        where = f" of each level of {' x '.join(of.nested)}" if len(parts) > 1 else ""
        found = f"{_items(short)}{where} cannot be divided equally into {size} cells, in the mode '{mode}'"
        at = (*loop.key, "take" if step.take is not None else "rotate")
        yield at, found, _multiples(take, cells * len(parts), available)
    yield from _runs(loop, of)


def _items(number: int) -> str:
    return count(number, "item", "items")


def _multiples(take: int, of: int, available: int) -> str:
    fewer = take - take % of
    which = " or ".join(str(n) for n in (fewer, fewer + of) if 0 < n <= available)
    return (
        f"Take {which} items, or write 'uneven: yes'."
        if which
        else "Write 'uneven: yes', or add items."
    )


def _runs(loop: Loop, of: Offer) -> Findings:
    rows = of.rows()
    for name, limit in loop.step.runs.items():
        levels = [row.get(name, "") for row in rows]
        most = max(map(levels.count, set(levels)), default=0)
        others = len(levels) - most
        if most > limit * (others + 1):
            found = f"runs of at most {limit} are impossible: {most} of {len(levels)} trials have the same '{name}'"
            yield (
                (*loop.key, "runs", name),
                found,
                f"Allow runs of {-(-most // (others + 1))} or more.",
            )


def _columns(names: Names, loop: Loop, items: Items, every: Mapping[str, set[str]]) -> Findings:
    key = (*loop.key, "each")
    for name, factor in names.factors.items():
        if name not in items.fields or factor.varies in ("answered", "sealed"):
            continue
        found = every.get(name, set())
        in_file = set(items.fields[name]) if factor.varies != "within" else found
        strange = sorted(in_file - set(factor.levels))
        for level in factor.levels:
            # Where the column has other levels, one of them may be this one misspelt.
            if level not in found and factor.varies == "within" and not strange:
                yield (
                    key,
                    f"no item has '{level}' in the column '{name}', which is a level of the factor",
                    f"The column has: {', '.join(sorted(found)[:8])}.",
                )
        for level in strange:
            yield (
                key,
                f"the column '{name}' has '{level or 'an empty cell'}', which is no level of the factor",
                nearest(level, factor.levels),
            )


def _sharing(names: Names, loops: Sequence[Loop]) -> Findings:
    """Yield the loops with ``fresh: yes`` for which no items are left that participants have not met."""
    for source in dict.fromkeys(loop.step.each for loop in loops if loop.step.fresh):
        sharing = [loop for loop in loops if loop.step.each == source and loop.name in names.items]
        faults: dict[Key, str] = {}
        for mode in names.study.modes:
            for between in between_cells(names, mode):
                met: Counter[str] = Counter()
                for loop, of in offers(names, sharing, mode, between):
                    met.update(of.parts(0))
                    for group, available in of.groups.items():
                        if met[group] > len(available):
                            level = f" with '{group}'" if group else ""
                            found = (
                                f"participants need {met[group]} different items{level} in all loops over "
                                f"{source}, but there are {len(available)}"
                            )
                            faults.setdefault(
                                (*loop.key, "fresh" if loop.step.fresh else "take"), found
                            )
        for key, found in faults.items():
            yield key, found, "Take fewer items, or add items."


def _unused_factors(names: Names, loops: Sequence[Loop]) -> Findings:
    """Yield the within-factors that no loop uses."""
    if any(names.is_unwritten(loop) for loop in loops):
        return
    used = {loop.step.each for loop in loops}
    for loop in loops:
        used |= {*loop.step.rotate, *loop.step.cross, *loop.step.together}
        used |= set(names.items[loop.name].fields) if loop.name in names.items else set()
    for name, factor in names.factors.items():
        if name in used:
            continue
        found = f"'{name}' varies within participants, but no loop uses it"
        remedy = (
            f"Add 'rotate: {name}' or 'cross: {name}' to a loop, or a column '{name}' to its items."
        )
        if factor.varies == "within":
            yield factor.key, found, remedy
            continue
        for mode, settings in names.study.modes.items():
            if name in within_factors(names, mode) and name in settings.within:
                yield ("modes", mode, "within"), found, remedy
