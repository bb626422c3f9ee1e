"""Rules of exclusion that can never hold, or that the analysis would refuse, are faults of the study."""

from __future__ import annotations

import pytest

END = "  - page: Thank you."
ASKED = """\
  - ask:
      well: {choice: Well?, options: yes_no}
      size: {choice: Size?, options: {1: One, 2: Two}}
      said: {text: What did you think?}
      years: {number: How old?, least: 18, most: 99}
      sum: {number: One and one?, correct: 2}"""
ALL = "{by: cause, own: A, chance: B}"


def faults(
    desk, rule: str, kind: str = "sensitivity", *more: tuple[str, str]
) -> list[tuple[str, str]]:
    change = ("sample:", f"exclude: {{{kind}: ['{rule}']}}\nsample:")
    return [(f.found, f.remedy) for f in desk.faults(desk.small((END, ASKED), change, *more))]


@pytest.mark.parametrize(
    ("rule", "found", "remedy"),
    [
        ("well = maybe", "'well' has no level 'maybe'", "Allowed here: yes, no."),
        ("well = yess", "'well' has no level 'yess'", "Did you mean 'yes'?"),
        ("well != maybe", "'well' has no level 'maybe'", "Allowed here: yes, no."),
        ("cause = ours", "'cause' has no level 'ours'", "'ours' is a level of 'group'. Allowed here: own, chance."),
        ("size = 3", "'size' has no level '3'", "Allowed here: 1, 2."),
        ("size > 2", "'size > 2' never holds", "'size' is 1, 2."),
        ("compassion > 8", "'compassion > 8' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion > 7", "'compassion > 7' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion < 1", "'compassion < 1' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion <= 0", "'compassion <= 0' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion < 8", "'compassion < 8' always holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion >= 1", "'compassion >= 1' always holds: 'compassion' goes from 1 to 7", "Leave it out, or compare with another number."),
        ("compassion <= 7", "'compassion <= 7' always holds: 'compassion' goes from 1 to 7", "Leave it out, or compare with another number."),
        ("size >= 1", "'size >= 1' always holds", "'size' is 1, 2."),
        ("compassion = 3.5", "'compassion' is never 3.5: 'compassion' goes from 1 to 7 in steps of 1", "Write a number that can be answered, or compare: compassion > 3.5."),
        ("compassion != 3.5", "'compassion' is never 3.5: 'compassion' goes from 1 to 7 in steps of 1", "Write a number that can be answered, or compare: compassion > 3.5."),
        ("compassion = 9", "'compassion' is never 9: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion = much", "'compassion' is a number, and 'much' is none", "Compare it with a number: compassion > 1."),
        ("years < 18", "'years < 18' never holds: 'years' goes from 18 to 99", "Compare it with a number from 18 to 99."),
        ("compassion < 10 %", "'compassion < 10 %' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("compassion < 5 s", "'compassion' is no time", "Write a number without a unit: compassion < 5."),
        ("duration < 5", "found '5' without a unit", "Write the unit: 5 s, 5 ms, 5 min, 5 h or 5 days."),
        ("compassion.time < 200", "found '200' without a unit", "Write the unit: 200 s, 200 ms, 200 min, 200 h or 200 days."),
        ("compassion.time < 5 frames", "'compassion.time < 5 frames' compares with frames, whose length depends on the screen", "Write it in ms or s."),
        ("well > 3", "'well' is in words, which are not larger or smaller than each other", "Compare it with '=' or '!=': well = yes."),
        ("said < 1/3 median", "'said' is in words, which are not larger or smaller than each other", "Name a question that is answered with a number."),
        ("cause missing", "'cause' is never missing", "Name a question, or a column of answers."),
        ("well wrong", "'well' has no correct answer", "Add 'correct:' to the question."),
        ("cause wrong", "'cause' has no correct answer", "Add 'correct:' to the question."),
        ("sum wrong > 100 %", "'sum wrong > 100 %' never holds", "Write a smaller percentage: sum wrong > 25 %."),
        ("group = ours", "'group' varies within participants", "Write the rule under 'trials'."),
        ("severity = mild", "'severity' is not the same in all trials of a participant", "Write the rule under 'trials'."),
        ("trial > 2", "'trial' is not the same in all trials of a participant", "Write the rule under 'trials'."),
        ("compassion > 3 SD", "'compassion > 3 SD' is about trials: it compares each with the participant's mean", "Write the rule under 'trials'."),
    ],
)  # fmt: skip
def test_a_rule_for_participants_that_cannot_work(desk, rule, found, remedy):
    assert faults(desk, rule) == [(found, remedy)]


@pytest.mark.parametrize(
    ("rule", "found", "remedy"),
    [
        ("duration < 1/3 median and compassion < 2", "'duration < 1/3 median' is about participants", "Write the rule under 'participants'."),
        ("compassion missing > 25 %", "'compassion missing > 25 %' is about participants", "Write the rule under 'participants'."),
        ("well = no", "'well = no' names nothing that differs between trials", "Name what is asked in each trial, or write the rule under 'participants'."),
        ("group = our", "'group' has no level 'our'", "Did you mean 'ours'?"),
        ("item = z", "'item' has no level 'z'", "Allowed here: a, b, c, d."),
    ],
)  # fmt: skip
def test_a_rule_for_trials_that_cannot_work(desk, rule, found, remedy):
    assert faults(desk, rule, "trials") == [(found, remedy)]


@pytest.mark.parametrize(
    "rule",
    [
        "well = no", "size = 2", "size > 1", "compassion > 6", "compassion >= 7", "compassion = 7", "years < 20",
        "duration < 90 s", "duration < 1/3 median", "compassion.time < 200 ms", "compassion missing",
        "compassion missing > 0 %", "sum wrong", "sum.correct = no", "sum.correct = 0", "said = nothing", "said missing",
        "cause = own and well = no",
    ],
)  # fmt: skip
def test_a_rule_for_participants_that_works(desk, rule):
    assert faults(desk, rule) == []


@pytest.mark.parametrize(
    "rule",
    ["group = ours", "severity = mild", "item = a", "trial < 2", "compassion > 3 SD", "compassion < 2"],
)  # fmt: skip
def test_a_rule_for_trials_that_works(desk, rule):
    assert faults(desk, rule, "trials") == []


@pytest.mark.parametrize(
    ("column", "rule", "found"),
    [
        ("is_ours: group = ours", "is_ours = 1", "'is_ours' is not the same in all trials of a participant"),
        ("rt: compassion.time", "rt < 200", "found '200' without a unit"),
        ("rt: mean(compassion.time where group = ours)", "rt < 200", "found '200' without a unit"),
        ("ms: compassion.time * 1000", "ms < 200 ms", "'ms' is no time"),
        ("log_rt: log(compassion.time)", "log_rt < 200 ms", "'log_rt' is no time"),
        ("half: compassion / 2", "half = 0.75", "'half' is never 0.75: 'half' goes from 0.5 to 3.5 in steps of 0.5"),
        ("half: compassion / 2", "half > 4", "'half > 4' never holds: 'half' goes from 0.5 to 3.5"),
        ("agrees: well = yes", "agrees = maybe", "'agrees' is a number, and 'maybe' is none"),
    ],
)  # fmt: skip
def test_a_rule_about_a_column_that_cannot_work(desk, column, rule, found):
    columns = ("hypothesis:", f"columns: {{{column}}}\nhypothesis:")
    assert [each for each, _ in faults(desk, rule, "sensitivity", columns)] == [found]


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("rt: compassion.time", "rt < 200 ms"),
        ("ms: compassion.time * 1000", "ms < 200"),
        ("log_rt: log(compassion.time)", "log_rt < 2"),
        ("half: compassion / 2", "half = 1.5"),
        ("care: mean(compassion)", "care = 3.3"),
        ("agrees: well = yes", "agrees = yes"),
        ("care: mean(compassion where group = ours)", "care < 2"),
    ],
)
def test_a_rule_about_a_column_that_works(desk, column, rule):
    columns = ("hypothesis:", f"columns: {{{column}}}\nhypothesis:")
    assert faults(desk, rule, "sensitivity", columns) == []


def test_a_between_factor_that_varies_within_in_a_mode_is_for_trials(desk):
    modes = ("flow:\n", "modes: {separate: {}, together: {within: [cause]}}\nflow:\n")
    both = ("    rotate: group", "    cross: [group, cause]")
    found = faults(desk, "cause = own", "sensitivity", modes, both)
    assert found == [("'cause' varies within participants", "Write the rule under 'trials'.")]


def test_a_rule_on_an_answer_after_the_treatment_is_shown_with_its_reason(desk):
    treated = ("  - page: Welcome.", '  - page: "A {cause}"')
    (fault,) = faults(desk, "well = no", "participants", treated)
    assert fault == (
        "'well' is asked after the treatment, which may have changed it",
        "Write the rule under 'sensitivity', which leaves nobody out, or say why it is right: "
        "exclude: {participants: [well = no], because: THE REASON}.",
    )


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("years < 18", "'years < 18' never holds: 'years' goes from 18 to 99"),
        ("sum.time < 5", "found '5' without a unit"),
        ("well > 3", "'well' is in words, which are not larger or smaller than each other"),
        ("cause missing", "'cause' is never missing"),
        ("sum.correct = maybe", "'sum.correct' has no level 'maybe'"),
    ],
)
def test_the_condition_of_a_step_is_checked_alike(desk, when, found):
    step = f"{ASKED}\n  - when: {when}\n    page: More."
    assert desk.fault(desk.small((END, step))).found == found


def test_a_rule_about_a_logarithm_is_written_on_the_time(desk):
    columns = ("hypothesis:", "columns: {log_rt: log(compassion.time)}\nhypothesis:")
    (fault,) = faults(desk, "log_rt < 200 ms", "trials", columns)
    assert fault[1] == "Test the time itself: compassion.time < 200 ms."
