"""One way to fit a model: data, formula, family; engines behind it."""

from __future__ import annotations

import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.engines.likelihood import fit_likelihood
from analysis.models.engines.linear import fit_linear
from analysis.models.engines.mixed import fit_mixed
from analysis.models.engines.second import fit_second
from analysis.models.formula import Formula, parse_formula
from analysis.models.model import prepare
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
    errors: str = "HC3",
    cluster: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Fit:
    """Fit a model.

    Parameters
    ----------
    data : DataFrame
        One row per response. Nothing is dropped: missing values are refused by name.
    formula : str or Formula
        See :mod:`analysis.models.formula`, e.g.
        ``"rating ~ C(group, Centred) * log(n) + (1 + log(n) | participant) + (1 | stimulus)"``.
    family : str
        ``gaussian``, ``binomial`` (0/1), ``gamma``, ``poisson``, ``negativebinomial``, ``beta``,
        ``ordered_beta``, ``ordinal`` or ``tobit``.
    engine : {"glmm", "linear", "likelihood", "statsmodels"} or None
        None takes ``linear`` for Gaussian answers without random terms, ``likelihood`` for the last
        four families, else ``glmm``. ``statsmodels`` is the second engine.
    link : str or None
        Of ``glmm``; None takes the usual one (identity, logit, log, log, log).
    reml : bool
        Gaussian mixed models: REML (default) or maximum likelihood.
    errors : {"HC3", "HC2", "HC1", "HC0", "classical"}
        Standard errors of a linear model.
    cluster : str or None
        Column of persons for clustered standard errors, when there are no random terms and people
        answered more than once (``linear`` and ``likelihood``).
    limits : (float, float) or None
        Least and greatest possible answer of ``tobit``, ``beta`` and ``ordered_beta``.

    Raises
    ------
    AnalysisError
        When the data cannot estimate the model: see :mod:`analysis.models.guards` and
        :mod:`analysis.models.group_guards`.

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
    if cluster is not None and cluster not in data.columns:
        raise AnalysisError(
            f"There is no column {cluster!r} to cluster by.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    if cluster is not None and parsed.random:
        raise AnalysisError(
            "Clustered standard errors and random effects were both asked for.", "Choose one."
        )
    clusters = data[cluster] if cluster is not None else None
    if chosen == "linear":
        return fit_linear(model, errors, clusters)
    if chosen == "likelihood":
        return fit_likelihood(model, clusters)
    if clusters is not None:
        raise AnalysisError(f"The engine {chosen!r} has no clustered standard errors.", "")
    return fit_mixed(model, reml=reml) if chosen == "glmm" else fit_second(model, reml=reml)


def _engine_for(formula: Formula, family: str, cluster: str | None) -> str:
    if family == "gaussian" and (cluster is not None or not formula.random):
        return "linear"
    return "glmm" if family in ENGINES["glmm"] else "likelihood"
