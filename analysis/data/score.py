"""Scoring of scales, with the reliability of each score.

Keys, ranges and the rule for missing answers are in the file of the scale
(``experiments.stimuli.scales``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.data.averaged import averaged
from analysis.data.load import Data
from analysis.data.looks import ScoresLook
from analysis.data.measured import Measured
from analysis.data.reliability import reliability
from analysis.data.rows import KEYS, SESSION, of_sessions, plain
from analysis.data.scoring import administered, keyed
from analysis.errors import AnalysisError
from experiments.numbers import count
from experiments.study import Study


@dataclass(frozen=True)
class Scores(ScoresLook):
    """Scores of all scales of a study."""

    scores: pd.DataFrame = field(repr=False)
    """One row per session: participant, session, mode, slot, language, the between-factors, and a column
    for each score of a scale that is administered once, named with its address: ``scale`` or, if a scale has several
    scores, ``scale.subscale``. A score is missing if too few items were answered."""
    items: Mapping[str, pd.DataFrame] = field(repr=False)
    """Score, or mean that the study makes itself (a matrix, a column ``mean(a, b)``) -> answers to its items, with
    reverse-keyed items recoded: one row (index) per session that had them; the means of the answers if it had them
    several times."""
    counts: Mapping[str, pd.DataFrame] = field(repr=False)
    """Mean that the study makes itself -> session -> ``rows`` and ``missing`` (``averaged.Averaged``)."""
    impossible: pd.DataFrame = field(repr=False)
    """Sessions with answers outside the range of the scale, which have no score: participant, session, why."""

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """One row per score: score, items, participants, alpha, omega and Spearman-Brown with their intervals, note."""
        return pd.DataFrame([self._reliability(name, own) for name, own in self.items.items()])

    def _reliability(self, name: str, answers: pd.DataFrame) -> dict[str, Any]:
        found = reliability(answers)
        if name in self.counts:
            rows, missing = self.counts[name][["rows", "missing"]].sum()
            notes = [found.note] if found.note else []
            if rows > len(answers):
                notes.append("of the means of each participant's answers")
            if missing:
                of = count(int(rows), "row", "rows")
                notes.append(
                    f"the mean is missing in {count(int(missing))} of {of}, since an item is"
                )
            found = replace(found, note="; ".join(notes))
        return {"score": name, **asdict(found)}

    def only(self, sessions: pd.DataFrame) -> Scores:
        """Return the scores of some sessions; scores of scales that none of them had are left out."""
        wanted = pd.MultiIndex.from_frame(sessions[KEYS])
        items = {name: own[own.index.isin(wanted)] for name, own in self.items.items()}
        asked = {name: own for name, own in items.items() if len(own)}
        own, impossible = (
            table[of_sessions(table, sessions)].reset_index(drop=True)
            for table in (self.scores, self.impossible)
        )
        gone = [name for name in items if name not in asked and name in own]
        counts = {name: own[own.index.isin(wanted)] for name, own in self.counts.items()}
        return Scores(own.drop(columns=gone), asked, counts, impossible)

    def checked(self) -> Scores:
        """Return the scores, after checking that all answers are within the range of their scales.

        Raises
        ------
        AnalysisError
            If an answer is outside.
        """
        if len(self.impossible):
            raise AnalysisError(
                f"{self.impossible['why'].iloc[0]}.",
                "The data do not match the file of the scale. Was it changed after data collection?",
            )
        return self


def score(data: Data, study: Study) -> Scores:
    """Score all scales of a study that were administered.

    Parameters
    ----------
    data
        Data with conditions (``with_conditions``, ``exclude``).

    Raises
    ------
    AnalysisError
        If an answer is outside the range of its scale.
    """
    return scores_of(Measured(data, study)).checked()


def scores_of(measured: Measured) -> Scores:
    """Score every session separately; sessions with answers outside the range are listed in ``impossible``."""
    data, study = measured.data, measured.study
    scales = list(administered(study))
    between = [name for name in study.names.factors if name in data.sessions.columns]
    condition = ["cell"] if scales else []
    table = data.sessions[[*SESSION, *between, *condition]].reset_index(drop=True)
    items: dict[str, pd.DataFrame] = {}
    impossible: list[pd.DataFrame] = []
    for one in scales:
        rows, answers = measured.answers(one)
        if rows.empty:
            continue
        scored, scores = measured.scored(one)
        impossible.append(scored.loc[scored["why"] != "", [*KEYS, "why"]])
        sessions = pd.MultiIndex.from_frame(rows[KEYS])
        recoded = (
            keyed(one.scale, answers).set_axis(sessions).groupby(level=KEYS, sort=False).mean()
        )
        for subscale, address in one.scores.items():
            items[address] = recoded[list(one.scale.subscales[subscale].items)]
            if not sessions.has_duplicates:
                table = table.join(scores[subscale].set_axis(sessions).rename(address), on=KEYS)
    means = list(averaged(measured))
    items |= {each.name: each.answers for each in means}
    counts = {each.name: each.counts for each in means}
    why = pd.concat(impossible) if impossible else pd.DataFrame(columns=[*KEYS, "why"])
    return Scores(plain(table, ["slot"]), items, counts, why.reset_index(drop=True))
