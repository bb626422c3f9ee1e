"""For any data, a fit returns finite numbers or an error message."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import marginal_means
from analysis.models.pairwise import pairwise

RANDOM = ["", " + (1 | p)", " + (1 | p) + (1 | s)", " + (1 | p) + (1 | p:g) + (1 | s) + (1 | s:g)"]
ODD = {"missing": np.nan, "infinite": np.inf, "outside": 99.0}


@st.composite
def studies(draw: st.DrawFn) -> tuple[pd.DataFrame, str]:
    """Donations from 0 to 5 of participants who saw stimuli in groups; small, and degenerate in many ways."""
    people, stimuli = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    levels = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    p, s = (part.ravel() for part in np.meshgrid(range(people), range(stimuli), indexing="ij"))
    between = draw(st.booleans())
    g = p % levels if between else (p + s) % levels
    y = np.round(np.clip(rng.normal(2.5, draw(st.sampled_from([0, 0.1, 3])), len(p)), 0, 5))
    kind = draw(st.sampled_from(["as they are", "zero in one group", "zero", "alike in groups"]))
    y = {
        "as they are": y,
        "zero in one group": np.where(g == 0, 0, y),
        "zero": 0 * y,
        "alike in groups": g.astype(float),
    }[kind]
    data = pd.DataFrame({"p": p, "s": s, "g": np.array(list("abc"))[g], "y": y})
    data = data[rng.random(len(data)) < draw(st.sampled_from([1.0, 0.6]))]
    if draw(st.booleans()):
        data = pd.concat([data, data.head(3)])
    data = data.reset_index(drop=True)
    odd = draw(st.sampled_from(["", "", "", *ODD]))
    if odd and len(data):
        data.loc[0, "y"] = ODD[odd]
    return data, draw(st.sampled_from(RANDOM))


FITS = {
    "gaussian": lambda data, right: models.fit(data, f"y ~ {right}", engine="glmm"),
    "linear": lambda data, right: models.fit(data, f"y ~ {right.split(' +')[0]}"),
    "clustered": lambda data, right: models.fit(data, f"y ~ {right.split(' +')[0]}", cluster="p"),
    "binomial": lambda data, right: models.fit(
        data.assign(y=(data["y"] > 2).astype(float).where(data["y"].notna())),
        f"y ~ {right}",
        "binomial",
    ),
    "hurdle": lambda data, right: models.fit_two_part(data, f"y ~ {right}"),
    "tobit": lambda data, right: models.fit(data, f"y ~ {right}", "tobit", limits=(0, 5)),
    "ordered beta": lambda data, right: models.fit(
        data, f"y ~ {right}", "ordered_beta", limits=(0, 5)
    ),
    "ordinal": lambda data, right: models.fit(data, f"y ~ {right}", "ordinal"),
}


@pytest.mark.parametrize("name", FITS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(study=studies())
def test_a_fit_or_an_error_message(name, study):
    data, random = study
    refusal, parts = "", []
    with warnings.catch_warnings():
        # The analysis of a study suppresses these warnings; the fit itself must report the cause.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            fit = FITS[name](data, f"g{random}")
            parts = [fit.whether, fit.amount] if name == "hurdle" else [fit]
        except AnalysisError as error:
            refusal = str(error)
        assert parts or (len(refusal) > 40 and "The engine" not in refusal)
        for part in parts:
            assert np.isfinite(part.beta).all()
            assert not part.converged or (part.terms["se"] >= 0).all()
            assert part.converged or any("not" in message for message in part.messages)
            if len(part.names) > 1:
                means = marginal_means(part, ["g"])
                assert np.isfinite(means.estimates["estimate"]).all()
                assert not part.converged or (pairwise(part, "g").estimates["se"] >= 0).all()
