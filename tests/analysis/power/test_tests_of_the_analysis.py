"""Tests of many studies at once against those that the analysis makes of the same answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from planned import components, difference, mixed, model
from rows_to_answers import codes, fitted, one, reduced

from analysis.models import fit
from analysis.models.covariances.kenward_roger import KENWARD_ROGER
from analysis.models.own_columns import own_column
from analysis.models.own_variance import DEGENERATE, with_own_variance
from analysis.power.designs import Term
from analysis.power.expected import expected
from analysis.power.fitting import MODEL, Fits
from analysis.power.fitting import fit as fit_at_once
from analysis.power.lists import Lists
from analysis.power.monte_carlo import simulate_studies
from analysis.power.worlds import World, world_of
from experiments.protocol.planned_contrast import PlannedContrast

CONTRAST = np.array([0.0, 1.0, 0.0])
TESTS = ["estimate", "se", "df"]


def study(seed: int, people: int, items: int, own: float) -> pd.DataFrame:
    """Each participant sees each item once, a third of them in each of three conditions, in three lists."""
    rng = np.random.default_rng(seed)
    who, item = np.repeat(np.arange(people), items), np.tile(np.arange(items), people)
    condition = (item + who % 3) % 3
    between = rng.normal(size=(people, 3)) * [1, 1, own]
    y = (
        rng.normal(size=people)[who]
        + between[who, condition] * 0.5
        + rng.normal(size=(items, 3))[item, condition] * 0.3
        + rng.normal(size=len(who))
    )
    return pd.DataFrame(
        {
            "participant": who.astype(str),
            "item": item.astype(str),
            "c": condition.astype(str),
            "y": y,
        }
    )


def at_once(rows: pd.DataFrame, errors: str, contrast: np.ndarray | None = None) -> Fits:
    def matrix(shown: pd.DataFrame) -> np.ndarray:
        return np.column_stack([np.ones(len(shown)), shown["c"] == "1", shown["c"] == "2"]) * 1.0

    def terms(shown: pd.DataFrame) -> tuple[Term, ...]:
        nobody = np.zeros(len(shown), dtype=np.intp)
        found = (
            Term("p", one(shown), nobody, True),
            Term("pc", one(shown), codes(shown["c"]), True),
            Term("i", one(shown), codes(shown["item"]), False),
            Term("ic", one(shown), codes(shown["item"], shown["c"]), False),
        )
        if contrast is None:
            return found
        column = own_column(matrix(shown), contrast)[:, None]
        return (*found, Term("own", column, nobody, True, free=True))

    design, answers = reduced(rows, ["y"], ["item", "c"], matrix, terms)
    return fitted(design, answers, CONTRAST[None], rows["y"].var(), errors)


FORMULA = "y ~ c + (1|participant) + (1|participant:c) + (1|item) + (1|item:c)"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("people", [6, 30])
def test_few_items_are_tested_as_in_the_analysis(seed: int, people: int) -> None:
    rows = study(seed, people, 6, 1)
    found = at_once(rows, KENWARD_ROGER)
    analysed = fit(rows, FORMULA)
    assert analysed.errors == KENWARD_ROGER
    assert found.estimate[0, 0] == pytest.approx(analysed.beta[1], abs=1e-5)
    assert found.se[0, 0] == pytest.approx(np.sqrt(analysed.vcov[1, 1]), rel=1e-4)
    assert found.df[0, 0] == pytest.approx(analysed.df[1], rel=2e-3)


@pytest.mark.parametrize("own", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_contrast_with_a_variance_of_its_own_is_tested_as_in_the_analysis(
    seed: int, own: float
) -> None:
    rows = study(seed, 30, 12, own)
    found = at_once(rows, KENWARD_ROGER, CONTRAST)
    analysed = with_own_variance(fit(rows, FORMULA), CONTRAST)
    assert analysed.errors == KENWARD_ROGER
    assert found.converged.all()
    assert found.estimate[0, 0] == pytest.approx(analysed.beta[1], abs=1e-4)
    assert found.se[0, 0] == pytest.approx(np.sqrt(analysed.vcov[1, 1]), rel=1e-3)
    assert found.df[0, 0] == pytest.approx(CONTRAST @ analysed.df, rel=2e-3)
    assert at_once(rows, MODEL).se[0, 0] != pytest.approx(found.se[0, 0], rel=1e-3)


def answers_of(world: World, people: int, spread: dict[str, float]) -> pd.DataFrame:
    """Answers of people with each of the presentation lists, whose differences vary more in some groups than in others."""
    rng, parts = np.random.default_rng(people), []
    for number, rows in world.rows.groupby("composition"):
        for person in range(people):
            sd = spread[rows["g"].iloc[0]]
            y = rng.normal() + sd * rng.normal() * (rows["c"] == "a") + rng.normal(size=len(rows))
            parts.append(rows.assign(y=y, participant=f"{number}.{person}"))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("contrast", [0, 1])
def test_groups_of_participants_have_variances_of_their_own_as_in_the_analysis(
    contrast: int,
) -> None:
    tested = [difference("g", "x", "y"), difference("c", "a", "b")]
    lists, random = mixed(10), "(1|participant) + (1|participant:c) + (1|item)"
    planned = model(f"g * c + {random}", *tested)
    world = world_of(lists, planned, components(0.4, 0.1, 0.1, 0, 0.4))
    rows, people = answers_of(world, 8, {"x": 0.3, "y": 2.0}), 16
    own = world.own[contrast]
    _, _, design, start = own.whole(people)
    values = [
        rows.loc[rows["composition"] == s, "y"].to_numpy().reshape(-1, len(design.rows[s]))
        for s in range(len(design.rows))
    ]
    around = [each - each.mean(axis=0) for each in values]
    means = [each.mean(axis=0)[None] for each in values]
    answers = design.answers(means, [(each.T @ each)[None] for each in around])
    weights = design.weights(own.contrasts[[contrast]])
    found = fit_at_once(design, answers, start, weights, own.errors(people))
    analysed = with_own_variance(fit(rows, planned.formula), world.contrasts[contrast])
    assert analysed.errors == KENWARD_ROGER
    vector = world.contrasts[contrast]
    assert found.estimate[0, 0] == pytest.approx(vector @ analysed.beta, abs=1e-4)
    assert found.se[0, 0] == pytest.approx(np.sqrt(vector @ analysed.vcov @ vector), rel=2e-3)


@pytest.mark.parametrize("people", [6, 30])
def test_a_contrast_that_hardly_varies_keeps_the_pooled_variance_as_in_the_analysis(
    people: int,
) -> None:
    rows = study(1, people, 6, 0.1)
    means = rows.groupby(["participant", "c"])["y"].mean().unstack()
    around = (means["1"] - means["0"]) - (means["1"] - means["0"]).mean()
    rows["y"] -= 0.4995 * rows["participant"].map(around) * rows["c"].map({"0": -1, "1": 1, "2": 0})
    planned = fit(rows, FORMULA)
    assert with_own_variance(planned, CONTRAST) is planned

    pooled, own = at_once(rows, KENWARD_ROGER), at_once(rows, KENWARD_ROGER, CONTRAST)
    assert own.margin[0] < DEGENERATE
    own = replace(own, converged=np.array([True]))
    assert pooled.with_test(0, own).se[0, 0] == pooled.se[0, 0]
    assert pooled.se[0, 0] == pytest.approx(np.sqrt(planned.vcov[1, 1]), rel=1e-3)


def test_with_two_answers_a_contrast_varies_as_little_as_the_answers_say() -> None:
    """Its own variance takes the place of the participants', and is below zero; expected at zero, se was .065."""
    items, levels = 12, ("x", "y")
    lists = Lists(
        ("g", "c"),
        tuple(tuple((f"s{i}", (g, c)) for c in "ab") for g in levels for i in range(items)),
        2,
        tuple(tuple(range(k * items, (k + 1) * items)) for k in range(2)),
    )
    both = {"g": {"x": Fraction(1), "y": Fraction(-1)}, "c": {"a": Fraction(1), "b": Fraction(-1)}}
    planned = model(
        "g * c + (1|participant) + (1|item) + (1|item:g:c)", PlannedContrast("both", both, {})
    )
    world = world_of(lists, planned, components(0.6, 0.0, 0.05, 0.01, 0.34))
    per_cell = 240
    assert 0 in world.own
    found = expected(world, per_cell)
    fits = simulate_studies(world, per_cell, 400, np.random.default_rng(3))
    assert found.se[0] == pytest.approx(np.sqrt(np.mean(fits.se[:, 0] ** 2)), rel=0.03)
    assert found.sd[0] == pytest.approx(fits.estimate[:, 0].std(), rel=0.15)
