"""Fits of planned models, with their marginal means.

Random terms that cannot be estimated from the data are left out with a note; without random terms, a Gaussian
model is a linear model with HC2 standard errors and Satterthwaite degrees of freedom (Welch's test for two groups), or
with standard errors clustered by participant if participants answered more than once. Where all answers of a condition
are at a limit, the other estimates of a logistic, Tobit, ordered beta or ordinal model remain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, TwoPart, fit_at_limit, fit_parts
from analysis.models import contrast as contrast_of
from analysis.models import fit as fit_model
from analysis.models.complete import without_missing
from analysis.models.contrasts import INVERSE_LINKS, SMALLEST_SE
from analysis.models.formula import side_columns
from analysis.models.reducing import fit_reduced
from analysis.planned.describing import in_numbers
from analysis.planned.fitted import ModelResults
from analysis.planned.grid import Grid, Held, words_of
from analysis.planned.plan import Planned
from analysis.planned.predictors import Predictors
from analysis.planned.results import MeasureInfo

WHETHER, AMOUNT = "whether", "how much"
"""Parts of a two-part model: whether anything was given, and how much by those who gave."""
NO_GIFTS = "Nobody gave anything"
BOUNDED = ("tobit", "ordered_beta", "ordinal")
"""Families fitted by ``engine="likelihood"``: random intercepts only, or clustered standard errors."""


@dataclass(frozen=True)
class PlannedFit:
    """A fitted planned model, from which contrasts, marginal means and Lee bounds are computed."""

    planned: Planned
    predictors: Predictors
    measure: MeasureInfo
    frame: pd.DataFrame = field(repr=False)
    """One row per answer."""
    parts: dict[str, Fit] = field(repr=False)
    """Part ('' if there is only one) -> fit; without those of ``absent``."""
    errors: str
    """Kind of standard errors; see ``ModelResults``."""
    notes: tuple[tuple[str, str], ...]
    """Notes for the reader: the part of the model, and the note on it."""
    absent: dict[str, AnalysisError] = field(default_factory=dict)
    """Part of the plan that could not be fitted -> why."""

    @property
    def column(self) -> str:
        """The response in ``frame``."""
        return self.planned.formula.response

    @property
    def spread(self) -> float:
        """SD of the answers."""
        return float(np.std(self.frame[self.column].to_numpy(dtype=float)))

    @cached_property
    def grids(self) -> dict[str, Grid]:
        """Part -> the cells of its factors, and the values at which its numbers are taken."""
        return {
            part: Grid(
                fit.design,
                self.frame.loc[fit.data.index],
                self.predictors,
                *([NO_GIFTS] if part == AMOUNT else []),
            )
            for part, fit in self.parts.items()
        }

    def results(self) -> ModelResults:
        """Return the results of the model as they are stored."""
        fits = list(self.parts.values())
        terms = stacked({part: fit.terms for part, fit in self.parts.items()})
        no_variance = ~(terms["se"] > SMALLEST_SE * self.spread)
        terms.loc[no_variance, ["se", "statistic", "p", "ci_low", "ci_high"]] = np.nan
        held = next(iter(self.grids.values())).held
        return replace(
            unfitted(self.planned),
            n=len(self.frame),
            participants=int(self.frame["participant"].nunique()),
            formula=str(fits[0].formula.with_response(self.column)),
            engine=fits[0].engine,
            errors=self.errors,
            groups=fits[0].groups,
            converged=all(fit.converged for fit in fits),
            singular=any(fit.singular for fit in fits),
            notes=tuple(dict.fromkeys(self.notes)),
            terms=terms,
            random=stacked({part: f.random_sd for part, f in self.parts.items() if f.components}),
            shape=stacked({part: fit.shape for part, fit in self.parts.items() if len(fit.shape)}),
            held=pd.DataFrame(held, columns=list(Held._fields)),
        )


def parts_of(planned: Planned) -> tuple[str, ...]:
    """Return the parts of a planned model, whether or not they can be fitted; '' is the only one."""
    return (WHETHER, AMOUNT) if planned.family == "two_part" else ("",)


def unfitted(planned: Planned, n: int = 0, participants: int = 0, failed: str = "") -> ModelResults:
    """Return what is planned for a model, without a fit."""
    return ModelResults(
        planned.name,
        planned.outcome,
        planned.family,
        str(planned.formula),
        "primary" if planned.primary else "secondary",
        planned.combined,
        n=n,
        participants=participants,
        failed=failed,
    )


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Concatenate the tables of the parts, with the part in the first column."""
    if not tables:
        return pd.DataFrame({"part": []})
    return pd.concat(tables, names=["part"]).reset_index("part").reset_index(drop=True)


def fit_planned(
    planned: Planned, frame: pd.DataFrame, predictors: Predictors, measure: MeasureInfo
) -> PlannedFit:
    """Fit a planned model.

    Parameters
    ----------
    frame
        One row per answer: participant, item, the factors, the numbers and the outcome. Rows in which a predictor is
        missing are left out with a note.
    predictors
        The predictors of the model.
    measure
        The outcome; its range gives the limits of bounded families.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data.
    """
    formula, family = planned.formula, planned.family
    rows, notes = _complete(frame, formula)
    rows = in_numbers(predictors.in_order(rows), formula.response)
    if family == "two_part":
        return _two_parts(planned, rows, predictors, measure, notes)
    fit, errors, of_fit = _one_part(rows, formula, family, measure)
    notes += [("", note) for note in of_fit]
    return PlannedFit(planned, predictors, measure, rows, {"": fit}, errors, tuple(notes))


def _complete(frame: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Leave out rows without a predictor of the model."""
    slopes = (side_columns(term.slopes, str(formula)) for term in formula.random)
    used = dict.fromkeys([*formula.fixed_columns, *(name for names in slopes for name in names)])
    rows, notes = without_missing(frame, (name for name in used if name in frame))
    return rows, [("", note) for note in notes]


def _one_part(
    frame: pd.DataFrame, planned: Formula, family: str, measure: MeasureInfo
) -> tuple[Fit, str, tuple[str, ...]]:
    errors: list[str] = []
    more: list[str] = []

    def fitted(formula: Formula) -> Fit:
        found, kind, why = _fit_one(frame, formula, family, measure)
        errors.append(kind)
        more[:] = why
        return found

    quick = (
        partial(fit_model, frame, tests=False) if family == "gaussian" and planned.random else None
    )
    found, notes = fit_reduced(frame, planned, fitted, slopes=family not in BOUNDED, quick=quick)
    return found, errors[-1], (*notes, *more, *found.messages)


def _fit_one(
    frame: pd.DataFrame, formula: Formula, family: str, measure: MeasureInfo
) -> tuple[Fit, str, list[str]]:
    """Fit a formula; return the fit, the kind of its standard errors, and why they are not those of the plan."""
    cluster = None if formula.random else clusters(frame, formula)
    errors = "cluster" if cluster else "model"
    if family == "binomial":
        independent = clusters(frame, formula) is not None
        return fit_at_limit(frame, formula, family), "independent" if independent else "model", []
    if family in BOUNDED:
        limits = (measure.low, measure.high)
        return fit_at_limit(frame, formula, family, cluster=cluster, limits=limits), errors, []
    try:
        found, why = fit_model(frame, formula, cluster=cluster), []
    except AnalysisError as error:
        if error.code != "single_observation":
            raise
        found, why = fit_model(frame, formula, errors="classical"), [error.message]
    return found, found.errors, why


def _two_parts(
    planned: Planned,
    frame: pd.DataFrame,
    predictors: Predictors,
    measure: MeasureInfo,
    notes: list[tuple[str, str]],
) -> PlannedFit:
    """Fit each part by itself: where nobody gave in a condition, whether participants gave can be tested."""

    def fitted(rows: pd.DataFrame, formula: Formula, family: str) -> Fit:
        # There may be a condition in which nobody gave.
        own = predictors.in_order(rows)
        found, left_out = fit_reduced(own, formula, lambda each: fit_at_limit(own, each, family))
        part = WHETHER if family == "binomial" else AMOUNT
        notes.extend((part, note) for note in left_out)
        return found

    whether, amount = fit_parts(frame, planned.formula, fit_part=fitted)
    both = {WHETHER: whether, AMOUNT: amount}
    parts = {part: fit for part, fit in both.items() if isinstance(fit, Fit)}
    absent = {part: why for part, why in both.items() if isinstance(why, AnalysisError)}
    if isinstance(whether, AnalysisError) and not parts:
        raise whether
    formula = next(iter(parts.values())).formula.with_response(planned.formula.response)
    errors = "independent" if clusters(frame, formula) else "model"
    if isinstance(whether, Fit) and isinstance(amount, Fit):
        notes += [("", note) for note in TwoPart(whether, amount).messages]
    else:
        notes += [(part, note) for part, fit in parts.items() for note in fit.messages]
        notes += [(part, str(why)) for part, why in absent.items()]
    return PlannedFit(planned, predictors, measure, frame, parts, errors, tuple(notes), absent)


def clusters(data: pd.DataFrame, formula: Formula) -> str | None:
    """Return the column to cluster by, if participants answered more than once and are not a random effect."""
    several = data["participant"].duplicated().any()
    modelled = any("participant" in term.group_columns for term in formula.random)
    return "participant" if several and not modelled else None


def model_means(planned_fit: PlannedFit) -> pd.DataFrame:
    """Estimate the mean of each cell of the model's factors (Gaussian, logistic and Gamma models).

    They are on the scale of the response; those of logistic and Gamma parts are for a typical participant and item.

    Returns
    -------
    DataFrame
        part, level (words of the cell), estimate, se (missing if the link is not the identity), ci_low, ci_high; no
        rows for a model without factors.
    """
    tables = {}
    for part, fit in planned_fit.parts.items():
        grid = planned_fit.grids[part]
        if fit.family not in ("gaussian", "binomial", "gamma") or not grid.factors:
            continue
        table = contrast_of(fit, grid.means(), [""] * len(grid.cells)).estimates
        wanted = table[["estimate", "se", "ci_low", "ci_high"]]
        if fit.link != "identity":
            wanted = wanted.apply(INVERSE_LINKS[fit.link]).assign(se=np.nan)
        cells = [dict(zip(grid.factors, cell, strict=True)) for cell in grid.cells]
        words = [words_of(cell, planned_fit.predictors.factors) for cell in cells]
        wanted.insert(0, "level", words)
        tables[part] = wanted
    return stacked(tables)
