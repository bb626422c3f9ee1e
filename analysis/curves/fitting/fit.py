"""Fit of one predicted curve, with its shape parameters profiled in the mixed model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis
from analysis.curves.catalogue.design import Array, Design
from analysis.curves.fitting.parameters import parameter_table
from analysis.curves.fitting.problem import Problem
from analysis.curves.fitting.profile import Profile
from analysis.curves.fitting.search import best_shape
from analysis.curves.fitting.surface import as_params
from analysis.models.messages import EstimationError, message


@dataclass(frozen=True)
class CurveFit:
    """A fitted curve. All fits are by maximum likelihood, so that curves can be compared."""

    hypothesis: Hypothesis
    columns: tuple[str, ...]
    """Columns of the data that the curve uses."""
    parameters: pd.DataFrame
    """name, kind (shape / linear), estimate, ci_low, ci_high, interval (method), unit, identified."""
    shape: dict[str, float]
    intercept: float
    coefficients: Array
    loglik: float
    k: int
    """Number of estimated parameters: curve (including its shape), covariates, variances. Only parameters of
    the curve that the cells can identify count."""
    k_curve: int
    n: int
    converged: bool
    limited: bool
    """Whether the data contradict the claim, so that a coefficient was fixed at zero."""
    notes: tuple[str, ...]
    evaluations: int = field(default=0)
    """Number of shapes at which the data were fitted."""

    def predict(self, design: Design) -> Array:
        """Return the fitted mean (linear predictor) on a design, covariates at their means."""
        basis = self.hypothesis.basis(design, self.shape)
        return self.intercept + basis @ np.nan_to_num(self.coefficients)


def fit_in(problem: Problem, hypothesis: Hypothesis, level: float | None = 0.95) -> CurveFit:
    """Fit one curve in a prepared problem.

    For given shape parameters, the curve is a set of design columns; the shape parameters are profiled
    (bounded, from several starting values) with the exact likelihood or, in large data sets, with that of
    the cell means (see :meth:`analysis.curves.fitting.profile.Profile.judge`). ``level`` is that of the profile
    intervals; None skips them (for simulation).
    """
    hypothesis = hypothesis.on(problem.data.columns)
    profile = Profile(problem, hypothesis)
    best = best_shape(profile)
    found = profile(best)
    if not np.isfinite(found.loglik):
        raise EstimationError(
            "negative_scale", id=hypothesis.id, name=hypothesis.name, response=problem.response
        )
    notes = list(problem.notes)
    unidentified = profile.unidentified and bool(hypothesis.free_shape)
    if unidentified:
        notes.append(
            message(
                "shape_unknown",
                id=hypothesis.id,
                names=[p.name for p in hypothesis.free_shape],
                column=profile.columns[0],
                levels=profile.table[profile.columns[0]].unique().tolist(),
                cells=len(profile.table),
            )
        )
    parameters = parameter_table(profile, best, None if unidentified else level, notes)
    notes += found.fit.messages
    if found.limited:
        claim = hypothesis.claim.rstrip(".")
        notes.append(message("against_claim", id=hypothesis.id, claim=claim))
    if not found.fit.converged:
        notes.append(message("curve_not_converged"))
    if np.isnan(found.coefficients).any() and not unidentified:
        notes.append(message("no_variation", cells=len(profile.table), columns=profile.columns))
    return CurveFit(
        hypothesis=hypothesis,
        columns=profile.columns,
        parameters=parameters,
        shape=as_params(hypothesis, best),
        intercept=found.intercept,
        coefficients=found.coefficients,
        loglik=found.loglik,
        k=profile.known + found.n_other,
        k_curve=profile.known,
        n=problem.n,
        converged=found.fit.converged,
        limited=found.limited,
        notes=tuple(dict.fromkeys(notes)),
        evaluations=len(profile.seen),
    )
