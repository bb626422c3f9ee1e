"""Fits of planned models, with their marginal means, Lee bounds and second engines.

Random terms that cannot be estimated from the data are left out with a note; without random terms, a Gaussian
model is a linear model with HC3 standard errors (close to Welch's test for two groups), or with standard errors
clustered by participant if participants answered more than once.
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
from analysis.planned.describing import level_label, ordered_levels
from analysis.planned.plan import Planned
from analysis.planned.results import MeasureInfo, ModelResults, SecondFit
from experiments.numbers import count
from experiments.protocol.plan import Contrast, PlannedModel
from experiments.protocol.protocol import Protocol

WHETHER, AMOUNT = "whether", "how much"
"""Parts of a two-part model: whether anything was given, and how much by those who gave."""
SMALLEST_SE = 1e-8
"""A standard error below this share of the SD of answers is rounding error."""
BOUNDED = ("tobit", "ordered_beta", "ordinal")
"""Families fitted by ``engine="likelihood"``: random intercepts only, or clustered standard errors."""
MOST_ROWS = 20_000
"""Above this number of rows, the second engine takes minutes."""
MOST_WORK = 1_000_000
"""Levels of the largest grouping times the square of all other levels, for which the second engine of a
generalised model (Laplace, numerical derivatives) takes about a minute."""


@dataclass(frozen=True)
class PlannedFit:
    """A fitted planned model, from which contrasts, marginal means and Lee bounds are computed."""

    plan: PlannedModel
    frame: pd.DataFrame = field(repr=False)
    """One row per answer."""
    column: str
    """The response in ``frame``."""
    parts: dict[str, Fit] = field(repr=False)
    """Part ('' if there is only one) -> fit."""
    errors: str
    """Kind of standard errors; see ``ModelResults``."""
    notes: tuple[tuple[str, str], ...]
    """Notes for the reader: the part of the model, and the note on it."""

    @property
    def spread(self) -> float:
        """SD of the answers."""
        return float(np.std(self.frame[self.column].to_numpy(dtype=float)))

    def results(self) -> ModelResults:
        """Return the results of the model as they are stored."""
        fits = list(self.parts.values())
        terms = stacked({part: fit.terms for part, fit in self.parts.items()})
        no_variance = ~(terms["se"] > SMALLEST_SE * self.spread)
        terms.loc[no_variance, ["se", "statistic", "p", "ci_low", "ci_high"]] = np.nan
        return ModelResults(
            plan=self.plan,
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
        )


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Concatenate the tables of the parts, with the part in the first column."""
    if not tables:
        return pd.DataFrame({"part": []})
    return pd.concat(tables, names=["part"]).reset_index("part").reset_index(drop=True)


def fit_planned(planned: Planned, frame: pd.DataFrame, measure: MeasureInfo) -> PlannedFit:
    """Fit a planned model.

    Parameters
    ----------
    frame
        One row per answer: participant, stimulus, the factors and the measure; nothing missing.
    measure
        The measure; its range gives the limits of bounded families.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data.
    """
    plan, formula = planned.model, planned.formula
    frame = frame.rename(columns={plan.measure: formula.response}).reset_index(drop=True)
    if plan.family == "two_part":
        parts, errors, notes = _two_parts(frame, formula)
    else:
        fit, errors, found = _one_part(frame, formula, plan.family, measure)
        parts, notes = {"": fit}, [("", note) for note in found]
    return PlannedFit(plan, frame, formula.response, parts, errors, tuple(notes))


def _one_part(
    frame: pd.DataFrame, planned: Formula, family: str, measure: MeasureInfo
) -> tuple[Fit, str, tuple[str, ...]]:
    formula, notes = estimable(frame, planned, slopes=family not in BOUNDED)
    cluster = None if formula.random else clusters(frame, formula)
    errors = "cluster" if cluster else "model"
    if family == "binomial":
        found = fit_model(frame, formula, family)
        errors = "independent" if clusters(frame, formula) else "model"
    elif family in BOUNDED:
        limits = (measure.low, measure.high)
        found = fit_model(frame, formula, family, cluster=cluster, limits=limits)
    elif formula.random or cluster:
        found = fit_model(frame, formula, cluster=cluster)
    else:
        errors = "HC3"
        try:
            found = fit_model(frame, formula)
        except AnalysisError as error:
            if error.code != "single_observation":
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
    """Return the column to cluster by, if participants answered more than once and are not a random effect."""
    several = data["participant"].duplicated().any()
    modelled = any("participant" in term.group_columns for term in formula.random)
    return "participant" if several and not modelled else None


def model_means(planned_fit: PlannedFit, protocol: Protocol) -> pd.DataFrame:
    """Compute marginal means by the first manipulated factor of the model (Gaussian, logistic and Gamma models).

    They are on the scale of the response; those of logistic and Gamma parts are for a typical participant and
    stimulus.
    """
    tables = {}
    for part, fit in planned_fit.parts.items():
        factor = next((c for c in fit.design.columns if c in protocol.factors), None)
        if factor is None or fit.family not in ("gaussian", "binomial", "gamma"):
            continue
        levels = [x for x in ordered_levels(protocol, factor) if (fit.data[factor] == x).any()]
        numeric = all(isinstance(level, int) for level in levels)
        try:
            found = marginal_means(fit, [factor])
        except AnalysisError:
            # A factor that is numeric in the formula has means only at given values.
            found = marginal_means(fit, [factor], {factor: [float(x) for x in levels if numeric]})
        table = found.estimates.set_index(factor).loc[levels].reset_index()
        wanted = table[["estimate", "se", "ci_low", "ci_high"]]
        if fit.link != "identity":
            wanted = wanted.apply(INVERSE_LINKS[fit.link]).assign(se=np.nan)
        wanted.insert(0, "level", [level_label(protocol, factor, level) for level in levels])
        tables[part] = wanted
    return stacked(tables)


def bounds_of(planned_fit: PlannedFit, plans: Sequence[Planned], seed: int) -> pd.DataFrame:
    """Bound the difference of the amount given, for each planned contrast of a two-part model.

    If the condition affects who gives, the givers in each condition are different kinds of participants. Lee
    bounds apply to participants who would give in either condition.

    Parameters
    ----------
    plans
        All planned models. A two-part model without contrasts of its own takes those of another model of
        the same measure.
    seed
        Seed of the bootstrap over participants.

    Returns
    -------
    DataFrame
        contrast, lower, upper, ci_low, ci_high, and the reason if there are none (failed).
    """
    own = [
        planned_fit.plan,
        *(p.model for p in plans if p.model.measure == planned_fit.plan.measure),
    ]
    contrasts: Sequence[Contrast] = next((m.contrasts for m in own if m.contrasts), ())
    lines = []
    for number, planned in enumerate(contrasts):
        line = {"contrast": planned.name, "failed": ""}
        try:
            high, low = _two_groups(planned_fit, planned)
            found = lee_bounds(high, low, np.random.default_rng([seed, number]))
            line |= {name: getattr(found, name) for name in ("lower", "upper", "ci_low", "ci_high")}
        except AnalysisError as error:
            line["failed"] = str(error)
        lines.append(line)
    wanted = ["contrast", "lower", "upper", "ci_low", "ci_high", "failed"]
    return pd.DataFrame(lines, columns=wanted).astype(dict.fromkeys(wanted[1:5], float))


def _two_groups(planned_fit: PlannedFit, planned: Contrast) -> tuple[np.ndarray, np.ndarray]:
    """Return each participant's mean donation at the higher and the lower level."""
    sides = []
    for level in (planned.higher, planned.lower):
        own = planned_fit.frame[planned_fit.frame[planned.factor] == level]
        if own.empty:
            raise AnalysisError(f"There are no answers at {planned.factor} = {level}.", "")
        sides.append(own.groupby("participant")[planned_fit.column].mean().astype(float))
    high, low = sides
    if len(high.index.intersection(low.index)):
        raise AnalysisError(
            "Participants saw both conditions; Lee bounds require two groups of participants.",
            "The contrast of all donations, zeros included, does not have this problem.",
        )
    return high.to_numpy(), low.to_numpy()


def fit_second_engine(planned_fit: PlannedFit) -> tuple[tuple[SecondFit, ...], pd.DataFrame]:
    """Refit each part with a second engine, which shares no code with the first.

    Returns
    -------
    tuple of SecondFit
        Method and agreement of the estimates, or the reason why there is no second fit.
    DataFrame
        part, term, estimate, se of the second engine.
    """
    second_fits, tables = [], {}
    for part, fit in planned_fit.parts.items():
        try:
            second = _second(fit)
        except AnalysisError as error:
            second_fits.append(SecondFit(part, failed=str(error)))
        except (np.linalg.LinAlgError, ValueError) as error:
            second_fits.append(SecondFit(part, failed=f"the second engine failed ({error})."))
        else:
            same = second.formula.random == fit.formula.random
            difference = _largest_difference(fit.terms, second.terms, same)
            method = next(iter(second.messages), "")
            second_fits.append(SecondFit(part, second.engine, method, same, difference))
            tables[part] = second.terms[["term", "estimate", "se"]]
    return tuple(second_fits), stacked(tables)


def _second(fit: Fit) -> Fit:
    """Fit the same model with the second engine."""
    if fit.family not in ("gaussian", "binomial", "gamma"):
        raise AnalysisError(
            "no other engine in Python fits this family with these random effects; the tests of this package"
            " compare its fits with R (glmmTMB, ordinal)."
        )
    if fit.n_used > MOST_ROWS:
        raise AnalysisError(f"more than {count(MOST_ROWS)} rows.")
    if fit.family != "gaussian" and _work(fit) > MOST_WORK:
        levels = ", ".join(f"{count(n)} of {group}" for group, n in fit.groups.items())
        raise AnalysisError(
            f"with so many levels ({levels}), the second engine would take minutes; the tests of this package"
            " compare fits of this family with R (lme4, glmmTMB)."
        )
    if fit.family == "gaussian":
        # Without random terms, least squares by statsmodels is the first engine.
        engine = "statsmodels" if fit.groups else "glmm"
    else:
        engine = "likelihood" if fit.groups else "statsmodels"
    return fit_model(fit.data, fit.formula, fit.family, engine=engine)


def _work(fit: Fit) -> int:
    """Return the cost of one Newton step to the modes of the random effects."""
    first, *others = sorted(fit.groups.values(), reverse=True) or [0]
    return first * max(1, sum(others)) ** 2


def _largest_difference(first: pd.DataFrame, second: pd.DataFrame, same_model: bool) -> float:
    """Return the largest difference between the estimates of a term, in standard errors."""
    both = first.merge(second, on="term", suffixes=("", "_second"))
    if not same_model:
        # With stimuli as fixed effects, the intercept is that of the first stimulus.
        both = both[both["term"] != "Intercept"]
    # A standard error can be zero (a cell without variance), so the larger of the two is the unit.
    unit = both[["se", "se_second"]].max(axis=1)
    largest = float(((both["estimate"] - both["estimate_second"]).abs() / unit).max())
    return largest if np.isfinite(largest) else float("nan")
