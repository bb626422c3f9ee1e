"""The answers to each measure of a study: one row for each time that it was asked, outside of practice.

If a question was asked again at the same place, the last answer counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.data.load import Data
from analysis.data.rows import KEYS
from analysis.data.scoring import Administered, administered, scored
from analysis.errors import AnalysisError
from experiments.measures.decide import turning_point
from experiments.protocol.measures import Measure
from experiments.protocol.places import Loop
from experiments.questions import Question
from experiments.questions import Scale as Points
from experiments.questions.choice import Choice
from experiments.questions.key import Key
from experiments.questions.price_list import PriceList, part_of
from experiments.questions.question import LEAST_ANSWERED
from experiments.study import Study

PLACE = [*KEYS, "occasion", "loop", "item", "trial"]
"""What the answers of one trial have in common."""

ABOUT = [*PLACE, "step", "items", "sequence"]
"""Columns of a measure's rows besides the factors and the value."""


class Measured:
    """The rows of each measure in loaded data.

    Parameters
    ----------
    data
        Data with conditions (``analysis.data.conditions``).
    study
        The study of the data.
    """

    def __init__(self, data: Data, study: Study) -> None:
        self.data = data
        self.study = study
        self._rows: dict[str, pd.DataFrame] = {}
        self._items: dict[str, pd.DataFrame] = {}
        self._scored: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}

    @cached_property
    def _asked(self) -> Mapping[str, pd.DataFrame]:
        """Measure -> its rows, those that were answered after the others, so that the last of them counts."""
        rows = self.data.asked
        rows = rows[rows["phase"] != "practice"]
        rows = rows.assign(answered=rows["status"] == "answered")
        rows = rows.sort_values(["answered", "sequence"], kind="stable")
        return {str(name): own for name, own in rows.groupby("measure", sort=False)}

    @cached_property
    def _signals(self) -> pd.DataFrame:
        """The row of each screen with which a completed period began, with what was imported for it."""
        imported = self.data.imported
        keys = [*KEYS, "screen", "visit"]
        rows = self.data.rows.sort_values("sequence", kind="stable").drop_duplicates(keys)
        return rows.merge(imported[imported["seconds"].notna()], on=keys)

    def imported(self, name: str) -> pd.DataFrame:
        """Return what was imported for all periods: as the rows of a measure, with ``period``, its name.

        Raises
        ------
        AnalysisError
            If nothing was imported for these data.
        """
        if self.data.imported.empty:
            raise AnalysisError(
                f"Nothing was imported for these data ({name}).",
                "Simulated participants have no signals: analyse what does not need them."
                if self.data.simulated
                else "Import the recordings: compassion data physiology FOLDER RECORDINGS.csv.",
            )
        tables = []
        for period in self.study.names.periods.values():
            own = self._signals[self._signals["period"] == period.address]
            table = self._table(period, own, own[name].astype(float))
            tables.append(table.assign(period=period.question))
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def _nothing(self) -> pd.DataFrame:
        return self.data.rows.head(0)

    @cached_property
    def administered(self) -> dict[str, Administered]:
        """Address of each score -> the instrument, and of an instrument too, with its scores."""
        found = {}
        for each in administered(self.study):
            found[each.address] = each
            found |= dict.fromkeys(each.scores.values(), each)
        return found

    def of(self, measure: Measure) -> pd.DataFrame:
        """Return the rows of a measure.

        Returns
        -------
        DataFrame
            ``ABOUT``, a column for each factor that the rows know (levels as texts), and ``value``: numbers if the
            answers are numbers, else texts; missing if the question was skipped. ``loop`` is the place of the loop that
            asks it, '' if it is asked once; ``items`` is the name of the loop whose items the rows know, '' if there is
            none; ``item`` is the item's name, or the level in a loop over levels.

        Raises
        ------
        AnalysisError
            If it is an instrument with several scores, or an answer to an instrument is outside its range.
        """
        if measure.address not in self._rows:
            self._rows[measure.address] = self._made(measure)
        return self._rows[measure.address]

    def _made(self, measure: Measure) -> pd.DataFrame:
        if measure.address in self.administered:
            return self._score(measure)
        question = replace(measure, part="") if measure.part else measure
        asked = measure.asked
        if asked is not None and asked.rows and measure.part == "time":
            return self._last_time(measure, asked)
        if isinstance(asked, Key) and measure.part in ("first", "result"):
            return self._of_key(measure)
        if isinstance(asked, PriceList) and measure.part in ("", "consistent"):
            return self._turning_point(measure, asked)
        if isinstance(asked, Points) and asked.items and measure.part not in asked.items:
            names = asked.scores.get(measure.part, tuple(asked.items))
            return _mean_of([self.of(replace(measure, part=name)) for name in names])
        if measure.part in ("time", "correct") and measure.address not in self._asked:
            rows = self._asked.get(question.address, self._nothing)
            column = {"time": "response_time", "correct": "correct"}[measure.part]
            return self._table(question, rows, rows[column].astype("Float64").astype(float))
        rows = self._asked.get(measure.address, self._nothing)
        return self._table(measure, rows, _values(measure, rows))

    def wrong(self, measure: Measure) -> pd.DataFrame:
        """Return the rows of a question, whose value is whether the answer is not the correct one: 1 or 0.

        A question that was skipped was not answered correctly.
        """
        question = replace(measure, part="") if measure.part else measure
        rows = self._asked.get(question.address, self._nothing)
        return self._table(question, rows, 1.0 - rows["correct"].fillna(False).astype(float))

    def _of_key(self, measure: Measure) -> pd.DataFrame:
        """Return the time of the first key of each trial, or whether the answer was right, wrong or late."""
        if measure.part == "first":
            rows = self._asked.get(measure.address, self._nothing)
            return self._table(measure, rows, rows["response_time"].astype(float))
        question = replace(measure, part="")
        rows = self._asked.get(question.address, self._nothing)
        late, wrong = rows["status"] != "answered", rows["correct"].eq(False).fillna(False)
        results = np.select([late, wrong], ["late", "wrong"], "right")
        return self._table(question, rows, pd.Series(results, index=rows.index, dtype=object))

    def _last_time(self, measure: Measure, asked: Question) -> pd.DataFrame:
        """Return the rows of a question of several parts with the time of the last answer to them."""
        tables = []
        for name in asked.rows:
            item = replace(measure, part=name)
            rows = self._asked.get(item.address, self._nothing)
            tables.append(self._table(item, rows, rows["response_time"].astype(float)))
        places, times = _side_by_side(tables)
        return places.assign(value=times.astype(float).max(axis=1))

    def _turning_point(self, measure: Measure, asked: PriceList) -> pd.DataFrame:
        """Return the turning point of the choices, or whether they are consistent; missing if they do not say."""
        names = [part_of(amount) for amount in asked.ascending]
        places, wide = _side_by_side([self.of(replace(measure, part=name)) for name in names])
        chosen = [
            [None if pd.isna(each) else bool(each) for each in row]
            for row in wide.astype(float).to_numpy()
        ]
        found = [turning_point(asked.ascending, row) for row in chosen]
        place = 1 if measure.part else 0
        numbers = [np.nan if each is None else float(each[place]) for each in found]
        return places.assign(value=np.array(numbers, dtype=float))

    def _score(self, measure: Measure) -> pd.DataFrame:
        one = self.administered[measure.address]
        names = one.subscales
        if measure.address not in names:
            raise AnalysisError(
                f"The scale {measure.address!r} has several scores.",
                f"Name one: {', '.join(names)}.",
            )
        table, scores = self.scored(one)
        impossible = table["why"] != ""
        if impossible.any():
            raise AnalysisError(
                f"{table['why'][impossible].iloc[0]}.",
                "The data do not match the file of the scale. Was it changed after data collection?",
            )
        return table.drop(columns="why").assign(value=scores[names[measure.address]])

    def scored(self, one: Administered) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows of an instrument with ``why`` an answer is impossible ('' if none is), and its scores."""
        if one.address not in self._scored:
            table, answers = self.answers(one)
            scores, why = scored(one.scale, answers)
            self._scored[one.address] = (
                table.assign(why=why.reindex(table.index).fillna("")),
                scores,
            )
        return self._scored[one.address]

    def answers(self, one: Administered) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows of an instrument, and the answers to its items in each of them."""
        items = {name: self.of(measure) for name, measure in one.items.items()}
        table, wide = _side_by_side(list(items.values()))
        wide.columns = pd.Index(list(items))
        return table, wide.astype(float)

    def _table(self, measure: Measure, rows: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
        """Return the last row of each place."""
        loop = loop_of(measure)
        table = rows[KEYS].assign(
            occasion=1,
            loop=loop,
            item=rows["stimulus"].astype(object) if loop else None,
            trial=rows["trial"].astype("Float64").astype(float) if loop else np.nan,
            step=measure.step,
            items=self._source(measure),
            sequence=rows["sequence"],
        )
        table = table[ABOUT].assign(**self._levels(rows), value=values)
        table = table.drop_duplicates(_cell(table), keep="last").sort_values([*KEYS, "sequence"])
        if not loop and measure.knows is not None:
            table = table.drop(columns="item").merge(self._met(measure.knows), "left", on=KEYS)
        return table.reset_index(drop=True)

    def _levels(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        """Return the level of each factor that the rows know."""
        return {
            name: rows[name].astype(object)
            for name in self.study.names.factors
            if name in rows and rows[name].notna().any()
        }

    def _source(self, measure: Measure) -> str:
        loop = measure.loop or measure.knows
        return loop.name if loop is not None and loop.name in self.study.opened.items else ""

    def _met(self, loop: Loop) -> pd.DataFrame:
        """Return the item of each session in a loop of one item: participant, session, item."""
        name = ".".join(map(str, loop.key))
        if name not in self._items:
            rows = self.data.rows
            rows = rows[(rows["phase"] == "trials") & rows["stimulus"].notna()]
            screens = "." + rows["screen"].astype(str)
            rows = rows[screens.str.contains(f".{loop.name}.", regex=False)]
            last = rows.sort_values("sequence").drop_duplicates(KEYS, keep="last")
            self._items[name] = last[[*KEYS, "stimulus"]].rename(columns={"stimulus": "item"})
        return self._items[name]


def _cell(table: pd.DataFrame) -> list[str]:
    """Return the columns of the place and the factors: a page can ask for several levels of a trial."""
    return [*PLACE, *(str(name) for name in table if name not in (*ABOUT, "value"))]


def loop_of(measure: Measure) -> str:
    """Return the place of what asks a measure several times, in dotted form; '' if it is asked once."""
    if measure.loop is not None:
        return ".".join(map(str, measure.loop.key))
    return ".".join(map(str, measure.key)) if measure.kind == "minimal_group" else ""


def _values(measure: Measure, rows: pd.DataFrame) -> pd.Series:
    """Return answers as numbers, or texts where they are none; of answers that stay on the device, that there is one."""
    if measure.asked is not None and measure.asked.local:
        answered = rows["status"] == "answered"
        return answered.map({True: "answered"}).astype(object)
    numbers = rows["number"].astype(float)
    texts = rows["value"].where(rows["status"] == "answered")
    if isinstance(measure.asked, Choice):
        numbers = _as_numbers(measure.asked, texts)
    if (numbers.isna() & texts.notna()).any():
        return numbers.astype(object).where(numbers.notna(), texts)
    return numbers


def _as_numbers(question: Choice, texts: pd.Series) -> pd.Series:
    """Return the answers as numbers, if all options are; otherwise none."""
    options = pd.to_numeric(pd.Series(list(question.options)), errors="coerce")
    known = pd.to_numeric(texts, errors="coerce").astype(float)
    return known if options.notna().all() else known * np.nan


def _side_by_side(tables: list[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the places that any of several tables has, and the value of each table at each place."""
    numbered = [table.assign(table=number) for number, table in enumerate(tables)]
    every = pd.concat(numbered, ignore_index=True)
    places = every.sort_values([*KEYS, "sequence"], kind="stable")
    places = places.drop(columns=["table", "value"])
    keys = _cell(places)
    places = places.drop_duplicates(keys).reset_index(drop=True)
    found = every.merge(places[keys].assign(place=places.index), on=keys)
    wide = found.pivot(index="place", columns="table", values="value")
    return places, wide.reindex(index=places.index, columns=range(len(tables)))


def _mean_of(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean of several measures at each place, if enough of them were answered."""
    places, wide = _side_by_side(tables)
    answered = wide.notna().sum(axis=1)
    means = wide.astype(float).mean(axis=1)
    return places.assign(value=means.where(answered >= LEAST_ANSWERED * len(tables)))


def kept(
    rows: pd.DataFrame, sessions: pd.DataFrame, excluded: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows of some sessions, without excluded trials (``PLACE``)."""
    rows = rows.merge(sessions[KEYS], on=KEYS)
    # A text among numbers concerns only the sessions with it.
    rows = rows.assign(value=rows["value"].infer_objects())
    if excluded is None or excluded.empty:
        return rows
    gone = excluded[PLACE].drop_duplicates()
    found = rows[PLACE].merge(gone, "left", on=PLACE, indicator=True)["_merge"]
    return rows[(found == "left_only").to_numpy()].reset_index(drop=True)
