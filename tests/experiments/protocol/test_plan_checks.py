"""Claims, rivals and contrasts that name no level, compare nothing, or say the same twice."""

from __future__ import annotations

import pytest

CLAIM = "claim: ours > theirs"


@pytest.mark.parametrize(
    ("claim", "key", "found", "remedy"),
    [
        ("claim: ours > their", "claim", "no factor has the levels ours, their", "Did you mean 'theirs'?"),
        ("claim: ours > own", "claim", "ours, own are levels of different factors: 'ours' of 'group', 'own' of 'cause'", "Compare levels of one factor, or name each factor: {FACTOR: a - b, OTHER: c}."),
        ("claim: ours", "claim", "'ours' is a level of 'group', and no claim by itself", "Write which is higher: ours > theirs."),
        (f"{CLAIM}, rivals: [theirs]", "rivals[0]", "'theirs' is a level of 'group', and no claim by itself", "Write which is higher: theirs > ours."),
        ("claim: {group: ours - their}", "claim", "'group' has no level 'their'", "Did you mean 'theirs'?"),
        ("claim: {cause: ours - theirs}", "claim", "'cause' has no level 'ours'", "'ours' is a level of 'group'. Allowed here: own, chance."),
        (f"{CLAIM}, rivals: [ours > theirs]", "rivals[0]", "'ours > theirs' says the same as the claim or a prediction before it", "Remove it, or write one that differs."),
        (f"{CLAIM}, rivals: [ours - theirs]", "rivals[0]", "'ours - theirs' says the same as the claim or a prediction before it", "Remove it, or write one that differs."),
        (f"{CLAIM}, also: ['{{group: ours - theirs}}']", "also[0]", "'{group: ours - theirs}' says the same as the claim or a prediction before it", "Remove it, or write one that differs."),
        (f"{CLAIM}, rivals: [flat, flat]", "rivals[1]", "'flat' says the same as the claim or a prediction before it", "Remove it, or write one that differs."),
        (f"{CLAIM}, rivals: [ours = theirs, theirs = ours]", "rivals[1]", "'theirs = ours' says the same as the claim or a prediction before it", "Remove it, or write one that differs."),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_made_is_one_fault(desk, claim, key, found, remedy):
    fault = desk.fault(desk.small((CLAIM, claim)))
    assert (fault.key, fault.found, fault.remedy) == (f"hypothesis.{key}", found, remedy)


def test_different_predictions_are_no_fault(desk):
    rivals = (CLAIM, f"{CLAIM}, rivals: [ours = theirs, theirs > ours, flat]")
    assert desk.faults(desk.small(rivals)) == []


@pytest.mark.parametrize(
    ("contrast", "found", "remedy"),
    [
        ("our - theirs", "no factor of the formula has the levels our, theirs", "Did you mean 'ours'?"),
        ("{group: our - theirs}", "'group' has no level 'our'", "Did you mean 'ours'?"),
        ("{cause: ours - theirs}", "'cause' has no level 'ours'", "'ours' is a level of 'group'. Allowed here: own, chance."),
        ("{group: ours - theirs, cause: chanse}", "'cause' has no level 'chanse'", "Did you mean 'chance'?"),
        ("ours - own", "ours, own are levels of different factors: 'ours' of 'group', 'own' of 'cause'", "Compare levels of one factor, or name each factor: {FACTOR: a - b, OTHER: c}."),
    ],
)  # fmt: skip
def test_a_contrast_that_cannot_be_computed(desk, contrast, found, remedy):
    model = f"analysis: {{formula: compassion ~ group * cause, contrasts: [{contrast}]}}"
    fault = desk.fault(desk.small(("analysis: compassion ~ group", model)))
    assert (fault.found, fault.remedy) == (found, remedy)


@pytest.mark.parametrize(
    ("formula", "found", "remedy"),
    [
        ("compassion ~ group + (1 | nobody)", "'nobody' in (1 | nobody) is no unit of the rows of 'compassion'", "Allowed here: participant, item, trial, cause, group."),
        ("compassion ~ group + (1 | partcipant)", "'partcipant' in (1 | partcipant) is no unit of the rows of 'compassion'", "Did you mean 'participant'?"),
        ("compassion ~ group + (1 | item:grop)", "'grop' in (1 | item:grop) is no unit of the rows of 'compassion'", "Did you mean 'group'?"),
        ("compassion ~ group + (grop | participant)", "'grop' in (grop | participant) is no predictor of the formula", "Did you mean 'group'?"),
        ("compassion ~ group + (mood | participant)", "'mood' in (mood | participant) is no predictor of the formula", "Allowed here: cause, group."),
        ("care ~ group + (1 | item)", "'item' in (1 | item) is no unit of the rows of 'care'", "Allowed here: participant, cause, group."),
        ("mood ~ group + (1 | item)", "'item' in (1 | item) is no unit of the rows of 'mood'", "Allowed here: participant, cause, group."),
    ],
)  # fmt: skip
def test_a_random_term_is_of_what_the_rows_have(desk, formula, found, remedy):
    text = desk.small(
        ("  - page: Welcome.", "  - ask: {mood: {slider: How are you?, from: Bad, to: Good}}"),
        ("hypothesis:", "columns: {care: mean(compassion)}\nhypothesis:"),
        (
            "analysis: compassion ~ group",
            f"analysis: {{main: compassion ~ group, other: {formula}}}",
        ),
    )
    fault = desk.fault(text)
    assert (fault.key, fault.found, fault.remedy) == ("analysis.other", found, remedy)


@pytest.mark.parametrize(
    "random",
    ["(1 | participant) + (1 | item) + (1 | item:group)", "(group | participant)", "(1 | trial)", "(1 | participant:cause)"],
)  # fmt: skip
def test_a_random_term_of_what_the_rows_have(desk, random):
    formula = f"analysis: compassion ~ group + {random}"
    assert desk.faults(desk.small(("analysis: compassion ~ group", formula))) == []
