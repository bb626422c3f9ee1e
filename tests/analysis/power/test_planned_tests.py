"""Which tests have power of their own, what their effects mean, corrections, smallest effects, and several primary tests."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import small_study
from planned import components, difference, latin, model
from scipy import stats
from small_study import changed as study

from analysis.errors import AnalysisError
from analysis.power.at_size import AtSize
from analysis.power.check import Loss
from analysis.power.expected import Expected, expected
from analysis.power.joint import joint_power, possible
from analysis.power.monte_carlo import StudyTask
from analysis.power.planned_tests import PlannedTest, planned_tests
from analysis.power.plans import Plan
from analysis.power.searching import least_size, searched
from analysis.power.settings import PowerSettings
from analysis.power.tables import tables_of
from analysis.power.work import do_block
from analysis.power.worlds import world_of
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.study import Study, open_study

ANALYSIS = "analysis: compassion ~ group * severity\n"
CLAIM = "hypothesis: {outcome: compassion, claim: ours > theirs}\n"


def smallest(text: str) -> tuple[str, str]:
    """The claim with a smallest effect."""
    return CLAIM, CLAIM.replace("theirs}", f"theirs, smallest_effect: {{{text}, because: small}}}}")


def test_terms_of_one_degree_of_freedom_are_contrasts(tmp_path: Path) -> None:
    tests, notes = planned_tests(study(tmp_path), "main")
    # The term group is the claim's contrast.
    assert [test.contrast.name for test in tests] == ["ours - theirs", "severity", "group:severity"]
    assert [test.role for test in tests] == ["primary", "secondary", "secondary"]
    assert not notes
    assert [test.divided for test in tests] == [1, 2, 2]
    assert [test.of_term for test in tests] == [False, True, True]


def three_levels(folder: Path, analysis: str) -> Study:
    """The smallest study with three levels of severity, which are numbers."""
    items = small_study.ITEMS + "".join(f"w{number},Story.,5\n" for number in range(4))
    items = items.replace("mild", "1").replace("severe", "2")
    text = small_study.TEXT.replace("[mild, severe]", "[1, 2, 5]").replace(ANALYSIS, analysis)
    (folder / "vignettes.csv").write_text(items, encoding="utf-8")
    (folder / "severity.yaml").write_text(text, encoding="utf-8")
    return open_study(folder / "severity.yaml")


def test_terms_of_several_are_left_to_simulated_studies(tmp_path: Path) -> None:
    tests, (note,) = planned_tests(three_levels(tmp_path, ANALYSIS), "main")
    assert [test.contrast.name for test in tests] == ["ours - theirs"]
    assert "severity and group:severity are tested as a whole" in note


def test_families_and_two_lines_are_left_to_simulated_studies(tmp_path: Path) -> None:
    models = """\
analysis:
  main: {formula: compassion ~ group * severity, contrasts: [{severity: slope}, {severity: two lines}]}
  bounded: {formula: compassion ~ group, family: ordered_beta}
"""
    tests, notes = planned_tests(three_levels(tmp_path, models), "main")
    assert [test.contrast.name for test in tests] == ["ours - theirs", "{severity: slope}"]
    assert "two lines ({severity: two lines}) is left to --check" in notes[0]
    assert "its family is 'ordered_beta'" in notes[1]


@pytest.mark.parametrize(
    ("compared", "lines", "meaning"),
    [
        ("", {}, "mean"),
        ("g", {}, "difference between two means"),
        ("gc", {}, "difference of differences"),
        ("gch", {}, "difference of differences of differences"),
        ("", {"x": "slope"}, "rise of the line from the lowest value to the highest"),
        ("g", {"x": "slope"}, "difference of such rises"),
        ("gc", {"x": "slope"}, "difference of differences of such rises"),
    ],
)
def test_what_an_effect_is(compared: str, lines: dict[str, str], meaning: str) -> None:
    weights = {name: difference(name, "a", "b").weights[name] for name in compared}
    contrast = PlannedContrast("x", weights, lines)
    assert PlannedTest(model("c"), contrast, None).meaning == meaning


def test_the_effect_of_an_answer_is_over_one_sd() -> None:
    contrast = PlannedContrast("{trait: slope}", {}, {"trait": "slope"})
    assert (
        PlannedTest(model("c"), contrast, None, of_answers=True).meaning
        == "rise of the line over 1 SD"
    )


@pytest.mark.parametrize(
    ("text", "d"),
    [("d: 0.2", 0.2), ("r: 0.1", 2 * 0.1 / sqrt(0.99)), ("raw: 1", None)],
)
def test_the_smallest_effect_in_sds(tmp_path: Path, text: str, d: float | None) -> None:
    found = study(tmp_path, smallest(text))
    tests, _ = planned_tests(found, "main")
    bounds = [test.smallest for test in tests]
    # A point of seven is 1 of 6 steps; the SD of simulated ratings is .28 of the scale, less at its ends.
    wanted = d or pytest.approx(1 / (6 * 0.25), rel=0.1)
    assert bounds == [pytest.approx(wanted, abs=1e-6) if d else wanted] * 3
    effects = PowerSettings().of(found).effects
    assert round(bounds[0] or 0, 6) in effects


def test_without_a_smallest_effect_a_convention_is_used(tmp_path: Path) -> None:
    found = study(tmp_path)
    (test, *_), _ = planned_tests(found, "main")
    assert (test.smallest, test.effect) == (None, 0.2)
    assert PowerSettings(effects=(0.35,)).of(found).effects == (0.0, 0.2, 0.35)


def test_two_primary_tests_have_the_power_of_a_bivariate_normal() -> None:
    correlation, n = 0.5, 1e6
    covariance = 0.01 * np.array([[1, correlation], [correlation, 1]])
    found = Expected(np.full(2, 0.1), np.full(2, n), covariance, covariance)
    d, alpha = 0.2, 0.05
    normal = stats.multivariate_normal([0, 0], covariance)
    for combined, limit in (
        ("all", 0.1 * stats.norm.ppf(0.975)),
        ("any", 0.1 * stats.norm.ppf(0.9875)),
    ):
        # Studies in which neither estimate is beyond the limit on the upper side; the lower one is negligible.
        beyond = 1 - stats.norm.cdf((limit - d) / 0.1)
        neither = float(normal.cdf(np.full(2, limit - d)))
        both = 1 - 2 * (1 - beyond) + neither
        wanted = both if combined == "all" else 1 - neither
        power = joint_power(found, [0, 1], [d], alpha, combined)  # type: ignore[arg-type]
        assert power[0] == pytest.approx(wanted, abs=0.002)


def test_one_test_alone_has_the_power_of_its_own() -> None:
    parts = components(0.4, 0.05, 0.1, 0.03, 0.42)
    formula = "c + (1|participant) + (1|participant:c) + (1|item) + (1|item:c)"
    found = expected(world_of(latin(16), model(formula), parts), 50)
    power = joint_power(found, [0], [0.0, 0.2], 0.05, "all")
    assert power == pytest.approx(found.power(0, np.array([0.0, 0.2]), 0.05), abs=0.002)


def test_contrasts_that_cannot_all_have_the_effect_have_no_joint_power() -> None:
    steps = np.array([[1.0, -1, 0], [0, 1, -1]])
    assert possible(steps)
    assert not possible(np.vstack([steps, [1.0, 0, -1]]))


@pytest.mark.parametrize("items", [16, 6])
def test_both_methods_count_several_primary_tests(items: int) -> None:
    """In designs with few items studies are simulated, of which one is counted for all tests."""
    formula = "c + (1|participant) + (1|participant:c) + (1|item) + (1|item:c)"
    tested = difference("c", "a", "b"), difference("c", "b", "a")
    planned = replace(model(formula, *tested, primary=True), combined="all")
    parts = components(0.4, 0.05, 0.1, 0.03, 0.42)
    settings = PowerSettings(sizes=(40,), effects=(0.0, 0.3), targets=(0.8,))
    tests = tuple(PlannedTest(planned, contrast, 0.3) for contrast in tested)
    plan = Plan(
        tests, world_of(latin(items), planned, parts), parts, Loss(9, 9, 9, 9), settings, 40
    )

    def simulate(task: StudyTask) -> dict[str, object]:
        return do_block(task, 0, 200)

    at = AtSize.of(plan, 40, simulate)
    power, *_ = at.together([0.3])[0]
    # The second test is the first with the opposite sign, so that both cannot have the effect; errors are the same.
    assert not possible(plan.world.contrasts[[0, 1]])
    assert tables_of([plan], simulate)[0]["primary"].empty
    one = at.shares("rejected", 0, (0.3,))[0, 0]
    assert power <= one
    assert at.studies == (0 if items == 16 else 200)


def test_a_search_of_simulated_powers_takes_few_of_them() -> None:
    asked: list[int] = []

    def power(n: int) -> float:
        asked.append(n)
        return float(stats.norm.cdf(2.8 * sqrt(n / 130) - 1.96))

    exact = least_size(power, 0.8, 2, 20_000)
    asked.clear()
    found = searched(power, 0.8, [15, 30, 60, 120, 240], 20_000)
    assert exact is not None
    assert found is not None
    assert exact <= found <= 1.05 * exact
    assert len(asked) <= 8
    assert searched(power, 0.8, [15], 100) is None


def test_unknown_tests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="Did you mean"):
        planned_tests(study(tmp_path), "main", ["compassion: ours - their"])
