"""The predictions of a study: curves with their columns, and orders and contrasts that become curves."""

from __future__ import annotations

import pickle
import shutil

import numpy as np
import pytest
import small_study

from analysis.curves.catalogue import get
from analysis.curves.claims import known_names, predictions
from analysis.errors import AnalysisError
from analysis.planned.checking import faults_of_plan
from experiments.places import find
from experiments.study import open_study

GROUPS = "within: {group: [ours, theirs], severity: [mild, severe]}"


def study(folder, hypothesis, *changes):
    """The small study with another hypothesis; its primary test is a contrast of its own."""
    text = small_study.TEXT
    for old, new in (
        ("{outcome: compassion, claim: ours > theirs}", f"{{outcome: compassion, {hypothesis}}}"),
        (
            "analysis: compassion ~ group * severity",
            "analysis: {formula: compassion ~ group * severity, contrasts: [mild - severe]}"
            if "claim: {" not in hypothesis
            else "analysis: compassion ~ group * severity",
        ),
        *changes,
    ):
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return small_study.write(folder, text)


def by_number(folder, hypothesis, numbers="1, 2, 8", *changes):
    """The small study with a number of people in place of the group."""
    return study(
        folder,
        hypothesis,
        (GROUPS, f"within: {{people: [{numbers}], severity: [mild, severe]}}"),
        ("rotate: group", "uneven: yes\n    rotate: people"),
        ("{group}", "{people}"),
        ("~ group * severity", "~ people * severity"),
        *changes,
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("identified_victim", {"claim": 1, "rival": 4}),
        ("compassion_collapse", {"claim": 1, "also": 2, "rival": 9}),
        ("parochial_vignettes", {"claim": 1, "rival": 3}),
    ],
)
def test_the_shipped_studies_name_curves_of_the_catalogue(name, parts):
    found = predictions(open_study(find(f"{name}.yaml", "protocols")))
    assert {part: sum(one.part == part for one in found) for part in parts} == parts
    assert found[0].part == "claim"
    for one in found:
        assert one.curve == get(one.curve.id) or one.curve is get(one.curve.id)
        assert set(one.columns) == set(one.curve.requires)


def test_a_study_without_a_hypothesis_has_no_predictions(tmp_path):
    without = study(tmp_path, "claim: ours > theirs")
    assert len(predictions(without)) == 1
    with pytest.raises(AnalysisError, match="no hypothesis 'other'"):
        predictions(without, "other")
    text = small_study.TEXT.replace(
        "hypothesis: {outcome: compassion, claim: ours > theirs}\n", ""
    ).replace("analysis: compassion ~ group * severity", "analysis: {formula: compassion ~ group, primary: ours - theirs}")  # fmt: skip
    assert predictions(small_study.write(tmp_path, text)) == ()


def test_an_order_is_a_curve_of_equal_steps(tmp_path):
    three = study(
        tmp_path,
        "claim: ours > neither = theirs, rivals: [ours = neither = theirs]",
        ("group: [ours, theirs]", "group: [theirs, neither, ours]"),
        ("rotate: group", "uneven: yes\n    rotate: group"),
    )
    claim, rival = predictions(three)
    assert (claim.label, claim.columns) == ("ours > neither = theirs", {"group": "group"})
    means = claim.curve.predict({"group": ["ours", "neither", "theirs"]})
    assert np.diff(means).tolist() == pytest.approx([-0.2, 0.0])
    assert [(p.name, p.sign) for p in claim.curve.slopes] == [("ours - mean(neither, theirs)", 1)]
    assert (rival.curve.role, claim.curve.role) == ("null", "rival")
    assert np.ptp(rival.curve.predict({"group": ["ours", "neither", "theirs"]})) == 0


def test_the_coefficient_of_a_step_is_the_step(tmp_path):
    four = by_number(tmp_path, "claim: 1 > 2 > 8", "1, 2, 8, 100")
    (claim,) = predictions(four)
    names = [p.name for p in claim.curve.slopes]
    assert names == ["1 - 2", "2 - 8", "100 - mean of the cells"]
    design = {"people": [1.0, 2.0, 8.0, 100.0]}
    steps = claim.curve.predict(design, {"1 - 2": 0.3, "2 - 8": 0.7, names[2]: 5.0})
    assert (steps[:-1] - steps[1:])[:2].tolist() == pytest.approx([0.3, 0.7])
    # The level that the order does not name has a mean of its own.
    assert steps[3] == pytest.approx(5.0)
    # Between its levels, a factor of numbers is interpolated.
    assert claim.curve.predict({"people": [1.5]})[0] == pytest.approx(0.1)


def test_a_contrast_is_a_parameter_and_all_else_is_free(tmp_path):
    crossed = study(tmp_path, "claim: {group: ours - theirs, severity: severe - mild}")
    (claim,) = predictions(crossed)
    curve = claim.curve
    design = {"group": ["ours", "ours", "theirs", "theirs"], "severity": ["severe", "mild"] * 2}
    weights = np.array([1.0, -1.0, -1.0, 1.0])
    assert weights @ curve.predict(design) == pytest.approx(0.2)
    assert weights @ curve.predict(design, {curve.slopes[0].name: 0.9}) == pytest.approx(0.9)
    basis = curve.basis(design)
    assert np.linalg.matrix_rank(np.column_stack([np.ones(4), basis])) == 4
    assert (weights @ basis[:, 1:]).tolist() == pytest.approx([0.0, 0.0])
    assert curve.signs == (1, 0, 0)
    assert pickle.loads(pickle.dumps(claim)).curve.predict(design).tolist() == (
        curve.predict(design).tolist()
    )


def test_a_slope_within_a_level_is_claimed(tmp_path):
    sloped = by_number(tmp_path, "claim: {people: slope of log, severity: mild}")
    (claim,) = predictions(sloped)
    design = {"people": [1.0, 8.0, 1.0, 8.0], "severity": ["mild", "mild", "severe", "severe"]}
    rise = np.diff(claim.curve.predict(design))
    assert rise[0] == pytest.approx(0.2)
    assert rise[2] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("hypothesis", "message"),
    [
        ("claim: flatt", "There is no curve 'flatt'. Did you mean M0"),
        ("claim: daily_limit_distress", "reads 'exposure', and the study has no factor"),
        ("claim: favouritism", "'group' has the level ours, and its levels are in, out, none"),
        ("claim: flat, over: {victims: group}", "the levels of 'group' are words"),
        ("claim: flat, over: {victims: severity}", "over: {victims: NAME}"),
        ("claim: ours > theirs, over: {victims: group}", "reads a column 'victims'"),
        ("claim: ours", "is a mean"),
    ],
)
def test_what_cannot_be_a_curve_says_what_to_do(tmp_path, hypothesis, message):
    if hypothesis == "claim: ours":
        hypothesis = "claim: {group: ours}"
    with pytest.raises(AnalysisError) as error:
        predictions(study(tmp_path, hypothesis))
    assert message in str(error.value)
    assert error.value.remedy


def test_two_lines_are_no_claim_about_one_number(tmp_path):
    lined = by_number(tmp_path, "claim: {people: two lines}")
    with pytest.raises(AnalysisError, match="two lines"):
        predictions(lined)


def test_the_only_factor_that_fits_the_axis_takes_its_place(tmp_path):
    (claim,) = predictions(by_number(tmp_path, "claim: log_fade"))
    assert claim.columns == {"victims": "people"}
    many = by_number(tmp_path, "claim: log_fade, over: {victims: people}", "2, 8, 100")
    assert predictions(many)[0].columns == {"victims": "people"}
    none = by_number(tmp_path, "claim: log_fade", "0, 2, 8")
    with pytest.raises(AnalysisError, match="no factor, measure or column of this name"):
        predictions(none)


def test_curves_know_the_factors_behind_their_columns(tmp_path):
    behind = by_number(
        tmp_path,
        "claim: motivated_shutdown, over: {victims: people, cost_expected: hard}, rivals: [flat]",
        "1, 2, 8",
        ("sample:", "columns: {hard: severity = severe}\nsample:"),
    )
    found = predictions(behind)
    assert found[0].columns == {"victims": "people", "cost_expected": "hard"}
    assert known_names(behind, found) == {"people", "hard", "severity"}


def test_studies_with_curves_of_the_catalogue_have_predictions(tmp_path):
    shipped = find("compassion_collapse.yaml", "protocols").parent
    standins = small_study.__file__.replace("small_study.py", "experiments/protocol/standins")
    shutil.copytree(standins, tmp_path, dirs_exist_ok=True)
    for folder in (shipped / "drafts", shipped):
        for path in (*folder.glob("*.yaml"), *folder.glob("*.csv")):
            shutil.copyfile(path, tmp_path / path.name)
    columns = {
        name: predictions(open_study(tmp_path / f"{name}.yaml"))[0].columns
        for name in ("parochial_collapse", "recategorisation", "three_systems")
    }
    assert columns == {
        "parochial_collapse": {"group": "group", "victims": "victims"},
        "recategorisation": {"group": "group", "dose": "meetings"},
        "three_systems": {"threat": "threatened"},
    }
    radius = open_study(tmp_path / "compassion_radius.yaml")
    assert [predictions(radius, name)[0].columns for name in list(radius.file.hypothesis)[1:]] == [
        {"distance": distance, "crosses": "outside"} for distance in ("distance", "near", "far")
    ]


@pytest.mark.parametrize(
    ("name", "levels", "claim", "highest"),
    [
        # The catalogue has columns of these names, with other levels.
        ("group", "1, 10", "claim: 1 > 10", 1),
        ("group", "0.5, 1.5", "claim: 1.5 > 0.5", 1.5),
        ("victims", "0, 8", "claim: 8 > 0", 8),
        ("phase", "-1.5, 0, 3", 'claim: "-1.5 > 0 = 3"', -1.5),
        ("arm", "1, 2, 4", "claim: 4 > 2 > 1", 4),
        ("dose", "-3, -1", "claim: -1 - -3", -1),
        ("measure", "1, 2, 4", "claim: {measure: slope}", 4),
    ],
)
def test_a_claim_is_about_the_levels_of_the_study(tmp_path, name, levels, claim, highest):
    numbered = by_number(
        tmp_path,
        claim,
        levels,
        ("{people:", f"{{{name}:"),
        ("rotate: people", f"rotate: {name}"),
        ("{people}", f"{{{name}}}"),
        ("~ people * severity", f"~ {name} * severity"),
    )
    (one,) = predictions(numbered)
    at = np.array([float(level) for level in levels.split(", ")])
    means = one.curve.predict({name: at})
    assert at[np.argmax(means)] == highest
    assert one.curve.levels(name) == ()
    assert faults_of_plan(numbered) == []
