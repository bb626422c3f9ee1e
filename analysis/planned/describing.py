"""Descriptive statistics: frequencies of values, means by cell, spikes, checks, and durations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from analysis.data.load import Data
from analysis.data.names import column_of
from analysis.data.rows import KEYS, last_of_each
from analysis.data.tables import empty
from analysis.models import donation_spikes
from analysis.planned.results import MeasureInfo
from experiments.language.by import values
from experiments.protocol.names import AddressError
from experiments.protocol.planned import primary_test, same_measure
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.questions import Question
from experiments.study import Study

MOST_VALUES = 120
"""Largest number of distinct values in a table of frequencies; more values are binned."""
ALL = "all answers"
"""Words of the only cell, where no factor is known."""


@dataclass(frozen=True)
class Cells:
    """The cells of some factors, in the order of the study."""

    factors: Mapping[str, Mapping[str, str]]
    """Factor -> level -> its words."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The words of each cell."""
        return tuple(label for _, label in self)

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the levels of each cell, and its words."""
        for levels in product(*self.factors.values()):
            yield levels, ", ".join(self._words(levels)) or ALL

    def known_in(self, frame: pd.DataFrame) -> Cells:
        """Return the cells of the factors that the rows of a frame know."""
        known = {
            name: levels
            for name, levels in self.factors.items()
            if name in frame and frame[name].notna().all()
        }
        return Cells(known)

    def rows(self, frame: pd.DataFrame, levels: tuple[str, ...]) -> pd.DataFrame:
        """Return the rows of one cell."""
        own = np.ones(len(frame), dtype=bool)
        for name, level in zip(self.factors, levels, strict=True):
            own &= (frame[name].astype(str) == level).to_numpy()
        return frame[own]

    def parts(self, levels: tuple[str, ...]) -> tuple[str, str]:
        """Return the words of the first factor's level in a cell, and those of the others."""
        first, *others = self._words(levels) or [ALL]
        return first, ", ".join(others)

    def _words(self, levels: tuple[str, ...]) -> list[str]:
        named = zip(self.factors.values(), levels, strict=True)
        return [words[level] for words, level in named]


def in_numbers(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a frame in which answers in words are numbers: of two options the first is 1, of more they are 1, 2, ..."""
    given = frame[column]
    if not isinstance(given.dtype, pd.CategoricalDtype):
        return frame
    codes = given.cat.codes.to_numpy()
    numbers = 1 - codes if len(given.cat.categories) == 2 else codes + 1
    return frame.assign(**{column: numbers.astype(float)})


def measure_info(study: Study, mode: str, name: str) -> MeasureInfo:
    """Return title, unit and range of a measure, a score or a column; without a known range, only its title."""
    try:
        found = study.range(name, mode)
    except AddressError:
        found = None
    title = _title(study, name)
    outcome = same_measure(study.names, name, primary_test(study.names).outcome)
    if found is None:
        return MeasureInfo(name, title, outcome=outcome)
    return MeasureInfo(
        name, title, found.unit, found.prefix, found.low, found.high, found.step,
        gift=found.divides, outcome=outcome,
    )  # fmt: skip


def _title(study: Study, name: str) -> str:
    plain = name.replace("_", " ").replace(".", ": ")
    if name in study.file.columns:
        return plain
    try:
        measure = study.names.measure(name)
    except AddressError:
        return plain
    if measure.asked is not None:
        return measure.asked.label if measure.asked.label and not measure.part else plain
    step = next((each for key, each in all_steps(study.file) if key == measure.key), None)
    if isinstance(step, ScaleStep):
        title = study.opened.scales[step.scale].title
        return f"{title}: {measure.question.replace('_', ' ')}" if measure.question else title
    return plain


def cell_table(frame: pd.DataFrame, measure: str, cells: Cells) -> pd.DataFrame:
    """Compute the mean of each cell, with a 95 % interval from the participants' means.

    Returns
    -------
    DataFrame
        measure, level (words of the cell), first (those of its first factor), number (its level, if that is a number),
        others (words of the other factors), n (answers), participants, mean, sd (of answers), ci_low, ci_high. A cell without data has n = 0 and no mean.
    """
    lines, column = [], column_of(measure)
    for levels, label in cells:
        own = cells.rows(frame, levels)
        participants = own.groupby("participant")[column].mean()
        half = np.nan
        # Without variance between participants there is no interval.
        if len(participants) > 1 and participants.std(ddof=1) > 0:
            half = stats.t.ppf(0.975, len(participants) - 1) * participants.sem()
        mean = participants.mean()
        first, others = cells.parts(levels)
        lines.append(
            {
                "measure": measure,
                "level": label,
                "first": first,
                "number": pd.to_numeric(levels[0], errors="coerce") if levels else np.nan,
                "others": others,
                "n": len(own),
                "participants": len(participants),
                "mean": mean,
                "sd": own[column].std(ddof=1),
                "ci_low": mean - half,
                "ci_high": mean + half,
            }
        )
    return pd.DataFrame(lines)


def value_table(frame: pd.DataFrame, measure: str, cells: Cells) -> pd.DataFrame:
    """Count the frequency of each value in each cell: measure, level, value, count."""
    values = frame[column_of(measure)].to_numpy(dtype=float)
    if len(np.unique(values)) > MOST_VALUES:
        width = (values.max() - values.min()) / MOST_VALUES
        values = values.min() + np.round((values - values.min()) / width) * width
    given = frame.assign(value=np.round(values, 6))
    tables = []
    for levels, label in cells:
        counts = cells.rows(given, levels)["value"].value_counts().sort_index()
        table = counts.rename("count").rename_axis("value").reset_index()
        table.insert(0, "measure", measure)
        table.insert(1, "level", label)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def spike_table(frame: pd.DataFrame, info: MeasureInfo, cells: Cells) -> pd.DataFrame:
    """Compute the proportions who give nothing, half and all, by cell; see ``donation_spikes``."""
    tables = []
    for levels, label in cells:
        own = cells.rows(frame, levels)
        if len(own):
            table = donation_spikes(own, column_of(info.name), info.high)
            table.insert(0, "measure", info.name)
            table.insert(1, "level", label)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _prompt(question: Question) -> str:
    """Return the text of a question; if it differs between conditions, one of its texts."""
    text = next((each for each in values(question.prompt) if isinstance(each, str)), "")
    return re.sub(r"\{(\w+)\}", r"\1", text)


def check_table(data: Data, study: Study) -> pd.DataFrame:
    """Compute the proportion of correct answers to each check, by condition; if it was repeated, the last answer counts.

    Returns
    -------
    DataFrame
        measure, sentence (the label of the question, or its text), cell, n, right, share.
    """
    checks = {
        name: measure.asked.label or _prompt(measure.asked)
        for name, measure in study.names.measures.items()
        if measure.asked is not None
        and not measure.part
        and not measure.practice
        and measure.loop is None
        and getattr(measure.asked, "correct", None) is not None
    }
    rows = data.asked[data.asked["measure"].isin(checks) & data.asked["correct"].notna()]
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
