"""What a second engine says of a planned model, in a sentence and a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.analysing.fitting import Live
from analysis.errors import AnalysisError
from analysis.models import Fit
from analysis.models import fit as fit_model
from experiments.numbers import estimate

AGREES = 0.1
"""Estimates that differ by less than a tenth of their standard error lead to the same conclusion."""
AGREES_NEARLY = 0.5
"""The same where the second model takes stimuli as fixed: in small data that alone moves estimates
by tenths of a standard error, and all the more where the variance of stimuli is estimated at zero."""
MOST_ROWS = 20_000
"""Beyond this many rows the second engines take minutes."""
MOST_WORK = 1_000_000
"""As many levels of the largest grouping times the square of all other levels as the second engine
of a generalised model (Laplace, derivatives by differences) gets through in about a minute."""


def opinion_on(live: Live) -> tuple[str, pd.DataFrame]:
    """Fit the same model again by an engine that shares no code with the first.

    Returns
    -------
    str
        What was done and how far the estimates agree, or why there is no second opinion.
    DataFrame
        part, term, estimate, se of the second engine.
    """
    sentences, tables = [], []
    for part, fit in live.parts.items():
        before = f"{part[0].upper()}{part[1:]}: " if part else ""
        try:
            second = _second(fit)
        except AnalysisError as error:
            sentences.append(f"{before}No second opinion: {error}")
            continue
        except (np.linalg.LinAlgError, ValueError) as error:
            sentences.append(f"{before}No second opinion: the second engine gave up ({error}).")
            continue
        sentences.append(f"{before}{second.engine}, {_how(second)} {_agreement(fit, second)}")
        table = second.terms[["term", "estimate", "se"]].copy()
        table.insert(0, "part", part)
        tables.append(table)
    columns = pd.DataFrame(columns=["part", "term", "estimate", "se"])
    return " ".join(sentences), pd.concat(tables, ignore_index=True) if tables else columns


def _second(fit: Fit) -> Fit:
    """The same model by the other engine."""
    if fit.family not in ("gaussian", "binomial", "gamma"):
        raise AnalysisError(
            "no other engine in Python fits this likelihood with these groupings; ours is compared"
            " with R (glmmTMB, ordinal) in the tests."
        )
    if fit.n_used > MOST_ROWS:
        raise AnalysisError(f"more than {MOST_ROWS:,} rows.")
    if fit.family != "gaussian" and _work(fit) > MOST_WORK:
        levels = ", ".join(f"{n:,} of {group}" for group, n in fit.groups.items())
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


def _how(second: Fit) -> str:
    """What the second engine did, in words that follow a comma."""
    if second.engine.startswith("glmm"):
        return "least squares with one common variance."
    if not second.engine.startswith("statsmodels"):
        return f"this package's own Laplace likelihood ({second.messages[0]})"
    said = second.messages[0]
    # Names keep their capitals.
    first = said.split(" ", 1)[0]
    return said if first[1:].lower() != first[1:] else said[0].lower() + said[1:]


def _agreement(fit: Fit, second: Fit) -> str:
    mine, other = (f.terms.set_index("term")[["estimate", "se"]] for f in (fit, second))
    both = mine.join(other.add_suffix("_second"), how="inner")
    same_model = second.formula.random == fit.formula.random
    if not same_model:
        # With stimuli as fixed effects the intercept is that of the first stimulus.
        both = both.drop(index="Intercept", errors="ignore")
    # A standard error of zero (a cell without spread) is no yardstick; the larger of the two is.
    unit = both[["se", "se_second"]].max(axis=1)
    apart = float(((both["estimate"] - both["estimate_second"]).abs() / unit).max())
    if not np.isfinite(apart):
        return "No estimate can be compared."
    bound = AGREES if same_model else AGREES_NEARLY
    word = "The two agree" if apart < bound else "The two DISAGREE"
    said = f"{word}: the largest difference of an estimate is {estimate(apart)} standard errors."
    if same_model:
        return said
    return (
        f"{said} Standard errors may differ more: with groups as fixed effects they are those for these"
        " very groups, not for others of their kind."
    )
