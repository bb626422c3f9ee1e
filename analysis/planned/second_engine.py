"""A second fit of each planned model by another engine, which shares no code with the first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Fit
from analysis.models import fit as fit_model
from analysis.planned.fitted import SecondFit
from analysis.planned.fitting import PlannedFit, stacked
from experiments.numbers import count

MOST_ROWS = 20_000
"""Above this number of rows, the second engine takes minutes."""
MOST_WORK = 1_000_000
"""Levels of the largest grouping times the square of all other levels, for which the second engine of a
generalised model (Laplace, numerical derivatives) takes about a minute."""


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
        # With items as fixed effects, the intercept is that of the first item.
        both = both[both["term"] != "Intercept"]
    # A standard error can be zero (a cell without variance), so the larger of the two is the unit.
    unit = both[["se", "se_second"]].max(axis=1)
    largest = float(((both["estimate"] - both["estimate_second"]).abs() / unit).max())
    return largest if np.isfinite(largest) else float("nan")
