"""Cells of conditions files that participants read: what is in braces can be filled, and no text is missing."""

from __future__ import annotations

import pytest

from experiments.protocol.cells import cells, names_in_texts
from experiments.protocol.item_versions import notes_on_versions
from experiments.protocol.notes import notes_on

FILL = "    rotate: group\n", "    rotate: group\n    fill: {{{}}}\n"


def filled(what: str) -> tuple[str, str]:
    return FILL[0], FILL[1].format(what)


@pytest.mark.parametrize(
    ("cell", "found", "remedy"),
    [
        ("A meets {grop}", "the cell has '{grop}', which nothing fills", "Did you mean 'group'?"),
        ("A meets {other}", "the cell has '{other}', which nothing fills", "Add 'fill: {other: ...}'"),
        ("A meets {other", "found '{' without '}'", "Write {NAME}, or '{{'"),
        ("A meets }", "found '}' without '{'", "Write {NAME}, or '}}'"),
        ("A meets {two words}", "found '{two words}'", "Write one name"),
        ("A, {compassion}", "the cell has '{compassion}', which nothing fills", "'compassion' is asked"),
        ("{file: a.md}", "the cell has '{file: a.md}'", "Write the text itself"),
        ("A and {text}", "what is put in for '{text}' contains '{text}' again", "Take it out"),
    ],
)  # fmt: skip
def test_braces_that_nothing_fills(desk, cell, found, remedy):
    desk.write("people.csv", f'item,severity,text\na,mild,A is ill\n\nb,mild,"{cell}"\n')
    fault = desk.fault(desk.small())
    assert fault.file.endswith("people.csv")
    assert (fault.line, fault.column, fault.key) == (4, 3, "text")
    assert fault.found == found
    assert remedy in fault.remedy


def test_the_faults_of_all_columns_that_are_shown_are_found(desk):
    desk.write("people.csv", 'ID,story,end,note\na,"{end} {x}",{y},{z}\nb,B,C,{z}\n')
    columns = "    rotate: group\n", "    rotate: group\n    columns: {item: ID, what: story}\n"
    text = desk.small(columns, ("{text}", "{what}"))
    assert [(fault.line, fault.key, fault.found[:16]) for fault in desk.faults(text)] == [
        (2, "story", "the cell has '{x"),
        (2, "end", "the cell has '{y"),
    ]


def test_names_in_cells_and_in_what_is_put_in_are_in_texts(desk):
    desk.write("people.csv", 'item,text,end\na,"{end} {who}",{contact}\nb,B,C\n')
    study = desk.open(desk.small(filled('who: "{cause}"'), ("One of {group}: ", "")))
    assert names_in_texts(study) == {"text", "end", "who", "contact", "cause"}
    assert {cell.place for cell in cells(study)} == {
        f"people.csv.{item}.{column}" for item in "ab" for column in ("text", "end")
    }


def test_what_fill_gives_is_used_in_a_cell_or_in_a_text_of_the_loop(desk):
    desk.write("people.csv", "item,text\na,A meets {other}\nb,B\n")
    assert desk.faults(desk.small(filled("other: somebody"))) == []
    assert desk.faults(desk.small(filled("other: me"), ("{group}: ", "{group}, {other}: "))) == []
    unknown = desk.fault(desk.small(filled("other: somebody, othr: nobody")))
    assert (unknown.key, unknown.remedy) == ("flow[1].fill.othr", "Did you mean 'other'?")


@pytest.mark.parametrize("words", ["'{name}'", "'{other}', other: '{name}'"])
def test_what_fill_gives_does_not_contain_itself(desk, words):
    desk.write("people.csv", "item,text\na,A meets {name}\nb,B\n")
    found = {fault.found for fault in desk.faults(desk.small(filled(f"name: {words}")))}
    assert "what is put in for '{name}' contains '{name}' again" in found


def test_a_column_and_a_question_whose_cells_use_it_have_names_of_their_own(desk):
    desk.write("people.csv", "item,text,compassion\na,{compassion},x\nb,B,y\n")
    fault = desk.fault(desk.small())
    assert fault.found == "'compassion' is a question and a column of people.csv"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("'{foo}'", "the level has '{foo}', which nothing fills"),
        ("'a {'", "found '{' without '}'"),
        ("'{group}'", "what is put in for '{group}' contains '{group}' again"),
    ],
)
def test_the_words_of_a_level_can_be_filled_where_they_are_used(desk, words, found):
    levels = "[ours, theirs]", f"{{ours: {words}, theirs: them}}"
    fault = desk.fault(desk.small(levels))
    assert (fault.key, fault.found) == ("factors.within.group.ours", found)
    assert desk.faults(desk.small(levels, ("One of {group}: ", ""))) == []
    assert desk.faults(desk.small(("[ours, theirs]", "{ours: '{cause}', theirs: them}"))) == []


def test_the_text_of_an_item_is_not_blank(desk):
    desk.write("people.csv", "item,text\na,A\nb,\n")
    fault = desk.fault(desk.small())
    assert (fault.line, fault.column, fault.key) == (3, 2, "text")
    assert fault.found == "the cell is blank, so that participants would read nothing"


@pytest.mark.parametrize(
    ("page", "faults"),
    [
        ('"{end}"', 1),
        ('"{text} {end}"', 0),
        ('{by: group, ours: "{end}", theirs: "{text}"}', 0),
        ('{by: group, ours: "{text}", theirs: "{end}"}', 0),
    ],
)
def test_only_a_text_that_is_nothing_else_needs_a_column(desk, page, faults):
    desk.write("people.csv", "item,text,end\na,A,more\nb,B,\n")
    assert len(desk.faults(desk.small(('"One of {group}: {text}"', page)))) == faults


def test_the_answer_of_a_column_is_written_with_by(desk):
    desk.write("people.csv", "item,text,answer\na,A,x\nb,B,y\n")
    question = "    ask:\n      right: {choice: What?, options: {x: X, y: Y}, correct: %s}\n"
    before = "    ask:\n"
    fault = desk.fault(desk.small((before, question % '"{answer}"')))
    assert fault.remedy == "For the answer that a column or factor has, write {by: answer}."
    assert desk.faults(desk.small((before, question % "{by: answer}"))) == []


def test_only_the_rows_that_a_loop_shows_are_checked(desk):
    desk.write("people.csv", "item,kind,text\na,x,A meets {other}\nb,x,\nc,y,C\nd,y,D\n")
    assert len(desk.faults(desk.small())) == 2
    where = "    rotate: group\n", "    rotate: group\n    where: kind = y\n"
    assert desk.faults(desk.small(where)) == []


SAME = "item,text,severity\na,A is ill,mild\nb,B is ill,mild\na,A has {},{}\nd,D is ill,severe\n"


def test_rows_of_one_item_that_differ_only_in_their_text_are_a_fault(desk):
    desk.write("people.csv", SAME.format("a cold", "mild"))
    fault = desk.fault(desk.small(("    rotate: group\n", "    cross: group\n")))
    assert (fault.line, fault.column, fault.key) == (4, 1, "item")
    assert fault.found == "'a' is in line 2 too, with another text"


def test_rows_of_one_item_that_differ_in_a_column_are_versions_of_it_and_check_says_so(desk):
    desk.write("people.csv", SAME.format("the flu", "severe"))
    study = desk.open(desk.small(("    rotate: group\n", "    cross: group\n")))
    (note,) = notes_on_versions(study)
    assert note.file.endswith("people.csv")
    assert (note.line, note.column, note.key) == (2, 1, "item")
    assert note.found == (
        "lines 2 and 4 have the item 'a' and are read as versions of one item, which differ in severity"
    )
    assert str(note) in map(str, notes_on(study))


def test_versions_for_different_participants_need_no_note(desk):
    desk.write("people.csv", SAME.format("the flu", "severe"))
    factors = "{cause: [own, chance]}", "{severity: [mild, severe]}"
    study = desk.open(desk.small(factors, ("    rotate: group\n", "    cross: group\n")))
    assert list(notes_on_versions(study)) == []


def test_names_in_a_file_are_filled_or_a_fault(desk):
    desk.write("end.md", "# Thank you\n\nWrite to {contact},\nor to {nobody}.\n")
    text = desk.small(("  - page: Thank you.", '  - page: "{file: end.md}"'))
    fault = desk.fault(text)
    assert fault.file.endswith("end.md")
    assert (fault.line, fault.found) == (4, "the file has '{nobody}', which nothing fills")
    desk.write("end.md", "Write to {contact}.\n")
    assert "contact" in names_in_texts(desk.open(text))


def test_a_title_has_no_braces(desk):
    fault = desk.fault(
        desk.small(
            ("study: severity\n", "study: severity\ntitle: About {group}\n"),
            ("title: Severity and group\n", ""),
        )
    )
    assert (fault.key, fault.found) == ("title", "found '{group}', which nothing fills in a title")
