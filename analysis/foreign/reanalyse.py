"""Reanalysis of imported data: the quantities of the mapping, next to published results.

Means and SDs by condition, differences with effect sizes, and models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.data.load import Data, load, trials
from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from analysis.foreign.mapping import Difference, ForeignMap, ForeignModel, Keep, kept_map, load_map
from analysis.models import Fit
from analysis.models import fit as fit_model
from analysis.models.comparisons import Comparison, compare_groups, compare_paired, compare_with
from experiments.numbers import p_value
from experiments.templates import environment


@dataclass(frozen=True)
class Reanalysis:
    """Results of a reanalysis, with the results of the authors."""

    mapping: ForeignMap
    means: dict[str, pd.DataFrame] = field(repr=False)
    """Measure -> the factors, n, mean, sd."""
    comparisons: dict[str, Comparison]
    """Name -> difference, or mean against a constant."""
    models: dict[str, Fit] = field(repr=False)

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
        If the data were not imported, or a quantity cannot be estimated.
    """
    path = Path(mapping) if mapping else Path(folder) / "map.yaml"
    if not path.is_file():
        raise AnalysisError(
            f"{folder} does not contain a map.yaml, so it is not a folder of imported data.",
            "Import a table first: compassion data import --map MAP.yaml FILE.csv --to FOLDER.",
        )
    foreign_map, data = load_map(path) if mapping else kept_map(path), load(folder)
    plan = foreign_map.analysis
    comparisons = {one.name: _difference(foreign_map, data, one) for one in plan.differences}
    for one in plan.constants:
        values = _table(foreign_map, data, one.measure, one.where)[one.measure]
        comparisons[one.name] = compare_with(values.to_numpy(), one.value, one.name)
    return Reanalysis(
        foreign_map,
        {measure: _means(foreign_map, data, measure) for measure in plan.means},
        comparisons,
        {one.name: _model(foreign_map, data, one) for one in plan.models},
    )


def _table(mapping: ForeignMap, data: Data, measure: str, where: Keep) -> pd.DataFrame:
    """Return the trials of a measure, filtered by the values in ``where``."""
    table = trials(data, measure, phase=mapping.measures[measure].phase)
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


def _difference(mapping: ForeignMap, data: Data, one: Difference) -> Comparison:
    table = _table(mapping, data, one.measure, one.where)
    names = (f"{one.measure} {one.higher}", f"{one.measure} {one.lower}")
    by_participant = table.pivot_table(
        index=KEYS, columns=one.factor, values=one.measure, observed=True
    )
    lacking = [level for level in (one.higher, one.lower) if level not in by_participant]
    if lacking:
        raise AnalysisError(f"{one.name!r}: there is no row with {one.factor} = {lacking[0]}.")
    both = by_participant[[one.higher, one.lower]].dropna()
    if len(both):
        return compare_paired(both[one.higher].to_numpy(), both[one.lower].to_numpy(), names)
    return compare_groups(
        by_participant[one.higher].dropna().to_numpy(),
        by_participant[one.lower].dropna().to_numpy(),
        names,
    )


def _model(mapping: ForeignMap, data: Data, one: ForeignModel) -> Fit:
    table = _table(mapping, data, one.measure, one.where)
    formula = f"{one.measure} ~ {one.formula}"
    return fit_model(table, formula, one.family, errors=one.errors)
