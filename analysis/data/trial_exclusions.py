"""Trials that are left out by the rules of the study (``exclude: trials:``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from analysis.data.arithmetic import as_number
from analysis.data.computed import Values
from analysis.data.measured import PLACE
from analysis.data.rows import KEYS
from analysis.data.tables import empty
from analysis.errors import AnalysisError
from experiments.language.exclusions import Exclusion, Outlying, Test
from experiments.protocol.loops import within_factors

COUNTS = ("rule", "excluded", "left")


@dataclass(frozen=True)
class ExcludedTrials:
    """The trials that the rules of a study leave out."""

    trials: pd.DataFrame = field(repr=False)
    """Their places (``analysis.data.measured.PLACE``), each once."""
    counts: pd.DataFrame = field(repr=False)
    """Number of trials, then one row per rule, in order: rule, excluded (by no earlier rule), left."""


def excluded_trials(values: Values) -> ExcludedTrials:
    """Find the trials that the rules of the study leave out.

    Rules apply in the order of the study. The mean and SD of ``> 3 SD`` are those of the trials that the rules before it
    left: of each participant in each cell of the factors that the trials know, computed once. Rules about signals leave
    out no trial of simulated participants, who have none.

    Parameters
    ----------
    values
        Values of all trials of the sessions that are analysed.

    Raises
    ------
    AnalysisError
        If a rule names nothing that a loop asks.
    """
    every = values.study.file.exclude.trials
    rules = [rule for rule in every if not any(map(values.lacks_signals, rule.names))]
    excluded = empty(*PLACE)
    if not rules:
        return ExcludedTrials(excluded, empty(*COUNTS))
    places = [_places(values, rule) for rule in rules]
    all_trials = pd.concat(places, ignore_index=True).drop_duplicates()
    left = len(all_trials)
    lines = [{"rule": "trials", "excluded": 0, "left": left}]
    for rule in rules:
        of_rest = Values(values.measured, values.sessions, values.mode, excluded)
        gone = _found(of_rest, rule)
        left -= len(gone)
        lines.append({"rule": str(rule), "excluded": len(gone), "left": left})
        excluded = pd.concat([excluded, gone], ignore_index=True) if len(excluded) else gone
    return ExcludedTrials(excluded, pd.DataFrame(lines))


def _places(values: Values, rule: Exclusion) -> pd.DataFrame:
    return _rows(values, rule)[PLACE]


def _rows(values: Values, rule: Exclusion) -> pd.DataFrame:
    """Return the trials that a rule is about: those of the loop that asks what it names, else of all that know it."""
    if any(values.known.loops(name) for name in rule.names):
        rows = values.base(rule.names)
        # Of imported signals, periods outside of loops are no trials.
        return rows[rows["loop"] != ""].reset_index(drop=True)
    known = [name for name in rule.names if not values.known.is_measured(name)]
    tables = [
        rows for rows in values.trials if any(_is_known(name, rows, values) for name in known)
    ]
    if not tables:
        raise AnalysisError(
            f"The rule '{rule}' of 'exclude: trials' names nothing that differs between trials.",
            "Name what each trial asks, or write the rule under 'participants'.",
        )
    return pd.concat(tables, ignore_index=True)


def _is_known(name: str, rows: pd.DataFrame, values: Values) -> bool:
    """Return whether the trials of a loop know an item, a field of it, a position, or a factor that they vary."""
    if name in ("item", "trial"):
        return True
    if values.known.is_field(name):
        items = values.study.opened.items
        return any(name in items[each].fields for each in rows["items"].unique() if each in items)
    return name in within_factors(values.names, values.mode) and name in rows


def _found(values: Values, rule: Exclusion) -> pd.DataFrame:
    rows = _rows(values, rule)
    held = pd.Series(True, rows.index)
    for test in rule.tests:
        held &= _held(values, test, rows)
    return rows.loc[held, PLACE].reset_index(drop=True)


def _held(values: Values, test: Test, rows: pd.DataFrame) -> pd.Series:
    if isinstance(test, Outlying):
        return outlying(values, test, rows)
    condition = Exclusion((test,)).condition
    if condition is None:
        raise AnalysisError(
            f"'{test}' is a rule for participants, and not for trials.",
            "Write it under 'participants'.",
        )
    return values.holds(condition, rows)


def outlying(values: Values, test: Outlying, rows: pd.DataFrame) -> pd.Series:
    """Return whether a value is further from the participant's mean in the cell than so many SD."""
    value = as_number(test.name, values.on(test.name, rows))
    factors: Iterable[str] = (name for name in values.names.factors if name in rows)
    cells = value.groupby([rows[name] for name in (*KEYS, *factors)], dropna=False)
    away = (value - cells.transform("mean")).abs()
    limit = float(test.deviations) * cells.transform("std")
    # Of a cell of equal answers, rounding must not leave out some.
    return away > limit + 1e-9 * value.abs()
