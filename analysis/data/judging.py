"""Whether the tests of an exclusion rule hold for each participant."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.arithmetic import as_number
from analysis.data.computed import Values
from analysis.data.rows import KEYS
from analysis.data.testing import decided
from analysis.errors import AnalysisError
from experiments.language.columns import Import
from experiments.language.conditions import COMPARE, Missing, Wrong
from experiments.language.exclusions import ComparedWithMedian, Outlying, Test, TooOften
from experiments.numbers import estimate, percent
from experiments.protocol.loops import can_hold
from experiments.protocol.measures import Measure


@dataclass(frozen=True)
class Judged:
    """A test for each session, in the order of ``Values.people``."""

    holds: pd.Series
    counts: pd.Series
    """Whether it counts: the question is asked in the mode and, for ``wrong``, of the participant."""
    why: pd.Series
    """What was found, in words."""


def judge(test: Test, values: Values) -> Judged:
    """Return whether a test holds for each session.

    Of several answers to a question, all must meet it. Simulated participants, who have no signals, meet no test of them.

    Raises
    ------
    AnalysisError
        If the data do not have what the test is about.
    """
    if isinstance(test, Outlying):
        raise AnalysisError(
            f"'{test}' is a rule for trials: it compares each with the participant's mean.",
            "Write it under 'trials'.",
        )
    if values.lacks_signals(test.name):
        never = pd.Series(False, values.people.index)
        return Judged(never, never, _said(values, ""))
    if isinstance(test, ComparedWithMedian):
        return _against_the_median(test, values)
    if isinstance(test, TooOften):
        return _too_often(test, values)
    if isinstance(test, Wrong):
        wrong = _wrong(test.name, values)
        return Judged(
            _of_people(wrong.groupby(level=KEYS).min() == 1, values, False),
            _of_people(wrong.groupby(level=KEYS).size() > 0, values, False),
            _said(values, f"did not answer '{test.name}' correctly"),
        )
    if isinstance(test, Missing):
        return _missing(test, values)
    rows = _rows(test.name, values)
    met = decided(test, rows["value"]).holds.groupby([rows[key] for key in KEYS]).min()
    counts = pd.Series(len(rows) > 0, values.people.index)
    return Judged(_of_people(met, values, False), counts, _said(values, str(test)))


def _rows(name: str, values: Values) -> pd.DataFrame:
    """Return the rows of a name with its ``value``; one for each session if it is known to the session."""
    known = values.names.levels(name) is not None or name in ("duration", "mode")
    if known:
        return values.people.assign(value=values.on(name, values.people))
    return values.rows(name)


def _missing(test: Missing, values: Values) -> Judged:
    rows = _rows(test.name, values)
    given = rows["value"].notna().groupby([rows[key] for key in KEYS]).any()
    asked = _asked(test.name, values)
    counts = pd.Series(bool(asked.any()), asked.index)
    holds = ~_of_people(given, values, False).astype(bool) & asked
    return Judged(holds, counts, _said(values, f"never answered '{test.name}'"))


def _asked(name: str, values: Values) -> pd.Series:
    """Return whether each participant was to answer what a name needs, as the conditions of the study say."""
    asked = pd.Series(True, values.people.index)
    complete = _complete(values)
    for measure in _measures_in(name, values):
        conditions = measure.given
        if not conditions:
            continue
        own = values.measured.of(measure)
        reached = own[KEYS].drop_duplicates().set_index(KEYS).assign(reached=True)["reached"]
        known = values.people[[n for n in values.names.factors if n in values.people]]
        known = known.assign(mode=values.mode)
        levels = [_levels(each) for each in known.to_dict("records")]
        asked &= np.array([can_hold(conditions, each) for each in levels], dtype=bool)
        if any(name not in known for each in conditions for name in each.names):
            # Whoever finished without the question was not to answer it, because of an earlier answer.
            asked &= ~complete | _of_people(reached, values, False).astype(bool)
    return asked


def _levels(known: Mapping[Hashable, Any]) -> dict[str, str]:
    return {str(name): str(level) for name, level in known.items() if not pd.isna(level)}


def _complete(values: Values) -> pd.Series:
    complete = values.sessions["outcome"].eq("complete").fillna(False).astype(bool)
    return pd.Series(complete.to_numpy(), values.people.index)


def _measures_in(name: str, values: Values) -> Iterator[Measure]:
    """Yield the measures that a name is, or is computed from in each row."""
    columns = values.known.columns
    if name in columns:
        of = columns[name].of
        for each in () if isinstance(of.value, Import) else of.names:
            yield from _measures_in(each, values)
    elif values.known.is_measured(name):
        yield from values.known.measures(name, several=True)


def _wrong(name: str, values: Values) -> pd.Series:
    """Return whether each answer to a question is not the correct one (1 or 0), by session."""
    tables = [values.measured.wrong(each) for each in values.known.measures(name, several=True)]
    rows = pd.concat(tables, ignore_index=True).merge(values.sessions[KEYS], on=KEYS)
    return rows.set_index(KEYS)["value"]


def _too_often(test: TooOften, values: Values) -> Judged:
    if test.what == "wrong":
        found = _wrong(test.name, values)
    else:
        rows = _rows(test.name, values)
        found = rows["value"].isna().astype(float).set_axis(pd.MultiIndex.from_frame(rows[KEYS]))
    by_session = found.groupby(level=KEYS)
    share, number = by_session.mean(), by_session.size()
    met = share > float(test.limit.fraction)
    shown = [
        f"{test.name} {test.what} in {percent(part)} of {of} trials"
        for part, of in zip(share, number, strict=True)
    ]
    return Judged(
        _of_people(met, values, False),
        _of_people(number > 0, values, False),
        _of_people(pd.Series(shown, share.index, dtype=object), values, ""),
    )


def _against_the_median(test: ComparedWithMedian, values: Values) -> Judged:
    rows = _rows(test.name, values)
    numbers = as_number(test.name, rows["value"])
    means = numbers.groupby([rows[key] for key in KEYS]).mean()
    value = _of_people(means, values, float("nan")).astype(float)
    complete = _complete(values)
    limit = float(test.multiple) * value[complete].median()
    met = pd.Series(COMPARE[test.sign](value.to_numpy(), limit), value.index)
    if test.name == "duration":
        # Only a whole session can have been too short.
        met &= complete
    less = "less" if test.sign in ("<", "<=") else "more"
    if test.name == "duration":
        shown = [
            f"took {estimate(each, 0)} s, {less} than {estimate(limit, 0)} s" for each in value
        ]
    else:
        shown = [f"{test.name} is {each:g}, {less} than {limit:g}" for each in value]
    counts = pd.Series(bool(value.notna().any()), value.index)
    return Judged(met, counts, pd.Series(shown, value.index, dtype=object))


def _of_people(found: pd.Series, values: Values, otherwise: object) -> pd.Series:
    """Return what was found for each session, in the order of ``Values.people``."""
    index = pd.MultiIndex.from_frame(values.people[KEYS])
    found = found[~found.index.duplicated()]
    known = dict(zip(found.index, found, strict=True))
    return pd.Series([known.get(key, otherwise) for key in index], values.people.index)


def _said(values: Values, words: str) -> pd.Series:
    return pd.Series(words, values.people.index, dtype=object)
