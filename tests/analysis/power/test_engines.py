"""The fast engines agree with the analysis that data get, with one another, and with published numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from from_rows import sums_and_squares
from scipy.stats import t

from analysis import models
from analysis.balanced import NotBalancedError
from analysis.errors import AnalysisError
from analysis.power.analytic import equivalence_at, power_at
from analysis.power.components import Components
from analysis.power.crossed import crossed
from analysis.power.fast import fast_analysis
from analysis.power.intercepts import Intercepts, intercepts
from analysis.power.lists import Lists
from analysis.power.one_row import OneRow
from analysis.power.sizes import by_size
from analysis.power.targets import parsed, targets_of
from analysis.power.world import Drawn, World
from experiments.planned import Contrast, PlannedModel

PARTS = Components(0.5, 0.0, 0.1, 0.0, 0.4)
GROUPS = ("participant", "stimulus")
CONTRAST = Contrast(name="a against b", factor="c", higher="a", lower="b")


def model(formula: str) -> PlannedModel:
    return PlannedModel(name="m", measure="y", formula=formula, contrasts=(CONTRAST,))


def latin(stimuli: int) -> Lists:
    """Two lists: each person meets all stimuli, half under each condition."""
    rows = tuple(
        tuple((f"s{i}", ("ab"[(i + turn) % 2],)) for i in range(stimuli)) for turn in (0, 1)
    )
    return Lists(("c",), rows, 1, ((0, 1),))


def between(stimuli: int) -> Lists:
    """Everybody answers once, about one of the stimuli; the condition varies between people."""
    rows = tuple(((f"s{i}", (level,)),) for level in "ab" for i in range(stimuli))
    turns = tuple(tuple(range(k * stimuli, (k + 1) * stimuli)) for k in (0, 1))
    return Lists(("c",), rows, 2, turns)


def study(world: World, rng: np.random.Generator) -> tuple[pd.DataFrame, Drawn]:
    """One study as rows, and the very same study as list means and scatter matrices."""
    frames, means, scatter, person = [], [], [], 0
    stimulus = {s: rng.normal() * 0.4 for s in world.lists.stimuli}
    for g in world.used:
        rows, n = world.lists.rows[g], world.people[g]
        own = np.array([stimulus[s] for s, _ in rows]) + rng.multivariate_normal(
            np.zeros(len(rows)), world.within(g), n
        )
        means.append(own.mean(axis=0)[:, None])
        around = own - own.mean(axis=0)
        scatter.append((around.T @ around)[:, :, None])
        for values in own:
            frames += [
                {"participant": f"p{person}", "stimulus": s, "c": levels[0], "y": y}
                for (s, levels), y in zip(rows, values, strict=True)
            ]
            person += 1
    return pd.DataFrame(frames), Drawn(tuple(means), tuple(scatter))


def of_world(world: World, planned: PlannedModel) -> Intercepts:
    """The engine for random intercepts on the lists of a world."""
    targets = targets_of(world.lists, planned.contrasts)
    groups = [term.group for term in parsed(planned).random]
    return intercepts(world.lists, world.people, world.components, planned, targets, groups)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intercepts_fit_what_the_engine_for_data_fits(seed: int) -> None:
    world = World(latin(6), (11, 9), PARTS)
    planned = model("c + (1|participant) + (1|stimulus)")
    rows, _ = study(world, np.random.default_rng(seed))
    analysis = of_world(world, planned)
    fits = analysis.fit(*sums_and_squares(rows, analysis, GROUPS))
    term = models.fit(rows, f"y ~ {planned.formula}").terms.iloc[1]
    assert fits.converged.all()
    assert -fits.estimate[0, 0] == pytest.approx(term["estimate"], abs=1e-7)
    assert fits.se[0, 0] == pytest.approx(term["se"], rel=1e-4)
    assert fits.df[0, 0] == pytest.approx(term["df"], rel=1e-3)


def test_intercepts_and_balanced_strata_agree_over_many_studies() -> None:
    lists = latin(8)
    world = World(lists, (15, 15), Components(0.5, 0.05, 0.1, 0.02, 0.33))
    planned = model("c + (1|participant) + (1|stimulus)")
    targets = targets_of(lists, planned.contrasts)
    one, other = of_world(world, planned), crossed(world, planned, targets)
    mine = one.simulate(3000, np.random.default_rng(5))
    theirs = other.simulate(3000, np.random.default_rng(6))
    for name in ("estimate", "se"):
        own, its = getattr(mine, name)[:, 0], getattr(theirs, name)[:, 0]
        np.testing.assert_allclose(own.std(), its.std(), rtol=0.06)
        assert own.mean() == pytest.approx(its.mean(), abs=5 * own.std() / 3000**0.5)
    assert mine.singular.mean() == pytest.approx(theirs.singular.mean(), abs=0.05)
    assert one.expected().sd == pytest.approx(other.expected().sd, rel=1e-6)
    assert one.expected().se[0] == pytest.approx(other.expected().se[0], rel=1e-5)


@pytest.mark.parametrize(
    ("lists", "people", "formula"),
    [
        (between(6), (5, 4, 5, 6, 5, 5, 7, 5, 5, 5, 4, 5), "c + (1|stimulus)"),
        (latin(6), (9, 8), "c + (1|participant)"),
        (latin(6), (9, 8), "c + (1|participant) + (1|stimulus) + (1|stimulus:c)"),
        (latin(6), (9, 8), "c + (1|participant) + (1|participant:c) + (1|stimulus)"),
        (
            latin(8),
            (11, 12),
            "c + (1|participant) + (1|participant:c) + (1|stimulus) + (1|stimulus:c)",
        ),
    ],
)
def test_every_random_intercept_fits_what_the_engine_for_data_fits(
    lists: Lists, people: tuple[int, ...], formula: str
) -> None:
    world, planned = World(lists, people, Components(0.5, 0.2, 0.2, 0.2, 0.4)), model(formula)
    rows, _ = study(world, np.random.default_rng(11))
    groups = [term.group for term in parsed(planned).random]
    analysis = of_world(world, planned)
    fits = analysis.fit(*sums_and_squares(rows, analysis, groups))
    fit = models.fit(rows, f"y ~ {formula}")
    term = fit.terms.iloc[1]
    assert fits.converged.all()
    assert fits.singular[0] == fit.singular
    assert -fits.estimate[0, 0] == pytest.approx(term["estimate"], abs=1e-6)
    assert fits.se[0, 0] == pytest.approx(term["se"], rel=1e-4)
    assert fits.df[0, 0] == pytest.approx(term["df"], rel=2e-3)


def test_one_row_fits_hc3() -> None:
    lists = Lists(("c",), ((("", ("a",)),), (("", ("b",)),)), 2, ((0,), (1,)))
    world = World(lists, (14, 14), PARTS)
    rows, drawn = study(world, np.random.default_rng(4))
    analysis = fast_analysis(lists, model("c"), PARTS, 14)
    assert isinstance(analysis, OneRow)
    fits = analysis.fit(drawn)
    term = models.fit(rows, "y ~ c").terms.iloc[1]
    assert -fits.estimate[0, 0] == pytest.approx(term["estimate"], abs=1e-9)
    assert fits.se[0, 0] == pytest.approx(term["se"], rel=1e-9)
    assert fits.df[0, 0] == term["df"]


@pytest.mark.parametrize(("n", "d"), [(393, 0.20), (1570, 0.10), (69, 0.48), (201, 0.28)])
def test_numbers_of_the_fact_sheet_have_eighty_per_cent_power(n: int, d: float) -> None:
    lists = Lists(("c",), ((("", ("a",)),), (("", ("b",)),)), 2, ((0,), (1,)))
    analysis = fast_analysis(lists, model("c"), Components(0, 0, 0, 0, 1), n)
    assert power_at(analysis.expected(), 0, d, 0.05) == pytest.approx(0.80, abs=0.006)
    fits = analysis.simulate(20_000, np.random.default_rng(1))
    for effect, wanted, room in ((d, 0.80, 0.012), (0.0, 0.05, 0.006)):
        p = 2 * t.sf(np.abs(fits.estimate[:, 0] + effect) / fits.se[:, 0], fits.df[:, 0])
        assert np.mean(p < 0.05) == pytest.approx(wanted, abs=room)


@pytest.mark.parametrize(
    ("n", "bound", "power"), [(429, 0.20, 0.80), (542, 0.20, 0.90), (1713, 0.10, 0.80)]
)
def test_equivalence_numbers_of_the_fact_sheet(n: int, bound: float, power: float) -> None:
    lists = Lists(("c",), ((("", ("a",)),), (("", ("b",)),)), 2, ((0,), (1,)))
    found = fast_analysis(lists, model("c"), Components(0, 0, 0, 0, 1), n).expected()
    assert equivalence_at(found, 0, 0.0, bound, 0.05) == pytest.approx(power, abs=0.005)


def test_the_expected_study_is_the_mean_of_simulated_ones() -> None:
    world = World(latin(8), (40, 40), Components(0.5, 0.1, 0.1, 0.05, 0.25))
    planned = model("c + (1|participant) + (1|stimulus)")
    analysis = of_world(world, planned)
    fits = analysis.simulate(4000, np.random.default_rng(2))
    found = analysis.expected()
    assert np.sqrt(np.mean(fits.se[:, 0] ** 2)) == pytest.approx(found.se[0], rel=0.01)
    assert fits.estimate[:, 0].std() == pytest.approx(found.sd[0], rel=0.04)
    # The planned model does not know that stimuli react differently: it reports too little.
    assert found.sd[0] > 1.3 * found.se[0]


def test_a_term_for_stimuli_by_condition_restores_the_error_rate() -> None:
    world = World(latin(8), (40, 40), Components(0.5, 0.0, 0.1, 0.05, 0.35))
    rates = []
    for formula in (
        "c + (1|participant) + (1|stimulus)",
        "c + (1|participant) + (1|stimulus) + (1|stimulus:c)",
    ):
        analysis = of_world(world, model(formula))
        fits = analysis.simulate(2000, np.random.default_rng(6))
        p = 2 * t.sf(np.abs(fits.estimate[:, 0] / fits.se[:, 0]), fits.df[:, 0])
        rates.append(float(np.mean(p < 0.05)))
    assert rates[0] > 0.2
    assert rates[1] == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    "formula", ["c + (1|participant) + (1|stimulus) + (1|stimulus:c)", "c + (1|participant)"]
)
def test_required_sizes_fall_with_the_effect_and_have_the_power(formula: str) -> None:
    parts = Components(0.5, 0.0, 0.1, 0.01, 0.39)
    sizes = by_size(latin(16), model(formula), parts)
    needed = [sizes.for_power(0, d, 0.05, 0.8) for d in (0.12, 0.16, 0.2, 0.3, 0.5, 0.8)]
    known = [n for n in needed if n is not None]
    assert known == sorted(known, reverse=True)
    assert known[0] > 2 * known[-1]
    analysis = fast_analysis(latin(16), model(formula), parts, known[0])
    at = power_at(analysis.expected(), 0, (0.12, 0.16, 0.2)[len(needed) - len(known)], 0.05)
    assert at == pytest.approx(0.8, abs=0.02)


def test_more_people_do_not_average_stimuli_out() -> None:
    sizes = by_size(
        latin(8),
        model("c + (1|participant) + (1|stimulus) + (1|stimulus:c)"),
        Components(0.5, 0.0, 0.1, 0.05, 0.35),
    )
    assert sizes.for_power(0, 0.1, 0.05, 0.8) is None
    assert sizes.found[-1].df[0] == pytest.approx(7, abs=0.5)


def test_too_little_is_refused_in_words() -> None:
    planned = model("c + (1|participant) + (1|stimulus)")
    with pytest.raises(AnalysisError, match="1 person per cell"):
        fast_analysis(latin(4), planned, PARTS, 1)
    lone = Lists(("c",), ((("s1", ("a",)),), (("s2", ("b",)),)), 2, ((0,), (1,)))
    with pytest.raises(AnalysisError, match="One stimulus per condition"):
        fast_analysis(lone, model("c + (1|stimulus)"), PARTS, 20)
    with pytest.raises(AnalysisError, match="takes stimuli as random"):
        fast_analysis(between(3), model("c + (1|stimulus)"), PARTS, 30)
    with pytest.raises(NotBalancedError):
        fast_analysis(latin(4), model("c"), PARTS, 20)
    with pytest.raises(NotBalancedError, match="too few for the 12 presentation lists"):
        fast_analysis(between(6), model("c + (1|stimulus)"), PARTS, 5)
    both = model("c + (1|participant) + (1|participant:c) + (1|stimulus)")
    with pytest.raises(NotBalancedError, match="cannot be told apart"):
        fast_analysis(between(6), both, PARTS, 20)
