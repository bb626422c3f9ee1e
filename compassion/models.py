"""Models of any data frame: ``fit``, ``fit_at_limit``, ``means`` and ``contrast``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Contrast, Fit, Formula, MarginalMeans, marginal_means, parse_formula
from analysis.models import fit as fit_model
from analysis.models import fit_at_limit as fit_model_at_limit
from analysis.models.complete import complete_rows
from analysis.models.guards import check_known
from analysis.models.messages import EstimationError
from analysis.models.not_numbers import text_factors
from analysis.models.pairwise import Adjust, pairwise
from analysis.models.response import with_responses
from compassion.frames import checked_frame, simulated_note


def fit(
    formula: str,
    data: pd.DataFrame,
    family: str = "gaussian",
    *,
    cluster: str | None = None,
    limits: tuple[float, float] | None = None,
    errors: str = "Satterthwaite",
    reml: bool = True,
    link: str | None = None,
    engine: str | None = None,
) -> Fit:
    """Fit a model to a data frame: linear, generalized, with or without random effects.

    Parameters
    ----------
    formula : str
        As in R's lme4: ``"donation ~ condition * n + (1 | participant) + (1 | item)"``. Text and
        categorical columns are factors; their first level (for text, in alphabetical order) is the reference
        level. ``C(x)`` treats a numeric column as a factor; ``C(x, Centred)`` centres the codes of a factor.
    data : DataFrame
        One row per answer.
    family : str
        ``gaussian``, ``binomial`` (0 and 1), ``gamma``, ``poisson``, ``negativebinomial``, ``beta``,
        ``ordered_beta``, ``ordinal`` or ``tobit``.
    cluster : str, optional
        Column with the participants, for clustered standard errors in a model without random effects. If there
        are neither clusters nor random effects, all rows are treated as independent: specify one of them if
        participants have several rows.
    limits : (float, float), optional
        Lowest and highest possible answer, for ``tobit``, ``beta`` and ``ordered_beta``.
    errors : {"Satterthwaite", "HC3", "HC2", "HC1", "HC0", "classical"}
        Standard errors of a linear model without random effects; the first, HC2 with
        Satterthwaite's degrees of freedom, makes Welch's test of two groups.
    reml : bool
        For linear mixed models: restricted maximum likelihood (True) or maximum likelihood (False).
    link, engine : str, optional
        See :func:`analysis.models.fit`.

    Returns
    -------
    Fit
        ``summary()``, ``table()`` (fixed effects), ``random_sd``, ``vcov``, ``messages`` and more. Rows with
        missing values are left out and counted in ``messages``, as R does.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data: a column is unknown, a factor has a single level, a group
        has too few members, answers lie outside the range of the family, and so on.

    Examples
    --------
    >>> import compassion, pandas
    >>> data = pandas.DataFrame({"arm": list("aaabbb"), "gift": [1.0, 2.0, None, 4.0, 6.0, 5.0]})
    >>> model = compassion.fit("gift ~ arm", data)
    >>> model.table()[["term", "estimate"]].round(2).values.tolist()
    [['Intercept', 1.5], ['arm[b]', 3.5]]
    >>> model.messages
    ('1 of 6 rows is left out because a value is missing (gift: 1).',)
    """
    return _fitted(
        formula, data, "fit",
        lambda rows, parsed: fit_model(
            rows, parsed, family,
            engine=engine, link=link, reml=reml, errors=errors, cluster=cluster, limits=limits,
        ),
        cluster,
    )  # fmt: skip


def fit_at_limit(
    formula: str,
    data: pd.DataFrame,
    family: str,
    *,
    cluster: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Fit:
    """Fit a model as ``fit`` does, even if all answers of a condition are at a limit of the scale.

    Effects of such a condition are infinite, have no standard error, and ``fit`` refuses them as separation. Here they
    have a likelihood-ratio test in ``contrast``; all other contrasts are those of the data without the condition.

    Parameters
    ----------
    formula, data, family, cluster, limits
        Those of ``fit``. With ``cluster``, rows are not independent, and infinite effects have no test.

    Examples
    --------
    >>> import compassion, pandas
    >>> data = pandas.DataFrame({"arm": list("aaaabbbb"), "gave": [0, 1, 0, 1, 1, 1, 1, 1]})
    >>> found = compassion.fit_at_limit("gave ~ arm", data, "binomial")
    >>> compassion.contrast(found, "arm").table()[["estimate", "se", "p", "test"]].round(3).values.tolist()
    [[-inf, nan, 0.063, 'likelihood ratio']]
    """
    return _fitted(
        formula, data, "fit_at_limit",
        lambda rows, parsed: fit_model_at_limit(rows, parsed, family, cluster=cluster, limits=limits),
        cluster,
    )  # fmt: skip


def means(
    fit: Fit,
    by: str | Sequence[str],
    *,
    at: Mapping[str, float | Sequence[float]] | None = None,
    level: float = 0.95,
    response: Literal["averaged", "zero"] | None = None,
) -> MarginalMeans:
    """Estimate the mean of each level of a factor, or of each combination of several.

    Parameters
    ----------
    fit : Fit
    by : str or sequence of str
        Factors of the model; or numbers that ``at`` gives values for. Other factors are averaged over with
        equal weights, and so are both values of a number that has only two, such as 0 and 1; other numbers are held
        at their mean, as in R's emmeans.
    at : {column: value or values}, optional
    level : float
        Confidence level of the intervals.
    response : {"averaged", "zero"}, optional
        Also give expected responses (money, probabilities, points of an ordinal scale) of any family, with standard
        errors by the delta method: averaged over participants and items, or with random effects at zero (a typical
        participant and item). By default, responses are inverted linear predictors.

    Examples
    --------
    >>> import compassion, pandas
    >>> data = pandas.DataFrame({"arm": list("aabb"), "gift": [1.0, 2.0, 4.0, 6.0]})
    >>> compassion.means(compassion.fit("gift ~ arm", data), "arm").table()["estimate"].round(3).tolist()
    [1.5, 5.0]
    """
    _check_fit(fit, "means")
    values: dict[str, Any] = dict(at or {})
    found = marginal_means(fit, [by] if isinstance(by, str) else list(by), values, level)
    return found if response is None else with_responses(found, response)


def contrast(
    fit: Fit,
    factor: str,
    *,
    by: str | Sequence[str] = (),
    weights: Mapping[str, Mapping[object, float]] | None = None,
    at: Mapping[str, float] | None = None,
    adjust: Adjust = "holm",
    level: float = 0.95,
    response: Literal["averaged", "zero"] | None = None,
) -> Contrast:
    """Compare the levels of a factor with each other, or test your own contrasts.

    Parameters
    ----------
    fit : Fit
    factor : str
        A factor of the model.
    by : str or sequence of str, optional
        Factors within each of whose levels to compare (simple effects).
    weights : {name: {level: weight}}, optional
        Contrasts in place of all pairs, such as ``{"one v. more": {"1": 1, "4": -0.5, "8": -0.5}}``.
    at : {column: value}, optional
        Where to hold numeric predictors; at their mean by default.
    adjust : {"holm", "tukey", "bonferroni", "none"}
        Correction of the p values for multiple tests.
    level : float
        Confidence level; the intervals are not adjusted.
    response : {"averaged", "zero"}, optional
        Compare expected responses (money, probabilities, points of an ordinal scale), as R's emmeans after
        ``regrid``: averaged over participants and items, or with random effects at zero (a typical participant and
        item). By default, differences are on the scale of the coefficients.

    Raises
    ------
    AnalysisError
        If a factor or level is unknown, or weights do not add up to zero.

    Examples
    --------
    >>> import compassion, pandas
    >>> data = pandas.DataFrame({"arm": list("aabbcc"), "gift": [1.0, 2.0, 4.0, 6.0, 5.0, 5.5]})
    >>> pairs = compassion.contrast(compassion.fit("gift ~ arm", data, errors="classical"), "arm")
    >>> pairs.table()[["contrast", "estimate"]].round(3).values.tolist()
    [['a - b', -3.5], ['a - c', -3.75], ['b - c', -0.25]]

    Rates of giving of .25 and .75:

    >>> data = pandas.DataFrame({"arm": list("aaaabbbb"), "gave": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> rates = compassion.contrast(compassion.fit("gave ~ arm", data, "binomial"), "arm", response="averaged")
    >>> rates.table()[["contrast", "estimate", "se"]].round(3).values.tolist()
    [['a - b', -0.5, 0.306]]
    """
    _check_fit(fit, "contrast")
    within = [by] if isinstance(by, str) else list(by)
    return pairwise(
        fit, factor,
        by=within, weights=weights, at=at, adjust=adjust, level=level, response=response,
    )  # fmt: skip


def _check_fit(fit: object, name: str) -> None:
    if not isinstance(fit, Fit):
        raise AnalysisError(
            f"The first argument of {name} must be a fitted model; found {type(fit).__name__}.",
            f"Write {name}(fit(formula, data), 'condition').",
        )


def _fitted(
    formula: str,
    data: pd.DataFrame,
    name: str,
    fit_rows: Callable[[pd.DataFrame, Formula], Fit],
    cluster: str | None,
) -> Fit:
    """Fit the complete rows of a frame, and note what was left out."""
    frame = checked_frame(data, formula, f"{name}(formula, data)")
    parsed = parse_formula(formula)
    check_known(parsed, frame)
    rows, notes = complete_rows(frame, parsed)
    if cluster is not None and cluster in frame.columns:
        kept = frame[list(parsed.columns)].notna().all(axis=1)
        rows = rows.assign(**{cluster: frame.loc[kept, cluster].to_numpy()})
    try:
        fitted = fit_rows(rows, parsed)
    except EstimationError as error:
        left_out = len(frame) - len(rows)
        if error.code != "one_condition" or not left_out:
            raise
        # The rows that were left out may be the ones with the other levels.
        raise EstimationError(
            error.code, **error.numbers, left_out=left_out, total=len(frame)
        ) from None
    notes = (*simulated_note(frame), *notes, *text_factors(rows, parsed))
    return replace(fitted, messages=(*notes, *fitted.messages))
