"""Scoring of scales, with the reliability of each score.

Keys, ranges and the rule for missing answers are in the file of the scale
(``experiments.stimuli.scales``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

import pandas as pd

from analysis.data.load import Data
from analysis.data.looks import ScoresLook
from analysis.data.measured import Measured
from analysis.data.reliability import reliability
from analysis.data.rows import KEYS, SESSION, of_sessions, plain
from analysis.data.scoring import administered, keyed
from analysis.errors import AnalysisError
from experiments.study import Study


@dataclass(frozen=True)
class Scores(ScoresLook):
    """Scores of all scales of a study."""

    scores: pd.DataFrame = field(repr=False)
    """One row per session: participant, session, mode, slot, language, the between-factors, and a column
    for each score of a scale that is administered once, named with its address: ``scale`` or, if a scale has several
    scores, ``scale.subscale``. A score is missing if too few items were answered."""
    items: Mapping[str, pd.DataFrame] = field(repr=False)
    """Score -> answers to its items, with reverse-keyed items recoded: one row (index) per session that had the scale;
    the means of the answers if it had it several times."""
    impossible: pd.DataFrame = field(repr=False)
    """Sessions with answers outside the range of the scale, which have no score: participant, session, why."""

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """One row per score: score, items, participants, alpha and omega with their intervals, note."""
        return pd.DataFrame(
            [{"score": name, **asdict(reliability(own))} for name, own in self.items.items()]
        )

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
        return Scores(own.drop(columns=gone), asked, impossible)

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
    why = pd.concat(impossible) if impossible else pd.DataFrame(columns=[*KEYS, "why"])
    return Scores(plain(table, ["slot"]), items, why.reset_index(drop=True))
