"""Values of names in rows: measures, factors, fields of items, and the computed columns of a study.

What is asked once for each participant spreads over the rows of a loop; what a loop asks is joined on the trial; an
aggregate is one value for each participant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.arithmetic import aggregated, as_number, counted, refused, spread
from analysis.data.measured import ABOUT, PLACE, Measured, kept
from analysis.data.row_names import RowNames, field_of
from analysis.data.rows import KEYS
from analysis.data.testing import Tested, decided, joined
from analysis.errors import AnalysisError
from experiments.language.columns import Call, Column, Expression, Name, Operation
from experiments.language.conditions import Condition, Wrong
from experiments.language.evaluating import Evaluator
from experiments.protocol.loops import within_factors
from experiments.protocol.measures import Measure
from experiments.protocol.names import OF_ROWS
from experiments.protocol.sections import Computed
from experiments.protocol.signals import needs_signals


class Values:
    """The values of names in the sessions of one mode.

    Parameters
    ----------
    measured
        The rows of each measure, at least those of the sessions.
    sessions
        The sessions, with their conditions.
    mode
        Name of the mode.
    excluded
        Trials that are left out (``PLACE``).
    """

    def __init__(
        self,
        measured: Measured,
        sessions: pd.DataFrame,
        mode: str,
        excluded: pd.DataFrame | None = None,
    ) -> None:
        self.measured = measured
        self.study = measured.study
        self.names = self.study.names
        self.known = RowNames(self.study)
        self.sessions = sessions
        self.mode = mode
        self.excluded = excluded
        self._tables: dict[tuple[str, bool], pd.DataFrame] = {}
        self._moments: dict[str, tuple[float, float]] = {}

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row for each session: ``ABOUT`` and the between-factors."""
        own = self.sessions[KEYS].reset_index(drop=True)
        own = own.assign(occasion=1, loop="", item=None, trial=np.nan, step="", items="")
        return own.assign(sequence=0)[ABOUT].assign(**self._between(own))

    def _between(self, rows: pd.DataFrame) -> dict[str, Any]:
        known = [name for name in self.names.factors if name in self.sessions]
        found = rows[KEYS].merge(self.sessions[[*KEYS, *known]], "left", on=KEYS)
        return {name: found[name].astype(object).to_numpy() for name in known}

    @property
    def trials(self) -> Iterator[pd.DataFrame]:
        """The trials of each loop that asks something: ``ABOUT`` and the factors that they know."""
        for loop in self.names.loops:
            asked = [each for each in self.names.measures.values() if each.loop == loop]
            scores = self.measured.administered
            own = [self._of_measures([m]) for m in asked if not m.part and m.address not in scores]
            rows = pd.concat([each.drop(columns="value") for each in own], ignore_index=True)
            yield rows.drop_duplicates(PLACE).reset_index(drop=True)

    def rows(self, name: str, several: bool = False) -> pd.DataFrame:
        """Return the rows of a measure or column.

        Parameters
        ----------
        several
            Whether the name may fit the measures of several steps or sessions.

        Returns
        -------
        DataFrame
            ``ABOUT``, the factors that the rows know, and ``value``; missing where there is no answer.

        Raises
        ------
        AnalysisError
            If the study has no such measure, or it cannot be computed.
        """
        if (name, several) not in self._tables:
            self._tables[name, several] = self._made(name, several)
        return self._tables[name, several]

    def _made(self, name: str, several: bool) -> pd.DataFrame:
        if name in self.known.columns:
            rows = self._uncentred(name, several)
            return rows.assign(value=self._centred(name, rows["value"], rows))
        return self._of_measures(self.known.measures(name, several))

    def _of_measures(self, measures: Iterable[Measure]) -> pd.DataFrame:
        tables = [kept(self.measured.of(each), self.sessions, self.excluded) for each in measures]
        rows = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
        return rows.assign(**self._between(rows))

    def _uncentred(self, name: str, several: bool = False) -> pd.DataFrame:
        of = self.known.columns[name].of
        if measure := self.known.imported(name):
            rows = kept(self.measured.imported(measure), self.sessions, self.excluded)
            return rows.assign(**self._between(rows))
        value = self.known.computed(name)
        rows = self.base(of.row_names, several)
        rows = rows.assign(value=self.evaluated(value, rows, name))
        if of.where is not None:
            rows = rows[self.holds(of.where, rows)].reset_index(drop=True)
        return rows

    def lacks_signals(self, name: str) -> bool:
        """Return whether a name needs imported signals, and the participants are simulated and have none."""
        data = self.measured.data
        without = data.simulated and data.imported.empty
        return without and needs_signals(name, self.known.columns)

    def base(self, names: Iterable[str], several: bool = False) -> pd.DataFrame:
        """Return the rows that several names have together: those of a loop, if one of them has such.

        Returns
        -------
        DataFrame
            ``ABOUT`` and the factors that the rows know.
        """
        having = [name for name in names if self.known.has_rows(name)]
        looped = [name for name in having if self.known.loops(name, several)]
        for name in (*looped, *having):
            return self.rows(name, several).drop(columns="value")
        return self.people

    def on(self, name: str, rows: pd.DataFrame, wanted_by: str = "") -> pd.Series:
        """Return the value of a name in rows: numbers, or words (levels, options).

        Parameters
        ----------
        rows
            Rows with ``ABOUT`` and the factors that they know.
        wanted_by
            What has these rows, for messages.

        Raises
        ------
        AnalysisError
            If these rows have no such value, such as the answers of another loop.
        """
        if name == "mode":
            return pd.Series(self.mode, rows.index, dtype=object)
        if name == "duration":
            seconds = self.sessions.set_index(KEYS)["seconds"].astype(float)
            return spread(seconds, rows)
        if name in rows.columns and (name in OF_ROWS or name in self.names.factors):
            return rows[name]
        if rows.empty:
            return pd.Series(index=rows.index, dtype=float)
        if name in self.names.factors:
            raise AnalysisError(
                f"The rows of '{wanted_by}' have no level of '{name}'."
                if wanted_by
                else f"There is no level of '{name}' here.",
                f"Leave '{name}' out, or name an answer that is given at each level of it.",
            )
        if name in self.known.columns:
            return self._column_on(name, rows)
        if self.known.is_field(name):
            return field_of(self.study, name, rows)
        return self._joined(
            [self.measured.of(m) for m in self.known.measures(name, several=True)],
            name,
            rows,
            wanted_by,
        )

    def _column_on(self, name: str, rows: pd.DataFrame) -> pd.Series:
        of = self.known.columns[name].of
        if measure := self.known.imported(name):
            return self._centred(name, self._imported(name, measure, rows), rows)
        value = self.evaluated(self.known.computed(name), rows, name)
        if of.where is not None:
            value = value.where(self.holds(of.where, rows))
        return self._centred(name, value, rows)

    def _imported(self, name: str, measure: str, rows: pd.DataFrame) -> pd.Series:
        """Join imported signals with rows that know the period."""
        if "period" not in rows:
            raise AnalysisError(
                f"'{name}' has a row for each period, and these rows know none.",
                f"Compute a column of its mean in one of them: mean({name} where period = ...).",
            )
        table = self.measured.imported(measure)
        keys = [*PLACE, "step", "period"]
        table = table.drop_duplicates(keys, keep="last")
        found = rows[keys].merge(table[[*keys, "value"]], "left", on=keys)["value"]
        return pd.Series(found.to_numpy(), rows.index)

    def _joined(
        self, tables: list[pd.DataFrame], name: str, rows: pd.DataFrame, wanted_by: str
    ) -> pd.Series:
        """Join the rows of a name with other rows: by trial if they are of the same loop, else by session."""
        loops = self.known.loops(name, several=True)
        keys = [*PLACE, "step"] if len(tables) > 1 else PLACE
        if not loops:
            keys = [*KEYS, "step"] if len(tables) > 1 else KEYS
        elif len(rows) and not loops & set(rows["loop"].unique()):
            what = "in another loop" if (rows["loop"] != "").any() else "for each participant"
            raise AnalysisError(
                f"'{name}' has a row for each trial, but '{wanted_by or 'what it is computed with'}' has one {what}.",
                f"Compute a column of its mean: mean({name}).",
            )
        table = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
        if loops:
            within = within_factors(self.names, self.mode)
            keys = [*keys, *(name for name in within if name in table and name in rows)]
        table = table.drop_duplicates(keys, keep="last")
        found = rows[keys].merge(table[[*keys, "value"]], "left", on=keys)["value"]
        return pd.Series(found.to_numpy(), rows.index)

    def evaluated(self, node: Expression | Condition, rows: pd.DataFrame, column: str) -> pd.Series:
        """Return an expression in rows: numbers, or words if it is a name or an aggregate alone."""
        if isinstance(node, Name):
            return self.on(node.address, rows, column)
        if isinstance(node, Call) and node.aggregates:
            return spread(self._aggregate(node, column), rows)
        return _InRows(self, rows, column).evaluated(node)

    def _aggregate(self, node: Call, column: str) -> pd.Series:
        """Return an aggregate for each session that has rows."""
        if len(node.arguments) > 1:
            return self._together(node, column)
        (argument,) = node.arguments
        own = self.base(Column(argument).row_names)
        value = self.evaluated(argument, own, column)
        if node.function not in ("count", "first", "last"):
            value = as_number(str(argument), value)
        if node.where is not None:
            keep = self.holds(node.where, own)
            own, value = own[keep], value[keep]
        if node.function == "count":
            held = value == 1 if isinstance(argument, Condition) else value.notna()
            return counted(held, own, self.sessions)
        return aggregated(node.function, value, own)

    def _together(self, node: Call, column: str) -> pd.Series:
        """Return an aggregate of the values of several measures together for each session."""
        values, owners = [], []
        for argument in node.arguments:
            own = self.base(Column(argument).row_names)
            value = as_number(str(argument), self.evaluated(argument, own, column))
            keep = slice(None) if node.where is None else self.holds(node.where, own)
            values.append(value[keep])
            owners.append(own.loc[value[keep].index, KEYS])
        together = pd.concat(values, ignore_index=True)
        return aggregated(node.function, together, pd.concat(owners, ignore_index=True))

    def _centred(self, name: str, value: pd.Series, rows: pd.DataFrame) -> pd.Series:
        """Centre or standardise a column by the mean and SD of the participants' means."""
        of: Computed = self.known.columns[name]
        if not (of.centre or of.standard):
            return value
        value = as_number(name, value)
        if name not in self._moments or not self.known.has_rows(name):
            own = rows.assign(value=value)
            if self.known.has_rows(name) or of.of.aggregates:
                own = self._uncentred(name)
                own = own.assign(value=as_number(name, own["value"]))
            means = own.groupby(KEYS)["value"].mean()
            self._moments[name] = float(means.mean()), float(means.std(ddof=1))
        mean, sd = self._moments[name]
        if not of.standard:
            return value - mean
        if sd == 0:
            raise AnalysisError(
                f"'{name}' cannot be standardised: all participants have the same value.",
                "Leave it out of the formula.",
            )
        return (value - mean) / sd

    def tested(self, condition: Condition, rows: pd.DataFrame) -> pd.Series:
        """Return whether a condition holds in rows: 1 or 0, missing where an answer that decides it is."""
        return joined([self.test(test, rows) for test in condition.tests])

    def holds(self, condition: Condition, rows: pd.DataFrame) -> pd.Series:
        """Return whether a condition holds in rows.

        Where an answer is missing, only ``!=``, ``wrong`` and ``missing`` hold, as on the day.
        """
        held = pd.Series(True, rows.index)
        for test in condition.tests:
            held &= self.test(test, rows).holds
        return held

    def test(self, test: Any, rows: pd.DataFrame) -> Tested:
        """Return whether a test holds in each of some rows."""
        if isinstance(test, Wrong):
            measures = self.known.measures(test.name, several=True)
            tables = [self.measured.wrong(measure) for measure in measures]
            wrong = self._joined(tables, test.name, rows, "")
            return Tested(wrong.fillna(1.0) == 1.0, wrong.notna())
        return decided(test, self.on(test.name, rows))


@dataclass(frozen=True)
class _InRows(Evaluator[pd.Series]):
    """Evaluates what a column computes in rows, as numbers."""

    values: Values
    rows: pd.DataFrame
    column: str

    def number(self, value: float) -> pd.Series:
        return pd.Series(value, self.rows.index)

    def named(self, name: str) -> pd.Series:
        return as_number(name, self.values.on(name, self.rows, self.column))

    def tested(self, condition: Condition) -> pd.Series:
        return self.values.tested(condition, self.rows)

    def aggregated(self, node: Call) -> pd.Series:
        return as_number(str(node), self.values.evaluated(node, self.rows, self.column))

    def undefined(self, node: Operation | Call, value: pd.Series, wrong: pd.Series) -> pd.Series:
        raise refused(node, wrong, self.column)
