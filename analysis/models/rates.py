"""Observed proportions per cell: of yes answers, and of donations of nothing, half and all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.models import guards
from analysis.models.formula import Formula
from analysis.models.messages import EstimationError


def rates(
    data: pd.DataFrame, outcome: str, by: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Compute the proportion of ones per cell, with Wilson intervals (rows counted as independent).

    Returns
    -------
    DataFrame
        ``by`` columns, then n, yes, rate, ci_low, ci_high.
    """
    guards.check_columns(Formula.of(outcome, by), data)
    guards.check_binary(outcome, guards.numbers(outcome, data[outcome]))
    table = _cells(data, outcome, by).agg(n="size", yes="sum")
    low, high = _wilson(table["yes"], table["n"], level)
    table = table.assign(rate=table["yes"] / table["n"], ci_low=low, ci_high=high)
    result: pd.DataFrame = table.reset_index(drop=not by)
    return result


def donation_spikes(
    data: pd.DataFrame, donation: str, endowment: float, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Compute the proportions who give nothing, exactly half and all, and the mean of those who gave.

    In six incentivised studies, donations were trimodal (0, half, all), and 12 to 17 % gave
    everything (Bergh & Reinstein 2020 [V]).

    Returns
    -------
    DataFrame
        ``by`` columns, n, mean, sd, then nothing, half, all (proportions), each with _low and _high
        (Wilson, 95 %, rows independent), amount_if_given and n_gave.
    """
    guards.check_columns(Formula.of(donation, by), data)
    values = guards.numbers(donation, data[donation])
    outside = int(((values < 0) | (values > endowment)).sum())
    if outside:
        raise EstimationError("outside_endowment", n=outside, endowment=endowment)
    cells = _cells(data, donation, by)
    table = cells.agg(n="size", mean="mean", sd="std")
    for name, amount in (("nothing", 0.0), ("half", endowment / 2), ("all", endowment)):
        n_at = cells.agg(lambda values, amount=amount: (values == amount).sum())
        low, high = _wilson(n_at, table["n"], 0.95)
        table = table.assign(**{name: n_at / table["n"], f"{name}_low": low, f"{name}_high": high})
    gave = _cells(data[values > 0], donation, by).agg(amount_if_given="mean", n_gave="size")
    table = table.join(gave)
    n_gave = table["n_gave"].fillna(0).astype(int)
    result: pd.DataFrame = table.assign(n_gave=n_gave).reset_index(drop=not by)
    return result


def _cells(data: pd.DataFrame, name: str, by: Sequence[str]) -> Any:
    """Group a column of the data by cell; without ``by``, all rows form one cell."""
    return data.groupby(list(by) or np.zeros(len(data)), observed=True, sort=True)[name]


def _wilson(found: pd.Series, n: pd.Series, level: float) -> tuple[pd.Series, pd.Series]:
    """Return the lower and upper limits of Wilson intervals of proportions."""
    # Takes a second to load, and models do not need it.
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(found, n, alpha=1 - level, method="wilson")
    return low, high
