"""Power from the expected information: against dense inversion, earlier engines, published numbers and simulation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planned import Uneven, between, components, groups, latin, nested, world
from scipy.special import stdtrit

from analysis.errors import AnalysisError
from analysis.models import fit
from analysis.models.covariances.kenward_roger import KENWARD_ROGER
from analysis.planned.plan import planned_models
from analysis.power.components import SHARES, Components
from analysis.power.expected import expected
from analysis.power.lists import Lists, lists_of
from analysis.power.monte_carlo import simulate_studies
from analysis.power.searching import least_size
from analysis.power.worlds import World, world_of
from analysis.simulate import Assumptions, undescribed
from experiments.places import shipped_folder
from experiments.study import Study, open_study

OLD = json.loads(
    (Path(__file__).parents[3] / "benchmarks" / "power" / "old_values.json").read_text()
)
LAYOUTS = {"latin": latin, "between": between, "nested": nested}
#: Simulated here of each invented design; 4,000 are in ``benchmarks/power/old_and_new.md``.
STUDIES = 800
BY = "c + (1|participant) + (1|participant:c) + (1|item) + (1|item:c)"


def dense(assumed: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Root of the expected score, SE and df of the contrasts by N x N matrices, one row per answer."""
    design = assumed.everything
    rows = np.concatenate(
        [np.tile(r, (round(n), 1)).ravel() for r, n in zip(design.rows, design.people, strict=True)]
    )
    person = np.concatenate(
        [
            1000 * s + np.repeat(np.arange(round(n)), len(r))
            for s, (r, n) in enumerate(zip(design.rows, design.people, strict=True))
        ]
    )
    X, kernels = design.fixed[rows], []
    for term in [*design.inner, None, *design.outer]:
        if term is None:
            kernels.append(np.eye(len(rows)))
            continue
        group, z = term.groups[rows], term.columns[rows]
        same = group[:, None] == group
        if term.within:
            same &= person[:, None] == person
        for a in range(z.shape[1]):
            for b in range(a + 1):
                both = np.outer(z[:, a], z[:, b]) * same
                kernels.append(both if a == b else both + both.T)
    world_phi, has = assumed.parameters()
    truth = np.tensordot(world_phi, kernels, 1)
    phi = np.where(has, world_phi, 0.0)
    inside = np.flatnonzero(has)
    for _ in range(100):
        V = np.tensordot(phi, kernels, 1)
        Vi = np.linalg.inv(V)
        C = np.linalg.inv(X.T @ Vi @ X)
        P = Vi - Vi @ X @ C @ X.T @ Vi
        PK = [P @ kernels[k] for k in inside]
        J = np.array([[np.sum(p * q.T) / 2 for q in PK] for p in PK])
        right = np.array([np.sum(p * (P @ truth).T) / 2 for p in PK])
        then = np.zeros_like(phi)
        then[inside] = np.linalg.solve(J, right)
        if np.abs(then - phi).max() < 1e-13:
            break
        phi = then
    c = assumed.contrasts[:1]
    a = Vi @ X @ C @ c.T
    variance = float((c @ C @ c.T)[0, 0])
    gradient = np.array([float((a.T @ kernels[k] @ a)[0, 0]) for k in inside])
    df = 2 * variance**2 / (gradient @ np.linalg.solve(J, gradient))
    reported = variance
    if assumed.errors(1) == KENWARD_ROGER:
        moved = np.array([kernels[k] @ a[:, 0] for k in inside])
        reported += 2 * float(np.sum(np.linalg.inv(J) * (moved @ P @ moved.T)))
    return np.array([reported**0.5, df, float((a.T @ truth @ a)[0, 0]) ** 0.5])


@pytest.mark.parametrize(
    ("lists", "formula", "shares"),
    [
        (Uneven.of(latin(6), (7, 4)), BY, (0.4, 0.1, 0.1, 0.05, 0.35)),
        (Uneven.of(latin(6), (7, 4)), "c + (1 + c|participant) + (1|item)", (0.4, 0.1, 0.1, 0, 0.4)),
        (Uneven.of(latin(6), (6, 6)), "c + (1|participant) + (1 + c|item)", (0.4, 0, 0.1, 0.1, 0.4)),
        (Uneven.of(latin(6), (7, 4)), "c + (1|participant) + (1|item)", (0.4, 0.1, 0.1, 0.05, 0.35)),
        (Uneven.of(between(5), (3, 4, 2, 5, 3, 4, 4, 6, 2, 3)), "c + (1|item)", (0.5, 0, 0.1, 0.02, 0.38)),
        (Uneven.of(nested(6), (9,)), "c + (1|participant) + (1|item)", (0.4, 0.1, 0.1, 0, 0.4)),
    ],
)  # fmt: skip
def test_se_sd_and_df_are_those_of_dense_inversion(
    lists: Lists, formula: str, shares: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.power.expected._kept_positive", lambda v, s: np.zeros_like(v))
    assumed = replace(world(lists, formula, components(*shares)), own={})
    found, wanted = expected(assumed, 1), dense(assumed)
    assert [found.se[0], found.df[0], found.sd[0]] == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_drop_out_is_truncated_trials_weighted_by_their_probability(
    lost: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Participants who leave early have a shorter composition; proportions of participants as weights give the same numbers."""
    monkeypatch.setattr("analysis.power.expected._kept_positive", lambda v, s: np.zeros_like(v))
    whole = latin(6)
    short = tuple(rows[:3] for rows in whole.rows)
    people = (10 * (1 - lost), 10 * (1 - lost), 10 * lost, 10 * lost)
    every = Uneven.of(Lists(("c",), (*whole.rows, *short), 1, ()), people)
    assumed = world(every, BY, components(0.4, 0.1, 0.1, 0.05, 0.35))
    found = expected(assumed, 1)
    assert [found.se[0], found.df[0], found.sd[0]] == pytest.approx(dense(assumed), rel=1e-7)
    shares = Uneven.of(every, [n / 10 for n in people])
    again = expected(world(shares, BY, components(0.4, 0.1, 0.1, 0.05, 0.35)), 10)
    assert again.se[0] == pytest.approx(found.se[0], rel=1e-10)
    assert again.df[0] == pytest.approx(found.df[0], rel=1e-9)
    if lost:
        complete = world(Uneven.of(whole, (10, 10)), BY, components(0.4, 0.1, 0.1, 0.05, 0.35))
        assert found.se[0] > expected(complete, 1).se[0]


@pytest.mark.parametrize("shares", [(0.6, 0.05, 0.05, 0.0, 0.3), (0.6, 0.05, 0.05, 0.01, 0.29)])
def test_power_with_few_stimuli_is_that_of_simulated_studies(shares: tuple[float, ...]) -> None:
    """Estimates of a variance near zero are kept positive: without this, power would be .05 too high or more."""
    assumed = world(between(8), "c + (1|item) + (1|item:c)", components(*shares))
    found, n, d = expected(assumed, 400), 4000, 0.2
    assert assumed.errors(400) == KENWARD_ROGER
    fits = simulate_studies(assumed, 400, n, np.random.default_rng(2))
    limit = stdtrit(fits.df[:, 0], 0.975) * fits.se[:, 0]
    power = np.mean(np.abs(fits.estimate[:, 0] + d) > limit)
    assert float(found.power(0, d, 0.05)) == pytest.approx(power, abs=0.03)
    assert found.se[0] == pytest.approx(np.sqrt(np.mean(fits.se[:, 0] ** 2)), rel=0.02)


@pytest.mark.parametrize("per_cell", [7, 10, 393])
def test_proportions_become_whole_participants(per_cell: int) -> None:
    lists = replace(latin(6), answered=(0.8, 0.0, 0.15, 0.05))
    assert [len(rows) for rows in lists.compositions] == [6, 6, 4, 4, 3, 3]
    people = np.array(lists.people(per_cell)).reshape(3, 2)
    assert people.sum() == per_cell
    assert people.sum(axis=1) == pytest.approx(np.array([0.8, 0.15, 0.05]) * per_cell, abs=1.5)
    assert np.array(lists.evenly(per_cell)).sum() == pytest.approx(per_cell)


#: Model of the first edition -> of the second, where its name is another one.
MODELS = {
    ("identified_victim", "feelings"): "feelings: feelings5",
    ("identified_victim", "perceived impact"): "feelings: perceived_impact3",
    ("compassion_collapse", "compassion"): "feelings: compassion",
    ("compassion_collapse", "distress"): "feelings: distress",
    ("compassion_collapse", "perceived impact"): "feelings: impact",
    ("parochial_vignettes", "distress"): "others: distress",
    ("parochial_vignettes", "dictator share"): "others: share",
}
#: Cells of counterbalanced factors, to which the first edition's sizes per cell applied.
COUNTERBALANCED = {"parochial_vignettes": 2}


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    names = {row["study"] for row in OLD["shipped"]}
    return {name: open_study(shipped_folder("protocols") / f"{name}.yaml") for name in names}


def of_the_first_edition(study: Study, outcome: str) -> Components:
    """The components that were assumed: other outcomes than the claim's varied less between conditions."""
    whole = Assumptions()
    shares = {name: getattr(whole, name) for name in SHARES}
    if outcome not in [each.outcome for each in study.file.hypothesis.values()]:
        shares = {name: 0.36 * value for name, value in shares.items()}
        shares["person"] += 0.32
        shares["residual"] += 0.32
    if items := {"feelings5": 5, "perceived_impact3": 3}.get(outcome):
        reliability = 0.6 / (0.6 + 0.4 / items)
        shares = {name: reliability * value for name, value in shares.items()}
        shares["residual"] += 1 - reliability
    return components(*shares.values())


def test_shipped_models_have_the_values_of_the_engines_before(
    studies: dict[str, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed form of the engines of version 0.1.0 at 9 to 20,000 participants per cell (benchmarks/power/old_and_new.md).

    They had Satterthwaite's degrees of freedom, and no contrast had a variance of its own.
    """
    monkeypatch.setattr("analysis.power.worlds.FEW_UNITS", 0)
    known: dict[tuple[str, ...], World] = {}
    for old in OLD["shipped"]:
        study, mode = studies[old["study"]], old["mode"]
        model = old["model"].removesuffix(", joint evaluation")
        name = (old["study"], mode, MODELS.get((old["study"], model), model))
        if name not in known:
            planned = next(each for each in planned_models(study, mode) if each.name == name[2])
            lists = lists_of(study, mode, planned)
            parts = of_the_first_edition(study, planned.outcome)
            if undescribed(study).issuperset(lists.items):
                parts = parts.without_items()
            known[name] = replace(world_of(lists, planned, parts), own={})
        people = old["per_cell"] * COUNTERBALANCED.get(old["study"], 1)
        # In the second edition joint evaluation has the contrasts that one number for each participant has.
        found, k, tested = expected(known[name], people), len(old["se"]), len(known[name].tested)
        assert found.se[:k] == pytest.approx(old["se"], abs=1e-8), name
        assert found.sd[:k] == pytest.approx(old["sd"], abs=1e-9), name
        assert found.sd[tested:] == pytest.approx(old["means_sd"], abs=1e-9), name
        assert found.df[:k] == pytest.approx(old["df"], rel=1e-6), name
        power = [float(found.power(j, old["d"], 0.05)) for j in range(k)]
        assert power == pytest.approx(old["power"], abs=1e-7), name
        assert not found.doubtful[:k].any(), name


def invented(old: dict[str, Any]) -> World:
    lists = Uneven.of(LAYOUTS[old["layout"]](old["stimuli"]), old["people"])
    formula = old["formula"].replace("stimulus", "item")
    return world(lists, formula, components(*old["components"]))


#: Where the closed form of the earlier engines was wrong: with unequal lists and a slope it reported less than the spread
#: of estimates though model and world are the same; a variance that is zero in the world raised the df from 6 to 552
#: and power from .90 (simulated then and now) to .98.
WERE_WRONG = ("slopes, unequal lists", "no variance by condition")


@pytest.mark.parametrize("old", OLD["invented"], ids=lambda old: old["case"])
def test_other_designs_have_the_values_of_the_engines_before(
    old: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier engines had Satterthwaite's degrees of freedom whatever the number of stimuli."""
    monkeypatch.setattr("analysis.power.worlds.MIN_GROUPS", 4)
    monkeypatch.setattr("analysis.power.worlds.FEW_UNITS", 0)
    assumed = replace(invented(old), own={})
    found = expected(assumed, 1)
    assert found.sd[0] == pytest.approx(old["sd"][0], abs=3e-6)
    if old["case"] not in WERE_WRONG:
        assert found.se[0] == pytest.approx(old["se"][0], abs=1e-8)
        assert found.df[0] == pytest.approx(old["df"][0], rel=2e-6)
    few = 4 <= old["stimuli"] <= 8 and "stimulus:c" in old["formula"]
    assert found.doubtful[0] == (few and found.df[0] < 8)
    before = old["simulated"]["power"][0]
    planned = float(found.power(0, old["d"], 0.05))
    assert found.doubtful[0] or planned == pytest.approx(before, abs=0.025)
    fits = simulate_studies(assumed, 1, STUDIES, np.random.default_rng(4))
    limit = stdtrit(fits.df[:, 0], 0.975) * fits.se[:, 0]
    power = np.mean((np.abs(fits.estimate[:, 0] + old["d"]) > limit) & fits.converged)
    # Four standard errors of the difference from the earlier 4,000 studies.
    assert power == pytest.approx(before, abs=4 * (0.25 * (1 / STUDIES + 1 / 4000)) ** 0.5)
    assert fits.converged.mean() > 0.999


@pytest.mark.parametrize(("n", "d"), [(393, 0.20), (1570, 0.10), (69, 0.48), (201, 0.28)])
def test_numbers_of_the_fact_sheet_have_eighty_per_cent_power(n: int, d: float) -> None:
    found = expected(world(groups(), "c", components(0, 0, 0, 0, 1)), n)
    assert found.power(0, d, 0.05) == pytest.approx(0.80, abs=0.006)
    assert found.power(0, 0.0, 0.05) == pytest.approx(0.05, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "bound", "power"), [(429, 0.20, 0.80), (542, 0.20, 0.90), (1713, 0.10, 0.80)]
)
def test_equivalence_numbers_of_the_fact_sheet(n: int, bound: float, power: float) -> None:
    found = expected(world(groups(), "c", components(0, 0, 0, 0, 1)), n)
    assert found.equivalence(0, 0.0, bound, 0.05) == pytest.approx(power, abs=0.005)


def test_least_squares_are_those_of_the_engine_for_data() -> None:
    """Errors of simulated participants: their mean square is the expected one, and so, nearly, are their df."""
    rng, found = (
        np.random.default_rng(4),
        expected(world(groups(), "c", components(0, 0, 0, 0, 1)), 14),
    )
    rows = pd.DataFrame({"c": ["a", "b"] * 14})
    squares, df = [], []
    for _ in range(150):
        term = fit(rows.assign(y=rng.normal(size=28)), "y ~ c").terms.iloc[1]
        squares.append(term["se"] ** 2)
        df.append(term["df"])
    assert found.df[0] == pytest.approx(26)
    assert np.mean(df) == pytest.approx(26, abs=2)
    assert np.mean(squares) == pytest.approx(
        found.se[0] ** 2, rel=4 * np.std(squares) / found.se[0] ** 2 / 150**0.5
    )


def test_the_reported_error_can_lie_below_the_spread() -> None:
    """A model without a term for items by condition has an inflated Type I error rate; the term restores it."""
    parts = components(0.5, 0.0, 0.1, 0.05, 0.35)
    without = expected(world(latin(8), "c + (1|participant) + (1|item)", parts), 80)
    assert without.sd[0] > 1.3 * without.se[0]
    assert without.power(0, 0.0, 0.05) > 0.2
    with_it = expected(world(latin(8), "c + (1|participant) + (1|item) + (1|item:c)", parts), 80)
    assert with_it.power(0, 0.0, 0.05) == pytest.approx(0.05, abs=2e-3)


def test_more_participants_do_not_average_out_items() -> None:
    parts = components(0.5, 0.0, 0.1, 0.05, 0.35)
    assumed = world(latin(8), "c + (1|participant) + (1|item) + (1|item:c)", parts)
    assert (
        least_size(lambda n: float(expected(assumed, n).power(0, 0.1, 0.05)), 0.8, 2, 20_000)
        is None
    )
    assert expected(assumed, 20_000).df[0] == pytest.approx(7, abs=0.5)


def test_too_little_is_refused_with_a_message() -> None:
    parts = components(0.5, 0.0, 0.1, 0.0, 0.4)
    lone = Lists(("c",), ((("s1", ("a",)),), (("s2", ("b",)),)), 2, ((0,), (1,)))
    with pytest.raises(AnalysisError, match="There is only one item per condition"):
        world(lone, "c + (1|item)", parts)
    with pytest.raises(AnalysisError, match="has random effects of items, but the design has only"):
        world(between(3), "c + (1|item)", parts)
    with pytest.raises(AnalysisError, match="has no random term, but participants answer 4 times"):
        world(latin(4), "c", parts)
    with pytest.raises(AnalysisError, match="too few answers per participant"):
        world(between(6), "c + (1|participant) + (1|item)", parts)
    with pytest.raises(AnalysisError, match="is grouped by 'block'"):
        world(latin(6), "c + (1|participant:block)", parts)
    same = world(nested(6), "c + (1|participant) + (1|item) + (1|item:c)", parts)
    with pytest.raises(AnalysisError, match="cannot separate these variances"):
        expected(same, 10)


@pytest.mark.parametrize("per_cell", [2, 5])
@pytest.mark.parametrize(
    ("lists", "formula"),
    [
        (latin(6), BY),
        (latin(5), "c + (1 + c|participant) + (1|item)"),
        (latin(6), "c + (1 + c|participant) + (1 + c|item)"),
        (between(6), "c + (1|item) + (1|item:c)"),
    ],
)
def test_the_smallest_studies_are_fitted(lists: Lists, formula: str, per_cell: int) -> None:
    assumed = world(lists, formula, components(0.4, 0.05, 0.1, 0.03, 0.42))
    fits = simulate_studies(assumed, per_cell, 100, np.random.default_rng(1))
    assert fits.converged.mean() > 0.97
    assert np.isfinite(fits.se).all()
    assert (fits.df > 0).all()
