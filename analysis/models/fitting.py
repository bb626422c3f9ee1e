"""The function ``fit``, which fits every model, with the engine for its family and random terms."""

from __future__ import annotations

import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.engines.likelihood import fit_likelihood
from analysis.models.engines.linear import fit_linear
from analysis.models.engines.mixed import fit_mixed
from analysis.models.formula import Formula, parse_formula
from analysis.models.preparing import prepare
from analysis.models.result import Fit

ENGINES = {
    "glmm": ("gaussian", "binomial", "gamma", "poisson", "negativebinomial"),
    "linear": ("gaussian",),
    "likelihood": ("tobit", "ordered_beta", "beta", "ordinal", "binomial", "gamma"),
    "statsmodels": ("gaussian", "binomial", "gamma", "poisson"),
}
"""The engines and their families."""


def fit(
    data: pd.DataFrame,
    formula: str | Formula,
    family: str = "gaussian",
    *,
    engine: str | None = None,
    link: str | None = None,
    reml: bool = True,
    errors: str = "Satterthwaite",
    cluster: str | None = None,
    limits: tuple[float, float] | None = None,
    tests: bool = True,
) -> Fit:
    """Fit a model.

    Parameters
    ----------
    data : DataFrame
        One row per response. No row is dropped: a missing value is an error that names its column.
    formula : str or Formula
        See :mod:`analysis.models.formula`, e.g.
        ``"rating ~ C(group, Centred) * log(n) + (1 + log(n) | participant) + (1 | item)"``.
    family : str
        ``gaussian``, ``binomial`` (0/1), ``gamma``, ``poisson``, ``negativebinomial``, ``beta``,
        ``ordered_beta``, ``ordinal`` or ``tobit``.
    engine : {"glmm", "linear", "likelihood", "statsmodels"} or None
        None takes ``linear`` for Gaussian responses without random terms, ``likelihood`` for the last
        four families, else ``glmm``. ``statsmodels`` is the second engine.
    link : str or None
        For ``glmm``; None takes the default (identity, logit, log, log, log).
    reml : bool
        Gaussian mixed models: REML (default) or maximum likelihood.
    errors : {"Satterthwaite", "HC3", "HC2", "HC1", "HC0", "classical"}
        Standard errors of a linear model.
    cluster : str or None
        Column of participants, for clustered standard errors if there are no random terms but
        participants answered more than once (``linear`` and ``likelihood``).
    limits : (float, float) or None
        Lowest and highest possible response for ``tobit``, ``beta`` and ``ordered_beta``.
    tests : bool
        Mixed models by ``glmm``: whether degrees of freedom are computed, which takes most of the time.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data: see :mod:`analysis.models.guards` and
        :mod:`analysis.models.random_terms`.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": list("aabb"), "gift": [1.0, 2.0, 4.0, 6.0]})
    >>> fit(data, "gift ~ arm").terms[["term", "estimate"]].round(2).values.tolist()
    [['Intercept', 1.5], ['arm[b]', 3.5]]
    """
    parsed = parse_formula(formula)
    chosen = engine or _engine_for(parsed, family, cluster)
    if chosen not in ENGINES:
        raise AnalysisError(
            f"There is no engine {chosen!r}.", f"Choose one of {', '.join(ENGINES)}."
        )
    model = prepare(data, parsed, family, link=link, limits=limits)
    if family not in ENGINES[chosen]:
        raise AnalysisError(
            f"The engine {chosen!r} does not fit the family {family!r}.",
            f"It fits {', '.join(ENGINES[chosen])}.",
        )
    clusters = None if cluster is None else clusters_of(data, parsed, cluster)
    if chosen == "linear":
        return fit_linear(model, errors, clusters)
    if chosen == "likelihood":
        return fit_likelihood(model, clusters)
    if clusters is not None:
        raise AnalysisError(f"The engine {chosen!r} has no clustered standard errors.", "")
    if chosen == "glmm":
        return fit_mixed(model, reml=reml, tests=tests)
    # Takes seconds to load, and is needed only if a second engine is requested.
    from analysis.models.engines.second import fit_second

    return fit_second(model, reml=reml)


def _engine_for(formula: Formula, family: str, cluster: str | None) -> str:
    if family == "gaussian" and (cluster is not None or not formula.random):
        return "linear"
    return "glmm" if family in ENGINES["glmm"] else "likelihood"


def clusters_of(data: pd.DataFrame, formula: Formula, name: str) -> pd.Series:
    """Return the column to cluster by."""
    if name not in data.columns:
        raise AnalysisError(
            f"There is no column {name!r} to cluster by.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    if formula.random:
        raise AnalysisError(
            "Both clustered standard errors and random effects were requested.", "Choose one."
        )
    return data[name]
