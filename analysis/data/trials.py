"""Trials: the tables that models are fitted to, each made once for all sessions that can be analysed.

Which sessions an analysis takes (with the exclusion rules, without them, with stricter ones) is a filter on
these tables: no answer is read, and no session scored, a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.data.load import Data, check_asked
from analysis.data.rows import KEYS, answers, named, of_sessions, plain
from analysis.data.score import Scores, score_all, titles
from analysis.errors import AnalysisError
from experiments.numbers import scale_value
from experiments.study import Study


@dataclass(frozen=True)
class Trials:
    """The sessions of one mode as its planned models need them."""

    study: Study
    mode: str
    data: Data
    """With their conditions."""
    answers: Mapping[tuple[str, str], pd.DataFrame] = field(repr=False)
    """Measure and part of the session -> its answers (``analysis.data.rows.answers``)."""
    met: pd.DataFrame = field(repr=False)
    """The stimuli that each session met in the trials: participant, session, stimulus."""
    all_scores: Scores = field(repr=False)

    @classmethod
    def of(cls, data: Data, study: Study, mode: str) -> Trials:
        """Put what the planned models of a mode explain into tables.

        Parameters
        ----------
        data
            Sessions of the mode, with their conditions.
        """
        protocol, scales = study.protocol, {*titles(study), *study.scales}
        planned = [(model.measure, model.phase) for model in protocol.planned_models(mode)]
        tables = {
            at: answers(data.rows, data.factors, *at)
            for at in dict.fromkeys([(protocol.hypotheses.outcome, "trials"), *planned])
            if at[0] not in scales
        }
        trial = data.rows[data.rows["phase"] == "trials"]
        met = trial.loc[trial["stimulus"].fillna("") != "", [*KEYS, "stimulus"]].drop_duplicates()
        return cls(study, mode, data, tables, met, score_all(data, study))

    def only(self, data: Data) -> Trials:
        """Return the same tables of fewer sessions, given their data."""
        sessions = data.sessions
        return Trials(
            self.study,
            self.mode,
            data,
            {at: table[of_sessions(table, sessions)] for at, table in self.answers.items()},
            self.met[of_sessions(self.met, sessions)],
            self.all_scores.only(sessions),
        )

    @property
    def scores(self) -> Scores:
        """Scores of the scales.

        Raises
        ------
        AnalysisError
            If an answer is out of the range of its scale.
        """
        return self.all_scores.checked()

    def table(self, measure: str, phase: str = "trials") -> pd.DataFrame:
        """Return the table that a planned model of a measure or a scale is fitted to.

        Parameters
        ----------
        measure
            The outcome, or what a planned model explains: a measure asked on screens of ``phase``, or a score
            (``scale`` or ``scale.subscale``).

        Returns
        -------
        DataFrame
            One row per trial (see ``analysis.data.load.trials``) or, for a score, per session; rows without
            an answer are left out. Where each person met one stimulus only, a score is about that one and
            has its column.

        Raises
        ------
        AnalysisError
            If nobody was asked, or the protocol does not allow an answer.
        """
        found = self.answered(measure, phase)
        if (measure, phase) in self.answers:
            if found.empty:
                check_asked(self.data, measure, phase)
            table = plain(named(found, measure), [*self.data.factors, "slot", "trial"])
            self._check_allowed(table, measure)
            return table.reset_index(drop=True)
        self._check_scored(measure)
        return self._with_stimulus(found).reset_index(drop=True)

    def answered(self, measure: str, phase: str = "trials") -> pd.DataFrame:
        """Return the rows of ``table``, whatever was answered; none where nobody was asked."""
        if (measure, phase) in self.answers:
            return self.answers[measure, phase]
        scores = self.scores.scores
        return scores[scores[measure].notna()] if measure in scores else scores.head(0)

    def _check_scored(self, measure: str) -> None:
        several = [title for title in titles(self.study) if title.startswith(f"{measure}.")]
        if several:
            raise AnalysisError(
                f"The scale {measure!r} has several scores.", f"Name one: {', '.join(several)}."
            )
        if measure not in self.scores.scores:
            raise AnalysisError(
                f"Nobody answered the scale {measure!r} in these data.", "Leave its model out."
            )

    def _with_stimulus(self, table: pd.DataFrame) -> pd.DataFrame:
        if self.met.empty or self.met.duplicated(KEYS).any():
            return table
        found = table.merge(self.met, on=KEYS, how="left")
        return found if found["stimulus"].notna().all() else table

    def _check_allowed(self, table: pd.DataFrame, measure: str) -> None:
        """Refuse answers outside the range that the protocol gives: no participant can have given them."""
        protocol = self.study.protocol
        declared = protocol.measures.get(measure)
        if declared is None or table.empty:
            return
        allowed = declared.range(protocol.modes[table["mode"].iloc[0]].stakes)
        if allowed is None:
            return
        odd = table[
            ~pd.to_numeric(table[measure], errors="coerce").between(allowed.low, allowed.high)
        ]
        if len(odd):
            shown = [
                f"{who}: {value}"
                for who, value in zip(odd["participant"], odd[measure], strict=True)
            ]
            raise AnalysisError(
                f"{len(odd)} of {len(table)} answers to {measure!r} are not between {scale_value(allowed.low)} and"
                f" {scale_value(allowed.high)}, which the protocol allows ({', '.join(shown[:3])}"
                f"{', ...' if len(shown) > 3 else ''}).",
                "Nobody can have given them on the screen: check what happened to the files. Nothing was left out.",
            )
