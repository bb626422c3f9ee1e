"""Parts are written out with their parameters; faults are reported where they were written."""

from __future__ import annotations

import pytest

END = "  - page: Thank you."
HELLO = """\
part: hello
version: 1.2
summary: A greeting.
parameters:
  about: {text: what it is about}
  extra: {text: a further sentence, default: ""}
  note: {text: a warning, default: "", as: "**Note.** {note}"}
  may: {yes_no: whether people can leave, default: no, as: You can leave.}
  least: {number: minimum age, default: 18}
  of: {measure: a question, default: compassion}
  add: {questions: further questions, default: {}}
flow:
  - page: |
      Welcome to a study about {about}. {extra}

      {note}

      {may}

      Write to {contact}.
    ask:
      years: {number: "How old are you? ({least} or more)", least: "{least}"}
      "{add}": ""
"""


@pytest.fixture
def hello(desk):
    desk.write("parts/hello.yaml", HELLO)
    return desk


def use(*lines: str) -> tuple[str, str]:
    return (END, "\n".join(["  - use: hello", *(f"    {line}" for line in lines)]))


def opened(desk, *lines):
    return desk.open(desk.small(use(*lines))).study.flow[""][-1].flow[0]


def test_parameters_are_filled_in(hello):
    page = opened(
        hello, "about: rain", "note: It is wet.", "may: yes", "least: 21", "extra: It is short."
    )
    assert (
        page.page
        == "Welcome to a study about rain. It is short.\n\n**Note.** It is wet.\n\nYou can leave.\n\nWrite to {contact}.\n"
    )
    assert page.ask["years"].least == 21


def test_paragraphs_without_text_disappear(hello):
    assert (
        opened(hello, "about: rain").page
        == "Welcome to a study about rain.\n\nWrite to {contact}.\n"
    )


def test_questions_are_added(hello):
    page = opened(hello, "about: rain", "add: {warm: {rating: How?, from: Not, to: Very}}")
    assert list(page.ask) == ["years", "warm"]
    assert (
        "hello.warm"
        in hello.open(
            hello.small(use("about: rain", "add: {warm: {rating: How?, from: Not, to: Very}}"))
        ).names.measures
    )


def test_a_missing_parameter(hello):
    fault = hello.fault(hello.small(use("extra: A.")))
    assert (fault.found, fault.line) == ("the part 'hello' needs 'about'", 14)
    assert fault.remedy == "Add 'about: ...' here: what it is about."


def test_an_unknown_parameter(hello):
    fault = hello.fault(hello.small(use("about: rain", "abuot: snow")))
    assert fault.found == "the part 'hello' has no parameter 'abuot'"
    assert fault.remedy.startswith("Did you mean 'about'?")
    assert "compassion part copy hello" in fault.remedy
    assert (fault.line, fault.column) == (16, 5)


@pytest.mark.parametrize(
    ("line", "found", "remedy"),
    [
        ("may: maybe", "found 'maybe'", "Write yes or no."),
        ("least: eighteen", "'eighteen'", "number"),
        ("extra: [a, b]", "found a list", "Write one value: a further sentence."),
        ("extra: {a: b}", "found the keys a", "Write one value"),
        ("add: some", "found 'some'", "Write questions"),
    ],
)
def test_a_parameter_of_the_wrong_kind(hello, line, found, remedy):
    fault = hello.fault(hello.small(use("about: rain", line)))
    assert found in fault.found
    assert remedy in fault.remedy
    assert (fault.line, fault.file.rpartition("/")[2]) == (16, "study.yaml")


def test_a_value_by_condition_within_a_sentence_makes_the_text_differ(hello):
    page = opened(hello, "about: {by: cause, own: rain, chance: snow}", "note: A.")
    assert (
        page.page.levels["own"]
        == "Welcome to a study about rain.\n\n**Note.** A.\n\nWrite to {contact}.\n"
    )
    assert page.page.levels["chance"].startswith("Welcome to a study about snow.")
    hole = hello.fault(hello.small(use("about: {by: cause, own: rain}")))
    assert (hole.found, hole.line) == ("there is no value for cause = 'chance'", 15)


def test_only_one_value_of_a_text_can_differ_by_condition(hello):
    lines = ("about: {by: cause, own: A, else: B}", "extra: {by: group, ours: A, else: B}")
    fault = hello.fault(hello.small(use(*lines)))
    assert (fault.found, fault.line) == (
        "two values that differ by condition are part of the same text",
        16,
    )


def test_the_values_of_the_study_keep_their_place(hello):
    fault = hello.fault(hello.small(use("about: rain {rian}")))
    assert "rian" in fault.found
    added = hello.fault(
        hello.small(use("about: rain", "add:", "  warm: {rating: How?, fromm: Not, to: Very}"))
    )
    assert (added.line, added.file.rpartition("/")[2]) == (17, "study.yaml")


def test_a_fault_of_the_part_is_reported_in_its_file(desk):
    path = desk.write(
        "parts/hello.yaml", "part: hello\nversion: 1.0\nflow:\n  - page: A\n  - pge: B\n"
    )
    fault = desk.fault(desk.small((END, "  - use: hello")))
    assert (fault.file, fault.line, fault.remedy) == (
        str(path.resolve()),
        5,
        "Did you mean 'page'?",
    )


def test_a_part_whose_file_has_faults_is_not_called_unknown(desk):
    desk.write("parts/hello.yaml", "part: hello\nversion: one\nflow:\n  - page: A\n")
    fault = desk.fault(desk.small((END, "  - use: hello")))
    assert fault.key == "version"


def test_an_unknown_part(desk):
    fault = desk.fault(desk.small((END, "  - use: consnt")))
    assert (fault.found, fault.remedy) == ("there is no part 'consnt'", "Did you mean 'consent'?")


def test_versions(desk):
    for number in ("1.2", "1.10"):
        desk.write(
            f"parts/hello-{number}.yaml",
            f"part: hello\nversion: {number}\nflow:\n  - page: From {number}\n",
        )

    def text(used):
        return desk.open(desk.small((END, f"  - use: {used}"))).study.flow[""][-1].flow[0].page

    assert text("hello") == "From 1.10"
    assert text("hello@1.2") == "From 1.2"
    fault = desk.fault(desk.small((END, "  - use: hello@2.0")))
    assert (fault.found, fault.remedy) == (
        "the part 'hello' has no version 2.0",
        "There is: 1.10, 1.2.",
    )


def test_a_part_beside_the_study_replaces_the_shipped_one(desk):
    desk.write("parts/suspicion.yaml", "part: suspicion\nversion: 9.0\nflow:\n  - page: Ours\n")
    assert (
        desk.open(desk.small((END, "  - use: suspicion"))).study.flow[""][-1].part
        == "suspicion@9.0"
    )


def test_a_part_in_a_file_of_another_name(desk):
    desk.write("parts/hello.yaml", "part: goodbye\nversion: 1.0\nflow:\n  - page: A\n")
    assert desk.fault(desk.small()).found == "the part 'goodbye' is in a file of another name"


def test_parts_within_loops_and_parts(desk):
    desk.write(
        "parts/inner.yaml",
        'part: inner\nversion: 1.0\nparameters:\n  word: {text: a word}\nflow:\n  - page: "Inner {word}"\n',
    )
    desk.write(
        "parts/outer.yaml",
        'part: outer\nversion: 1.0\nparameters:\n  term: {text: a word}\nflow:\n  - {use: inner, word: "very {term}"}\n',
    )
    study = desk.open(desk.small((END, "  - {use: outer, term: good}"))).study
    assert study.flow[""][-1].flow[0].flow[0].page == "Inner very good"
    loop = "  - each: people.csv\n    name: again\n    cross: group\n    flow:\n      - {use: inner, word: bad}"
    assert desk.open(desk.small((END, loop))).study.flow[""][-1].flow[0].flow[0].page == "Inner bad"


def test_a_part_cannot_use_itself(desk):
    desk.write("parts/outer.yaml", "part: outer\nversion: 1.0\nflow:\n  - use: outer\n")
    assert "the part 'outer' uses itself" in [
        each.found for each in desk.faults(desk.small((END, "  - use: outer")))
    ]


def test_a_parameter_is_known_in_its_part_alone(hello):
    fault = hello.fault(
        hello.small(("page: Welcome.", 'page: "Welcome {about}"'), use("about: rain"))
    )
    assert "'{about}' is nothing" in fault.found


def test_a_part_takes_the_keys_of_every_step(hello):
    part = hello.open(
        hello.small(use("about: rain", "name: start", "when: cause = own"))
    ).study.flow[""][-1]
    assert (part.name, str(part.when), part.part) == ("start", "cause = own", "hello@1.2")


def test_a_parameter_has_one_kind(desk):
    desk.write(
        "parts/hello.yaml",
        "part: hello\nversion: 1.0\nparameters:\n  a: {text: A, number: B}\nflow:\n  - page: A\n",
    )
    assert desk.fault(desk.small()).found == "found text and number"
