"""A power analysis in sentences: one for each planned test, one for the contest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.compare import UNDETERMINED
from analysis.power.power import Power


def sentences(power: Power) -> list[str]:
    """Return what the analysis says, in plain words."""
    table = power.tables["power"]
    if table.empty:
        return ["No planned test has a fast engine; see the notes."]
    found = [_of_test(power, test) for test in dict.fromkeys(table["test"])]
    contest = contest_sentence(power)
    return [*found, contest] if contest else found


def _of_test(power: Power, test: str) -> str:
    own = power.tables["power"]
    own = own[(own["test"] == test) & (own["per_cell"] == power.planned)]
    name = _quoted(test)
    if own.empty:
        return f"{name}: the planned {power.planned:,} per cell are too few to estimate anything."
    by_effect: dict[float, dict[str, Any]] = {
        float(row["d"]): {str(k): v for k, v in row.items()} for row in own.to_dict("records")
    }
    at, none = by_effect[power.sesoi], by_effect[0.0]
    told = (
        f"With {power.planned:,} complete people per cell ({int(at['total']):,} in all; {int(at['analysed']):,}"
        f" per cell analysed) {name} has power {share(at['power'])} {between(at['power_low'], at['power_high'])} for"
        f" d = {power.sesoi:.2f}"
    )
    told += f"; without any effect it rejects in {share(none['power'])} {between(none['power_low'], none['power_high'])}"
    told += (
        f" and shows the effect to be below d = {power.sesoi:.2f} in {share(none['equivalence'])}"
        f" {between(none['equivalence_low'], none['equivalence_high'])}"
    )
    return told + ". " + _needs(power, test)


def _needs(power: Power, test: str) -> str:
    required = power.tables["required"]
    own = required[(required["test"] == test) & (required["question"] == "difference")]
    own = own[(own["d"] - power.sesoi).abs() < 1e-9]
    parts = []
    for row in own.to_dict("records"):
        if pd.isna(row["per_cell"]):
            parts.append(f"{share(row['target'])} is {row['note']}")
        else:
            parts.append(f"{share(row['target'])} needs {int(row['per_cell']):,} per cell")
    smallest = power.tables["sensitivity"]
    smallest = smallest[(smallest["test"] == test) & (smallest["per_cell"] == power.planned)]
    told = f"For d = {power.sesoi:.2f} a power of {'; '.join(parts)}."
    for row in smallest.head(1).to_dict("records"):
        if pd.notna(row["d"]):
            told += (
                f" The smallest effect with power {share(row['target'])} at the planned size is"
                f" d = {row['d']:.2f}."
            )
    return told


def contest_sentence(power: Power) -> str:
    """Return what the contest of curves would end with if the prediction were true."""
    table = power.tables.get("recovery")
    if table is None or table.empty:
        return ""
    own = table[table["true_curve"] == power.predicted]
    told = []
    for row in own.to_dict("records"):
        told.append(
            f"{share(float(row[UNDETERMINED]))} of studies if the predicted curve is true {_size(str(row['size']))}"
            f" (its own family is named in {share(float(row.get(row['true_family'], 0.0)))})"
        )
    return (
        f"The contest of curves on the planned size would end undetermined in {' and in '.join(told)}."
        if told
        else ""
    )


def share(value: float) -> str:
    """Write a share as papers do: .79, and 1.00 for one."""
    text = f"{value:.2f}"
    return text.removeprefix("0") if value < 1 else text


def between(low: float, high: float) -> str:
    """Write a Monte Carlo interval."""
    return f"[{share(low)}, {share(high)}]"


def _size(size: str) -> str:
    return "as large as predicted" if size == "as predicted" else f"with {size}"


def _quoted(test: str) -> str:
    model, _, contrast = test.partition(": ")
    return f"the planned contrast “{contrast}” on {model}"
