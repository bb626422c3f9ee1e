"""One planned model fitted by the likelihood that the protocol names, and told for a report.

Random terms that the data cannot estimate are left out, and the notes say so; with none left a Gaussian
model is a linear one with HC3 standard errors (Welch's comparison where it compares two groups), clustered
by person where persons answered more than once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis.analysing.results import Fitted, Measured
from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, estimable, fit_two_part, parse_formula
from analysis.models import fit as fit_model
from experiments.planned import PlannedModel

WHETHER, AMOUNT = "whether", "how much"
"""The two parts of a two-part model: was something given, and how much by those who gave."""
SMALLEST_SE = 1e-8
"""A standard error below this share of the answers' SD is nothing but rounding."""
LINKS = {
    "binomial": "log odds",
    "two_part": "log odds of giving; log amount among givers",
    "ordered_beta": "log odds",
    "ordinal": "log odds",
    "tobit": "units of the latent answer",
}


METHODS = {
    "tobit": "two-limit Tobit model",
    "ordered_beta": "ordered beta regression",
    "ordinal": "cumulative logit model",
}
"""Families with a likelihood of their own: random intercepts, or standard errors by person."""


@dataclass(frozen=True)
class Live:
    """A fitted model with its parts, for contrasts; ``told`` is what stays."""

    told: Fitted
    parts: dict[str, Fit] = field(repr=False)
    """Part ('' where there is one) -> fit."""
    frame: pd.DataFrame = field(repr=False)
    column: str = ""
    """The response in ``frame``."""


Found = tuple[dict[str, Fit], str, tuple[str, ...]]
"""Fits by part, method in words, notes."""


def fit_planned(model: PlannedModel, frame: pd.DataFrame, about: Measured) -> Live:
    """Fit a planned model.

    Parameters
    ----------
    frame
        One row per answer: participant, stimulus, the factors and the measure; nothing missing.
    about
        The measure; its range bounds the likelihoods of bounded answers.

    Raises
    ------
    AnalysisError
        When the data cannot estimate it.
    """
    column = model.measure.replace(".", "_")
    frame = frame.rename(columns={model.measure: column}).reset_index(drop=True)
    planned = parse_formula(f"{column} ~ {model.formula}")
    if model.family == "two_part":
        parts, method, notes = _two_part(frame, planned)
    else:
        parts, method, notes = _one_part(frame, planned, model.family, about)
    fits = list(parts.values())
    spread = float(frame[column].astype(float).std())
    terms, blank = _without_rounding(_stacked({p: fit.terms for p, fit in parts.items()}), spread)
    told = Fitted(
        name=model.name,
        measure=model.measure,
        family=model.family,
        role=model.role,
        planned=f"{model.measure} ~ {model.formula}",
        fitted=str(fits[0].formula.explaining(column)),
        method=method,
        engine=fits[0].engine,
        n=len(frame),
        persons=int(frame["participant"].nunique()),
        groups=fits[0].groups,
        converged=all(fit.converged for fit in fits),
        singular=any(fit.singular for fit in fits),
        notes=tuple(dict.fromkeys((*notes, *blank))),
        terms=terms,
        random=_stacked({part: fit.random_sd for part, fit in parts.items() if fit.components}),
        shape=_stacked({part: fit.shape for part, fit in parts.items() if len(fit.shape)}),
    )
    return Live(told, parts, frame, column)


def not_fitted(model: PlannedModel, why: str, persons: int = 0, n: int = 0) -> Fitted:
    """A planned model that these data cannot estimate."""
    return Fitted(
        name=model.name,
        measure=model.measure,
        family=model.family,
        role=model.role,
        planned=f"{model.measure} ~ {model.formula}",
        n=n,
        persons=persons,
        failed=why,
    )


def _one_part(frame: pd.DataFrame, planned: Formula, family: str, about: Measured) -> Found:
    formula, notes = estimable(frame, planned, slopes=family not in METHODS)
    cluster = clusters(frame, formula)
    if family == "binomial":
        found = fit_model(frame, formula, family)
        mixed = ", Laplace approximation" if formula.random else ""
        notes = (*notes, *found.messages, *_dependent(cluster))
        return {"": found}, f"logistic {_kind(formula)} model{mixed}", notes
    if family in METHODS:
        own = None if formula.random else cluster
        limits = (about.low, about.high)
        found = fit_model(frame, formula, family, cluster=own, limits=limits)
        return {"": found}, METHODS[family], (*notes, *found.messages)
    if formula.random:
        found = fit_model(frame, formula)
        method = "linear mixed model (REML, Satterthwaite degrees of freedom)"
    elif cluster is not None:
        found = fit_model(frame, formula, cluster=cluster)
        method = "linear model, standard errors clustered by participant"
    else:
        try:
            found = fit_model(frame, formula)
            method = "linear model with HC3 standard errors (unequal variances allowed)"
        except AnalysisError as error:
            if "HC3" not in error.message:
                raise
            found = fit_model(frame, formula, errors="classical")
            method = "linear model, equal variances assumed"
            notes = (*notes, f"{error.message} Equal variances were assumed instead.")
    return {"": found}, method, (*notes, *found.messages)


def _two_part(frame: pd.DataFrame, planned: Formula) -> Found:
    first, notes = estimable(frame, planned)
    notes = tuple(f"Whether: {note}" for note in notes)
    givers, second = frame[frame[planned.response] > 0], first
    if len(givers):
        second, more = estimable(givers, planned)
        notes = (*notes, *(f"How much: {note}" for note in more))
    found = fit_two_part(frame, first, amount_formula=second)
    notes = (*notes, *found.messages, *_dependent(clusters(frame, first)))
    method = (
        f"two parts: logistic {_kind(first)} model of giving anything, Gamma {_kind(second)} model"
        " (log link) of the amount among givers"
    )
    return {WHETHER: found.whether, AMOUNT: found.amount}, method, notes


def clusters(data: pd.DataFrame, formula: Formula) -> str | None:
    """Column to cluster by, where persons answered more than once and are no random effect."""
    several = data["participant"].duplicated().any()
    modelled = any("participant" in term.group_columns for term in formula.random)
    return "participant" if several and not modelled else None


def _kind(formula: Formula) -> str:
    return "mixed" if formula.random else "regression"


def _dependent(cluster: str | None) -> tuple[str, ...]:
    """A caution where persons answered more than once and are not in the model."""
    if cluster is None:
        return ()
    return (
        "Persons answered more than once and are not in the model: its standard errors treat their"
        " answers as independent and are too small.",
    )


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of the parts one under the other, the part in the first column."""
    marked = []
    for part, table in tables.items():
        copy = table.copy()
        copy.insert(0, "part", part)
        marked.append(copy)
    return pd.concat(marked, ignore_index=True) if marked else pd.DataFrame({"part": []})


def _without_rounding(terms: pd.DataFrame, spread: float) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Blank standard errors that are nothing but rounding, and say so."""
    nothing = ~(terms["se"] > SMALLEST_SE * spread)
    if not nothing.any():
        return terms, ()
    blanked = terms.copy()
    blanked.loc[nothing, ["se", "statistic", "p", "ci_low", "ci_high"]] = float("nan")
    named = ", ".join(terms.loc[nothing, "term"])
    return blanked, (
        f"{named}: all answers in the cells concerned are alike, so that nothing tells how uncertain the"
        " estimate is.",
    )
