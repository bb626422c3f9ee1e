"""Invented answers that follow a curve, and the fit of one curve to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.curves.catalogue import get
from analysis.curves.fitting import fit_in, prepare

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])


def crossed(rng, people, stimuli, hypothesis="M5", sd=0.15, **params):
    """People (each at one N, balanced) by stimuli, with random effects of both."""
    d = pd.DataFrame(
        [(p, s) for p in range(people) for s in range(stimuli)], columns=["participant", "item"]
    )
    d["victims"] = rng.permutation(np.resize(LEVELS, people))[d.participant]
    mean = get(hypothesis).predict(d, params)
    person, thing = rng.normal(0, 0.15, people), rng.normal(0, 0.05, stimuli)
    noise = rng.normal(0, sd, len(d))
    return d.assign(y=mean + person[d.participant] + thing[d.item] + noise)


def between(rng, people, hypothesis="M5", sd=0.2, levels=LEVELS, **params):
    """One row per participant."""
    d = pd.DataFrame({"participant": np.arange(people), "victims": np.resize(levels, people)})
    return d.assign(y=get(hypothesis).predict(d, params) + rng.normal(0, sd, people))


def fit_curve(data, response, hypothesis, *, level=0.95, **how):
    """Fit one curve to a response."""
    return fit_in(prepare(data, response, [hypothesis], **how), hypothesis, level)
