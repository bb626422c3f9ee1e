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
    """Compare predicted curves on a data frame: which is best supported, or that the data do not decide.

    Parameters
    ----------
    response : str
        Column of the answers.
    curves : sequence of str or Hypothesis
        At least two, by id or name; ``compassion hypotheses`` lists them.
    data : DataFrame
        One row per answer.
    over : {column of the curve: column of the data}, optional
        Where the columns that the curves read have other names in the data, such as
        ``{"victims": "number_of_children"}``.
    random : str, optional
        Random effects, such as ``"(1 | person) + (1 | letter)"``; ``""`` for none, where each participant has
        one row. By default ``"(1 | participant) + (1 | stimulus)"``, without the second where the data have no
        column ``stimulus``. Terms that the data cannot estimate are left out and named in the notes.
    covariates : sequence of str, optional
        Further columns of numbers, centred.
    family, limits
        As in :func:`compassion.fit`.
    smallest_effect : float, optional
        Smallest effect of interest in units of the response, for the claim that there is no difference;
        0.2 standard deviations by default.
    seed : int
        Random seed of the order test.

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
    >>> found = compassion.compare("felt", curves, data, over={"victims": "n"}, random="")
    >>> found.verdict.leader
    'falling_log'
    """
    frame = checked_frame(data, response, "compare(response, curves, data)")
    if isinstance(curves, str):
        raise AnalysisError(
            f"A comparison needs several curves, and found only {curves!r}.",
            f"Give a list, such as [{curves!r}, 'flat'].",
        )
    if len(curves) < 2:
        raise AnalysisError(f"Name at least two curves; found {len(curves)}.")
    chosen = [curve if isinstance(curve, Hypothesis) else get(curve) for curve in curves]
    frame = _renamed(frame, chosen, over or {})
    # Those that a curve requires are there by now.
    columns = dict.fromkeys(
        name for curve in chosen for name in curve.reads if name in frame.columns
    )
    terms = _default_random(frame) if random is None else parse_random(random)
    asked = Formula.of(response, [*columns, *covariates], terms)
    check_known(asked, frame)
    factors = {name for curve in chosen for name in curve.reads if curve.levels(name)}
    for name in (response, *columns):
        # Here, and not only where curves are fitted: an error names the column and the row of the user's data frame.
        if name not in factors:
            refuse_other_than_numbers((over or {}).get(name, name), frame[name])
    rows, notes = complete_rows(frame, asked)
    found = compare_curves(
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
    return replace(found, notes=(*simulated_note(frame), *notes))


def _default_random(frame: pd.DataFrame) -> tuple[RandomTerm, ...]:
    """Return the random effects of a study's data; a column ``stimulus`` may be absent, ``participant`` not."""
    if "participant" not in frame.columns:
        raise AnalysisError(
            "The data have no column 'participant'.",
            'Give random="(1 | your column)", or random="" if each participant has one row.',
        )
    return tuple(term for term in CROSSED if set(term.group_columns) <= set(frame.columns))


def _renamed(
    frame: pd.DataFrame, chosen: Sequence[Hypothesis], over: Mapping[str, str]
) -> pd.DataFrame:
    """Return the frame with the columns of the curves under the names that the curves read."""
    known = dict.fromkeys(name for curve in chosen for name in curve.reads)
    for own, name in over.items():
        if own not in known:
            raise AnalysisError(
                f"None of the curves reads a column {own!r}.", f"They read: {', '.join(known)}."
            )
        if name not in frame.columns:
            raise AnalysisError(
                f"The data have no column {name!r}, which 'over' gives for {own!r}.",
                f"Columns: {', '.join(map(str, frame.columns))}.",
            )
    for curve in chosen:
        for own in curve.requires:
            if own not in over and own not in frame.columns:
                raise AnalysisError(
                    f"The curve {curve.name!r} needs a column {own!r}, which the data do not have.",
                    f"Say which of your columns it is: over={{{own!r}: 'your column'}}.",
                )
    return frame.assign(**{own: frame[name] for own, name in over.items()})
