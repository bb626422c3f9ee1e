"""Frames of outcomes for the models: one row for each answer, with its condition and its predictors.

What is read from the rows is made once for all sessions; the selections of sessions (with the exclusion rules, without
them, with stricter ones) share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from analysis.data.arithmetic import as_number
from analysis.data.computed import Values
from analysis.data.load import Data
from analysis.data.measured import Measured
from analysis.data.names import column_of
from analysis.data.score import Scores, scores_of
from analysis.data.trial_exclusions import excluded_trials
from analysis.errors import AnalysisError
from experiments.numbers import scale_value
from experiments.protocol.names import AddressError
from experiments.study import Study

STACKED = {"session", "step"}


class Frames:
    """Frames of the outcomes of a study in one mode.

    Parameters
    ----------
    data
        Data with conditions, of the sessions that may be analysed.
    study
        The study of the data.
    mode
        Name of the mode.
    """

    def __init__(
        self, data: Data, study: Study, mode: str, measured: Measured | None = None
    ) -> None:
        self.data = data
        self.study = study
        self.mode = mode
        self._measured = Measured(data, study) if measured is None else measured

    @classmethod
    def of(cls, data: Data, study: Study, mode: str) -> Frames:
        """Return the frames of the sessions of a mode."""
        return cls(data, study, mode)

    def only(self, data: Data) -> Frames:
        """Return the frames of some of the sessions, given their data."""
        return Frames(data, self.study, self.mode, self._measured)

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Number of trials that each rule of the study leaves out, in order: rule, excluded, left."""
        return excluded_trials(self._before).counts

    @cached_property
    def _before(self) -> Values:
        return Values(self._measured, self.data.sessions, self.mode)

    @cached_property
    def values(self) -> Values:
        """The values of all names, without excluded trials."""
        excluded = excluded_trials(self._before).trials
        if excluded.empty:
            return self._before
        return Values(self._measured, self.data.sessions, self.mode, excluded)

    @cached_property
    def _scores(self) -> Scores:
        return scores_of(self._measured).only(self.data.sessions)

    @property
    def scores(self) -> Scores:
        """Scores of the instruments.

        Raises
        ------
        AnalysisError
            If an answer is outside the range of its instrument.
        """
        return self._scores.checked()

    def frame(self, outcome: str, names: Sequence[str] = ()) -> pd.DataFrame:
        """Return the rows of an outcome.

        Parameters
        ----------
        outcome
            Address of a measure, a part of an answer, an item or score of an instrument, or a column of the study.
        names
            Predictors: factors, measures, columns, fields of items. With ``session`` or ``step`` the outcome may fit
            several measures, whose rows are stacked.

        Returns
        -------
        DataFrame
            One row for each answer, or each participant if the outcome is an aggregate: the key columns, all factors
            that these rows know (ordered categories), each of ``names`` that is no factor as a number, and the outcome;
            their columns have the names that ``column_of`` gives. Rows without an outcome are left out.

        Raises
        ------
        AnalysisError
            If the outcome was never asked, an answer is outside the range that the study allows, or a name has other
            rows than the outcome.
        """
        several = bool(STACKED & set(names))
        rows = self._rows(outcome, several)
        if rows.empty:
            raise AnalysisError(
                f"'{outcome}' was not asked in these data.",
                "Leave its model out, or check that these are the data of the mode.",
            )
        self._check_allowed(rows, outcome)
        table = self._with_keys(rows, several)
        for name in names:
            column = column_of(name)
            if column in table or name in self.study.names.factors:
                self.values.on(name, rows, outcome)
                continue
            value = self.values.on(name, rows, outcome)
            table[column] = as_number(name, value)
        return table.assign(**{column_of(outcome): self._outcome(rows, outcome)})

    def answered(self, outcome: str) -> pd.DataFrame:
        """Return the rows of ``frame`` without checks; none if the outcome was not asked."""
        rows = self._rows(outcome, several=False)
        table = self._with_keys(rows, several=False)
        return table.assign(**{column_of(outcome): self._outcome(rows, outcome)})

    def _outcome(self, rows: pd.DataFrame, name: str) -> pd.Series:
        """Return the values of an outcome; options in the order of the question if they are words."""
        if pd.api.types.is_numeric_dtype(rows["value"]) or name in self.study.file.columns:
            return rows["value"]
        (question, *_) = (measure.asked for measure in self.study.names.fitting(name))
        options = getattr(question, "options", None)
        if not isinstance(options, Mapping):
            return rows["value"]
        return pd.Series(pd.Categorical(rows["value"], list(options), ordered=True), rows.index)

    def _rows(self, outcome: str, several: bool) -> pd.DataFrame:
        rows = self.values.rows(outcome, several)
        return rows[rows["value"].notna()].reset_index(drop=True)

    def _with_keys(self, rows: pd.DataFrame, several: bool) -> pd.DataFrame:
        """Return the key columns and the factors of rows."""
        table = rows[["participant", "session", "occasion"]].assign(mode=self.mode)
        steps = list(dict.fromkeys(rows["step"]))
        table["step"] = (
            pd.Categorical(rows["step"], steps, ordered=True) if several else rows["step"]
        )
        if (rows["items"] != "").any():
            table["item"] = rows["item"]
        if (rows["loop"] != "").any():
            whole = rows["trial"].notna().all()
            table["trial"] = rows["trial"].astype("int64") if whole else rows["trial"]
        for name, factor in self.study.names.factors.items():
            if name in rows and (rows.empty or rows[name].notna().any()):
                levels = list(factor.levels)
                table[name] = pd.Categorical(rows[name], levels, ordered=True)
        return table

    def _check_allowed(self, rows: pd.DataFrame, outcome: str) -> None:
        """Check that all answers are in the range that the study allows: participants cannot give any others."""
        try:
            allowed = self.study.range(outcome, self.mode)
        except AddressError:
            return
        if allowed is None or outcome in self.study.file.columns:
            return
        numbers = pd.to_numeric(rows["value"], errors="coerce")
        odd = rows[~numbers.between(allowed.low - 1e-9, allowed.high + 1e-9)]
        if len(odd):
            shown = [
                f"{who}: {value}"
                for who, value in zip(odd["participant"], odd["value"], strict=True)
            ]
            raise AnalysisError(
                f"{len(odd)} of {len(rows)} answers to {outcome!r} are not between {scale_value(allowed.low)} and"
                f" {scale_value(allowed.high)}, which the protocol allows ({', '.join(shown[:3])}"
                f"{', ...' if len(shown) > 3 else ''}).",
                "The screen does not accept such answers: check what happened to the files. Nothing was left out.",
            )
