"""Description before any model: how often each value was given, means over persons, spikes, checks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.analysing.levels import level_words, ordered_levels
from analysis.analysing.results import Measured, empty
from analysis.exclude import with_cells
from analysis.load import KEYS, Data
from analysis.models import donation_spikes
from experiments.building import Study
from experiments.protocol import Protocol

#: Values that a distribution is drawn at; finer marks are put together.
MOST_VALUES = 120


def cell_table(frame: pd.DataFrame, measure: str, factor: str, protocol: Protocol) -> pd.DataFrame:
    """Mean of each level with its 95 % interval over persons (each person's mean counts once).

    Returns
    -------
    DataFrame
        measure, level, n (answers), persons, mean, sd (of answers), ci_low, ci_high. A level without
        data has n = 0 and no mean.
    """
    lines = []
    for level in ordered_levels(protocol, factor):
        own = frame[frame[factor] == level]
        persons = own.groupby("participant")[measure].mean()
        half = np.nan
        # Persons who are all alike tell nothing about how far others may be from them.
        if len(persons) > 1 and persons.std(ddof=1) > 0:
            half = float(stats.t.ppf(0.975, len(persons) - 1) * persons.std(ddof=1)) / np.sqrt(
                len(persons)
            )
        mean = float(persons.mean()) if len(persons) else np.nan
        lines.append(
            {
                "measure": measure,
                "level": level_words(protocol, factor, level),
                "n": len(own),
                "persons": len(persons),
                "mean": mean,
                "sd": float(own[measure].std(ddof=1)) if len(own) > 1 else np.nan,
                "ci_low": mean - half,
                "ci_high": mean + half,
            }
        )
    return pd.DataFrame(lines)


def value_table(
    frame: pd.DataFrame, about: Measured, factor: str, protocol: Protocol
) -> pd.DataFrame:
    """How often each value was given at each level: measure, level, value, count."""
    values = frame[about.name].to_numpy(dtype=float)
    if len(np.unique(values)) > MOST_VALUES:
        width = (values.max() - values.min()) / MOST_VALUES
        values = values.min() + np.round((values - values.min()) / width) * width
    written = {
        level: level_words(protocol, factor, level) for level in ordered_levels(protocol, factor)
    }
    counted = (
        pd.DataFrame({"level": frame[factor].map(written).to_numpy(), "value": np.round(values, 6)})
        .value_counts()
        .rename("count")
        .reset_index()
        .sort_values(["level", "value"])
    )
    counted.insert(0, "measure", about.name)
    return counted.reset_index(drop=True)


def spike_table(
    frame: pd.DataFrame, about: Measured, factor: str, protocol: Protocol
) -> pd.DataFrame:
    """Shares that give nothing, half and all, by level; see ``donation_spikes``."""
    table = donation_spikes(frame, about.name, about.high, [factor])
    order = {level: place for place, level in enumerate(ordered_levels(protocol, factor))}
    table = table.sort_values(factor, key=lambda column: column.map(order))
    levels = [level_words(protocol, factor, level) for level in table[factor]]
    table = table.drop(columns=factor)
    table.insert(0, "level", levels)
    table.insert(0, "measure", about.name)
    return table.reset_index(drop=True)


def check_table(data: Data, study: Study) -> pd.DataFrame:
    """Share of right answers to each check, by condition; of a check asked again the last counts.

    Returns
    -------
    DataFrame
        measure, sentence, cell, n, right, share.
    """
    protocol = study.protocol
    checks = [name for name, m in protocol.measures.items() if m.role == "check"]
    rows = data.rows[data.rows["measure"].isin(checks) & data.rows["correct"].notna()]
    if rows.empty:
        return empty("measure", "sentence", "cell", "n", "right", "share")
    last = rows.sort_values("sequence", kind="stable").drop_duplicates(
        [*KEYS, "measure"], keep="last"
    )
    cells = with_cells(data, study)[[*KEYS, "cell"]]
    joined = last[[*KEYS, "measure", "correct"]].merge(cells, on=KEYS)
    joined["correct"] = joined["correct"].astype(bool)
    table = (
        joined.groupby(["measure", "cell"], observed=True)["correct"]
        .agg(n="size", right="sum")
        .reset_index()
    )
    table["share"] = table["right"] / table["n"]
    table["cell"] = table["cell"].astype(str)
    table.insert(1, "sentence", [protocol.measures[name].sentence for name in table["measure"]])
    order = {name: place for place, name in enumerate(checks)}
    return table.sort_values("measure", key=lambda c: c.map(order), kind="stable").reset_index(
        drop=True
    )


def timing_table(data: Data) -> pd.DataFrame:
    """Time and frames of the sessions, by what drew the screens.

    Returns
    -------
    DataFrame
        renderer, sessions, median_minutes, shortest, longest (minutes of complete sessions), frames,
        dropped_frames, share_dropped (missing where no frames were counted).
    """
    lines = []
    for renderer, own in data.sessions.groupby("renderer", dropna=False):
        complete = own[own["outcome"].eq("complete").fillna(False).astype(bool)]
        minutes = complete["seconds"].dropna().astype(float) / 60
        frames, dropped = int(own["frames"].sum()), int(own["dropped_frames"].sum())
        lines.append(
            {
                "renderer": str(renderer),
                "sessions": len(own),
                "median_minutes": float(minutes.median()) if len(minutes) else np.nan,
                "shortest": float(minutes.min()) if len(minutes) else np.nan,
                "longest": float(minutes.max()) if len(minutes) else np.nan,
                "interrupted": int((own["sittings"] > 1).sum()),
                "device_failures": int(own["device_failures"].sum()),
                "frames": frames,
                "dropped_frames": dropped,
                "share_dropped": dropped / frames if frames else np.nan,
            }
        )
    return pd.DataFrame(lines)
