"""The problem: data, likelihood and cell means that the curves of a comparison have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.curves.catalogue import Hypothesis
from analysis.curves.fitting.cells import CellMeans, cell_index, cell_means
from analysis.curves.fitting.errors import CellErrors, alike, cell_errors
from analysis.curves.fitting.likelihood import CROSSED, CurveEngine, curve_engine
from analysis.errors import AnalysisError
from analysis.models import RandomTerm
from analysis.models.design import Array
from analysis.models.messages import message
from analysis.models.not_numbers import refuse_other_than_numbers

MOST_CELLS = 60
"""Largest number of distinct design rows for cell means; with more, columns count as continuous."""
BINS = {1: 40, 2: 12}
"""Bins per column in the coarse search for a shape, by number of columns (three or more: 6)."""


@dataclass(frozen=True)
class Problem:
    """A response, its likelihood, and the design columns of the curves that are compared."""

    response: str
    data: pd.DataFrame = field(repr=False)
    engine: CurveEngine = field(repr=False)
    cells: CellMeans | None
    """None if the design is continuous: there is then no saturated model."""
    notes: tuple[str, ...]
    single_stimulus_cells: bool
    """Whether some cells contain a single stimulus that occurs in no other cell: variance between stimuli
    then contributes to the deviations of cell means from a curve, and the cells cannot test a curve."""

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.data)

    @property
    def own_scale(self) -> bool:
        """Whether means are in units of the response (in other families they are logits or on a latent
        scale)."""
        return self.engine.model.family == "gaussian"

    def has_two_cells(self, claim: Hypothesis) -> bool:
        """Return whether a claim is about two means; not if its curve also reads a number with many values."""
        if self.cells is None or len(self.cells.means) != 2:
            return False
        return set(used_columns(self.data, claim)) <= set(self.cells.columns)

    @cached_property
    def errors(self) -> CellErrors | None:
        """Cell means by REML or least squares; None without cells or on another scale."""
        if self.cells is None or not self.own_scale:
            return None
        return cell_errors(
            self.data, self.response, self.cells, self.engine.random, self.engine.covariates
        )

    @property
    def cell_table(self) -> pd.DataFrame | None:
        """The table of the cells, with the 95 % interval of each mean (ci_low, ci_high); None without cells."""
        if self.cells is None:
            return None
        table = self.cells.table
        if self.errors is None:
            half = 1.96 * table["se"]
            return table.assign(ci_low=table["mean"] - half, ci_high=table["mean"] + half)
        return table.assign(**self.errors.table[["ci_low", "ci_high"]])


def prepare(
    data: pd.DataFrame,
    response: str,
    hypotheses: Sequence[Hypothesis],
    *,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    family: str = "gaussian",
    limits: tuple[float, float] | None = None,
) -> Problem:
    """Check the data, set up the likelihood, and fit the unrestricted cell means.

    Parameters
    ----------
    data : DataFrame
        One row per response, with the design columns of the hypotheses.
    response : str
        Column of the response.
    hypotheses : sequence of Hypothesis
        The curves to be compared; their columns define the cells.
    random : str or random terms
        Random effects; those that the data cannot estimate are left out with a note.
        Without random effects, least squares is used.
    covariates : sequence of str
        Further fixed columns, centred.
    family, limits
        See :func:`analysis.models.fit`.

    Raises
    ------
    AnalysisError
        If a column or value is missing, the response is constant, or there are too few rows.
    """
    if not hypotheses:
        raise AnalysisError("No curve was given.", "Choose at least one hypothesis.")
    data = numeric(data, response, hypotheses)
    engine = curve_engine(data, response, random, covariates, family=family, limits=limits)
    notes = engine.notes
    no_zero = [h.id for h in hypotheses if not h.intercept and family != "gaussian"]
    if no_zero:
        notes += (message("no_zero", curves=no_zero),)
    columns = cell_columns(data, hypotheses)
    confounded = confounding(data, columns)
    notes += confounded
    cells = None
    if columns and len(cell_index(data, columns)[0]) + 2 <= len(data):
        cells = cell_means(data, columns, engine)
        if engine.random and family == "gaussian" and alike(data, cells):
            notes += (message("cells_alike", cells=len(cells.means)),)
    elif columns:
        notes += (message("many_cells"),)
    return Problem(response, data, engine, cells, notes, bool(confounded))


def numeric(data: pd.DataFrame, response: str, hypotheses: Sequence[Hypothesis]) -> pd.DataFrame:
    """Return the data with the response and the numeric design columns as numbers.

    Raises
    ------
    AnalysisError
        If the response is absent, or a numeric column contains text, dates, or True and False.
    """
    if response not in data:
        raise AnalysisError(
            f"The data have no column {response!r}.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    wanted = {c for h in hypotheses for c in h.reads if not h.levels(c)}
    changed = {}
    for name in (response, *sorted(wanted & set(data.columns))):
        refuse_other_than_numbers(name, data[name])
        try:
            changed[name] = pd.to_numeric(data[name]).astype(np.float64)
        except (ValueError, TypeError) as error:
            raise AnalysisError(
                f"The column {name!r} contains something that is not a number: {error}.",
                "Correct the column, or code it as numbers.",
            ) from error
    return data.assign(**changed).reset_index(drop=True)


def used_columns(data: pd.DataFrame, hypothesis: Hypothesis) -> tuple[str, ...]:
    """Return the columns of the data that a curve reads.

    Raises
    ------
    AnalysisError
        If a required column is absent or has impossible values.
    """
    names = (*hypothesis.requires, *(c for c in hypothesis.optional if c in data))
    hypothesis.basis({c: data[c].to_numpy() for c in names if c in data})
    return names


def cell_columns(data: pd.DataFrame, hypotheses: Sequence[Hypothesis]) -> tuple[str, ...]:
    """Return the columns of the curves that have few enough combinations for cell means."""
    names = tuple(dict.fromkeys(c for h in hypotheses for c in used_columns(data, h)))
    few = tuple(c for c in names if data[c].nunique() <= MOST_CELLS // 2)
    while few and len(cell_index(data, few)[0]) > MOST_CELLS:
        few = few[:-1]
    return few


def confounding(data: pd.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    """Return a note on cells with a single stimulus (Judd, Westfall & Kenny 2012), if there are any."""
    if "item" not in data or not columns:
        return ()
    cell = cell_index(data, columns)[1]
    pairs = pd.DataFrame({"cell": cell, "item": data["item"].to_numpy()}).drop_duplicates()
    stimuli = pairs["cell"].value_counts()
    if pairs["item"].duplicated().any() or not (stimuli == 1).any() or len(stimuli) < 2:
        return ()
    return (message("single_stimulus_cells", n=int((stimuli == 1).sum()), cells=len(stimuli)),)


def coarse_cells(
    problem: Problem, columns: Sequence[str]
) -> tuple[dict[str, NDArray[np.generic]], Array, Array]:
    """Return design, means and (co)variance for the coarse search for a curve's shape.

    These are the unrestricted cell means, if they exist, or else means in bins of the continuous columns,
    as if rows were independent. Only the search uses them: the likelihood of the result is exact.
    """
    cells = problem.cells
    if cells is not None and cells.vcov is not None and set(columns) <= set(cells.columns):
        return cells.design, cells.means, cells.vcov
    frame = problem.data[list(columns)]
    bins = BINS.get(len(columns), 6)
    keys = pd.DataFrame(index=frame.index)
    for name in columns:
        many = pd.api.types.is_numeric_dtype(frame[name]) and frame[name].nunique() > bins
        keys[name] = pd.qcut(frame[name], bins, labels=False, duplicates="drop") if many else (
            frame[name].astype(str)
        )  # fmt: skip
    code = keys.groupby(list(columns), sort=False).ngroup().to_numpy()
    size = np.bincount(code).astype(np.float64)
    y = np.asarray(problem.data[problem.response], dtype=np.float64)
    means = np.bincount(code, weights=y) / size
    spread = float(np.mean((y - means[code]) ** 2)) or 1.0
    first = np.unique(code, return_index=True)[1]
    design: dict[str, NDArray[np.generic]] = {}
    for name in columns:
        values = frame[name].to_numpy()
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        design[name] = np.bincount(code, weights=values) / size if numeric else values[first]
    return design, means, spread / size
