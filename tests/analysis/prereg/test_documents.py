"""What the documents say about designs, items, measures, hypotheses, models and rules, study by study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_study import TEXT, write

from analysis.curves.compare import Rule
from analysis.planned.plan import ALPHA
from analysis.prereg.items import items_of
from analysis.prereg.plan import contents, models_of
from analysis.report.filters import templates
from experiments.places import shipped_folder
from experiments.study import Study, open_study


def said(study: Study) -> str:
    """The document for the OSF without its draft."""
    jinja = templates()
    assert jinja.loader is not None
    source = jinja.loader.get_source(jinja, "prereg/osf.md.j2")[0]
    template = jinja.from_string(source.replace("{{ plan.draft(draft) }}", ""))
    text = template.render(
        **contents(study), loops=items_of(study), alpha=ALPHA, rule=Rule(), power=None,
        sessions=0, made="2026-01-01", hash="0",
    )  # fmt: skip
    assert not re.search(r"[a-z]  [a-z]", text)
    return text


def shipped(name: str) -> str:
    return said(open_study(shipped_folder("protocols") / f"{name}.yaml"))


@pytest.fixture
def changed(tmp_path: Path):
    """A function that writes the smallest study with replacements, and returns its document."""

    def make(*replacements: tuple[str, str]) -> str:
        text = TEXT
        for before, after in replacements:
            assert before in text
            text = text.replace(before, after)
        made = said(write(tmp_path, text))
        assert "None" not in made
        return made

    return make


ROTATE = ("rotate: group   ", "{}   ")
FACTORS = "  within: {group: [ours, theirs], severity: [mild, severe]}"


def test_rotated_items_nested_in_a_column(changed) -> None:
    text = changed()
    for needed in (
        "**vignettes** (items of the file vignettes.csv). Each participant sees all 8 items.",
        "The items differ in severity: 4 mild, 4 severe.",
        "For each participant, each item is shown at one level of group.",
        "The 2 levels of group rotate over items and participants in a Latin square",
        "each participant sees 4 items at each.",
        "The order of trials is random and differs between participants.",
        "Participants are not divided into groups, since every factor varies within participants.",
        "Participants are not paid for their decisions.",
    ):
        assert needed in text, needed


@pytest.mark.parametrize(
    ("loop", "needed"),
    [
        (
            "cross: group\n    times: 2",
            ["Each item is shown at every one of the 2 levels of group, twice at each.",
             "This gives 32 trials."],
        ),
        (
            "rotate: group\n    take: 4",
            ["Each participant sees 4 of 8 items, drawn so that over participants every item is"
             " seen equally often, with the same number from each level of severity.",
             "each participant sees 2 items at each."],
        ),
        (
            "rotate: group\n    order: blocks of severity\n    first: i3",
            ["Trials are shown in blocks of the same severity; the order of the blocks rotates",
             "i3 always comes first."],
        ),
        (
            "rotate: group\n    order: as written\n    break: {every: 4, page: Rest.}",
            ["Trials are shown in the order of the file, the same for every participant.",
             "There is a break after every 4 trials."],
        ),
        (
            "rotate: group\n    runs: {severity: 3}",
            ["At most 3 trials in a row have the same severity."],
        ),
        (
            "rotate: group\n    practice: {where: item = i1 or i2 or i3 or i4}",
            ["Each participant sees all 4 items.",
             "Before these trials, 4 items are shown for practice. Answers to practice trials are"
             " never analysed."],
        ),
        (
            "rotate: group\n    where: item = i1 or i2 or i3 or i4",
            ["Items are used only if item is i1, i2, i3 or i4."],
        ),
    ],
)  # fmt: skip
def test_how_factors_meet_items(changed, loop: str, needed: list[str]) -> None:
    text = changed(("rotate: group   ", f"{loop}   "))
    for words in needed:
        assert words in text, text[text.index("**vignettes**") :][:900]


def test_between_and_counterbalanced_factors_and_their_blocks(changed) -> None:
    text = changed(
        (FACTORS, "  between: {group: {ours: my own group, theirs: another group}}\n"
                  "  counterbalanced: {hand: [left, right]}\n  within: {severity: [mild, severe]}"),
        ("    rotate: group   ", "    order: random   "),
        ("{participants: 60}", "{per_cell: 30, dropout: 10 %, because: It is enough.}"),
    )  # fmt: skip
    for needed in (
        "| group | ours (my own group), theirs (another group) | between participants |",
        "| hand | left, right | between participants, counterbalanced |",
        "assigned to the 4 combinations of group and hand in permuted blocks of 8",
        "each combination twice in a block",
        "The allocation list has 72 places.",
        "30 participants in each of 2 cells (60 in total), after exclusions.",
        "10% of the participants are expected to leave or to be excluded.",
        "Data collection stops when every cell is full. It is enough.",
    ):
        assert needed in text, needed


def test_modes_that_differ_are_described_one_by_one() -> None:
    text = shipped("compassion_collapse")
    for needed in (
        "between participants; within participants in mode 'within'",
        "In mode 'between', each participant sees 3 of 16 items",
        "In mode 'within', each participant sees 12 of 16 items",
        "each participant sees 2 items at each.",
        "Which text of an item is shown depends on victims.",
        "In mode 'between', participants are assigned to the 6 levels of victims in permuted blocks of"
        " 6, each level once in a block.",
        "asked only if mode is between",
        "| gift (mode 'within') |",
    ):
        assert needed in text, needed


def test_modes_that_are_alike_are_described_once() -> None:
    text = shipped("identified_victim")
    assert "The verdict on a claim that is an order or a contrast" not in text
    assert text.count("permuted blocks") == 1
    assert "In each mode, participants are assigned to the 3 levels of victim" in text
    assert "asked only if mode is real or lottery" in text
    assert "correct: no (statistical), yes (otherwise)" in text
    assert "5 USD (the endowment), in steps of 1 USD, divided between keeping and giving" in text


def test_deception_and_several_primary_tests() -> None:
    text = shipped("parochial_vignettes")
    assert "Participants are deceived. Participants are led to believe that the groups" in text
    assert "- Three groups: In-group, out-group and neither" in text
    assert (
        "The primary tests are the contrasts in − none and none − out of compassion in mode 'dots';"
        " the claim holds if at least one of them is significant after Holm's correction." in text
    )
    assert "items: in, out, none; the measure is their mean" in text
    assert "there are only 3 items, which are not treated as a sample of items" in text


def test_a_claim_without_rivals_or_a_smallest_effect(changed) -> None:
    text = changed()
    assert "Prediction for compassion: the means have the order ours > theirs." in text
    assert "No smallest effect size of interest is fixed, so equivalence is not tested." in text
    assert "best supported" not in text
    assert "The verdict on a claim that is an order or a contrast" in text
    assert "group (ours − theirs); severity as a whole; group × severity as a whole" in text


def test_a_study_without_a_hypothesis(changed) -> None:
    text = changed(
        ("hypothesis: {outcome: compassion, claim: ours > theirs}\n", ""),
        (
            "analysis: compassion ~ group * severity",
            "analysis:\n  compassion: {formula: compassion ~ group * severity,"
            " contrasts: [{group: ours - theirs, severity: mild - severe}]}",
        ),
    )
    assert "No hypothesis is stated. The planned contrasts are reported" in text
    contrast = "group (ours − theirs) × severity (mild − severe)"
    assert f"The primary test is the contrast {contrast} of compassion." in text


def test_rivals_smallest_effects_and_the_verdict(changed) -> None:
    text = changed(
        ("claim: ours > theirs}", "claim: ours > theirs, rivals: [ours = theirs],"
         " smallest_effect: {raw: 0.5, because: Half a point.}}"),
    )  # fmt: skip
    assert "| rival | ours = theirs | The means of group have the order ours = theirs. |" in text
    assert "0.5 (in units of the outcome). Half a point. Equivalence is shown by" in text
    assert "A family of curves is called best supported if its BIC weight is at least .90" in text
    assert (
        "The order of means that is claimed is also tested with Bayes factors (encompassing" in text
    )


def test_computed_columns_and_rules_of_trials(changed) -> None:
    text = changed(
        ("sample:", "columns:\n  care: {of: mean(compassion), standard: yes}\n  own: group = ours\n"
                    "exclude:\n  participants: [duration < 1/2 median, compassion missing > 25 %]\n"
                    "  trials: [compassion > 3 SD, compassion.time < 200 ms]\n  sensitivity: [care < 1]\n"
                    "sample:"),
    )  # fmt: skip
    for needed in (
        "| care | `mean(compassion)`, in standard deviations from its mean over the participants |",
        "| own | `group = ours` |",
        "duration is below 1/2 of the median of all participants who finished",
        "compassion was missing in more than 25% of the trials (`compassion missing > 25 %`)",
        "compassion is more than 3 SDs from the participant's mean in the same condition",
        "compassion.time is below 200 ms",
        "who stay in the main analysis",
        "care is below 1",
    ):
        assert needed in text, needed


def test_models_are_listed_once_for_all_modes_in_which_they_are_the_same() -> None:
    study = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    names = [(one.planned.name, one.modes) for one in models_of(study)]
    assert names[:2] == [("gift", ("between",)), ("gift", ("within",))]
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    assert [one.modes for one in models_of(study)] == [study.modes] * 4


def test_the_random_slopes_of_two_lines_are_said() -> None:
    text = shipped("narrow_window")
    assert "An inverted U is tested with the two-lines test" in text
    assert "a random slope of the predictor becomes random slopes of both lines" in text


def test_hypotheses_on_one_outcome_are_named() -> None:
    text = shipped("narrow_window")
    fixed = (
        "Smallest effect size of interest for compassion in the comparison “by intensity”: d = 0.2"
    )
    assert fixed in text
    assert "is fixed for compassion in the comparison “by shared feeling”, so equiv" in text
    assert "is fixed for distress, so equiv" in text


def test_two_lines_of_a_binary_outcome_are_linear_models() -> None:
    linear = "The lines and the quadratic are linear models, also of an outcome"
    assert linear in shipped("narrow_window")
    assert linear not in shipped("recategorisation")
