"""Reanalysis of imported data: the quantities of the mapping, next to published results.

Means and SDs by condition, differences with effect sizes, and models. Differences are those of t tests or, where a
measure was answered for several stimuli, of a mixed model in which stimuli vary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.data.load import Data, load, trials
from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from analysis.foreign.mapping import Difference, ForeignFactor, ForeignMap, Keep, kept_map, load_map
from analysis.foreign.with_stimuli import compare_levels, compare_with_value, several_stimuli
from analysis.models import Fit, fit
from analysis.models.comparisons import Comparison, compare_groups, compare_paired, compare_with
from experiments.numbers import count, p_value
from experiments.templates import environment

#: Largest number of participants who are named in a note.
MOST_NAMED = 10


@dataclass(frozen=True)
class Reanalysis:
    """Results of a reanalysis, with the results of the authors."""

    mapping: ForeignMap
    means: dict[str, pd.DataFrame] = field(repr=False)
    """Measure -> the factors, n, mean, sd."""
    comparisons: dict[str, Comparison]
    """Name -> difference, or mean against a constant."""
    models: dict[str, Fit] = field(repr=False)
    notes: dict[str, str] = field(default_factory=dict)
    """Name -> what was left out, or is assumed."""
    failed: dict[str, str] = field(default_factory=dict)
    """Name -> why a quantity cannot be estimated."""

    def text(self) -> str:
        """Return the results as plain text."""
        template = environment("analysis.foreign.importing").get_template("reanalysis.txt.j2")
        return template.render(**vars(self), p=p_value)


def reanalyse(folder: Path | str, mapping: Path | str | None = None) -> Reanalysis:
    """Compute the quantities of a mapping.

    Parameters
    ----------
    folder
        Imported data (``import_foreign``).
    mapping
        The mapping (default: the one used for the import).

    Raises
    ------
    AnalysisError
        If the data were not imported, or a level or a filter of the mapping has no rows.
    """
    path = Path(mapping) if mapping else Path(folder) / "map.yaml"
    if not path.is_file():
        raise AnalysisError(
            f"{folder} does not contain a map.yaml, so it is not a folder of imported data.",
            "Import a table first: compassion data import --map MAP.yaml FILE.csv --to FOLDER.",
        )
    foreign_map, data = load_map(path) if mapping else kept_map(path), load(folder)
    plan = foreign_map.analysis
    found = Reanalysis(
        foreign_map,
        {measure: _means(foreign_map, data, measure) for measure in plan.means},
        {},
        {},
    )
    for difference in plan.differences:
        table = _table(foreign_map, data, difference.measure, difference.where)
        samples = _samples(foreign_map.factors[difference.factor], table, difference)
        if samples.left_out:
            found.notes[difference.name] = samples.left_out
        with _or_failed(found, difference.name):
            if not several_stimuli(samples.rows):
                found.comparisons[difference.name] = samples.compared()
                continue
            levels = (difference.factor, difference.higher, difference.lower)
            made = compare_levels(samples.rows, difference.measure, *levels)
            _keep(found, difference.name, *made)
    for constant in plan.constants:
        table = _table(foreign_map, data, constant.measure, constant.where)
        with _or_failed(found, constant.name):
            wanted = (constant.measure, constant.value, constant.name)
            if several_stimuli(table):
                _keep(found, constant.name, *compare_with_value(table, *wanted))
                continue
            values = table[constant.measure].to_numpy()
            found.comparisons[constant.name] = compare_with(values, *wanted[1:])
    for model in plan.models:
        table = _table(foreign_map, data, model.measure, model.where)
        formula = f"{model.measure} ~ {model.formula}"
        with _or_failed(found, model.name):
            fitted = fit(table, formula, model.family, errors=model.errors)
            found.models[model.name] = fitted
            repeated = table["participant"].duplicated()
            if not fitted.groups and repeated.any():
                several = _named(table.loc[repeated, "participant"].unique())
                found.notes[model.name] = (
                    f"The rows of {several} are taken to be independent, although there are several of each; a random"
                    " term, such as (1 | participant), would not do so."
                )
    return found


def _keep(found: Reanalysis, name: str, comparison: Comparison, notes: str) -> None:
    found.comparisons[name] = comparison
    found.notes[name] = f"{found.notes.get(name, '')} {notes}".strip()


@contextmanager
def _or_failed(found: Reanalysis, name: str) -> Iterator[None]:
    """Keep the reason if a quantity cannot be estimated; the others are still computed."""
    try:
        yield
    except AnalysisError as error:
        found.failed[name] = str(error)


def _table(mapping: ForeignMap, data: Data, measure: str, where: Keep) -> pd.DataFrame:
    """Return the trials of a measure, filtered by the values in ``where``."""
    table = trials(data, measure, phase=mapping.measures[measure].phase)
    # Formulas of a mapping use the words of the mapping.
    table = table.rename(columns={"item": "stimulus"})
    for name, wanted in where.items():
        if name in mapping.measures and name != measure:
            facts = trials(data, name, phase=mapping.measures[name].phase)[[*KEYS, name]]
            table = table.merge(facts, on=KEYS, how="left")
        table = table[table[name].isin(wanted)]
    if table.empty:
        raise AnalysisError(
            f"No row of {measure!r} passes the filter {where}.", "Check 'where' in the mapping."
        )
    return table.reset_index(drop=True)


def _means(mapping: ForeignMap, data: Data, measure: str) -> pd.DataFrame:
    table = _table(mapping, data, measure, {})
    factors = [name for name in mapping.factors if name in table and table[name].notna().any()]
    if not factors:
        overall = table[measure].agg(["count", "mean", "std"]).to_frame().T
        return overall.rename(columns={"count": "n", "std": "sd"})
    for name in factors:
        # In the order of the mapping, not in alphabetical order.
        table[name] = pd.Categorical(table[name], list(mapping.factors[name].levels.values()))
    cells = table.groupby(factors, observed=True)[measure].agg(["count", "mean", "std"])
    return cells.reset_index().rename(columns={"count": "n", "std": "sd"})


@dataclass(frozen=True)
class _Samples:
    """The values of two levels, one for each participant."""

    names: tuple[str, str]
    values: tuple[pd.Series, pd.Series]
    """Of the higher and of the lower level."""
    rows: pd.DataFrame
    """The single answers behind them."""
    paired: bool
    left_out: str
    """What was left out, in a sentence; empty if nothing was."""

    def compared(self) -> Comparison:
        """Compare the two levels by the t test that the design asks for."""
        higher, lower = (values.to_numpy() for values in self.values)
        compare = compare_paired if self.paired else compare_groups
        return compare(higher, lower, self.names)


def _samples(factor: ForeignFactor, table: pd.DataFrame, one: Difference) -> _Samples:
    """Return the values that a difference compares: pairs if the factor varies within participants."""
    for level in (one.higher, one.lower):
        if not (table[one.factor] == level).any():
            raise AnalysisError(f"{one.name!r}: there is no row with {one.factor} = {level}.")
    own = table[table[one.factor].isin([one.higher, one.lower])]
    levels = own.groupby("participant", observed=True)[one.factor].nunique()
    paired = factor.varies == "within" or (not factor.varies and (levels == 2).mean() > 0.5)
    note = ""
    if paired and (gone := levels.index[levels < 2]).size:
        own = own[~own["participant"].isin(gone)]
        note = f"Left out: {_named(gone)} with one level of '{one.factor}' only."
    elif not paired and (gone := levels.index[levels == 2]).size:
        # Who is in a group by chance stays in it, and what they met later is left out.
        first = own.groupby("participant", observed=True)[one.factor].transform("first")
        own = own[own[one.factor] == first]
        note = f"Left out: the later level of '{one.factor}' of {_named(gone)} with both."
    if note and not factor.varies:
        kind, other = ("within", "between") if paired else ("between", "within")
        note += (
            f" '{one.factor}' was taken to vary {kind} participants, as for most of them;"
            f" if it does not, write 'varies: {other}' below it in the mapping."
        )
    means = own.pivot_table(index=KEYS, columns=one.factor, values=one.measure, observed=True)
    means = means.dropna() if paired else means
    names = (f"{one.measure} {one.higher}", f"{one.measure} {one.lower}")
    values = (means[one.higher].dropna(), means[one.lower].dropna())
    return _Samples(names, values, own, paired, note)


def _named(participants: Iterable[object]) -> str:
    """Return how many participants there are, and the codes of the first of them."""
    codes = [str(code) for code in participants]
    listed = ", ".join(codes[:MOST_NAMED]) + (", ..." if len(codes) > MOST_NAMED else "")
    return f"{count(len(codes), 'participant', 'participants')} ({listed})"
