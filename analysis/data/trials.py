"""Tables of trials and scores for the models, built once for all sessions that can be analysed.

The selections of sessions (with the exclusion rules, without them, with stricter ones) filter these tables, so that
no session is read or scored twice.
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
    """Tables for the planned models of one mode."""

    study: Study
    mode: str
    data: Data
    """Data with conditions."""
    answers: Mapping[tuple[str, str], pd.DataFrame] = field(repr=False)
    """Measure and phase of the session -> the answers to it (``analysis.data.rows.answers``)."""
    stimuli: pd.DataFrame = field(repr=False)
    """Stimuli shown in the trials of each session: participant, session, stimulus."""
    all_scores: Scores = field(repr=False)

    @classmethod
    def of(cls, data: Data, study: Study, mode: str) -> Trials:
        """Build the tables of all outcomes in the planned models of a mode.

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
        stimuli = trial.loc[
            trial["stimulus"].fillna("") != "", [*KEYS, "stimulus"]
        ].drop_duplicates()
        return cls(study, mode, data, tables, stimuli, score_all(data, study))

    def only(self, data: Data) -> Trials:
        """Return the tables restricted to some sessions, given their data."""
        sessions = data.sessions
        return Trials(
            self.study,
            self.mode,
            data,
            {at: table[of_sessions(table, sessions)] for at, table in self.answers.items()},
            self.stimuli[of_sessions(self.stimuli, sessions)],
            self.all_scores.only(sessions),
        )

    @property
    def scores(self) -> Scores:
        """Scores of the scales.

        Raises
        ------
        AnalysisError
            If an answer is outside the range of its scale.
        """
        return self.all_scores.checked()

    def table(self, measure: str, phase: str = "trials") -> pd.DataFrame:
        """Return the table for a planned model of a measure or score.

        Parameters
        ----------
        measure
            A measure asked in this phase, or a score (``scale`` or ``scale.subscale``).
        phase
            Phase of the session.

        Returns
        -------
        DataFrame
            One row per trial (see ``analysis.data.load.trials``) or, for a score, per session; rows without
            an answer are left out. If each participant saw a single stimulus, a score refers to it, and the
            table has a column for the stimulus.

        Raises
        ------
        AnalysisError
            If the measure was not asked, or an answer is outside the range that the protocol allows.
        """
        rows = self.answered(measure, phase)
        if (measure, phase) in self.answers:
            if rows.empty:
                check_asked(self.data, measure, phase)
            table = plain(named(rows, measure), [*self.data.factors, "slot", "trial"])
            self._check_allowed(table, measure)
            return table.reset_index(drop=True)
        self._check_scored(measure)
        return self._with_stimulus(rows).reset_index(drop=True)

    def answered(self, measure: str, phase: str = "trials") -> pd.DataFrame:
        """Return the rows of ``table`` without checks; no rows if the measure was not asked."""
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
                f"No participant answered the scale {measure!r} in these data.",
                "Leave its model out.",
            )

    def _with_stimulus(self, table: pd.DataFrame) -> pd.DataFrame:
        if self.stimuli.empty or self.stimuli.duplicated(KEYS).any():
            return table
        merged = table.merge(self.stimuli, on=KEYS, how="left")
        return merged if merged["stimulus"].notna().all() else table

    def _check_allowed(self, table: pd.DataFrame, measure: str) -> None:
        """Check that all answers are in the range that the protocol allows: participants cannot give any others."""
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
                "The screen does not accept such answers: check what happened to the files. Nothing was left out.",
            )
