"""What simulated participants follow: orders, contrasts, several hypotheses, answers, trials, or nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.curves.claims import predictions
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, Population, population, sessions, simulate
from experiments.study import Study
from tests.small_study import BEGINNING, TEXT, VIGNETTES, write

ATTENTIVE = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)
FLOW = (
    BEGINNING
    + VIGNETTES
    + """\
      distress: {rating: How distressed are you?, points: 7, from: Not at all, to: Very much}
  - use: debriefing
    page: Groups differed.
sample: {participants: 100}
"""
)
MODEL = "{formula: compassion ~ group * severity, primary: ours - theirs}"


def study_with(folder: Path, hypothesis: str, columns: str = "", analysis: str = MODEL) -> Study:
    """Write a study with three questions after each vignette."""
    text = f"{FLOW}hypothesis:{hypothesis}\nanalysis: {analysis}\n"
    return write(folder, text + (f"columns: {columns}\n" if columns else ""))


def people_of(study: Study, hypothesis: str | None = None, **others: object) -> Population:
    return population(study, hypothesis, 3, dropout=0, assumed=ATTENTIVE, **others)


def answers_of(people: Population, n: int) -> pd.DataFrame:
    """Return one row for each vignette, with its answers."""
    rows = pd.DataFrame([row for one in sessions(people, n) for row in one.rows])
    rows = rows[rows["trial"].notna()]
    rows = rows.assign(
        **{
            name: rows["cells"].map(lambda cells, name=name: cells.get(name))
            for name in ("group", "severity")
        }
    )
    wide = rows.assign(measure=rows["measure"].str.rpartition(".")[2]).pivot_table(
        index=["participant", "trial", "stimulus", "group", "severity"],
        columns="measure",
        values="number",
    )
    return wide.reset_index()


def sd_of(people: Population) -> float:
    return people.outcome_scale.sd(people.curve.reference)


def test_an_order_has_the_smallest_effect_or_half_a_standard_deviation(tmp_path: Path) -> None:
    people = people_of(write(tmp_path, TEXT))
    assert people.curve.effect == 0.5
    assert people.curve.share["ours",] - people.curve.share["theirs",] == pytest.approx(
        0.5 * sd_of(people)
    )
    for written, effect in (
        ("{d: 0.3, because: So.}", 0.3),
        ("{r: 0.2, because: So.}", 0.4 / np.sqrt(0.96)),
        ("{raw: 1, because: So.}", 1 / (6 * sd_of(people))),
    ):
        text = TEXT.replace("theirs}\nanalysis", f"theirs, smallest_effect: {written}}}\nanalysis")
        assert people_of(write(tmp_path, text)).curve.effect == pytest.approx(effect)
    stated = people_of(write(tmp_path, TEXT), effect=0.8)
    share = stated.curve.share
    assert share["ours",] - share["theirs",] == pytest.approx(0.8 * sd_of(stated))


def test_an_order_of_three_has_equal_steps_and_equal_levels(tmp_path: Path) -> None:
    text = (
        TEXT.replace("group: [ours, theirs]", "group: [low, b, high, c]")
        .replace("ours > theirs", "high > b = c > low")
        .replace(
            "analysis: compassion ~ group * severity",
            "analysis: {formula: compassion ~ group, primary: high - low}",
        )
    )
    # The effect is that of each step, as in the verdict and in its power.
    people = people_of(write(tmp_path, text), effect=0.3)
    share, sd = people.curve.share, sd_of(people)
    assert share["low",] == pytest.approx(0.55)
    assert share["high",] - share["low",] == pytest.approx(0.6 * sd)
    assert share["b",] == pytest.approx(share["c",])
    assert share["b",] - share["low",] == pytest.approx(0.3 * sd)


def test_a_contrast_has_the_stated_value(tmp_path: Path) -> None:
    text = TEXT.replace(
        "claim: ours > theirs", "claim: {group: ours - theirs, severity: severe - mild}"
    )
    people = people_of(write(tmp_path, text), effect=0.4)
    share = people.curve.share
    difference = (
        share["ours", "severe"]
        - share["theirs", "severe"]
        - (share["ours", "mild"] - share["theirs", "mild"])
    )
    assert difference == pytest.approx(0.4 * sd_of(people))
    # Nothing else is claimed, and nothing else differs.
    assert share["ours", "severe"] + share["ours", "mild"] == pytest.approx(
        share["theirs", "severe"] + share["theirs", "mild"]
    )


def test_the_answers_show_the_claimed_order(tmp_path: Path) -> None:
    people = people_of(write(tmp_path, TEXT), effect=0.5)
    found = answers_of(people, 60)
    means = found.groupby(["participant", "group"])["compassion"].mean().unstack()
    difference = means["ours"] - means["theirs"]
    expected = 0.5 * sd_of(people) * 6
    assert difference.mean() == pytest.approx(expected, abs=3.5 * difference.std() / np.sqrt(60))
    assert difference.mean() > 0.4 * expected


def test_without_a_hypothesis_no_condition_has_an_effect(tmp_path: Path) -> None:
    text = TEXT.replace("hypothesis: {outcome: compassion, claim: ours > theirs}\n", "").replace(
        "analysis: compassion ~ group * severity",
        "analysis: {formula: compassion ~ group * severity, contrasts: [ours - theirs]}",
    )
    study = write(tmp_path, text)
    people = people_of(study)
    assert people.curve.hypothesis == "none"
    assert set(people.curve.share.values()) == {0.55}
    found = answers_of(people, 60)
    means = found.groupby(["participant", "group"])["compassion"].mean().unstack()
    difference = means["ours"] - means["theirs"]
    assert abs(difference.mean()) < 3 * difference.std() / np.sqrt(60)
    made = simulate(study, tmp_path / "data", 4, seed=1)
    assert sum(made.outcomes.values()) == 4


def test_each_outcome_with_a_claim_follows_its_own(tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        "\n"
        "  first: {outcome: compassion, claim: ours > theirs, smallest_effect: {d: 0.8, because: So.}}\n"
        "  other: {outcome: distress, claim: theirs > ours, smallest_effect: {d: 0.8, because: So.}}",
    )
    people = people_of(study)
    assert [each.outcome.name for each in people.followed] == ["compassion", "distress"]
    found = answers_of(people, 60)
    means = found.groupby("group")[["compassion", "distress", "felt"]].mean()
    assert means.loc["ours", "compassion"] > means.loc["theirs", "compassion"] + 0.6
    assert means.loc["theirs", "distress"] > means.loc["ours", "distress"] + 0.6
    # What nothing is claimed about goes with the first outcome, in each condition too.
    assert means.loc["ours", "felt"] > means.loc["theirs", "felt"]
    inside = found[found["group"] == "ours"]
    assert 0.4 < inside["compassion"].corr(inside["distress"]) < 0.75


def test_a_curve_of_one_hypothesis_takes_the_place_of_its_claim(tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        "\n"
        "  first: {outcome: compassion, claim: ours > theirs}\n"
        "  other: {outcome: distress, claim: theirs > ours, rivals: [ours = theirs]}",
    )
    people = people_of(study, "ours = theirs")
    assert [each.outcome.name for each in people.followed] == ["distress", "compassion"]
    share = people.followed[0].curve.share
    assert share["ours",] == share["theirs",]
    assert people.followed[1].curve.hypothesis == "ours > theirs"
    (prediction, *_) = predictions(study, "other")
    assert people_of(study, prediction.curve).outcome.name == "distress"


def test_a_curve_over_an_answer_uses_what_the_participant_answered(tmp_path: Path) -> None:
    hypothesis = " {outcome: compassion, claim: window_linear, over: {empathy: shared}}"
    study = study_with(tmp_path, hypothesis, "{shared: felt / 100}")
    people = people_of(study, effect=2.0)
    assert people.curve.of_answers is not None
    found = answers_of(people, 60)
    slope, _ = np.polyfit(found["felt"] / 100, found["compassion"], 1)
    # From one end to the other two standard deviations.
    assert slope == pytest.approx(2.0 * sd_of(people) * 6, rel=0.15)
    level = found.groupby("group")["felt"].mean()
    assert abs(level["ours"] - level["theirs"]) < 6


def test_answers_are_brought_to_the_range_that_a_curve_is_about(tmp_path: Path) -> None:
    hypothesis = " {outcome: compassion, claim: window_linear, over: {empathy: felt}}"
    found = answers_of(people_of(study_with(tmp_path, hypothesis), effect=2.0), 60)
    means = found.groupby(found["felt"] > 50)["compassion"].mean()
    assert means[True] > means[False] + 0.5
    # The peak of the other curve is between 0 and 1.
    hypothesis = hypothesis.replace("linear", "quadratic").replace("felt", "felt01")
    study = study_with(tmp_path, hypothesis, "{felt01: felt / 100}")
    found = answers_of(people_of(study, effect=2.0), 60)
    middle = found["felt"].between(40, 60)
    ends = (found["felt"] < 10) | (found["felt"] > 90)
    assert found.loc[middle, "compassion"].mean() > found.loc[ends, "compassion"].mean() + 1


def test_a_curve_with_a_shape_reads_answers_in_its_range(tmp_path: Path) -> None:
    """Simulated participants brought them there, the analysis did not: a curve that was true was ruled out."""
    hypothesis = " {outcome: compassion, claim: systems_mutual_exclusion, over: {threat: felt}}"
    with pytest.raises(AnalysisError, match="from 0 to 1, and 'felt' goes from 0 to 100") as caught:
        people_of(study_with(tmp_path, hypothesis))
    assert "'felt / 100'" in caught.value.remedy
    hypothesis = hypothesis.replace("felt", "felt01")
    study = study_with(tmp_path, hypothesis, "{felt01: felt / 100}")
    found = answers_of(people_of(study), 60)
    above = found["felt"] > 50
    means = found.groupby(above)["compassion"].mean()
    assert means[False] > means[True] + 1


def test_a_curve_over_the_number_of_the_trial(tmp_path: Path) -> None:
    hypothesis = " {outcome: compassion, claim: depletion_linear, over: {exposure: trial}}"
    study = study_with(tmp_path, hypothesis)
    found = answers_of(people_of(study, effect=1.0), 80)
    means = found.groupby("trial")["compassion"].mean()
    sd = sd_of(people_of(study)) * 6
    assert means.loc[1] - means.loc[8] == pytest.approx(sd, abs=0.5)
    assert means.loc[1] > means.loc[4] > means.loc[8]


def test_a_curve_over_a_column_of_the_design(tmp_path: Path) -> None:
    hypothesis = " {outcome: compassion, claim: vagal_response, over: {suffering: bad}}"
    study = study_with(tmp_path, hypothesis, "{bad: severity = severe}")
    people = people_of(study)
    share, sd = people.curve.share, sd_of(people)
    assert people.curve.columns == ("severity",)
    assert share["severe",] - share["mild",] == pytest.approx(0.54 * sd)


def test_of_a_difference_what_is_added_follows_and_where_alone(tmp_path: Path) -> None:
    columns = "{more: compassion - distress where severity = severe}"
    study = study_with(
        tmp_path,
        " {outcome: more, claim: ours > theirs}",
        columns,
        "{formula: more ~ group, primary: ours - theirs}",
    )
    people = people_of(study, effect=1.0)
    assert people.outcome.questions == {"vignettes.compassion"}
    means = answers_of(people, 60).groupby(["severity", "group"])["compassion"].mean()
    assert means["severe", "ours"] > means["severe", "theirs"] + 0.8
    assert abs(means["mild", "ours"] - means["mild", "theirs"]) < 0.5


def test_a_score_has_the_stated_effect(tmp_path: Path) -> None:
    items = "items: {warm: I feel warm., soft: I feel soft., close: I feel close.}"
    text = TEXT.replace("points: 7,", f"points: 7, {items},")
    text = text.replace("participants: 60", "participants: 100")
    people = people_of(write(tmp_path, text), effect=1.0)
    assert people.outcome.items == 3
    rows = pd.DataFrame([row for one in sessions(people, 100) for row in one.rows])
    rows = rows[rows["trial"].notna() & rows["number"].notna()]
    rows = rows.assign(group=rows["cells"].map(lambda cells: cells["group"]))
    score = rows.groupby(["participant", "trial", "group"])["number"].mean().reset_index()
    by = score.groupby("group")["number"]
    d = (by.mean()["ours"] - by.mean()["theirs"]) / np.sqrt((by.var()).mean())
    assert d == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    ("hypothesis", "columns", "message"),
    [
        (
            "{outcome: seconds, claim: ours > theirs}",
            "{seconds: log(1 + compassion.time)}",
            "is no answer",
        ),
        ("{outcome: high, claim: ours > theirs}", "{high: compassion > 4}", "computed as"),
    ],
)
def test_what_no_participant_can_follow_is_reported(
    tmp_path: Path, hypothesis: str, columns: str, message: str
) -> None:
    outcome = hypothesis.partition(",")[0].removeprefix("{outcome: ")
    study = study_with(
        tmp_path,
        f" {hypothesis}",
        columns,
        f"{{formula: {outcome} ~ group, primary: ours - theirs}}",
    )
    with pytest.raises(AnalysisError, match=message):
        people_of(study)


def test_a_slope_over_a_trait_is_a_correlation(tmp_path: Path) -> None:
    text = (
        FLOW.replace("  - each: vignettes.csv", "  - scale: ipip_sympathy\n  - each: vignettes.csv")
        + "columns: {trait: {of: ipip_sympathy, standard: yes}}\n"
        + "hypothesis: {outcome: compassion, claim: {trait: slope}, smallest_effect: {r: 0.6, because: So.}}\n"
        + "analysis: {formula: compassion ~ group + trait, primary: {trait: slope}}\n"
    )
    study = write(tmp_path, text)
    people = people_of(study)
    rows = pd.DataFrame([row for one in sessions(people, 100) for row in one.rows])
    items = rows[rows["measure"].str.startswith("ipip_sympathy.")].pivot_table(
        index="participant", columns="measure", values="number"
    )
    reverse = [f"ipip_sympathy.{item}" for item in study.opened.scales["ipip_sympathy"].reverse]
    trait = items.assign(**{item: 6 - items[item] for item in reverse}).mean(axis=1)
    answers = rows[rows["measure"] == "vignettes.compassion"].assign(
        trait=lambda rows: rows["participant"].map((trait - trait.mean()) / trait.std())
    )
    slope, _ = np.polyfit(answers["trait"], answers["number"], 1)
    assert slope == pytest.approx(0.6 * sd_of(people) * 6, rel=0.3)


def test_outcomes_that_depend_on_one_another_are_reported(tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        "\n"
        "  first: {outcome: compassion, claim: window_linear, over: {empathy: distress}}\n"
        "  other: {outcome: distress, claim: window_linear, over: {empathy: compassion}}",
    )
    with pytest.raises(AnalysisError, match="depends on itself"):
        people_of(study)
