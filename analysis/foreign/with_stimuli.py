"""Differences of imported tables whose stimuli are a sample: by a mixed model in which they vary, as in planned analyses.

A t test of participants' means treats these stimuli as the only ones there are. With four stimuli in each condition
whose SD is half that of single answers, it finds a difference in .55 of studies without one [C].
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, fit
from analysis.models.comparisons import Comparison
from analysis.models.formula import RandomTerm
from analysis.models.random_terms import estimable
from analysis.models.reducing import fit_reduced

STIMULUS = "stimulus"
Level = int | float | str


def several_stimuli(rows: pd.DataFrame) -> bool:
    """Return whether rows are answers to several stimuli."""
    return STIMULUS in rows and len(rows[STIMULUS].dropna().unique()) > 1


def compare_levels(
    rows: pd.DataFrame, measure: str, factor: str, higher: Level, lower: Level
) -> tuple[Comparison, str]:
    """Compare two levels of a factor, with participants and stimuli as random effects.

    Random terms are those of the design: a unit that has several answers at each level has a term of its own for the
    level, too.

    Parameters
    ----------
    rows
        One row per answer at one of the levels: participant, stimulus, the factor, the measure.

    Returns
    -------
    The comparison, and the sentences of the fit.

    Raises
    ------
    AnalysisError
        If the variance between stimuli cannot be estimated, as with fewer than five.
    """
    own = rows.dropna(subset=[measure]).reset_index(drop=True)
    own[factor] = pd.Categorical(own[factor].astype(object), [lower, higher])
    random = [each for unit in ("participant", STIMULUS) for each in _terms(own, unit, factor)]
    found, notes = _fitted(own, Formula.of(measure, [factor], random))
    sds = tuple(
        float(own.loc[own[factor] == level, measure].std(ddof=1)) for level in (higher, lower)
    )
    within = own[measure] - own.groupby(factor, observed=True)[measure].transform("mean")
    sd = float(np.sqrt((within**2).sum() / (len(own) - 2)))
    label = f"{measure} {higher} minus {measure} {lower}"
    unit = (sd, "SD of single answers within the levels")
    return _comparison(found, 1, label, unit, sds, own), notes


def compare_with_value(
    rows: pd.DataFrame, measure: str, value: float, name: str
) -> tuple[Comparison, str]:
    """Compare a mean with a value, with participants and stimuli as random effects; see :func:`compare_levels`."""
    own = rows.dropna(subset=[measure]).reset_index(drop=True)
    sd = float(own[measure].std(ddof=1))
    own[measure] = own[measure] - value
    random = [RandomTerm("1", unit) for unit in ("participant", STIMULUS) if _several(own, unit)]
    found, notes = _fitted(own, Formula.of(measure, [], random))
    return _comparison(found, 0, name, (sd, "SD of single answers"), (sd,), own), notes


def _several(rows: pd.DataFrame, unit: str) -> bool:
    return bool(rows[unit].duplicated().any())


def _terms(rows: pd.DataFrame, unit: str, factor: str) -> list[RandomTerm]:
    """Return the random terms of participants or stimuli."""
    if not _several(rows, unit):
        return []
    counts = rows.groupby([unit, factor], observed=True).size().unstack(factor, fill_value=0)
    both = counts[(counts > 0).all(axis=1)]
    crossed = len(both) > len(counts) / 2 and both.to_numpy().mean() >= 2
    return [RandomTerm("1", unit), *([RandomTerm("1", f"{unit}:{factor}")] if crossed else [])]


def _fitted(rows: pd.DataFrame, formula: Formula) -> tuple[Fit, str]:
    possible, why = estimable(rows, formula)
    if not any(term.group == STIMULUS for term in possible.random):
        raise AnalysisError(
            f"A difference of participants' means would ignore that the {rows[STIMULUS].nunique()} stimuli are a"
            f" sample. {' '.join(why)}".strip()
        )
    found, notes = fit_reduced(rows, formula, partial(fit, rows))
    if not found.converged:
        raise AnalysisError("The mixed model with participants and stimuli did not converge.")
    return found, " ".join([f"Mixed model {found.formula}.", *why, *notes, *found.messages])


def _comparison(
    found: Fit,
    term: int,
    label: str,
    unit: tuple[float, str],
    sds: tuple[float, ...],
    rows: pd.DataFrame,
) -> Comparison:
    row = {
        name: float(value) for name, value in found.terms.drop(columns="term").iloc[term].items()
    }
    sd, words = unit
    return Comparison(
        label=label,
        kind="mixed model",
        difference=row["estimate"],
        **{name: row[name] for name in ("se", "statistic", "df", "p", "ci_low", "ci_high")},
        effect=row["estimate"] / sd,
        effect_low=row["ci_low"] / sd,
        effect_high=row["ci_high"] / sd,
        sd=sd,
        denominator=words,
        n=(int(rows["participant"].nunique()), int(rows[STIMULUS].nunique())),
        sds=sds,
    )
