"""One namespace; addresses may be shortened while one measure fits."""

from __future__ import annotations

import pytest

from experiments.protocol.names import AddressError

RATING = "{rating: How much?, from: None, to: Much}"


def names(desk, *changes):
    return desk.open(desk.small(*changes)).names


def steps(*lines: str) -> tuple[str, str]:
    return ("  - page: Thank you.", "\n".join(f"  - {line}" for line in lines))


def test_an_address_is_step_and_question(desk):
    found = names(desk, steps(f"{{name: end_part, ask: {{warm: {RATING}}}}}"))
    assert {"people.compassion", "end_part.warm", "end_part.warm.time"} <= set(found.measures)


@pytest.mark.parametrize("short", ["compassion", "people.compassion"])
def test_any_of_an_address_can_be_left_out(desk, short):
    assert names(desk).measure(short).address == "people.compassion"


@pytest.mark.parametrize("short", ["compassion.time", "people.compassion.time"])
def test_what_an_answer_yields_follows_its_name(desk, short):
    assert names(desk).measure(short).address == "people.compassion.time"


def test_a_name_that_fits_several_lists_them_all(desk):
    found = names(
        desk,
        steps(f"{{name: later, ask: {{compassion: {RATING}}}}}"),
        ("outcome: compassion", "outcome: people.compassion"),
        ("analysis: compassion", "analysis: people.compassion"),
    )
    with pytest.raises(AddressError) as error:
        found.measure("compassion")
    assert "people.compassion, later.compassion" in str(error.value)
    assert "whole address" in error.value.remedy


def test_a_whole_address_that_is_also_a_short_one_needs_the_name_of_its_step(desk):
    text = desk.small(steps(f"ask: {{compassion: {RATING}}}"))
    faults = desk.faults(text)
    assert {fault.key for fault in faults} == {"hypothesis.outcome", "analysis"}
    assert all("people.compassion, compassion" in fault.found for fault in faults)
    assert all("give its step a name" in fault.remedy for fault in faults)


def test_a_later_question_can_break_a_short_name_but_never_change_it(desk):
    later = steps(f"{{name: later, ask: {{compassion: {RATING}}}}}")
    assert desk.faults(desk.small()) == []
    assert "can be" in desk.faults(desk.small(later))[0].found


def test_a_step_with_one_question_can_stand_for_it(desk):
    found = names(
        desk,
        steps(
            f"{{name: final, ask: {{warm: {RATING}}}}}",
            f"{{name: two, ask: {{a: {RATING}, b: {RATING}}}}}",
        ),
    )
    assert found.measure("final").address == "final.warm"
    with pytest.raises(AddressError, match=r"two\.a, two\.b"):
        found.measure("two")


def test_an_unknown_name_gets_a_suggestion(desk):
    with pytest.raises(AddressError) as error:
        names(desk).measure("compasion")
    assert error.value.remedy == "Did you mean 'compassion'?"


def test_steps_within_a_loop_or_part_add_nothing(desk):
    loop = (
        '    page: "One of {group}: {text}"\n    ask:\n      compassion: {rating: How much compassion?, points: 7, from: Not at all, to: Very much}',
        '    flow:\n      - page: "One of {group}: {text}"\n      - {name: inner, ask: {compassion: '
        + RATING
        + "}}",
    )
    found = names(desk, loop, steps("use: attention"))
    assert {"people.compassion", "attention.attention"} <= set(found.measures)


def test_a_step_is_named_by_what_it_is(desk):
    found = names(
        desk,
        ("  - name: people\n    each", "  - each"),
        steps("scale: feelings5", "use: suspicion"),
    )
    assert {"people.compassion", "suspicion.suspicion", "feelings5"} <= set(found.measures)
    assert found.measure("feelings5").kind == "scale"


def test_an_instrument_inside_a_loop_is_one_of_its_questions(desk):
    found = names(
        desk,
        (
            '    page: "One of {group}: {text}"\n    ask:\n      compassion: {',
            "    flow: [{ask: {compassion: {",
        ),
        ("to: Very much}", "to: Very much}}}, {scale: feelings5}, {scale: ipip_sympathy}]"),
    )
    assert {"people.feelings5", "people.feelings5.moved", "people.ipip_sympathy.needy"} <= set(
        found.measures
    )
    assert found.measure("moved").address == "people.feelings5.moved"
    assert found.measure("feelings5").address == "people.feelings5"


def test_items_scores_boxes_and_ranks_are_measures(desk):
    matrix = "mood: {rating: I feel, items: {tense: tense, calm: calm}, scores: {ease: [calm]}, from: No, to: Yes}"
    boxes = "pools: {allocation: Divide., of: 10, boxes: {keep: Keep, own: Ours}}"
    ranks = "best: {ranking: Order these., options: {a: A, b: B}}"
    found = names(desk, steps(f"{{name: end_part, ask: {{{matrix}, {boxes}, {ranks}}}}}"))
    for address in ("mood.tense", "mood.ease", "pools.own", "best.a"):
        assert found.measure(address).address == f"end_part.{address}"


SESSIONS = ("flow:\n", "sessions: {before: {}, after: {since: before, wait: 2 days}}\nflow:\n")


def in_sessions(desk, after: str, **changes) -> str:
    head, _, rest = desk.small().partition("flow:\n")
    flow, _, rest = rest.partition("hypothesis:")
    rest = rest.replace("compassion, claim", "after.compassion, claim").replace(
        "analysis: compassion", "analysis: after.compassion"
    )
    before = "".join(f"  {line}\n" for line in flow.splitlines())
    return f"{head}{SESSIONS[1]}  before:\n{before}  after:\n{after}hypothesis:{rest}"


def test_a_repeated_step_is_asked_again_in_another_session(desk):
    found = desk.open(in_sessions(desk, "    - repeat: before.people\n")).names
    assert {"before.people.compassion", "after.people.compassion"} <= set(found.measures)
    assert found.measure("after.compassion").address == "after.people.compassion"


def test_keys_of_a_repeat_replace_those_of_the_step(desk):
    study = desk.open(in_sessions(desk, "    - {repeat: before.people, order: as written}\n")).study
    assert study.flow["before"][1].order == "random"
    assert study.flow["after"][0].order == "as written"


def test_a_step_repeated_in_the_same_session_needs_a_name(desk):
    fault = desk.fault(
        desk.small(
            steps("repeat: people"),
            ("outcome: compassion", "outcome: people.compassion"),
            ("analysis: compassion", "analysis: people.compassion"),
        )
    )
    assert fault.found == "two questions have the address 'people.compassion'"
    assert fault.line == 14
    named = desk.small(
        steps("{repeat: people, name: again}"),
        ("outcome: compassion", "outcome: people.compassion"),
        ("analysis: compassion", "analysis: people.compassion"),
    )
    assert "again.compassion" in desk.open(named).names.measures


def test_only_earlier_steps_can_be_repeated(desk):
    fault = desk.fault(desk.small(("  - page: Welcome.", "  - {repeat: people, name: first_time}")))
    assert fault.found == "there is no earlier step 'people'"


def test_a_formula_with_session_stacks_its_outcome_over_the_sessions(desk):
    text = in_sessions(desk, "    - repeat: before.people\n")
    models = "analysis: {later: after.compassion ~ group, both: compassion ~ group}"
    alone = text.replace("analysis: after.compassion ~ group", models)
    assert "before.people.compassion, after.people.compassion" in desk.fault(alone).found
    assert (
        desk.faults(alone.replace("both: compassion ~ group", "both: compassion ~ group * session"))
        == []
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("{group: [ours, theirs]}", "{group: [ours, theirs], cause: [a, b]}"), "'cause' is a factor and a within-factor too"),
        (steps(f"ask: {{cause: {RATING}}}"), "'cause' is a factor and a question"),
        (("hypothesis:", "columns: {cause: log(compassion)}\nhypothesis:"), "'cause' is a factor and a column"),
        (("flow:\n", "values: {cause: Text}\nflow:\n"), "'cause' is a factor and a value"),
        (("cause: [own, chance]", "contact: [own, chance]"), "'contact' is a factor and a value that laboratories set"),
        (("cause: [own, chance]", "trial: [own, chance]"), "'trial' has a fixed meaning and cannot be a factor"),
        (steps(f"ask: {{duration: {RATING}}}"), "'duration' has a fixed meaning and cannot be a question"),
        (steps("{name: cause, page: Hello.}"), "'cause' is a factor and a step"),
        (steps("{name: warm, page: Hello.}", f"ask: {{warm: {RATING}}}"), "'warm' is a question and a step"),
    ],
)  # fmt: skip
def test_a_name_that_could_be_two_things_is_a_fault_that_shows_both(desk, change, found):
    assert found in [fault.found for fault in desk.faults(desk.small(change))]


def test_a_step_can_have_the_name_of_its_question(desk):
    assert desk.faults(desk.small(steps(f"{{name: warm, ask: {{warm: {RATING}}}}}"))) == []


def test_a_loop_can_have_the_name_of_the_factor_that_it_runs_over(desk):
    text = desk.small(
        ("group: [ours, theirs]", "group: [ours, theirs], load: [low, high]"),
        steps(f"{{each: load, ask: {{warm: {RATING}}}}}"),
    )
    assert desk.faults(text) == []


def test_a_column_of_the_items_in_use_cannot_have_the_name_of_a_question(desk):
    text = desk.small(("{text}", "{text} {severity}"), steps(f"ask: {{severity: {RATING}}}"))
    assert desk.fault(text).found == "'severity' is a question and a column of people.csv"
    assert desk.faults(desk.small(steps(f"ask: {{severity: {RATING}}}"))) == []


CLUB = "{choice: Which club?, options: {red: Red, blue: Blue, none: Neither}}"


def answered(desk, of: str) -> str:
    return desk.small(
        ("within: {", f"answered: {{side: {{from: {of}}}}}\n  within: {{"),
        (
            "  - page: Welcome.",
            f"  - ask: {{club: {CLUB}}}\n  - {{when: club = none, end: Thank you.}}",
        ),
    )


def test_the_levels_of_an_answered_factor_are_the_options_that_lead_on(desk):
    assert list(desk.open(answered(desk, "club")).names.factors["side"].levels) == ["red", "blue"]


def test_an_answered_factor_needs_its_question(desk):
    fault = desk.fault(answered(desk, "clubb"))
    assert (fault.key, fault.remedy) == ("factors.answered.side.from", "Did you mean 'club'?")


def test_what_is_asked_after_a_loop_of_one_item_knows_it(desk):
    rest = steps(f"ask: {{warm: {RATING}}}")
    assert names(desk, rest).measure("warm").knows is None
    one = names(
        desk, ("    rotate: group\n", "    take: 1\n    uneven: yes\n    rotate: group\n"), rest
    )
    assert one.measure("warm").knows.name == "people"
    assert one.measure("compassion").knows is None
