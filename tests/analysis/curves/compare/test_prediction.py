"""Leave-one-participant-out prediction of the two families in front."""

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.curves.catalogue import get
from analysis.curves.compare import compare
from analysis.curves.compare.prediction import predict_new_participants
from analysis.curves.compare.weights import weigh
from analysis.curves.fitting import fit_in, prepare
from analysis.errors import AnalysisError
from analysis.models.predictive import gaussian_elpd

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])
CURVES = ("M0", "M2", "M5")


def within(rng, people, name, noise=0.3):
    """Every participant sees all numbers."""
    d = pd.DataFrame(
        {"participant": np.repeat(np.arange(people), 6), "victims": np.tile(LEVELS, people)}
    )
    person = rng.normal(0, 0.3, people)[d.participant]
    return d.assign(y=get(name).predict(d) + person + rng.normal(0, noise, len(d)))


def compared(d, names=CURVES):
    problem = prepare(d, "y", [get(n) for n in names], random="(1|participant)")
    fits = [fit_in(problem, get(n), None) for n in names]
    return problem, weigh(fits), fits


def test_the_true_family_predicts_better_by_its_elpd():
    d = within(np.random.default_rng(3), 60, "M5")
    found = predict_new_participants(*compared(d))
    assert found.better == "decay to floor"
    assert found.difference > 4
    assert found.difference > 2 * found.se
    # By hand: the logarithm is a plain predictor.
    fits = compared(d)[2]
    by_hand = d.assign(x=np.log(d.victims))
    log = gaussian_elpd(models.fit(by_hand, "y ~ x + (1|participant)"), "participant", by_hand)
    rate = fits[2].shape["lambda"]
    curve = d.assign(x=np.exp(-rate * (d.victims - 1)))
    decay = gaussian_elpd(models.fit(curve, "y ~ x + (1|participant)"), "participant", curve)
    assert (found.first, found.second) == ("decay to floor", "falling log")
    assert found.difference == pytest.approx(decay.pointwise.sum() - log.pointwise.sum(), abs=1e-6)


def test_without_a_difference_neither_predicts_better():
    found = predict_new_participants(*compared(within(np.random.default_rng(5), 40, "M0")))
    assert found.better == ""


def test_it_is_part_of_the_comparison():
    d = within(np.random.default_rng(3), 40, "M5")
    curves = [get(n) for n in reversed(CURVES)]
    whole = compare(d, "y", curves, np.random.default_rng(1), random="(1|participant)")
    assert whole.prediction is not None
    assert whole.tables()["prediction"]["difference"].iloc[0] == whole.prediction.difference
    assert whole.tables()["order"]["prior"].iloc[0] == pytest.approx(
        1 / 24
    )  # 100, 10,000 and 800,000: one mean


def test_one_answer_per_participant_has_no_prediction():
    d = within(np.random.default_rng(3), 60, "M5").groupby("participant").first().reset_index()
    d = d.assign(victims=np.resize(LEVELS, 60))
    with pytest.raises(AnalysisError, match="several answers per participant"):
        predict_new_participants(*compared(d))
