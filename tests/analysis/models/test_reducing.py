"""Random terms that the data estimate at zero leave one at a time; slopes before intercepts; participants stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.models import Fit, estimable, parse_formula
from analysis.models.formula import Formula
from analysis.models.reducing import fit_reduced


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    """30 participants by 10 items; participants differ, items and slopes do not."""
    rng = np.random.default_rng(3)
    person, item = np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30)
    x = np.tile(np.linspace(0, 1, 10), 30)
    y = rng.normal(0, 1, 30)[person] + x + rng.normal(0, 1, 300)
    # No more variance between items than between rows.
    y -= pd.Series(y).groupby(item).transform("mean").to_numpy() - x
    return pd.DataFrame(
        {"participant": person.astype(str), "item": item.astype(str), "x": x, "y": y}
    )


def reduced(data: pd.DataFrame, formula: str) -> tuple[Fit, tuple[str, ...]]:
    return fit_reduced(data, parse_formula(formula), lambda each: models.fit(data, each))


def test_a_term_at_zero_leaves_and_the_estimates_stay(ratings):
    formula = "y ~ x + (1 | participant) + (1 | item)"
    found, notes = reduced(ratings, formula)
    assert str(found.formula) == "y ~ x + (1 | participant)"
    whole = models.fit(ratings, formula)
    assert whole.singular
    assert not found.singular
    pd.testing.assert_frame_equal(found.terms, whole.terms, rtol=1e-4)
    assert notes[0].startswith("(1 | item) is left out: its variance is estimated at zero")


def test_a_slope_leaves_before_its_intercept(ratings):
    x = ratings["x"] - ratings["x"].mean()
    slope = (x * ratings["y"]).groupby(ratings["participant"]).transform("sum") / (
        x[:10] ** 2
    ).sum()
    parallel = ratings.assign(y=ratings["y"] - (slope - 1) * x)
    found, notes = reduced(parallel, "y ~ x + (x | participant)")
    assert str(found.formula) == "y ~ x + (1 | participant)"
    assert "The slope of x in (x | participant) is left out" in notes[0]


def test_a_slope_that_cannot_be_estimated_leaves_its_intercept(ratings):
    constant = ratings.assign(x=ratings["participant"].astype(int) % 3 / 2)
    formula, notes = estimable(constant, parse_formula("y ~ x + (x | participant)"))
    assert str(formula) == "y ~ x + (1 | participant)"
    assert notes[0].startswith("The slopes of (x | participant) are left out.")


def test_participants_stay_at_zero(ratings):
    own = ratings.groupby("participant")["y"].transform("mean")
    flat = ratings.assign(y=ratings["y"] - own)
    found, notes = reduced(flat, "y ~ x + (1 | participant)")
    assert str(found.formula) == "y ~ x + (1 | participant)"
    assert found.singular
    assert notes == ()


def test_without_convergence_the_term_with_the_least_variance_leaves(ratings):
    rng = np.random.default_rng(8)
    topic = rng.integers(0, 8, 300)
    data = ratings.assign(topic=topic.astype(str), y=ratings["y"] + rng.normal(0, 0.8, 8)[topic])
    data["y"] += rng.normal(0, 2, 10)[data["item"].astype(int)]
    tried: list[str] = []

    def stubborn(formula: Formula) -> Fit:
        tried.append(str(formula))
        return replace(models.fit(data, formula), converged=len(formula.random) < 2)

    planned = parse_formula("y ~ 1 + (1 | participant) + (1 | item) + (1 | topic)")
    found, notes = fit_reduced(data, planned, stubborn)
    assert tried[1:] == ["y ~ 1 + (1 | participant) + (1 | item)", "y ~ 1 + (1 | participant)"]
    assert found.converged
    assert "did not converge" in notes[0]


def test_of_two_equal_variances_the_last_term_leaves_first(ratings):
    data = ratings.assign(other=ratings["item"].map(lambda item: f"o{int(item) % 5}"))
    _, notes = reduced(data, "y ~ x + (1 | participant) + (1 | item) + (1 | other)")
    assert [note.split(" is")[0] for note in notes] == ["(1 | other)", "(1 | item)"]


def test_each_part_of_a_two_part_model_keeps_its_own_terms():
    rng = np.random.default_rng(6)
    person, item = np.repeat(np.arange(60), 8), np.tile(np.arange(8), 60)
    gives = rng.random(480) < 1 / (1 + np.exp(-rng.normal(0, 2, 60)[person]))
    amount = np.exp(1 + rng.normal(0, 0.8, 8)[item] + rng.normal(0, 0.3, 480))
    data = pd.DataFrame({"participant": person.astype(str), "item": item.astype(str)})
    data["gift"] = np.where(gives, amount, 0.0)
    found = models.fit_two_part(
        data,
        "gift ~ 1 + (1 | participant) + (1 | item)",
        fit_part=lambda rows, formula, family: fit_reduced(
            rows, formula, lambda each: models.fit(rows, each, family)
        )[0],
    )
    assert [term.group for term in found.amount.formula.random] == ["participant", "item"]
    assert found.whether.formula.random[0].group == "participant"


def few_items(seed: int) -> pd.DataFrame:
    """40 participants in two arms by 4 items that differ."""
    rng = np.random.default_rng(seed)
    person, item = np.repeat(np.arange(40), 4), np.tile(np.arange(4), 40)
    arm = np.where(person % 2 == 0, "one", "two")
    y = rng.normal(0, 1, 40)[person] + 2.0 * item + rng.normal(0, 1, 160)
    return pd.DataFrame(
        {"participant": person.astype(str), "item": item.astype(str), "arm": arm, "y": y}
    )


def test_a_unit_that_leaves_takes_its_interactions_with_it():
    """Otherwise the differences between items are those of the items within an arm, and count in the tested effect."""
    data = few_items(1)
    planned = parse_formula("y ~ arm + (1 | participant) + (1 | item:arm) + (1 | item)")
    formula, notes = estimable(data, planned)
    assert str(formula) == "y ~ arm + (1 | participant)"
    assert [note.split(" is ")[0] for note in notes] == ["(1 | item)", "(1 | item:arm)"]
    assert notes[1].startswith("(1 | item:arm) is left out with (1 | item): alone,")


def test_an_interaction_that_is_the_unit_itself_stays():
    data = few_items(1).assign(arm=lambda rows: rows["participant"].astype(int) % 2)
    planned = parse_formula("y ~ arm + (1 | participant:arm) + (1 | participant)")
    formula, _ = estimable(data, planned)
    assert str(formula) == "y ~ arm + (1 | participant:arm)"


def test_without_convergence_an_interaction_leaves_before_its_unit():
    rng = np.random.default_rng(5)
    person, item = np.repeat(np.arange(40), 12), np.tile(np.arange(12), 40)
    arm = person % 2
    y = rng.normal(0, 1, 40)[person] + rng.normal(0, 0.7, 12)[item] + rng.normal(0, 0.5, 480)
    y += rng.normal(0, 2, 24)[2 * item + arm]
    data = pd.DataFrame({"participant": person.astype(str), "item": item.astype(str), "y": y})
    data["arm"] = np.where(arm == 0, "one", "two")

    def stubborn(formula: Formula) -> Fit:
        return replace(models.fit(data, formula), converged=len(formula.random) < 3)

    planned = parse_formula("y ~ arm + (1 | participant) + (1 | item) + (1 | item:arm)")
    found, _ = fit_reduced(data, planned, stubborn)
    assert str(found.formula) == "y ~ arm + (1 | participant) + (1 | item)"
