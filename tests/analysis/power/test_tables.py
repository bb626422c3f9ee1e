"""Tables of planned tests: from the expected information, or from simulated studies where that is doubtful."""

from __future__ import annotations

import pandas as pd
import pytest
from planned import CONTRAST, components, latin, mixed, model, world

from analysis.planned.plan import Planned
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.monte_carlo import StudyTask
from analysis.power.plan import PlannedTest, PowerSettings
from analysis.power.tables import EXPECTED, SIMULATED, Inflated, Plan, tables_of
from analysis.power.work import do_block
from analysis.power.worlds import world_of
from experiments.protocol.plan import Contrast

BY = "c + (1|participant) + (1|participant:c) + (1|stimulus) + (1|stimulus:c)"
SETTINGS = PowerSettings(sizes=(40, 60), effects=(0.0, 0.2, 0.4), targets=(0.8,))
simulated: list[int] = []


def simulate(task: StudyTask) -> dict:
    simulated.append(task.per_cell)
    return do_block(task, 0, 500)


def found(
    stimuli: int, formula: str, parts: Components
) -> tuple[dict[str, pd.DataFrame], list[Inflated]]:
    simulated.clear()
    test = PlannedTest(model(formula), CONTRAST)
    assumed = world(latin(stimuli), formula, parts)
    plan = Plan((test,), assumed, parts, Loss(300, 270, 270), 2, SETTINGS, 60, 0.05, 0.4)
    return tables_of([plan], simulate)


def test_few_stimuli_crossed_with_conditions_are_simulated_and_marked() -> None:
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


def test_many_stimuli_need_no_simulation() -> None:
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
    _, (own,) = found(
        16, "c + (1|participant) + (1|stimulus)", components(0.4, 0.05, 0.1, 0.03, 0.42)
    )
    assert own.rate > 0.1
    assert own.lacking == ("(1|stimulus:c)", "(1|participant:c)")


@pytest.mark.parametrize(
    ("of_stimuli", "contrast", "lacking"),
    [
        ("(1|stimulus)", "c", ("(1|stimulus:c)", "(1|participant:c)")),
        ("(1|stimulus)", "g", ("(1|stimulus:g)",)),
        ("(1|stimulus) + (1|stimulus:c)", "c", ("(1|participant:c)",)),
        ("(c|stimulus)", "c", ("(1|participant:c)",)),
    ],
)
def test_with_two_factors_the_terms_are_those_of_the_factor_that_is_tested(
    of_stimuli: str, contrast: str, lacking: tuple[str, ...]
) -> None:
    # The first factor of the model, g, varies between participants and within stimuli.
    levels = {"c": ("a", "b"), "g": ("x", "y")}[contrast]
    tested = Contrast(name="tested", factor=contrast, higher=levels[0], lower=levels[1])
    planned = model(f"g * c + (1|participant) + {of_stimuli}")
    planned = planned.model_copy(update={"contrasts": (tested,)})
    parts = components(0.3, 0.15, 0.1, 0.15, 0.3)
    assumed = world_of(mixed(16), Planned(planned), parts)
    tests = (PlannedTest(planned, tested),)
    plan = Plan(tests, assumed, parts, Loss(300, 270, 270), 2, SETTINGS, 60, 0.05, 0.4)
    _, (own,) = tables_of([plan], simulate)
    assert own.lacking == lacking
