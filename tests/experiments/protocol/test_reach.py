"""What can come where: levels of ``by``, conditions, and names in braces."""

from __future__ import annotations

import pytest

YES_NO = "{choice: Well?, options: yes_no}"
WELCOME = "  - page: Welcome."
END = "  - page: Thank you."


def page(by: str) -> tuple[str, str]:
    return (END, f"  - page: {by}")


def test_every_level_has_a_value(desk):
    assert desk.faults(desk.small(page("{by: cause, own: A, chance: B}"))) == []


def test_a_level_without_a_value_is_a_hole(desk):
    fault = desk.fault(desk.small(page("{by: cause, own: A}")))
    assert (fault.key, fault.found) == ("flow[2].page.by", "there is no value for cause = 'chance'")
    assert fault.remedy == "Add 'chance: ...' or 'else: ...'."
    assert (fault.line, fault.column) == (14, 12)


def test_else_is_the_value_of_all_other_levels(desk):
    assert desk.faults(desk.small(page("{by: cause, own: A, else: B}"))) == []


def test_a_misspelt_level_gets_a_suggestion(desk):
    fault = next(
        each
        for each in desk.faults(desk.small(page("{by: cause, own: A, chanse: B}")))
        if "level" in each.found
    )
    assert (fault.found, fault.remedy) == ("cause has no level 'chanse'", "Did you mean 'chance'?")


def test_a_misspelt_level_beside_else_is_found(desk):
    fault = desk.fault(desk.small(page("{by: cause, ownn: A, else: B}")))
    assert fault.key == "flow[2].page.ownn"


def test_without_levels_it_is_the_level_itself(desk):
    asked = "{choice: Which?, options: {own: Own, chance: Chance}, correct: {by: cause}}"
    assert desk.faults(desk.small((END, f"  - ask: {{told: {asked}}}"))) == []


def test_a_level_that_is_no_option_cannot_be_the_right_answer(desk):
    asked = "{choice: Which?, options: {own: Own, other: Other}, correct: {by: cause}}"
    fault = desk.fault(desk.small((END, f"  - ask: {{told: {asked}}}")))
    assert fault.found == "the level 'chance' of 'cause' is none of the options"


def test_several_names_join_their_levels_in_the_order_named(desk):
    two = ("cause: [own, chance]", "cause: [own, chance], size: [1, 8]")
    whole = page("{by: [size, cause], 1 own: A, 1 chance: B, 8 own: C, 8 chance: D}")
    assert desk.faults(desk.small(two, whole)) == []
    fault = desk.fault(
        desk.small(two, page("{by: [size, cause], 1 own: A, 1 chance: B, 8 own: C}"))
    )
    assert fault.found == "there is no value for size and cause = '8 chance'"
    turned = desk.faults(desk.small(two, page("{by: [cause, size], 1 own: A, else: B}")))
    assert [each.found for each in turned] == ["cause and size has no level '1 own'"]


def test_a_condition_of_the_step_restricts_the_levels(desk):
    step = (END, "  - when: cause = own\n    page: {by: cause, own: A}")
    assert desk.faults(desk.small(step)) == []


def test_a_level_that_cannot_come_is_a_fault(desk):
    step = (END, "  - when: cause = own\n    page: {by: cause, own: A, chance: B}")
    assert desk.fault(desk.small(step)).found == "'chance' cannot come here"


def test_a_condition_of_the_question_and_of_the_part_around_it_restricts_too(desk):
    asked = "{choice: {by: cause, own: A?}, options: yes_no, when: cause != chance}"
    assert desk.faults(desk.small((END, f"  - ask: {{well: {asked}}}"))) == []
    part = "part: hello\nversion: 1.0\nflow:\n  - page: {by: cause, own: A}\n"
    desk.write("parts/hello.yaml", part)
    assert desk.faults(desk.small((END, "  - {use: hello, when: cause = own}"))) == []
    assert "chance" in desk.fault(desk.small((END, "  - use: hello"))).found


def test_numbers_are_compared(desk):
    size = ("cause: [own, chance]", "size: [1, 2, 8]")
    step = (END, "  - when: size < 8\n    page: {by: size, 1: A, 2: B}")
    assert desk.faults(desk.small(size, step)) == []


def test_a_mode_a_field_and_an_earlier_answer_have_levels(desk):
    modes = ("flow:\n", "modes: {paper: {}, screen: {}}\nflow:\n")
    assert desk.fault(desk.small(modes, page("{by: mode, paper: A}"))).found.endswith(
        "mode = 'screen'"
    )
    field = ('page: "One of {group}: {text}"', "page: {by: severity, mild: A}")
    assert desk.fault(desk.small(field)).found == "there is no value for severity = 'severe'"
    answer = (WELCOME, f"  - ask: {{well: {YES_NO}}}")
    assert desk.fault(desk.small(answer, page("{by: well, yes: A}"))).found.endswith("well = 'no'")


def test_where_restricts_the_fields_of_the_items(desk):
    loop = (
        '    page: "One of {group}: {text}"',
        "    where: severity = mild\n    page: {by: severity, mild: A}",
    )
    assert desk.faults(desk.small(loop)) == []


def test_an_answer_without_levels_cannot_decide(desk):
    answer = (WELCOME, "  - ask: {years: {number: How many?}}")
    fault = desk.fault(desk.small(answer, page("{by: years, 1: A, else: B}")))
    assert "no levels" in fault.found


def test_a_name_that_is_nothing(desk):
    fault = desk.fault(desk.small(page("{by: caus, own: A, else: B}")))
    assert (fault.found, fault.remedy) == (
        "'caus' is nothing that a value can differ by",
        "Did you mean 'cause'?",
    )


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("cause = owm", "'cause' has no level 'owm'"),
        ("cause != owm", "'cause' has no level 'owm'"),
        ("mode = paid", "'mode' has no level 'paid'"),
        ("causes = own", "'causes' is nothing that is known here"),
        ("duration > 3", "'duration' is nothing that is known here"),
        ("compassion wrong", "'compassion' has no correct answer"),
    ],
)
def test_conditions_name_what_is_known(desk, condition, found):
    assert desk.fault(desk.small((END, f"  - {{when: {condition}, page: A}}"))).found == found


def test_a_factor_has_no_right_answer(desk):
    fault = desk.fault(desk.small((END, "  - {page: Thank you., when: cause wrong}")))
    assert (fault.key, fault.found) == ("flow[2].when", "'cause' has no correct answer")


def test_a_condition_is_decided_before_its_step(desk):
    fault = desk.fault(desk.small((END, f"  - {{when: well = no, ask: {{well: {YES_NO}}}}}")))
    assert "asked only after" in fault.remedy


def test_a_question_can_depend_on_an_earlier_one_of_its_step(desk):
    first, second = f"first: {YES_NO}", "second: {text: Why?, when: first = yes}"
    assert desk.faults(desk.small((END, f"  - ask: {{{first}, {second}}}"))) == []
    assert (
        "asked only after"
        in desk.fault(desk.small((END, f"  - ask: {{{second}, {first}}}"))).remedy
    )


def test_an_answer_of_a_later_session_is_not_known(desk):
    text = desk.small(("flow:\n", "sessions: {one: {}, two: {}}\nflow:\n"))
    head, _, rest = text.partition("flow:\n")
    flow, _, rest = rest.partition("hypothesis:")
    one = "".join(f"  {line}\n" for line in flow.splitlines())
    two = f"  two:\n    - ask: {{well: {YES_NO}}}\n    - {{when: compassion > 3, page: A}}\n"
    assert desk.faults(f"{head}flow:\n  one:\n{one}{two}hypothesis:{rest}") == []
    early = one.replace("- page: Thank you.", "- {when: well = yes, page: A}")
    assert (
        "asked only after"
        in desk.fault(f"{head}flow:\n  one:\n{early}{two}hypothesis:{rest}").remedy
    )


@pytest.mark.parametrize("text", ["{cause}", "{contact}", "{minutes}", "{{cause}}", "{compassion}"])
def test_what_can_be_put_into_a_text(desk, text):
    assert desk.faults(desk.small((END, f'  - page: "A {text}"'))) == []


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("{causee}", "Did you mean 'cause'?"),
        ("{text}", "Allowed here"),
        ("{given}", "Allowed here"),
        ("{endowment}", "Allowed here"),
    ],
)
def test_braces_that_name_nothing(desk, text, remedy):
    fault = desk.fault(desk.small((END, f'  - page: "A {text}"')))
    assert (fault.line, fault.key) == (14, "flow[2].page")
    assert f"'{text}' is nothing that can be put into a text here" == fault.found
    assert fault.remedy.startswith(remedy)


def test_a_label_is_a_text_too(desk):
    fault = desk.fault(desk.small(("from: Not at all", 'from: "{nobody}"')))
    assert fault.key == "flow[1].ask.compassion.from"
