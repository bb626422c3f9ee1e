"""Tables of planned tests: from the expected information, or from simulated studies where that is doubtful."""

from __future__ import annotations

import pandas as pd
import pytest
from planned import CONTRAST, components, difference, latin, mixed, model, world

from analysis.power.at_size import EXPECTED, SIMULATED
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.inflation import Inflated
from analysis.power.monte_carlo import StudyTask
from analysis.power.planned_tests import PlannedTest
from analysis.power.plans import Plan
from analysis.power.settings import PowerSettings
from analysis.power.smallest import CONVENTION
from analysis.power.tables import tables_of
from analysis.power.work import do_block
from analysis.power.worlds import world_of
from experiments.protocol.planned_contrast import PlannedContrast

BY = "c + (1|participant) + (1|participant:c) + (1|item) + (1|item:c)"
SETTINGS = PowerSettings(sizes=(40, 60), effects=(0.0, 0.2, 0.4), targets=(0.8,))
LOSS = Loss(300, 270, 270, 270)
simulated: list[int] = []


def simulate(task: StudyTask) -> dict:
    simulated.append(task.per_cell)
    return do_block(task, 0, 500)


def found(
    items: int, formula: str, parts: Components
) -> tuple[dict[str, pd.DataFrame], list[Inflated]]:
    simulated.clear()
    test = PlannedTest(model(formula), CONTRAST, smallest=0.4, divided=2)
    assumed = world(latin(items), formula, parts)
    plan = Plan((test,), assumed, parts, LOSS, SETTINGS, 60)
    return tables_of([plan], simulate)


def test_few_items_crossed_with_conditions_are_simulated_and_marked() -> None:
    tables, _ = found(6, BY, components(0.4, 0.05, 0.1, 0.03, 0.42))
    power = tables["power"]
    assert (power["method"] == SIMULATED).all()
    assert (power["studies"] == 500).all()
    assert (power["power_low"] < power["power_high"]).all()
    assert (power["power_holm_least"] <= power["power"]).all()
    quality = tables["quality"]
    assert (quality["singular"] > 0).all()
    assert (quality["type1_low"] <= 0.05).all()
    assert len(tables["curves"]) == len(SETTINGS.grid)
    required = tables["required"].set_index(["question", "d"])
    sought = required.loc[("difference", 0.4)]
    assert sought["method"] == SIMULATED
    assert sought["power"] >= 0.8
    # The search looks at sizes on both sides of the one that it ends with.
    assert min(simulated) < sought["analysed"] <= max(simulated)
    assert required.loc[("difference", 0.2)]["method"] in (EXPECTED, "not reached")


def test_many_items_need_no_simulation() -> None:
    tables, inflated = found(16, BY, components(0.4, 0.05, 0.1, 0.03, 0.42))
    assert not simulated
    assert not inflated
    assert (tables["power"]["method"] == EXPECTED).all()
    assert (tables["power"]["studies"] == 0).all()
    assert (tables["power"]["power_low"] == tables["power"]["power_high"]).all()
    power = tables["power"].set_index(["per_cell", "d"])["power"]
    assert power[60, 0.0] == pytest.approx(0.05)
    assert power[40, 0.2] < power[60, 0.2] < power[60, 0.4]
    smallest = tables["sensitivity"].set_index("per_cell")["d"]
    assert smallest[60] < smallest[40] < 0.4
    curve = tables["curves"].set_index("d")
    assert curve["power"].is_monotonic_increasing
    assert curve["equivalence"].is_monotonic_decreasing


def test_a_model_that_rejects_too_often_is_named_with_the_terms_that_it_lacks() -> None:
    _, (own,) = found(16, "c + (1|participant) + (1|item)", components(0.4, 0.05, 0.1, 0.03, 0.42))
    assert own.rate > 0.1
    assert own.lacking == ("(1 | item:c)", "(1 | participant:c)")


@pytest.mark.parametrize(
    ("of_items", "contrast", "lacking"),
    [
        ("(1|item)", "c", ("(1 | item:c)",)),
        ("(1|item)", "g", ("(1 | item:g)",)),
        ("(1|item) + (1|item:c)", "c", ()),
        ("(c|item)", "c", ()),
        ("(1|item) + (1|item:c)", "g:c", ("(1 | item:g:c)",)),
    ],
)
def test_with_two_factors_the_terms_are_those_of_the_factors_that_are_tested(
    of_items: str, contrast: str, lacking: tuple[str, ...]
) -> None:
    # The first factor of the model, g, varies between participants and within items. In each of its groups, the analysis
    # gives a contrast a variance of its own between participants.
    levels = {"c": ("a", "b"), "g": ("x", "y")}
    parts_of = [difference(name, *levels[name]) for name in contrast.split(":")]
    weights = {name: own for part in parts_of for name, own in part.weights.items()}
    tested = PlannedContrast("tested", weights, {})
    planned = model(f"g * c + (1|participant) + {of_items}", tested)
    parts = components(0.3, 0.15, 0.1, 0.15, 0.3)
    assumed = world_of(mixed(16), planned, parts)
    tests = (PlannedTest(planned, tested, smallest=0.4, divided=2),)
    plan = Plan(tests, assumed, parts, LOSS, SETTINGS, 60)
    _, inflated = tables_of([plan], simulate)
    assert [own.lacking for own in inflated] == ([lacking] if lacking else [])


def test_without_a_smallest_effect_nothing_is_said_of_equivalence() -> None:
    parts = components(0.4, 0.05, 0.1, 0.03, 0.42)
    test = PlannedTest(model(BY), CONTRAST, smallest=None)
    plan = Plan((test,), world(latin(16), BY, parts), parts, LOSS, SETTINGS, 60)
    tables, _ = tables_of([plan], simulate)
    assert tables["power"]["equivalence"].isna().all()
    assert tables["power"]["smallest"].isna().all()
    required = tables["required"]
    assert set(required["question"]) == {"difference"}
    assert required.loc[required["asked"], "d"].tolist() == [CONVENTION]
