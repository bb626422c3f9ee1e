"""Shares per cell before any model: of yes, and of giving nothing, half and all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Array
from analysis.models.formula import Formula


def rates(
    data: pd.DataFrame, outcome: str, by: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Share of ones per cell with Wilson intervals (rows counted as independent).

    Returns
    -------
    DataFrame
        ``by`` columns, then n, yes, rate, ci_low, ci_high.
    """
    guards.check_columns(Formula.of(outcome, by), data)
    values = guards.numbers(outcome, data[outcome])
    if not np.isin(values, (0.0, 1.0)).all():
        raise AnalysisError(
            f"{outcome!r} must be 0 or 1; found {values.min():g} to {values.max():g}.",
            "Code yes as 1 and no as 0 first.",
        )
    if by:
        grouped = data.groupby(list(by), observed=True, sort=True)[outcome]
        table = grouped.agg(n="size", yes="sum").reset_index()
    else:
        table = pd.DataFrame({"n": [len(data)], "yes": [int(data[outcome].sum())]})
    low, high = proportion_confint(
        table["yes"].to_numpy(), table["n"].to_numpy(), alpha=1 - level, method="wilson"
    )
    table["rate"] = table["yes"] / table["n"]
    return table.assign(ci_low=low, ci_high=high)


def one_sided_cells(data: pd.DataFrame, y: Array, by: Sequence[str]) -> str:
    """Cells in which everybody answered alike, in brackets; empty if there is nothing to name."""
    factors = [c for c in by if data[c].nunique() <= 6]
    if not factors:
        return ""
    table = data[factors].assign(_y=y).groupby(factors, observed=True)["_y"].agg(["sum", "size"])
    alike = table[(table["sum"] == 0) | (table["sum"] == table["size"])].reset_index()
    cells = [
        f"{', '.join(f'{c} = {row[c]}' for c in factors)}: {row['sum']:g} of {row['size']} yes"
        for row in alike.to_dict("records")
    ]
    return f"({'; '.join(cells)}.)" if cells else ""


def donation_spikes(
    data: pd.DataFrame, donation: str, endowment: float, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Shares giving nothing, exactly half, and all, and the mean of those who gave.

    In six incentivised studies donations were trimodal (0, half, all), and 12 to 17 % gave
    everything (Bergh & Reinstein 2020 [V]).

    Returns
    -------
    DataFrame
        ``by`` columns, n, mean, sd, then nothing, half, all (shares) each with _low and _high
        (Wilson, 95 %, rows independent), amount_if_given and n_gave.
    """
    guards.check_columns(Formula.of(donation, by), data)
    guards.numbers(donation, data[donation])
    outside = (data[donation] < 0) | (data[donation] > endowment)
    if outside.any():
        raise AnalysisError(
            f"{int(outside.sum())} donations lie outside 0 to {endowment:g}.",
            "Check the endowment and the unit.",
        )
    groups = data.groupby(list(by), observed=True, sort=True) if by else [((), data)]
    return pd.DataFrame([_spikes(key, rows[donation], endowment, by) for key, rows in groups])


def _spikes(
    key: object, values: pd.Series, endowment: float, by: Sequence[str]
) -> dict[str, object]:
    labels = key if isinstance(key, tuple) else (key,)
    row: dict[str, object] = dict(zip(by, labels, strict=False))
    row |= {"n": len(values), "mean": values.mean(), "sd": values.std()}
    for name, amount in (("nothing", 0.0), ("half", endowment / 2), ("all", endowment)):
        count = int((values == amount).sum())
        low, high = proportion_confint(count, len(values), method="wilson")
        row |= {name: count / len(values), f"{name}_low": low, f"{name}_high": high}
    gave = values[values > 0]
    return row | {"amount_if_given": gave.mean(), "n_gave": len(gave)}
