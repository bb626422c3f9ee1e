"""Fits of many studies at once against fresh, tight fits of lmer and lmerTest, and against the dense formulas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rows_to_answers import codes, fitted, one, reduced
from scipy.stats import t

from analysis.power.designs import Design, Term
from analysis.power.fitting import Fits, fit, relative_roots
from analysis.power.monte_carlo import draw
from analysis.power.reml import derivatives

HERE = Path(__file__).parent
STUDIES = pd.read_csv(HERE.parents[1] / "reference" / "studies.csv")
R = json.loads((HERE.parents[1] / "reference" / "r_studies.json").read_text())
DESIGNS = ["once", "intercepts", "by_condition", "on_the_boundary", "slopes"]
SLOPES = pd.read_csv(HERE / "reference" / "studies.csv.gz")
TIGHT = json.loads((HERE / "reference" / "fits.json").read_text())["fits"]


def terms_of(formula: str, rows: pd.DataFrame) -> tuple[Term, ...]:
    """The random terms that the formulas of the reference have."""
    nobody = np.zeros(len(rows), dtype=np.intp)
    sloped = np.column_stack([np.ones(len(rows)), rows["c"] == "b"])
    known = {
        "(1|participant)": Term("p", one(rows), nobody, True),
        "(1|participant:c)": Term("pc", one(rows), codes(rows["c"]), True),
        "(1 + c|participant)": Term("ps", sloped, nobody, True),
        "(1|stimulus)": Term("s", one(rows), codes(rows["stimulus"]), False),
        "(1|stimulus:c)": Term("sc", one(rows), codes(rows["stimulus"], rows["c"]), False),
    }
    return tuple(term for text, term in known.items() if text in formula)


@pytest.mark.parametrize("design", DESIGNS)
def test_studies_of_every_layout_are_fitted_as_by_lmer(design: str) -> None:
    formula = R[design]["formula"]
    for number in range(4):
        rows = STUDIES[(STUDIES["design"] == design) & (STUDIES["study"] == number)]
        own, answers = reduced(
            rows,
            ["y"],
            ["stimulus", "c"],
            lambda shown: np.column_stack([np.ones(len(shown)), shown["c"] == "b"]).astype(float),
            lambda shown: terms_of(formula, shown),
        )
        found, expected = fitted(own, answers, np.array([[0, 1.0]]), rows["y"].var()), R[design]
        expected = expected["studies"][str(number)]
        assert found.converged.all()
        assert found.singular[0] == expected["singular"]
        estimate, se, df = found.estimate[0, 0], found.se[0, 0], found.df[0, 0]
        assert estimate == pytest.approx(expected["estimate"], rel=1e-6)
        assert se == pytest.approx(expected["se"], rel=1e-6)
        assert df == pytest.approx(expected["df"], rel=1e-4)
        assert 2 * t.sf(np.abs(estimate / se), df) == pytest.approx(expected["p"], rel=1e-4)


def of_slopes(reference: dict[str, Any]) -> tuple[Design, Fits, int]:
    """A study with a random slope of participants (except in two designs) and random stimuli."""
    rows = SLOPES[SLOPES["design"] == reference["design"]]
    columns = [name for name in ("x1", "x2", "x3") if rows[name].notna().all()]
    sloped = reference["design"] not in ("square_no_slope", "between")

    def terms(shown: pd.DataFrame) -> tuple[Term, ...]:
        varying = np.column_stack([np.ones(len(shown)), shown["x1"]]) if sloped else one(shown)
        return (
            Term("participant", varying, np.zeros(len(shown), dtype=np.intp), True),
            Term("item", one(shown), codes(shown["item"]), False),
        )

    own, answers = reduced(
        rows,
        [reference["y"]],
        ["item", *columns],
        lambda shown: np.column_stack([np.ones(len(shown)), shown[columns]]),
        terms,
    )
    p = 1 + len(columns)
    return own, fitted(own, answers, np.eye(p), rows[reference["y"]].var()), len(rows) - p


@pytest.mark.parametrize(("variance", "is_one"), [(-1.0, False), (-1.1, False), (-0.9, True)])
def test_what_is_no_covariance_has_an_infinite_criterion(variance: float, is_one: bool) -> None:
    """At -1, the covariance of four answers with a residual variance of 4 is exactly singular, which was an error."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(np.indices((6, 4)).reshape(2, -1).T, columns=["participant", "item"])
    design, answers = reduced(
        rows.assign(y=rng.normal(size=24)),
        ["y"],
        ["item"],
        lambda shown: np.ones((len(shown), 1)),
        lambda shown: (Term("p", one(shown), np.zeros(len(shown), dtype=np.intp), True),),
    )
    found = derivatives(design, np.array([[variance, 4.0]]), answers)
    assert np.isfinite(found.criterion[0]) == is_one


@pytest.mark.parametrize("reference", TIGHT, ids=lambda r: f"{r['design']}-{r['y']}")
def test_random_slopes_are_fitted_as_by_lmer(reference: dict[str, Any]) -> None:
    design, found, free = of_slopes(reference)
    assert found.converged[0]
    assert bool(found.singular[0]) == reference["singular"]
    criterion = found.criterion[0] + free * np.log(2 * np.pi)
    assert criterion == pytest.approx(reference["criterion"], abs=1e-9)
    assert found.estimate[0] == pytest.approx(reference["estimate"], abs=1e-8)
    assert found.se[0] == pytest.approx(reference["se"], rel=1e-6)
    roots = [root[0].T[np.triu_indices(len(root[0]))] for root in relative_roots(design, found.phi)]
    assert np.concatenate(roots) == pytest.approx(reference["theta"], abs=1e-6)
    assert found.phi[0, design.residual] ** 0.5 == pytest.approx(reference["sigma"], rel=1e-6)
    p = 2 * t.sf(np.abs(found.estimate[0] / found.se[0]), found.df[0])
    assert p == pytest.approx(reference["p"], abs=2e-6)
    # lmerTest differentiates numerically with steps of 1e-4 times the parameter. Where one is
    # tiny but not zero that is rounding noise: its df are then good to 3 digits only.
    tiny = any(0 < abs(theta) < 1e-3 for theta in reference["theta"])
    assert found.df[0] == pytest.approx(reference["df"], rel=2e-3 if tiny else 1e-5)


def test_the_reference_holds_singular_and_regular_fits() -> None:
    singular = [found["singular"] for found in TIGHT]
    assert sum(singular) >= 5
    assert len(singular) - sum(singular) >= 10
    assert np.unique([found["design"] for found in TIGHT]).size == 8


def uneven(rng: np.random.Generator) -> pd.DataFrame:
    """Participants with different numbers of stimuli, with rows missing at random."""
    rows = pd.DataFrame(np.indices((12, 6)).reshape(2, -1).T, columns=["participant", "stimulus"])
    rows["c"] = np.where((rows["participant"] + rows["stimulus"]) % 2, "a", "b")
    rows["x"] = rows["stimulus"] ** 2 / 10
    return rows.assign(y=rng.normal(size=len(rows)))[rng.random(len(rows)) < 0.8]


@pytest.mark.parametrize("seed", range(3))
def test_criterion_and_derivatives_are_the_dense_ones(seed: int) -> None:
    """Random slopes of participants and of stimuli, crossed and unbalanced, against the N x N covariance."""
    rng = np.random.default_rng(seed)
    rows = uneven(rng)

    def terms(shown: pd.DataFrame) -> tuple[Term, ...]:
        sloped = np.column_stack([np.ones(len(shown)), shown["x"]])
        return (
            Term("p", sloped, np.zeros(len(shown), dtype=np.intp), True),
            Term("pc", one(shown), codes(shown["c"]), True),
            Term("s", np.column_stack([np.ones(len(shown)), shown["c"] == "b"]), codes(shown["stimulus"]), False),
        )  # fmt: skip

    def fixed(shown: pd.DataFrame) -> np.ndarray:
        return np.column_stack([np.ones(len(shown)), shown["c"] == "b", shown["x"]]).astype(float)

    design, answers = reduced(rows, ["y"], ["stimulus", "c"], fixed, terms)
    phi = np.array([[1.1, 0.2, 0.3, 0.4, 0.9, 0.5, 0.1, 0.2]])
    ordered = rows.sort_values(["participant", "stimulus", "c"])
    person, y, X = ordered["participant"].to_numpy(), ordered["y"].to_numpy(), fixed(ordered)
    kernels = []
    for term in terms(ordered):
        groups = term.groups + 100 * person if term.within else term.groups
        same, z = groups[:, None] == groups, term.columns
        for a in range(z.shape[1]):
            for b in range(a + 1):
                both = np.outer(z[:, a], z[:, b]) * same
                kernels.append(both if a == b else both + both.T)
    kernels.insert(4, np.eye(len(y)))
    V = np.tensordot(phi[0], kernels, 1)
    Vi = np.linalg.inv(V)
    information = X.T @ Vi @ X
    P = Vi - Vi @ X @ np.linalg.solve(information, X.T @ Vi)
    found = derivatives(design, phi, answers)
    logs = np.linalg.slogdet(V)[1] + np.linalg.slogdet(information)[1]
    assert found.criterion[0] == pytest.approx(logs + y @ P @ y, abs=1e-9)
    gradient = [np.trace(P @ K) - y @ P @ K @ P @ y for K in kernels]
    assert found.gradient[0] == pytest.approx(gradient, abs=1e-9)
    hessian = [
        [2 * y @ P @ K @ P @ M @ P @ y - np.trace(P @ K @ P @ M) for M in kernels] for K in kernels
    ]
    assert found.hessian[0] == pytest.approx(np.array(hessian), abs=1e-8)


def square_of(people: int, items: int, slope: bool = True) -> Design:
    """Two lists: every participant sees all items, each half of them in one condition."""
    composition, item = np.repeat([0, 1], items), np.tile(np.arange(items), 2)
    x = np.column_stack([np.ones(2 * items), (composition + item) % 2])
    varying = x if slope else x[:, :1]
    return Design(
        composition,
        np.full(2, people / 2),
        x,
        (
            Term("participant", varying, np.zeros(2 * items, dtype=np.intp), True),
            Term("item", x[:, :1], item, False),
        ),
    )


@pytest.mark.parametrize(
    ("people", "items", "phi"),
    [
        (24, 6, [0.2, 0.2, 0.2, 1.0, 0.0]),
        (24, 6, [0.2, -0.2, 0.2, 1.0, 0.0]),
        (8, 4, [0.02, 0.0, 0.02, 1.0, 0.0]),
    ],
)
def test_the_hardest_boundary_cases_converge(people: int, items: int, phi: list[float]) -> None:
    design, rng = square_of(people, items), np.random.default_rng(1)
    answers = design.answers(*draw(design, np.array(phi), 1000, rng))
    found = fit(design, answers, np.array(phi), design.weights(np.eye(2)))
    assert found.converged.all()
    assert found.singular.mean() > 0.5
    # No other start finds a better minimum.
    other = fit(design, answers, np.array([1.0, 0.3, 1.0, 1.0, 1.0]), design.weights(np.eye(2)))
    assert (found.criterion <= other.criterion + 1e-7).mean() > 0.995


def test_a_between_participants_condition_is_the_t_test_on_means() -> None:
    """With all items met by all, the condition's test is Student's on participant means."""
    from scipy import stats

    rng = np.random.default_rng(2)
    rows = pd.DataFrame(np.indices((40, 6)).reshape(2, -1).T, columns=["participant", "item"])
    rows["x"] = rows["participant"] % 2
    rows["y"] = rng.normal(size=40)[rows["participant"]] + 0.3 * rows["x"] + rng.normal(size=240)
    own, answers = reduced(
        rows,
        ["y"],
        ["item", "x"],
        lambda shown: np.column_stack([np.ones(len(shown)), shown["x"]]),
        lambda shown: (
            Term("participant", one(shown), np.zeros(len(shown), dtype=np.intp), True),
            Term("item", one(shown), codes(shown["item"]), False),
        ),
    )
    found = fitted(own, answers, np.array([[0, 1.0]]), 1.0)
    means = rows.groupby("participant")["y"].mean().to_numpy()
    oracle = stats.ttest_ind(means[1::2], means[::2])
    assert found.estimate[0, 0] / found.se[0, 0] == pytest.approx(oracle.statistic, rel=1e-7)
    assert found.df[0, 0] == pytest.approx(38, rel=1e-7)


def test_drawn_studies_and_studies_of_drawn_rows_have_one_distribution() -> None:
    from scipy import stats

    design, phi = square_of(30, 8), np.array([1.0, 0.1, 0.2, 1.0, 0.2])
    weights = design.weights(np.eye(2))
    rng = np.random.default_rng(3)
    one_way = fit(design, design.answers(*draw(design, phi, 2000, rng)), phi, weights)
    root = np.linalg.cholesky([[1.0, 0.1], [0.1, 0.2]])
    items = rng.normal(size=(2000, 8)) * 0.2**0.5
    means, scatters = [], []
    for rows in design.rows:
        people = rng.normal(size=(2000, 15, 2)) @ root.T
        y = people @ design.fixed[rows].T + items[:, None] + rng.normal(size=(2000, 15, 8))
        means.append(y.mean(axis=1))
        around = y - y.mean(axis=1, keepdims=True)
        scatters.append(around.swapaxes(1, 2) @ around)
    other = fit(design, design.answers(means, scatters), phi, weights)
    for name in ("estimate", "se", "df"):
        for k in range(2):
            one, theirs = getattr(one_way, name)[:, k], getattr(other, name)[:, k]
            assert stats.ks_2samp(one, theirs).pvalue > 0.001, name


@pytest.mark.parametrize("slope", [True, False])
def test_type_one_error_and_coverage(slope: bool) -> None:
    design = square_of(40, 8, slope)
    phi = np.array([1.0, 0.2, 0.3, 1.0, 0.2]) if slope else np.array([0.5, 1.0, 0.2])
    answers = design.answers(*draw(design, phi, 5000, np.random.default_rng(11)))
    found = fit(design, answers, phi, design.weights(np.eye(2)))
    assert found.converged.all()
    p = 2 * t.sf(np.abs(found.estimate / found.se), found.df)[:, 1]
    # Four Monte Carlo standard errors of 5,000 studies at .05 are .0123.
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.0123)
    assert np.sqrt(np.mean(found.se[:, 1] ** 2)) == pytest.approx(
        found.estimate[:, 1].std(), rel=0.05
    )
