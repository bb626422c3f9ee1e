"""What a second engine says of a planned model, in a sentence and a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.analysing.fitting import AMOUNT, WHETHER, Live
from analysis.contrasts import Estimates
from analysis.engine import LinearFit, MixedFit, fit_mixed
from analysis.errors import AnalysisError
from analysis.formula import parse_formula
from analysis.second_opinion import SecondOpinion, second_opinion

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
        said, table = _of_part(live, part, fit)
        sentences.append(before + said)
        if len(table):
            table = table[["term", "estimate", "se"]].copy()
            table.insert(0, "part", part)
            tables.append(table)
    columns = pd.DataFrame(columns=["part", "term", "estimate", "se"])
    return " ".join(sentences), pd.concat(tables, ignore_index=True) if tables else columns


def _of_part(live: Live, part: str, fit: Estimates) -> tuple[str, pd.DataFrame]:
    none = pd.DataFrame()
    if isinstance(fit, LinearFit):
        return _linear(live, fit)
    if not isinstance(fit, MixedFit):
        return (
            "No second opinion: no other engine in Python fits this likelihood with these groupings;"
            " ours is compared with R (glmmTMB, ordinal) in the tests.",
            none,
        )
    if fit.n > MOST_ROWS:
        return f"No second opinion: more than {MOST_ROWS:,} rows.", none
    if fit.family != "gaussian" and _work(fit) > MOST_WORK:
        levels = ", ".join(f"{n:,} of {group}" for group, n in fit.groups.items())
        return (
            f"No second opinion: with so many levels ({levels}) the second engine would take minutes;"
            " this family of models is compared with R (lme4, glmmTMB) in the tests.",
            none,
        )
    frame, formula = _frame_of(live, part, fit)
    try:
        found = second_opinion(frame, formula, fit.family)
    except (AnalysisError, np.linalg.LinAlgError, ValueError) as error:
        return f"No second opinion: the second engine gave up ({error}).", none
    if not found.possible:
        return found.sentence, none
    return f"{found.engine}, {_lower(found.sentence)} {_agreement(found, fit)}", found.terms


def _linear(live: Live, fit: LinearFit) -> tuple[str, pd.DataFrame]:
    """Least squares by statsmodels is the engine here; glmm is the second."""
    second = fit_mixed(live.frame, fit.formula)
    found = SecondOpinion(
        True, True, "Least squares with one common variance.", second.terms, 0.0, second.engine
    )
    return f"{second.engine}, {_lower(found.sentence)} {_agreement(found, fit)}", second.terms


def _work(fit: MixedFit) -> int:
    """Of one step to the modes of the random effects."""
    first, *others = sorted(fit.groups.values(), reverse=True) or [0]
    return first * max(1, sum(others)) ** 2


def _frame_of(live: Live, part: str, fit: MixedFit) -> tuple[pd.DataFrame, str]:
    """The rows that a part was fitted to, and its formula."""
    frame = live.frame
    if part == WHETHER:
        above = parse_formula(fit.formula).response
        return frame.assign(**{above: (frame[live.column] > 0).astype(float)}), fit.formula
    if part == AMOUNT:
        return frame[frame[live.column] > 0].reset_index(drop=True), fit.formula
    return frame, fit.formula


def _agreement(found: SecondOpinion, fit: Estimates) -> str:
    mine = pd.DataFrame(
        {"estimate": fit.beta, "se": np.sqrt(np.abs(np.diag(fit.vcov)))}, index=list(fit.names)
    )
    second = found.terms.set_index("term")[["estimate", "se"]].add_suffix("_second")
    both = mine.join(second, how="inner")
    if not found.same_model:
        # With stimuli as fixed effects the intercept is that of the first stimulus.
        both = both.drop(index="Intercept", errors="ignore")
    # A standard error of zero (a cell without spread) is no yardstick; the larger of the two is.
    unit = both[["se", "se_second"]].max(axis=1)
    apart = float(((both["estimate"] - both["estimate_second"]).abs() / unit).max())
    if not np.isfinite(apart):
        return "No estimate can be compared."
    bound = AGREES if found.same_model else AGREES_NEARLY
    word = "The two agree" if apart < bound else "The two DISAGREE"
    said = f"{word}: the largest difference of an estimate is {apart:.2g} standard errors."
    if found.same_model:
        return said
    return (
        f"{said} Standard errors may differ more: with groups as fixed effects they are those for these"
        " very groups, not for others of their kind."
    )


def _lower(sentence: str) -> str:
    """A sentence that goes on after a comma; names keep their capitals."""
    first = sentence.split(" ", 1)[0]
    return sentence if first[1:].lower() != first[1:] else sentence[0].lower() + sentence[1:]
