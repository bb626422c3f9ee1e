"""Predicted curves on any data frame: ``compare``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.compare import Comparison
from analysis.curves.compare import compare as compare_curves
from analysis.curves.fitting import CROSSED
from analysis.errors import AnalysisError
from analysis.models import Formula, RandomTerm, parse_random
from analysis.models.complete import complete_rows
from analysis.models.guards import check_known
from analysis.models.not_numbers import refuse_other_than_numbers
from compassion.frames import checked_frame, simulated_note


def compare(
    response: str,
    curves: Sequence[str | Hypothesis],
    data: pd.DataFrame,
    *,
    over: Mapping[str, str] | None = None,
    random: str | None = None,
    covariates: Sequence[str] = (),
    family: str = "gaussian",
    limits: tuple[float, float] | None = None,
    smallest_effect: float | None = None,
    seed: int = 1,
) -> Comparison:
    """Compare predicted curves on a data frame: which one is best supported, if the data can decide.

    Over two cells, such as 1 and 8 victims, no curve can be distinguished from a mere difference. The result then
    says whether the cells differ, in which direction, or are equivalent within the smallest effect of interest
    (``verdict.code``); the direction is that of the first curve.

    Parameters
    ----------
    response : str
        Column with the answers.
    curves : sequence of str or Hypothesis
        At least two, the claim first, by id or name; ``compassion hypotheses`` lists them. If the claim is about
        victims or groups, the order of the means that it predicts is tested.
    data : DataFrame
        One row per answer.
    over : {column of the curve: column of the data}, optional
        Names of your columns, where they differ from those that the curves read, such as
        ``{"victims": "number_of_children"}``.
    random : str, optional
        Random effects, such as ``"(1 | person) + (1 | letter)"``; ``""`` for none, if each participant has
        one row. By default ``"(1 | participant) + (1 | item)"``, without the second term if the data have
        no column ``item``. Terms that cannot be estimated from the data are left out and named in the notes.
    covariates : sequence of str, optional
        Further numeric columns; they are centred.
    family, limits
        As in :func:`compassion.fit`.
    smallest_effect : float, optional
        Smallest effect of interest, in units of the response, for the claim that there is no difference;
        0.2 standard deviations by default.
    seed : int
        Random seed for the order test.

    Raises
    ------
    AnalysisError
        If a curve or a column is unknown, a column that must be numeric contains text, dates, or True and False, the random effects are not given and there is no
        column ``participant``, or fewer than two curves can be fitted.

    Examples
    --------
    >>> import compassion, numpy, pandas
    >>> rng = numpy.random.default_rng(1)
    >>> n = numpy.tile([1, 2, 4, 8, 16, 32], 40)
    >>> data = pandas.DataFrame({"n": n, "felt": 5 - numpy.log(n) + rng.normal(size=len(n))})
    >>> curves = ["flat", "log_fade", "exponential_to_floor"]
    >>> result = compassion.compare("felt", curves, data, over={"victims": "n"}, random="")
    >>> result.verdict.leader
    'falling_log'
    """
    frame = checked_frame(data, response, "compare(response, curves, data)")
    if isinstance(curves, str):
        raise AnalysisError(
            f"A comparison needs several curves; found only {curves!r}.",
            f"Give a list, such as [{curves!r}, 'flat'].",
        )
    if len(curves) < 2:
        raise AnalysisError(f"Name at least two curves; found {len(curves)}.")
    chosen = [curve if isinstance(curve, Hypothesis) else get(curve) for curve in curves]
    frame = _renamed(frame, chosen, over or {})
    # All columns that a curve requires exist by now; it can also read columns that are optional.
    columns = dict.fromkeys(
        name for curve in chosen for name in curve.reads if name in frame.columns
    )
    terms = _default_random(frame) if random is None else parse_random(random)
    formula = Formula.of(response, [*columns, *covariates], terms)
    check_known(formula, frame)
    factors = {name for curve in chosen for name in curve.reads if curve.levels(name)}
    for name in (response, *columns):
        # Checked here as well as where curves are fitted, so that an error names the row of the whole data frame.
        if name not in factors:
            refuse_other_than_numbers((over or {}).get(name, name), frame[name])
    rows, notes = complete_rows(frame, formula)
    comparison = compare_curves(
        rows,
        response,
        chosen,
        np.random.default_rng(seed),
        sesoi=smallest_effect,
        random=CROSSED if random is None else terms,
        covariates=covariates,
        family=family,
        limits=limits,
    )
    return replace(comparison, notes=(*simulated_note(frame), *notes))


def _default_random(frame: pd.DataFrame) -> tuple[RandomTerm, ...]:
    """Return the default random effects; the data need a column ``participant``, but not ``item``."""
    if "participant" not in frame.columns:
        raise AnalysisError(
            "The data have no column 'participant'.",
            'Give random="(1 | your column)", or random="" if each participant has one row.',
        )
    return tuple(term for term in CROSSED if set(term.group_columns) <= set(frame.columns))


def _renamed(
    frame: pd.DataFrame, chosen: Sequence[Hypothesis], over: Mapping[str, str]
) -> pd.DataFrame:
    """Return the frame with the user's columns under the names that the curves read."""
    known = dict.fromkeys(column for curve in chosen for column in curve.reads)
    for column, name in over.items():
        if column not in known:
            raise AnalysisError(
                f"None of the curves reads a column {column!r}.", f"They read: {', '.join(known)}."
            )
        if name not in frame.columns:
            raise AnalysisError(
                f"The data have no column {name!r}, which 'over' gives for {column!r}.",
                f"Columns: {', '.join(map(str, frame.columns))}.",
            )
    for curve in chosen:
        for column in curve.requires:
            if column not in over and column not in frame.columns:
                raise AnalysisError(
                    f"The curve {curve.name!r} needs a column {column!r}, which the data do not have.",
                    f"Say which of your columns it is: over={{{column!r}: 'your column'}}.",
                )
    return frame.assign(**{column: frame[name] for column, name in over.items()})
