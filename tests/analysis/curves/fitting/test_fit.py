"""Fitted curves: fact-sheet misfits, recovery, exact likelihoods, profile intervals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from invented import LEVELS, between, crossed, fit_curve
from proving import hold, times
from scipy.optimize import lsq_linear, minimize

from analysis.curves.catalogue import get, model_set
from analysis.curves.fitting import fit_in, identified, misfits, prepare
from analysis.curves.fitting.surface import Surface

DESIGNS = {
    "one or eight": [1, 8],
    "one to eight": [1, 2, 3, 4, 6, 8],
    "essay": LEVELS,
    "decades": 10.0 ** np.arange(7),
}


def misfit_of(true, rival, levels):
    """Per-observation squared misfit of the best-fitting rival, equal allocation."""
    design = {"victims": np.asarray(levels, dtype=float)}
    x = np.log(design["victims"])
    truth = {
        "exp": np.exp(-0.588 * (design["victims"] - 1)),
        "step": (design["victims"] == 1).astype(float),
        "log": 1 - x / np.log(800_000),
        # Against the best logarithm only c counts: the peak moves nothing but the slope.
        "inverted_u": 1 - (x - np.log(32)) ** 2 / np.log(800_000 / 32) ** 2,
    }[true]
    n = len(truth)
    rivals = ("M2", "M2n") if rival == "M2" else (rival,)
    return min(misfits(design, truth[None], np.eye(n) * n, get(r))[0][0] for r in rivals)


@pytest.mark.parametrize(
    ("true", "rival", "expected"),
    [
        ("exp", "M0", (0.242, 0.116, 0.150, 0.122)),
        ("exp", "M2", (0, 0.005, 0.085, 0.076)),
        ("exp", "M4", (0, 0.032, 0.041, 0)),
        ("exp", "M6", (0, 0.0003, 0.0021, 0)),
        ("step", "M2", (0, 0.059, 0.110, 0.077)),
        ("log", "M4", (0, 0.001, 0.102, 0.072)),
        ("log", "M5", (0, 0, 0.010, 0.014)),
        ("inverted_u", "M2", (0, 0, 0.028, 0.032)),
    ],
)
def test_misfits_of_the_fact_sheet(true, rival, expected):
    """Section 4.4 [C]: which levels of N distinguish which curves.

    The row of the inverted U does not state its curve. The misfit of a - c (ln N - ln N*)^2 from a
    logarithm is c^2 times a number of the design, whatever N*: .028 and .032 are both those of
    c = .0097, a fall by the whole amplitude from a peak of 32 to 800,000. With the peak of 8 that
    M7 draws (c = .0075) they would be .017 and .019.
    """
    found = [misfit_of(true, rival, levels) for levels in DESIGNS.values()]
    assert found == pytest.approx(expected, abs=6e-4)


def test_many_studies_at_once_equal_bounded_least_squares_of_each():
    """Each curve's sign constraints by scipy, over the same grid of shapes."""
    rng = np.random.default_rng(1)
    design, vcov = {"victims": LEVELS}, np.diag(rng.uniform(0.5, 2, 6)) * 1e-3 + 2e-4
    means = get("M5").predict(design) + rng.multivariate_normal(np.zeros(6), vcov, 20)
    root = np.linalg.inv(np.linalg.cholesky(vcov))
    for h in model_set("victims"):
        cost, shapes = misfits(design, means, vcov, h)
        assert shapes.shape == (20, len(h.shape))
        signs = np.array([0] * h.intercept + list(h.signs))
        bounds = np.where(signs > 0, 0, -np.inf), np.where(signs < 0, 0, np.inf)
        for study in range(3):
            single = []
            for shape in Surface(design, vcov, h).shapes[::8]:
                params = dict(zip((p.name for p in h.shape), shape, strict=True))
                columns = np.column_stack([np.ones((6, int(h.intercept))), h.basis(design, params)])
                columns = root @ (columns / np.abs(columns).max(axis=0))
                single.append(2 * lsq_linear(columns, root @ means[study], bounds).cost)
            held = h.at(**dict(zip((p.name for p in h.shape), shapes[study], strict=True)))
            again = misfits(design, means[[study]], vcov, held)[0][0]
            assert again == pytest.approx(cost[study], abs=1e-8)
            assert cost[study] <= min(single) + 1e-8
            every = misfits(design, means[[study]], vcov, h.at(**params))[0][0]
            assert every == pytest.approx(single[-1], abs=1e-6)


def test_means_fit_is_a_chi_square_on_the_true_curve():
    """Misfit of the true family averages its degrees of freedom: 6 cells, 3 parameters."""
    rng = np.random.default_rng(2)
    design, vcov = {"victims": LEVELS}, np.eye(6) * 4e-4
    means = get("M5").predict(design) + rng.normal(0, 0.02, (2000, 6))
    cost, _ = misfits(design, means, vcov, get("M5"))
    assert cost.mean() == pytest.approx(3.0, abs=0.2)
    assert identified(get("M5"), design) == 3


def test_crossed_recovery_of_the_essay_curve():
    rng = np.random.default_rng(3)
    data = crossed(rng, 1200, 12)
    fit = fit_curve(data, "y", get("M5"))
    rows = fit.parameters.set_index("name")
    for name, truth in {"lambda": 0.588, "T": 1.0, "F": 0.1}.items():
        assert rows.loc[name, "ci_low"] < truth < rows.loc[name, "ci_high"]
    assert rows.loc["lambda", "ci_high"] - rows.loc["lambda", "ci_low"] < 0.3
    assert fit.k == 6  # T, F, lambda; participant, stimulus, residual
    assert fit.converged
    assert fit.notes == ()
    assert fit.evaluations < 60
    means = data.groupby("victims")["y"].mean()
    assert fit.predict({"victims": means.index.to_numpy()}) == pytest.approx(means, abs=0.05)


@pytest.mark.parametrize("name", ["M5", "M4b", "M7"])
def test_in_large_data_shapes_judged_on_the_cell_means_are_those_of_the_exact_search(
    name, monkeypatch
):
    d = crossed(np.random.default_rng(12), 720, 8, name)
    held = fit_curve(d, "y", get(name))
    monkeypatch.setattr("analysis.curves.fitting.profile.MANY_ROWS", 10**6)
    exact = fit_curve(d, "y", get(name))
    assert held.n == 5760
    assert held.evaluations <= 2 < exact.evaluations
    assert held.loglik == pytest.approx(exact.loglik, abs=0.005)
    first, second = (f.parameters.set_index("name") for f in (held, exact))
    width = (second["ci_high"] - second["ci_low"]).to_numpy()
    for column in ("estimate", "ci_low", "ci_high"):
        apart = np.abs(first[column] - second[column]).to_numpy()
        assert (apart <= 0.02 * width + 1e-12).all()
    assert set(first["interval"]) - {"Wald"} == {"profile, variances held"}


def test_without_cells_shapes_are_compared_at_fixed_variances(monkeypatch):
    """Of a measured predictor there are hardly two equal values."""
    rng = np.random.default_rng(14)
    people, items = np.repeat(np.arange(130), 20), np.tile(np.arange(20), 130)
    felt = rng.uniform(0, 1, len(people))
    rise = 3 * felt / (0.3 + felt)
    spread = rng.normal(0, 0.8, 130)[people] + rng.normal(0, 0.4, 20)[items]
    d = pd.DataFrame(
        {
            "participant": people.astype(str),
            "item": items.astype(str),
            "empathy": felt,
            "boundary": 0.0,
            "y": 1 + rise + spread + rng.normal(0, 1, len(people)),
        }
    )
    for name in ("W2", "W3"):
        held = fit_curve(d, "y", get(name))
        with monkeypatch.context() as whole:
            whole.setattr("analysis.curves.fitting.profile.MANY_ROWS", 10**6)
            exact = fit_curve(d, "y", get(name))
        assert held.evaluations <= 3 < exact.evaluations
        assert held.loglik == pytest.approx(exact.loglik, abs=1e-4)
        first, second = (f.parameters.set_index("name") for f in (held, exact))
        assert first["estimate"].to_numpy() == pytest.approx(
            second["estimate"].to_numpy(), rel=1e-3
        )
        assert (
            first["interval"] == second["interval"].replace("profile", "profile, variances held")
        ).all()


def test_likelihood_equals_a_direct_optimum():
    """Between-subjects: profiling against minimising over all four parameters at once."""
    d = between(np.random.default_rng(4), 300)
    n, y, x = len(d), d.y.to_numpy(), d.victims.to_numpy()

    def cost(p):
        return np.sum((y - p[1] - p[0] * np.exp(-np.exp(p[2]) * (x - 1))) ** 2)

    best = min(minimize(cost, [0.9, 0.1, s], tol=1e-12).fun for s in (-1.5, -0.5, 0.5))
    expected = -0.5 * n * (np.log(2 * np.pi * best / n) + 1)
    fit = fit_curve(d, "y", get("M5"), level=None)
    assert fit.loglik == pytest.approx(expected, abs=1e-6)
    assert fit.k == 4


def test_mixed_likelihood_agrees_with_statsmodels():
    d = crossed(np.random.default_rng(5), 120, 6)
    fixed = get("M5").at(**{"lambda": 0.588})
    fit = fit_curve(d, "y", fixed, random="(1|participant)")
    x = sm.add_constant(np.exp(-0.588 * (d.victims - 1)).to_numpy())
    other = sm.MixedLM(d.y.to_numpy(), x, groups=d.participant.to_numpy()).fit(reml=False)
    assert fit.loglik == pytest.approx(other.llf, abs=1e-5)
    assert [fit.intercept, *fit.coefficients] == pytest.approx(other.fe_params, abs=1e-6)


def test_profile_interval_is_the_likelihood_ratio_interval():
    d = crossed(np.random.default_rng(6), 240, 6)
    fit = fit_curve(d, "y", get("M5"))
    row = fit.parameters.set_index("name").loc["lambda"]
    for end in (row["ci_low"], row["ci_high"]):
        held = fit_curve(d, "y", get("M5").at(**{"lambda": end}), level=None)
        assert 2 * (fit.loglik - held.loglik) == pytest.approx(3.841, abs=0.01)


@times(guard=15, proof=1000)
def test_profile_interval_covers(n):
    """Studies of 360 people: 95 % intervals hold the truth in 95 %."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(n):
        row = fit_curve(between(rng, 360), "y", get("M5")).parameters.iloc[0]
        hits += row["ci_low"] <= 0.588 <= row["ci_high"]
    hold(hits, n, 0.95)


def test_step_is_searched_at_the_observed_levels():
    d = between(np.random.default_rng(8), 600, "M4b", levels=[1, 2, 3, 4, 6, 8, 100], K=4)
    fit = fit_curve(d, "y", get("M4b"))
    row = fit.parameters.iloc[0]
    assert fit.shape["K"] == 4
    assert (row["ci_low"], row["ci_high"]) == (4, 6)


def test_two_shapes_are_recovered():
    rng = np.random.default_rng(9)
    ranks = np.array([1.0, 2, 5, 10, 20, 50, 100])
    d = pd.DataFrame({"distance": np.tile(ranks, 600)})
    d["y"] = get("P6").predict(d, {"k": 0.1, "q": -0.5}) + rng.normal(0, 0.1, len(d))
    rows = fit_curve(d, "y", get("P6"), random="").parameters.set_index("name")
    assert rows.loc["k", "ci_low"] < 0.1 < rows.loc["k", "ci_high"]
    assert rows.loc["q", "ci_low"] < -0.5 < rows.loc["q", "ci_high"]


def test_continuous_design_recovers_the_window():
    rng = np.random.default_rng(10)
    d = pd.DataFrame({"empathy": rng.uniform(0, 1, 1500), "boundary": rng.uniform(0, 1, 1500)})
    d["y"] = get("W3").predict(d) + rng.normal(0, 0.1, len(d))
    fit = fit_curve(d, "y", get("W3"), random="")
    rows = fit.parameters.set_index("name")
    for name, truth in {"theta0": 0.6, "theta1": 0.2, "tau": 0.1}.items():
        assert rows.loc[name, "ci_low"] < truth < rows.loc[name, "ci_high"]
    # Without the boundary the threshold's slope has no role and is not counted.
    less = fit_curve(d.drop(columns="boundary"), "y", get("W3"), random="", level=None)
    assert less.k_curve == fit.k_curve - 1


def test_data_against_the_claim_give_the_flat_curve():
    d = between(np.random.default_rng(11), 300, "M2n")
    flat = fit_curve(d, "y", get("M0"))
    for name in ("M5", "M2", "M4"):
        fit = fit_curve(d, "y", get(name))
        assert fit.limited
        assert fit.loglik == pytest.approx(flat.loglik)
        assert any("contradict the claim" in note for note in fit.notes)
        # A coefficient at its limit is zero, not what rounding leaves of it.
        linear = fit.parameters.loc[fit.parameters["kind"] == "linear", "estimate"]
        assert not linear.abs().between(1e-300, 1e-9).any()


def test_two_levels_identify_no_shape():
    d = between(np.random.default_rng(12), 200, levels=[1, 8])
    curves = [get(i) for i in ("M2", "M4", "M5", "M6b", "M7")]
    problem = prepare(d, "y", curves)
    fits = [fit_in(problem, h) for h in curves]
    assert [f.loglik for f in fits] == pytest.approx([fits[0].loglik] * 5, abs=1e-5)
    assert {f.k for f in fits} == {3}
    rows = fits[2].parameters.set_index("name")
    assert not rows.loc["lambda", "identified"]
    assert any("cannot identify the shape of M5" in note for note in fits[2].notes)


def test_covariates_are_centred_and_counted():
    rng = np.random.default_rng(13)
    d = between(rng, 400).assign(age=lambda f: rng.normal(40, 10, len(f)))
    d["y"] += 0.01 * d.age
    plain = fit_curve(d, "y", get("M5"), level=None)
    with_age = fit_curve(d, "y", get("M5"), covariates=["age"], level=None)
    assert with_age.k == plain.k + 1
    assert with_age.loglik > plain.loglik + 10
    assert with_age.predict({"victims": [1]})[0] == pytest.approx(1.4, abs=0.05)


def test_another_likelihood_gets_the_same_profiling():
    """A logistic curve against statsmodels' Logit at the fitted shape."""
    rng = np.random.default_rng(14)
    d = between(rng, 900)
    d["y"] = (rng.uniform(size=900) < 0.2 + 0.6 * get("M5").predict(d)).astype(float)
    fit = fit_curve(d, "y", get("M5"), random="", family="binomial")
    column = np.exp(-fit.shape["lambda"] * (d.victims.to_numpy() - 1))
    other = sm.Logit(d.y.to_numpy(), sm.add_constant(column)).fit(disp=0)
    assert fit.loglik == pytest.approx(other.llf, abs=1e-6)
    grid = [sm.Logit(d.y.to_numpy(), sm.add_constant(np.exp(-lam * (d.victims.to_numpy() - 1))))
            .fit(disp=0).llf for lam in np.geomspace(0.2, 3, 25)]  # fmt: skip
    assert fit.loglik >= max(grid) - 1e-8
    assert fit.k == 3
