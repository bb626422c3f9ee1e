"""Verdicts on many studies at once agree with the verdict on each."""

import numpy as np
import pandas as pd
import pytest

from analysis.curves.catalogue import get, model_set
from analysis.curves.compare import UNDETERMINED, compare, equivalence_to_flat, recover
from analysis.curves.compare.cell_contrasts import error_df, within_sd
from analysis.errors import AnalysisError

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])
DESIGN = {"victims": LEVELS}


def test_agrees_with_the_full_comparison():
    rng = np.random.default_rng(1)
    curves = model_set("victims")
    for name in ("M0", "M5", "M2", "M4"):
        d = pd.DataFrame({"participant": np.arange(3000), "victims": np.resize(LEVELS, 3000)})
        d["y"] = get(name).predict(d) + rng.normal(0, 1, 3000)
        whole = compare(d, "y", curves, rng, level=None)
        cells = whole.problem.cells
        quick = recover(
            DESIGN, cells.means, cells.vcov, curves, n=3000, k_other=1,
            sesoi=0.2 * within_sd(whole.problem, cells), df=error_df(whole.problem, cells),
        )  # fmt: skip
        families = whole.weights.families.set_index("family")
        for j, family in enumerate(quick.families):
            expected = families.loc[family, "weight_bic"]
            assert quick.weights_bic[0, j] == pytest.approx(expected, abs=0.01)
        assert quick.verdicts[0] == (whole.verdict.family or UNDETERMINED)
        flat = equivalence_to_flat(whole.problem)
        assert flat.equivalent == whole.verdict.equivalent_to_flat


@pytest.mark.parametrize(("people", "decided"), [(240, False), (12_000, True)])
def test_recovery_grows_with_the_study(people, decided):
    """The essay's curve at d = .62 (Small et al. Study 1: .48): small studies cannot decide."""
    rng = np.random.default_rng(2)
    vcov = np.eye(6) * 6 / people
    means = 0.62 * get("M5").predict(DESIGN, {"F": 0}) + rng.normal(
        0, np.sqrt(6 / people), (400, 6)
    )
    found = recover(
        DESIGN, means, vcov, model_set("victims"), n=people, k_other=1, sesoi=0.2, df=people - 6
    )
    expected = "decay_to_floor" if decided else UNDETERMINED
    assert np.mean(found.verdicts == expected) > 0.85
    assert found.shapes["M5"].shape == (400, 1)


@pytest.mark.parametrize(
    ("name", "params", "most"),
    [
        ("M0", {}, 0.01),
        ("M2", {"b": -1 / np.log(8e5)}, 0.02),
        ("M4", {"F": 0}, 0.02),
        ("M5", {"F": 0}, 0.06),
        ("M7", {"c": 1 / np.log(1e5) ** 2}, 0.15),
    ],
)
def test_rule_rarely_names_a_wrong_family(name, params, most):
    """The rates that the rule's docstring states, at d = .20 and 2,400 people."""
    means = 0.2 * get(name).predict(DESIGN, params)
    means = means + np.random.default_rng(3).normal(0, np.sqrt(6 / 2400), (1000, 6))
    found = recover(
        DESIGN, means, np.eye(6) * 6 / 2400, model_set("victims"), n=2400, k_other=1,
        sesoi=0.2, df=2394,
    )  # fmt: skip
    named = found.verdicts != UNDETERMINED
    assert np.mean(named & (found.verdicts != get(name).family)) <= most


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(AnalysisError, match="covariance"):
        recover(DESIGN, np.zeros((1, 6)), np.eye(5), model_set("victims"), n=100, k_other=1,
                sesoi=0.2, df=90)  # fmt: skip
