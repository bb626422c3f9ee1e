"""Questions for several levels on one page: participants must see which of them each is about."""

from __future__ import annotations

import pytest

ROTATED = ("    rotate: group\n", "    together: group\n")
PAGE = 'page: "One of {group}: {text}"'


def test_a_text_or_a_question_says_which_level_is_meant(desk):
    assert desk.faults(desk.small(ROTATED)) == []
    asked = ("How much compassion?", '"How much compassion for {group}?"')
    assert desk.faults(desk.small(ROTATED, (PAGE, 'page: "{text}"'), asked)) == []


@pytest.mark.parametrize(
    "page",
    [
        'page: {by: group, ours: "Ours. {text}", theirs: "Theirs. {text}"}',
        'page: "{text} {whose}"\n    fill: {whose: {by: group, ours: One of us., theirs: One of them.}}',
        'page: "{text}"\n    variant: {by: group, ours: one, theirs: two}',
    ],
)
def test_it_can_be_put_into_the_text(desk, page):
    desk.write(
        "people.csv", "item,text.one,text.two\na,A,B\nb,C,D\n" if "variant" in page else PEOPLE
    )
    assert desk.faults(desk.small(ROTATED, (PAGE, page))) == []


PEOPLE = "item,text\na,A is ill\nb,B is ill\n"


def test_where_nothing_says_it_the_question_is_a_fault(desk):
    fault = desk.fault(desk.small(ROTATED, (PAGE, 'page: "{text}"')))
    assert fault.key == "flow[1].ask.compassion"
    assert (
        "asked for each level of group on one page, and nothing there says for which" in fault.found
    )
    assert "Write {group} in the question" in fault.remedy


def test_each_page_of_the_trial_must_say_it(desk):
    flow = """\
    flow:
      - page: "One of {group}: {text}"
      - ask: {pity: {rating: How much pity?, points: 7, from: Not at all, to: Very much}}
"""
    changes = (
        f"    {PAGE}\n    ask:\n      compassion:",
        f"{flow}      - ask:\n          compassion:",
    )
    asked = ("How much compassion?", '"How much compassion for {group}?"')
    fault = desk.fault(desk.small(ROTATED, changes, asked))
    assert fault.key == "flow[1].flow[1].ask.pity"
