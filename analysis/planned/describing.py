"""Descriptive statistics: frequencies of values, means by level, spikes, checks, and durations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.curves.catalogue import get
from analysis.data.load import Data
from analysis.data.rows import KEYS, last_of_each
from analysis.data.tables import empty
from analysis.models import donation_spikes
from analysis.planned.results import MeasureInfo
from experiments.numbers import scale_value
from experiments.protocol.protocol import Protocol
from experiments.study import Study

MOST_VALUES = 120
"""Largest number of distinct values in a table of frequencies; more values are binned."""


def level_label(protocol: Protocol, factor: str, level: Any) -> str:
    """Return the label of a level: that of the protocol, of the catalogue, or the level itself."""
    declared = protocol.factors.get(factor)
    labels = {} if declared is None else declared.labels.get(protocol.languages[0], {})
    known = {**get(protocol.hypotheses.predicted.hypothesis).column(factor).labels, **labels}
    if level in known:
        return known[level]
    return level.replace("_", " ") if isinstance(level, str) else scale_value(level)


def ordered_levels(protocol: Protocol, factor: str) -> tuple[str | int, ...]:
    """Return the levels of a factor in the order of the hypothesis, if it has one; otherwise of the protocol.

    Groups are ordered in-group, unaffiliated, out-group, so that favouritism and derogation are the
    differences from the middle.
    """
    levels = protocol.factors[factor].levels
    example = get(protocol.hypotheses.predicted.hypothesis).example
    if factor in example and not protocol.factors[factor].numeric:
        claimed = tuple(dict.fromkeys(map(str, example[factor])))
        if set(claimed) == set(levels):
            return claimed
    return levels


def measure_info(study: Study, mode: str, name: str) -> MeasureInfo:
    """Return title, unit and range of a measure or score; for anything else, only its name."""
    protocol = study.protocol
    title = name.replace("_", " ").replace(".", ": ")
    declared, found = protocol.measures.get(name), None
    if declared is not None:
        found = declared.range(protocol.modes[mode].stakes)
    base, _, subscale = name.partition(".")
    if declared is None and base in study.scales:
        scale = study.scales[base]
        found = scale.range(subscale)
        title = scale.title if len(scale.subscales) == 1 else f"{scale.title}: {subscale or base}"
    bounds = {} if found is None else {
        key: getattr(found, key) for key in ("unit", "prefix", "low", "high", "step")
    }  # fmt: skip
    gift = declared is not None and declared.divides
    return MeasureInfo(name, title, **bounds, gift=gift, outcome=name == protocol.primary_measure)


def cell_table(frame: pd.DataFrame, measure: str, factor: str, protocol: Protocol) -> pd.DataFrame:
    """Compute the mean of each level, with a 95 % interval from the participants' means.

    Returns
    -------
    DataFrame
        measure, level, n (answers), participants, mean, sd (of answers), ci_low, ci_high. A level without
        data has n = 0 and no mean.
    """
    lines = []
    for level in ordered_levels(protocol, factor):
        own = frame[frame[factor] == level]
        participants = own.groupby("participant")[measure].mean()
        half = np.nan
        # Without variance between participants there is no interval.
        if len(participants) > 1 and participants.std(ddof=1) > 0:
            half = stats.t.ppf(0.975, len(participants) - 1) * participants.sem()
        mean = participants.mean()
        lines.append(
            {
                "measure": measure,
                "level": level_label(protocol, factor, level),
                "n": len(own),
                "participants": len(participants),
                "mean": mean,
                "sd": own[measure].std(ddof=1),
                "ci_low": mean - half,
                "ci_high": mean + half,
            }
        )
    return pd.DataFrame(lines)


def value_table(
    frame: pd.DataFrame, info: MeasureInfo, factor: str, protocol: Protocol
) -> pd.DataFrame:
    """Count the frequency of each value at each level: measure, level, value, count."""
    values = frame[info.name].to_numpy(dtype=float)
    if len(np.unique(values)) > MOST_VALUES:
        width = (values.max() - values.min()) / MOST_VALUES
        values = values.min() + np.round((values - values.min()) / width) * width
    labels_of = {level: level_label(protocol, factor, level) for level in frame[factor].unique()}
    levels = [labels_of[level] for level in frame[factor]]
    given = pd.DataFrame({"measure": info.name, "level": levels, "value": np.round(values, 6)})
    return given.groupby(list(given)).size().rename("count").reset_index()


def spike_table(
    frame: pd.DataFrame, info: MeasureInfo, factor: str, protocol: Protocol
) -> pd.DataFrame:
    """Compute the proportions who give nothing, half and all, by level; see ``donation_spikes``."""
    table = donation_spikes(frame, info.name, info.high, [factor]).set_index(factor)
    levels = [level for level in ordered_levels(protocol, factor) if level in table.index]
    table = table.loc[levels].reset_index(drop=True)
    table.insert(0, "measure", info.name)
    table.insert(1, "level", [level_label(protocol, factor, level) for level in levels])
    return table


def check_table(data: Data, protocol: Protocol) -> pd.DataFrame:
    """Compute the proportion of correct answers to each check, by condition; if it was repeated, the last answer counts.

    Returns
    -------
    DataFrame
        measure, sentence, cell, n, right, share.
    """
    checks = {n: m.sentence for n, m in protocol.measures.items() if m.role == "check"}
    rows = data.rows[data.rows["measure"].isin(checks) & data.rows["correct"].notna()]
    if rows.empty:
        return empty("measure", "sentence", "cell", "n", "right", "share")
    last = last_of_each(rows)[[*KEYS, "measure", "correct"]]
    joined = last.merge(data.sessions[[*KEYS, "cell"]], on=KEYS)
    joined["measure"] = pd.Categorical(joined["measure"], categories=list(checks))
    right = (
        joined["correct"].astype(bool).groupby([joined["measure"], joined["cell"]], observed=True)
    )
    table = right.agg(n="size", right="sum").reset_index().astype({"measure": str, "cell": str})
    table["share"] = table["right"] / table["n"]
    table.insert(1, "sentence", table["measure"].map(checks))
    return table


def timing_table(data: Data) -> pd.DataFrame:
    """Summarise durations and frames of the sessions, by renderer.

    Returns
    -------
    DataFrame
        renderer, sessions, median_minutes, shortest, longest (minutes of complete sessions), frames,
        dropped_frames, share_dropped (missing if frames were not counted).
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
                "median_minutes": minutes.median(),
                "shortest": minutes.min(),
                "longest": minutes.max(),
                "interrupted": int((own["runs"] > 1).sum()),
                "device_failures": int(own["device_failures"].sum()),
                "frames": frames,
                "dropped_frames": dropped,
                "share_dropped": dropped / frames if frames else np.nan,
            }
        )
    return pd.DataFrame(lines)
