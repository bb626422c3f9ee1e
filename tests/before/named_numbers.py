"""The numbers of a stored analysis by name: ``mode | part | model | term | estimate`` -> 0.42.

Names state what a number means (which model, which term, which contrast, which curve), not where it is in
the file. **This module is the only place that knows the layout of ``results.json``**: when the layout
changes, it changes, and the stored numbers stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.foreign.reanalyse import reanalyse

Numbers = dict[str, float | str | bool]
#: Table of a mode -> columns that name a row. Other columns with numbers are figures.
TABLES: dict[str, tuple[str, ...]] = {
    "flow": ("step",),
    "counts": ("rule",),
    "audit": ("participant", "session", "rule"),
    "dropout": ("cell",),
    "excluded": ("cell",),
    "reliability": ("score",),
    "checks": ("measure", "cell"),
    "cells": ("measure", "level"),
    "values": ("measure", "level", "value"),
    "spikes": ("measure", "level"),
    "contrasts": ("model", "part", "contrast", "higher", "lower"),
    "sensitivity": ("sessions", "model", "part", "contrast"),
    "verdicts": ("sessions",),
    "timing": ("renderer",),
}
MODEL_TABLES: dict[str, tuple[str, ...]] = {
    "terms": ("part", "term"),
    "random": ("part", "group", "term"),
    "shape": ("part", "parameter"),
    "means": ("part", "level"),
    "second": ("part", "term"),
}
#: Of the comparison of the predicted curves.
COMPARISON_TABLES: dict[str, tuple[str, ...]] = {
    "families": ("family",),
    "curves": ("id",),
    "parameters": ("curve", "name"),
    "specified": ("curve", "check"),
    "differences": ("label",),
    "order": (),
    "prediction": (),
    "cells": ("level",),
    "lines": ("curve", "kind"),
}
#: Words that are results: they are compared exactly.
WORDS = {"best_supported", "same", "effect_kind", "identified", "applies"}


def numbers_of(results: dict[str, Any]) -> Numbers:
    """Return all numbers of the content of a ``results.json`` by name."""
    found: Numbers = {}
    for mode in results["modes"]:
        for name, number in _of_mode(mode):
            _add(found, f"{mode['mode']} | {name}", number)
    return found


def _add(found: Numbers, name: str, number: float | str | bool) -> None:
    unique, count = name, 1
    while unique in found:
        count += 1
        unique = f"{name} #{count}"
    found[unique] = number


def _of_mode(mode: dict[str, Any]) -> Iterator[tuple[str, float | str | bool]]:
    for name in ("sessions", "analysed", "complete"):
        yield name, mode[name]
    for table, keys in TABLES.items():
        content = mode[table]
        yield from _of_table(table, content.get("table", content), keys)
    for model in mode["models"]:
        here = f"model | {model['name']}"
        for name in ("n", "participants", "converged", "singular"):
            yield f"{here} | {name}", model[name]
        yield f"{here} | failed", bool(model["failed"])
        for group, count in model["groups"].items():
            yield f"{here} | levels of {group}", count
        for table, keys in MODEL_TABLES.items():
            yield from _of_table(f"{here} | {table}", model[table], keys)
    for number, comparison in enumerate(mode["comparisons"]):
        here = "comparison" if not number else f"comparison {number + 1}"
        best_supported = (comparison["verdict"] or {}).get("family") or ""
        yield f"{here} | best_supported", best_supported
        yield f"{here} | failed", bool(comparison["failed"])
        for table, keys in COMPARISON_TABLES.items():
            yield from _of_table(f"{here} | {table}", comparison[table], keys)


def _of_table(
    name: str, table: dict[str, Any], keys: Sequence[str]
) -> Iterator[tuple[str, float | str | bool]]:
    columns = {column["name"]: column["values"] for column in table["columns"]}
    numeric = {
        column["name"]
        for column in table["columns"]
        if column["kind"] != "text" or column["name"] in WORDS
    }
    length = len(next(iter(columns.values()), ()))
    for place in range(length):
        row = [str(columns[key][place]) for key in keys if key in columns] or [str(place)]
        for column in columns:
            if column not in numeric or column in keys:
                continue
            value = columns[column][place]
            if value is not None and value != "NaN":
                number = float(value) if value in ("Infinity", "-Infinity") else value
                yield " | ".join([name, *row, column]), number


def differences(
    before: Numbers, now: Numbers, relative: float = 1e-6, absolute: float = 1e-9
) -> list[str]:
    """Return a line for each number that is missing or different, those that are new too.

    ``absolute`` is for numbers that are zero but for rounding.
    """
    lines = []
    for name, old in before.items():
        if name not in now:
            lines.append(f"{name}: {old} is missing")
            continue
        new = now[name]
        if isinstance(old, str) or isinstance(new, str):
            same = old == new
        else:
            same = math.isclose(old, new, rel_tol=relative, abs_tol=absolute)
        if not same:
            lines.append(f"{name}: {old} before, {new} now")
    lines += [f"{name}: {now[name]} is new" for name in now if name not in before]
    return lines


def reanalysis_numbers(folder: Path) -> dict[str, float]:
    """Return the numbers of a reanalysis by name."""
    found = reanalyse(folder)
    numbers: dict[str, float] = {}
    for measure, table in found.means.items():
        for row in table.to_dict("records"):
            for name in ("n", "mean", "sd"):
                numbers[f"{measure} | {row['group']} | {name}"] = float(row[name])
    for name, compared in found.comparisons.items():
        numbers[f"{name} | difference"] = float(compared.difference)
        numbers[f"{name} | effect"] = float(compared.effect)
    for name, fit in found.models.items():
        for row in fit.terms.to_dict("records"):
            for column in ("estimate", "se", "df", "statistic", "p"):
                numbers[f"{name} | {row['term']} | {column}"] = float(row[column])
    return numbers
