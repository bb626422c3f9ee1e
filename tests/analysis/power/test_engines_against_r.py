"""The fast engines against fresh, tight fits of lmer and lmerTest (tests/reference/fit_studies.R)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from from_rows import means_and_scatter, sums_and_squares
from scipy.stats import t

from analysis.power.components import Components
from analysis.power.crossed import Crossed, crossed
from analysis.power.intercepts import Intercepts, intercepts
from analysis.power.lists import Lists
from analysis.power.targets import Fits, parsed, targets_of
from analysis.power.world import World
from experiments.planned import Contrast, PlannedModel

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "r_studies.json").read_text())
DESIGNS = ["once", "intercepts", "by_condition", "on_the_boundary", "slopes"]
#: What is fitted depends on the design and the answers alone, not on what answers were drawn from.
PARTS = Components(0.5, 0.1, 0.1, 0.1, 0.2)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "studies.csv")


def world_of(study: pd.DataFrame) -> World:
    """The lists that a study's people met, and how many met each."""
    met = study.groupby("list").apply(
        lambda own: tuple(
            sorted({(s, (c,)) for s, c in zip(own["stimulus"], own["c"], strict=True)})
        )
    )
    people = study.groupby("list")["participant"].nunique()
    return World(Lists(("c",), tuple(met), 1, (tuple(range(len(met))),)), tuple(people), PARTS)


def fitted(design: str, study: pd.DataFrame) -> list[tuple[str, Fits]]:
    """Fit a study by every fast engine that can."""
    formula = R[design]["formula"]
    contrast = Contrast(name="b - a", factor="c", higher="b", lower="a")
    planned = PlannedModel(name="m", measure="y", formula=formula, contrasts=(contrast,))
    world, found = world_of(study), []
    targets = targets_of(world.lists, planned.contrasts)
    groups = [term.group for term in parsed(planned).random]
    if design != "slopes":
        one: Intercepts = intercepts(world.lists, world.people, PARTS, planned, targets, groups)
        found.append(("intercepts", one.fit(*sums_and_squares(study, one, groups))))
    if design in ("intercepts", "slopes"):
        other: Crossed = crossed(world, planned, targets)
        found.append(("crossed", other.fit(means_and_scatter(study, world))))
    return found


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("design", DESIGNS)
def test_every_engine_finds_what_lmer_finds(rows: pd.DataFrame, design: str, number: int) -> None:
    study = rows[(rows["design"] == design) & (rows["study"] == number)]
    wanted = R[design]["studies"][str(number)]
    for engine, fits in fitted(design, study):
        assert fits.converged.all(), engine
        assert fits.singular[0] == wanted["singular"], engine
        estimate, se, df = fits.estimate[0, 0], fits.se[0, 0], fits.df[0, 0]
        assert estimate == pytest.approx(wanted["estimate"], rel=1e-6), engine
        assert se == pytest.approx(wanted["se"], rel=1e-6), engine
        assert df == pytest.approx(wanted["df"], rel=1e-4), engine
        p = 2 * t.sf(np.abs(estimate / se), df)
        assert p == pytest.approx(wanted["p"], rel=1e-4), engine
