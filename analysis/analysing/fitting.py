"""One planned model fitted by the likelihood that the protocol names, and told for a report.

Random terms that the data cannot estimate are left out and told; with none left a Gaussian model is a
linear one with HC3 standard errors (Welch's comparison where it compares two groups), clustered by
person where persons answered more than once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from analysis.analysing.estimable import Estimable, clusters, estimable
from analysis.analysing.results import Fitted, Measured
from analysis.contrasts import Estimates
from analysis.engine import LinearFit, MixedFit, fit_linear, fit_mixed
from analysis.errors import AnalysisError
from analysis.formula import Formula, parse_formula
from analysis.likelihoods.binomial import fit_binomial
from analysis.likelihoods.fit import LikelihoodFit
from analysis.likelihoods.hurdle import HurdleFit, fit_hurdle
from analysis.likelihoods.ordered_beta import fit_ordered_beta
from analysis.likelihoods.ordinal import fit_ordinal
from analysis.likelihoods.tobit import fit_tobit
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


@dataclass(frozen=True)
class Live:
    """A fitted model with its parts, for contrasts; ``told`` is what stays."""

    told: Fitted
    parts: dict[str, Estimates] = field(repr=False)
    """Part ('' where there is one) -> fit."""
    frame: pd.DataFrame = field(repr=False)
    column: str = ""
    """The response in ``frame``."""


Found = tuple[dict[str, MixedFit | LinearFit | LikelihoodFit], str, tuple[str, ...], str]
"""Fits by part, method in words, notes, fitted formula."""


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
    parts, method, notes, formula = FAMILIES[model.family](frame, planned, about)
    fits = list(parts.values())
    spread = float(frame[column].astype(float).std())
    terms, blank = _without_rounding(_stacked({p: fit.terms for p, fit in parts.items()}), spread)
    told = Fitted(
        name=model.name,
        measure=model.measure,
        family=model.family,
        role=model.role,
        planned=f"{model.measure} ~ {model.formula}",
        fitted=formula,
        method=method,
        engine=_engine(fits[0]),
        n=len(frame),
        persons=int(frame["participant"].nunique()),
        groups=dict(getattr(fits[0], "groups", {})),
        converged=all(fit.converged for fit in fits),
        singular=any(fit.singular for fit in fits),
        notes=tuple(dict.fromkeys((*notes, *blank))),
        terms=terms,
        random=_stacked(
            {part: fit.random_sd for part, fit in parts.items() if hasattr(fit, "random_sd")}
        ),
        shape=_stacked({part: fit.shape for part, fit in parts.items() if hasattr(fit, "shape")}),
    )
    return Live(told, dict(parts), frame, column)


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


def _gaussian(frame: pd.DataFrame, planned: Formula, about: Measured) -> Found:
    can = estimable(frame, planned)
    if can.random:
        mixed = fit_mixed(frame, can.formula)
        method = "linear mixed model (REML, Satterthwaite degrees of freedom)"
        return {"": mixed}, method, (*can.notes, *mixed.messages), can.formula
    cluster = clusters(frame, can.random)
    if cluster is not None:
        linear = fit_linear(frame, can.formula, cluster=cluster)
        method = "linear model, standard errors clustered by participant"
        return {"": linear}, method, (*can.notes, *linear.messages), can.formula
    try:
        linear = fit_linear(frame, can.formula)
        method = "linear model with HC3 standard errors (unequal variances allowed)"
        return {"": linear}, method, (*can.notes, *linear.messages), can.formula
    except AnalysisError as error:
        if "HC3" not in error.message:
            raise
        linear = fit_linear(frame, can.formula, "classical")
        method = "linear model, equal variances assumed"
        notes = (*can.notes, f"{error.message} Equal variances were assumed instead.")
        return {"": linear}, method, (*notes, *linear.messages), can.formula


def _binomial(frame: pd.DataFrame, planned: Formula, about: Measured) -> Found:
    can = estimable(frame, planned)
    fit = fit_binomial(frame, can.formula)
    mixed = ", Laplace approximation" if can.random else ""
    notes = (*can.notes, *fit.messages, *_dependent(frame, can))
    return {"": fit}, f"logistic {_kind(can)} model{mixed}", notes, can.formula


def _two_part(frame: pd.DataFrame, planned: Formula, about: Measured) -> Found:
    can = estimable(frame, planned, whose="Whether: ")
    givers = frame[frame[planned.response] > 0]
    second = can
    if len(givers):
        second = estimable(givers, planned, whose="How much: ")
    found: HurdleFit = fit_hurdle(frame, can.formula, amount_formula=second.formula)
    notes = (*can.notes, *second.notes, *found.messages, *_dependent(frame, can))
    method = (
        f"two parts: logistic {_kind(can)} model of giving anything, Gamma {_kind(second)} model"
        " (log link) of the amount among givers"
    )
    return {WHETHER: found.gave, AMOUNT: found.amount}, method, notes, can.formula


def _bounded(
    fit: Callable[[pd.DataFrame, str, Measured, str | None], LikelihoodFit], word: str
) -> Callable[[pd.DataFrame, Formula, Measured], Found]:
    """A family with its own likelihood: random intercepts, or standard errors by person."""

    def fitted(frame: pd.DataFrame, planned: Formula, about: Measured) -> Found:
        can = estimable(frame, planned, slopes=False)
        found = fit(
            frame, can.formula, about, clusters(frame, can.random) if not can.random else None
        )
        return {"": found}, word, (*can.notes, found.grouping, *found.messages), can.formula

    return fitted


def _tobit(
    frame: pd.DataFrame, formula: str, about: Measured, cluster: str | None
) -> LikelihoodFit:
    return fit_tobit(frame, formula, about.low, about.high, cluster=cluster)


def _ordered_beta(
    frame: pd.DataFrame, formula: str, about: Measured, cluster: str | None
) -> LikelihoodFit:
    column = parse_formula(formula).response
    shifted = frame.assign(**{column: frame[column].astype(float) - about.low})
    return fit_ordered_beta(shifted, formula, about.high - about.low, cluster=cluster)


def _ordinal(
    frame: pd.DataFrame, formula: str, about: Measured, cluster: str | None
) -> LikelihoodFit:
    return fit_ordinal(frame, formula, cluster=cluster)


FAMILIES: dict[str, Callable[[pd.DataFrame, Formula, Measured], Found]] = {
    "gaussian": _gaussian,
    "binomial": _binomial,
    "two_part": _two_part,
    "tobit": _bounded(_tobit, "two-limit Tobit model"),
    "ordered_beta": _bounded(_ordered_beta, "ordered beta regression"),
    "ordinal": _bounded(_ordinal, "cumulative logit model"),
}


def _kind(can: Estimable) -> str:
    return "mixed" if can.random else "regression"


def _dependent(frame: pd.DataFrame, can: Estimable) -> tuple[str, ...]:
    """A caution where persons answered more than once and nothing stands for them."""
    if clusters(frame, can.random) is None:
        return ()
    return (
        "Persons answered more than once and are not in the model: its standard errors treat their"
        " answers as independent and are too small.",
    )


def _engine(fit: MixedFit | LinearFit | LikelihoodFit) -> str:
    return getattr(fit, "engine", "compassion, analysis.likelihoods")


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
