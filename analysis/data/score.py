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
from analysis.data.reliability import reliability
from analysis.data.rows import KEYS, SESSION, last_of_each, of_sessions, plain
from analysis.errors import AnalysisError
from experiments.stimuli.scales import Scale
from experiments.study import Study


@dataclass(frozen=True)
class Scores(ScoresLook):
    """Scores of all scales of a study."""

    scores: pd.DataFrame = field(repr=False)
    """One row per session: participant, session, mode, slot, language, the between-factors, and a column
    for each score, named ``scale`` or, if a scale has several scores, ``scale.subscale``. A score is
    missing if too few items were answered."""
    items: Mapping[str, pd.DataFrame] = field(repr=False)
    """Score -> answers to its items, with reverse-keyed items recoded: one row (index) per session that had the scale."""
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
        return Scores(own.drop(columns=[n for n in items if n not in asked]), asked, impossible)

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
    return score_all(data, study).checked()


def score_all(data: Data, study: Study) -> Scores:
    """Score every session separately; sessions with answers outside the range are listed in ``impossible``."""
    between = [name for name in study.protocol.factors if name in data.sessions.columns]
    condition = ["cell"] if study.scales else []
    table = data.sessions[[*SESSION, *between, *condition]].reset_index(drop=True)
    columns, impossible = [], []
    items: dict[str, pd.DataFrame] = {}
    for scale in study.scales.values():
        answers = answers_to(data, scale)
        if answers.empty:
            continue
        scored = []
        for who, line in zip(answers.index, answers.to_dict("records"), strict=True):
            given = {str(item): None if pd.isna(value) else value for item, value in line.items()}
            try:
                scored.append(scale.score(given))
            except ValueError as error:
                scored.append({})
                impossible.append((*who, str(error)))
        titles = {name: title_of(scale, name) for name in scale.subscales}
        scores = pd.DataFrame(scored, index=answers.index, columns=list(titles), dtype=float)
        columns.append(scores.rename(columns=titles))
        keyed = _keyed(scale, answers)
        items |= {titles[name]: keyed[list(own.items)] for name, own in scale.subscales.items()}
    if columns:
        table = table.join(pd.concat(columns, axis=1), on=KEYS)
    why = pd.DataFrame(impossible, columns=[*KEYS, "why"])
    return Scores(plain(table, ["slot", *between]), items, why)


def titles(study: Study) -> list[str]:
    """Return the names of all scores of a study."""
    return [title_of(scale, name) for scale in study.scales.values() for name in scale.subscales]


def title_of(scale: Scale, subscale: str) -> str:
    """Return the name of a score in tables: the id of the scale if it has only one score."""
    return scale.id if len(scale.subscales) == 1 else f"{scale.id}.{subscale}"


def answers_to(data: Data, scale: Scale) -> pd.DataFrame:
    """Return the answers to a scale, one row per session (index) and a column for each item.

    If an item was asked again, the last answer counts; sessions without the scale are left out.
    """
    names = {f"{scale.id}.{item.id}": item.id for item in scale.items}
    last = last_of_each(data.rows[data.rows["measure"].isin(list(names))])
    # pivot_table would drop the sessions in which every item was skipped.
    wide = last.pivot(index=KEYS, columns="measure", values="number")
    wide = wide.rename(columns=names)
    return wide.reindex(columns=[item.id for item in scale.items]).astype(float)


def _keyed(scale: Scale, answers: pd.DataFrame) -> pd.DataFrame:
    """Recode reverse-keyed items."""
    keyed = answers.copy()
    for item in scale.reverse:
        keyed[item] = scale.response.low + scale.response.high - keyed[item]
    return keyed
