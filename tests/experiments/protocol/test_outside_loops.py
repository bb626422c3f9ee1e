"""Factors that vary within participants have a level only in the loops that vary them."""

from __future__ import annotations

import pytest

END = "  - page: Thank you."
WELCOME = "  - page: Welcome."
ONLY_IN_LOOP = (
    "'group' varies within participants and has a level only in the loop that rotates it (people)"
)
BY = "{by: group, ours: A, theirs: B}"


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("  - page: 'About {group}.'", "page"),
        (f"  - page: {BY}", "page.by"),
        ("  - page: {by: [cause, group], else: A}", "page.by"),
        ("  - when: group = ours\n    page: Us.", "when"),
        ("  - when: cause = own and group = ours\n    page: Us.", "when"),
        (f"  - ask: {{well: {{choice: {BY}, options: yes_no}}}}", "ask.well.choice.by"),
        ("  - ask: {well: {choice: 'As {group}?', options: yes_no}}", "ask.well.choice"),
        ("  - ask: {well: {choice: W?, options: yes_no, when: group = ours}}", "ask.well.when"),
        (f"  - ask: {{well: {{text: Why?, when: cause = own}}}}\n    page: {BY}", "page.by"),
        ("  - use: debriefing\n    page: 'It was about {group}.'", "flow[0].page"),
        (f"  - use: debriefing\n    page: {BY}", "flow[0].page.by"),
    ],
)
@pytest.mark.parametrize(("near", "place"), [(WELCOME, 1), (END, 2)])
def test_outside_the_loop_the_factor_has_no_level(desk, step, key, near, place):
    place = place if near == END else 0
    text = desk.small((near, f"{step}\n{near}"))
    fault = desk.fault(text)
    assert (fault.key, fault.found) == (f"flow[{place}].{key}", ONLY_IN_LOOP)
    assert fault.remedy.startswith("Move this into the loop")
    assert fault.file.endswith("study.yaml")


def test_words_of_levels_and_files_with_the_factor_are_used_in_the_loop_only(desk):
    cause = ("cause: [own, chance]", "cause: {own: 'the fault of {group}', chance: bad luck}")
    fault = desk.fault(desk.small(cause, (END, "  - page: 'It was {cause}.'")))
    assert fault.found == "the level has '{group}', which nothing fills"
    assert fault.remedy.startswith(ONLY_IN_LOOP)
    desk.write("end.md", "This was about {group}.\n")
    fault = desk.fault(desk.small((END, "  - page: '{file: end.md}'")))
    assert fault.found == "the file has '{group}', which nothing fills"
    assert fault.remedy.startswith(ONLY_IN_LOOP)


@pytest.mark.parametrize("how", ["rotate", "cross", "together"])
def test_in_the_loop_it_has_one(desk, how):
    inside = (
        'page: "One of {group}: {text}"',
        f'page: "{{group}}: {{text}}"\n    fill: {{who: {BY}}}',
    )
    people = "item,text\na,A {who}\nb,B {who}\n"
    desk.write("people.csv", people)
    text = desk.small(("rotate: group", f"{how}: group"), inside)
    assert desk.faults(text) == []


def test_a_loop_over_its_levels_or_a_column_has_one(desk):
    over = ("each: people.csv\n    rotate: group", "each: group"), ("{text}", "?")
    assert desk.faults(desk.small(*over)) == []
    fault = desk.fault(desk.small(*over, (END, "  - page: '{group}'")))
    assert "only in the loop that runs over its levels (people)" in fault.found
    desk.write("people.csv", "item,text,group\na,A,ours\nb,B,theirs\n")
    column = ("    rotate: group\n", "")
    assert desk.faults(desk.small(column)) == []
    fault = desk.fault(desk.small(column, (END, "  - page: '{group}'")))
    assert "only in the loop that has it as a column (people)" in fault.found


def test_practice_ends_and_breaks_come_without_a_level(desk):
    practice = (
        "rotate: group\n    uneven: yes\n    practice: {where: item = a, page: 'Now {group}.'}"
    )
    fault = desk.fault(desk.small(("rotate: group", practice)))
    assert (fault.key, fault.found) == ("flow[1].practice.page", ONLY_IN_LOOP)
    rest = "rotate: group\n    break: {every: 2, page: 'Now {group}.'}"
    fault = desk.fault(desk.small(("rotate: group", rest)))
    assert (fault.key, fault.found) == ("flow[1].break.page", ONLY_IN_LOOP)


def test_a_factor_that_varies_within_in_one_mode_has_a_level_in_the_others(desk):
    modes = ("hypothesis:", "modes: {lab: {}, web: {within: [cause]}}\nhypothesis:")
    loop = ("rotate: group", "rotate: [group, cause]")
    assert desk.faults(desk.small(modes, loop)) == []
    fault = desk.fault(desk.small(modes, loop, (END, "  - page: '{cause}'")))
    assert fault.found == (
        "'cause' varies within participants in the mode 'web' and has a level only in the loop that rotates it (people)"
    )
    for when in ("mode = lab", "mode != web", "cause = own and mode = lab"):
        step = f"  - when: {when}\n    page: '{{cause}}'"
        assert desk.faults(desk.small(modes, loop, (END, step))) == []


def test_the_number_of_items_has_one_fault(desk):
    take = ("rotate: group", "rotate: group\n    take: {by: group, ours: 2, theirs: 4}")
    assert "since items are drawn before the session" in desk.fault(desk.small(take)).found


def test_what_is_allowed_is_what_can_be_used_at_the_place(desk):
    fault = desk.fault(desk.small((WELCOME, "  - page: 'Of {zzz}.'")))
    assert "cause, mode" in fault.remedy
    assert "group" not in fault.remedy  # No level before the loop.
    assert "compassion" not in fault.remedy  # Asked later.
    fault = desk.fault(desk.small((END, "  - when: zzz = 1\n    page: A")))
    assert "contact" not in fault.remedy  # For texts only.
    fault = desk.fault(desk.small((END, "  - page: {by: zzz, a: A}")))
    assert "contact" not in fault.remedy


def test_a_cell_is_not_told_to_put_its_own_text_into_itself(desk):
    desk.write("people.csv", "item,text,severity\na,In {zzz},mild\nb,B,severe\n")
    fault = desk.fault(desk.small())
    assert fault.remedy.endswith("severity.")
    assert " text" not in fault.remedy
