"""Where donations pile up: nothing, half, all. To be reported before any model of the mean."""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis import guards
from analysis.errors import AnalysisError
from analysis.formula import parse_formula


def donation_spikes(
    data: pd.DataFrame, donation: str, endowment: float, by: list[str] | None = None
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
    parsed = parse_formula(f"{donation} ~ {' + '.join(by) if by else '1'}")
    guards.check_columns(parsed, data)
    guards.numbers(donation, data[donation])
    outside = (data[donation] < 0) | (data[donation] > endowment)
    if outside.any():
        raise AnalysisError(
            f"{int(outside.sum())} donations lie outside 0 to {endowment:g}.",
            "Check the endowment and the unit.",
        )
    groups = data.groupby(by, observed=True, sort=True) if by else [((), data)]
    return pd.DataFrame([_row(key, rows[donation], endowment, by or []) for key, rows in groups])


def _row(key: object, values: pd.Series, endowment: float, by: list[str]) -> dict[str, object]:
    labels = key if isinstance(key, tuple) else (key,)
    row: dict[str, object] = dict(zip(by, labels, strict=False))
    row |= {"n": len(values), "mean": values.mean(), "sd": values.std()}
    for name, amount in (("nothing", 0.0), ("half", endowment / 2), ("all", endowment)):
        count = int((values == amount).sum())
        low, high = proportion_confint(count, len(values), method="wilson")
        row |= {name: count / len(values), f"{name}_low": low, f"{name}_high": high}
    gave = values[values > 0]
    return row | {"amount_if_given": gave.mean(), "n_gave": len(gave)}
