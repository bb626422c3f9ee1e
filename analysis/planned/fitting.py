"""One planned model fitted by the likelihood that the protocol names, and what is taken from the fit.

Random terms that the data cannot estimate are left out, and the notes say so; with none left a Gaussian
model is a linear one with HC3 standard errors (Welch's comparison where it compares two groups), clustered
by participant where people answered more than once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import (
    Fit,
    Formula,
    estimable,
    fit_two_part,
    lee_bounds,
    marginal_means,
)
from analysis.models import fit as fit_model
from analysis.models.contrasts import INVERSE_LINKS
from analysis.planned.describing import level_words, ordered_levels
from analysis.planned.plan import Planned
from analysis.planned.results import Fitted, Measured, Opinion
from experiments.numbers import count
from experiments.protocol.plan import Contrast, PlannedModel
from experiments.protocol.protocol import Protocol

WHETHER, AMOUNT = "whether", "how much"
"""The two parts of a two-part model: was something given, and how much by those who gave."""
SMALLEST_SE = 1e-8
"""A standard error below this share of the answers' SD is nothing but rounding."""
BOUNDED = ("tobit", "ordered_beta", "ordinal")
"""Families with a likelihood of their own: random intercepts, or standard errors by participant."""
MOST_ROWS = 20_000
"""Beyond this many rows the second engines take minutes."""
MOST_WORK = 1_000_000
"""As many levels of the largest grouping times the square of all other levels as the second engine
of a generalised model (Laplace, derivatives by differences) gets through in about a minute."""


@dataclass(frozen=True)
class Live:
    """A planned model with its fits, from which contrasts, means and bounds are computed."""

    plan: PlannedModel
    frame: pd.DataFrame = field(repr=False)
    """One row per answer."""
    column: str
    """The response in ``frame``."""
    parts: dict[str, Fit] = field(repr=False)
    """Part ('' where there is one) -> fit."""
    errors: str
    """Where standard errors come from; see ``Fitted``."""
    notes: tuple[tuple[str, str], ...]
    """Part, and what a reader must know of it."""

    @property
    def spread(self) -> float:
        """SD of the answers."""
        return float(np.std(self.frame[self.column].to_numpy(dtype=float)))

    def fitted(self) -> Fitted:
        """What is stored of the model."""
        fits = list(self.parts.values())
        terms = stacked({part: fit.terms for part, fit in self.parts.items()})
        alike = ~(terms["se"] > SMALLEST_SE * self.spread)
        terms.loc[alike, ["se", "statistic", "p", "ci_low", "ci_high"]] = np.nan
        return Fitted(
            plan=self.plan,
            n=len(self.frame),
            persons=int(self.frame["participant"].nunique()),
            formula=str(fits[0].formula.explaining(self.column)),
            engine=fits[0].engine,
            errors=self.errors,
            groups=fits[0].groups,
            converged=all(fit.converged for fit in fits),
            singular=any(fit.singular for fit in fits),
            notes=tuple(dict.fromkeys(self.notes)),
            terms=terms,
            random=stacked({part: f.random_sd for part, f in self.parts.items() if f.components}),
            shape=stacked({part: fit.shape for part, fit in self.parts.items() if len(fit.shape)}),
        )


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of the parts one under the other, the part in the first column."""
    if not tables:
        return pd.DataFrame({"part": []})
    return pd.concat(tables, names=["part"]).reset_index("part").reset_index(drop=True)


def fit_planned(planned: Planned, frame: pd.DataFrame, about: Measured) -> Live:
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
    plan, formula = planned.model, planned.formula
    frame = frame.rename(columns={plan.measure: formula.response}).reset_index(drop=True)
    if plan.family == "two_part":
        parts, errors, notes = _two_parts(frame, formula)
    else:
        fit, errors, found = _one_part(frame, formula, plan.family, about)
        parts, notes = {"": fit}, [("", note) for note in found]
    return Live(plan, frame, formula.response, parts, errors, tuple(notes))


def _one_part(
    frame: pd.DataFrame, planned: Formula, family: str, about: Measured
) -> tuple[Fit, str, tuple[str, ...]]:
    formula, notes = estimable(frame, planned, slopes=family not in BOUNDED)
    cluster = None if formula.random else clusters(frame, formula)
    errors = "cluster" if cluster else "model"
    if family == "binomial":
        found = fit_model(frame, formula, family)
        errors = "independent" if clusters(frame, formula) else "model"
    elif family in BOUNDED:
        limits = (about.low, about.high)
        found = fit_model(frame, formula, family, cluster=cluster, limits=limits)
    elif formula.random or cluster:
        found = fit_model(frame, formula, cluster=cluster)
    else:
        errors = "HC3"
        try:
            found = fit_model(frame, formula)
        except AnalysisError as error:
            if error.code != "lone_observation":
                raise
            errors, notes = "classical", (*notes, error.message)
            found = fit_model(frame, formula, errors=errors)
    return found, errors, (*notes, *found.messages)


def _two_parts(
    frame: pd.DataFrame, planned: Formula
) -> tuple[dict[str, Fit], str, list[tuple[str, str]]]:
    formula, left_out = estimable(frame, planned)
    notes = [(WHETHER, note) for note in left_out]
    givers, amount = frame[frame[planned.response] > 0], formula
    if len(givers):
        amount, left_out = estimable(givers, planned)
        notes += [(AMOUNT, note) for note in left_out]
    found = fit_two_part(frame, formula, amount_formula=amount)
    errors = "independent" if clusters(frame, formula) else "model"
    notes += [("", note) for note in found.messages]
    return {WHETHER: found.whether, AMOUNT: found.amount}, errors, notes


def clusters(data: pd.DataFrame, formula: Formula) -> str | None:
    """Return the column to cluster by, where people answered more than once and are no random effect."""
    several = data["participant"].duplicated().any()
    modelled = any("participant" in term.group_columns for term in formula.random)
    return "participant" if several and not modelled else None


def model_means(live: Live, protocol: Protocol) -> pd.DataFrame:
    """Return means by the first manipulated factor of the model; none where the likelihood has none.

    Gaussian means are those of the answers; of logistic parts the rates, of Gamma parts the amounts,
    of a typical person and stimulus.
    """
    tables = {}
    for part, fit in live.parts.items():
        factor = next((c for c in fit.design.columns if c in protocol.factors), None)
        if factor is None or fit.family not in ("gaussian", "binomial", "gamma"):
            continue
        levels = [x for x in ordered_levels(protocol, factor) if (fit.data[factor] == x).any()]
        numeric = all(isinstance(level, int) for level in levels)
        try:
            found = marginal_means(fit, [factor])
        except AnalysisError:
            # A factor that is a number in the formula has means only at values.
            found = marginal_means(fit, [factor], {factor: [float(x) for x in levels if numeric]})
        table = found.estimates.set_index(factor).loc[levels].reset_index()
        wanted = table[["estimate", "se", "ci_low", "ci_high"]]
        if fit.link != "identity":
            wanted = wanted.apply(INVERSE_LINKS[fit.link]).assign(se=np.nan)
        wanted.insert(0, "level", [level_words(protocol, factor, level) for level in levels])
        tables[part] = wanted
    return stacked(tables)


def bounds_of(live: Live, plans: Sequence[Planned], seed: int) -> pd.DataFrame:
    """Bound the difference of the amount given, for each planned contrast of a two-part model.

    Who gives is itself changed by the condition, so that the amounts of givers are those of different
    people. Lee bounds say what holds of people who would give in either condition.

    Parameters
    ----------
    plans
        All planned models. A two-part model without contrasts of its own takes those of another model of
        the same measure.
    seed
        Of the bootstrap over people.

    Returns
    -------
    DataFrame
        contrast, lower, upper, ci_low, ci_high, and why there are none (failed).
    """
    own = [live.plan, *(p.model for p in plans if p.model.measure == live.plan.measure)]
    contrasts: Sequence[Contrast] = next((m.contrasts for m in own if m.contrasts), ())
    lines = []
    for number, planned in enumerate(contrasts):
        line = {"contrast": planned.name, "failed": ""}
        try:
            high, low = _two_groups(live, planned)
            found = lee_bounds(high, low, np.random.default_rng([seed, number]))
            line |= {name: getattr(found, name) for name in ("lower", "upper", "ci_low", "ci_high")}
        except AnalysisError as error:
            line["failed"] = str(error)
        lines.append(line)
    wanted = ["contrast", "lower", "upper", "ci_low", "ci_high", "failed"]
    return pd.DataFrame(lines, columns=wanted).astype(dict.fromkeys(wanted[1:5], float))


def _two_groups(live: Live, planned: Contrast) -> tuple[np.ndarray, np.ndarray]:
    """Each person's mean gift at the higher and the lower level."""
    sides = []
    for level in (planned.higher, planned.lower):
        own = live.frame[live.frame[planned.factor] == level]
        if own.empty:
            raise AnalysisError(f"There are no answers at {planned.factor} = {level}.", "")
        sides.append(own.groupby("participant")[live.column].mean().astype(float))
    high, low = sides
    if len(high.index.intersection(low.index)):
        raise AnalysisError(
            "People met both conditions; the bounds are those of two groups of people.",
            "The contrast of all gifts, zeros included, has no such problem.",
        )
    return high.to_numpy(), low.to_numpy()


def opinions_on(live: Live) -> tuple[tuple[Opinion, ...], pd.DataFrame]:
    """Fit each part again by an engine that shares no code with the first.

    Returns
    -------
    tuple of Opinion
        What was done and how far the estimates agree, or why there is no second opinion.
    DataFrame
        part, term, estimate, se of the second engine.
    """
    opinions, tables = [], {}
    for part, fit in live.parts.items():
        try:
            second = _second(fit)
        except AnalysisError as error:
            opinions.append(Opinion(part, failed=str(error)))
        except (np.linalg.LinAlgError, ValueError) as error:
            opinions.append(Opinion(part, failed=f"the second engine gave up ({error})."))
        else:
            same = second.formula.random == fit.formula.random
            apart = _apart(fit.terms, second.terms, same)
            how = next(iter(second.messages), "")
            opinions.append(Opinion(part, second.engine, how, same, apart))
            tables[part] = second.terms[["term", "estimate", "se"]]
    return tuple(opinions), stacked(tables)


def _second(fit: Fit) -> Fit:
    """The same model by the other engine."""
    if fit.family not in ("gaussian", "binomial", "gamma"):
        raise AnalysisError(
            "no other engine in Python fits this likelihood with these groupings; ours is compared"
            " with R (glmmTMB, ordinal) in the tests."
        )
    if fit.n_used > MOST_ROWS:
        raise AnalysisError(f"more than {count(MOST_ROWS)} rows.")
    if fit.family != "gaussian" and _work(fit) > MOST_WORK:
        levels = ", ".join(f"{count(n)} of {group}" for group, n in fit.groups.items())
        raise AnalysisError(
            f"with so many levels ({levels}) the second engine would take minutes; this family of"
            " models is compared with R (lme4, glmmTMB) in the tests."
        )
    if fit.family == "gaussian":
        # Least squares by statsmodels is the first engine where there are no random terms.
        engine = "statsmodels" if fit.groups else "glmm"
    else:
        engine = "likelihood" if fit.groups else "statsmodels"
    return fit_model(fit.data, fit.formula, fit.family, engine=engine)


def _work(fit: Fit) -> int:
    """Of one step to the modes of the random effects."""
    first, *others = sorted(fit.groups.values(), reverse=True) or [0]
    return first * max(1, sum(others)) ** 2


def _apart(first: pd.DataFrame, second: pd.DataFrame, same_model: bool) -> float:
    """Largest difference of an estimate in standard errors."""
    both = first.merge(second, on="term", suffixes=("", "_second"))
    if not same_model:
        # With stimuli as fixed effects the intercept is that of the first stimulus.
        both = both[both["term"] != "Intercept"]
    # A standard error of zero (a cell without spread) is no yardstick; the larger of the two is.
    unit = both[["se", "se_second"]].max(axis=1)
    apart = float(((both["estimate"] - both["estimate_second"]).abs() / unit).max())
    return apart if np.isfinite(apart) else float("nan")
