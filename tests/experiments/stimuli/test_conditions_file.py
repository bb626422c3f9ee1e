"""Conditions files: as spreadsheets save them and PsychoPy Builder reads them, with every fault at its place."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl import Workbook

from experiments.files.faults import InvalidFileError
from experiments.stimuli.conditions_file import read_conditions

GROUPS = "id,group,gift\r\n" + "".join(
    f"p{n:02},{'in' if n % 2 else 'out'},{n * 7 % 20}\r\n" for n in range(1, 21)
)


def read(tmp_path, content: str | bytes, name: str = "d.csv", **renamed: str):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_conditions(path, renamed)


def faults(tmp_path, content: str | bytes, name: str = "d.csv", **renamed: str):
    with pytest.raises(InvalidFileError) as error:
        read(tmp_path, content, name, **renamed)
    return [(fault.line, fault.column, fault.found, fault.remedy) for fault in error.value.faults]


def test_cells_are_texts_as_typed(tmp_path):
    table = read(tmp_path, "item,code,flag\na,089,True\nb,1_000,no\nc,1.10,null\n")
    assert table.columns == ("item", "code", "flag")
    assert table.items == ("a", "b", "c")
    assert table.field("code") == ("089", "1_000", "1.10")
    assert table.field("flag") == ("True", "no", "null")
    assert table.lines == (2, 3, 4)


def test_rows_without_an_item_have_numbers(tmp_path):
    assert read(tmp_path, "text\none\ntwo\n").items == ("1", "2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_files_of_every_spreadsheet_program(tmp_path, encoding, separator, ending):
    rows = [["item", "text"], ["a", "Grüße, 你好; שלום"], ["b", "two"]]
    lines = [separator.join(f'"{cell}"' for cell in row) for row in rows]
    table = read(tmp_path, (ending.join(lines) + ending).encode(encoding))
    assert table.field("text") == ("Grüße, 你好; שלום", "two")


def test_a_tsv_file_has_tabs_whatever_its_headings(tmp_path):
    table = read(tmp_path, "item\tfor, whom; and when\na\tx, y\n", "d.tsv")
    assert table.columns == ("item", "for, whom; and when")
    assert table.field("for, whom; and when") == ("x, y",)


def test_a_heading_in_quotes_does_not_say_what_separates_cells(tmp_path):
    table = read(tmp_path, '"a; b; c",item\n1,x\n')
    assert table.columns == ("a; b; c", "item")


def test_a_line_separator_within_a_text_is_no_new_row(tmp_path):
    rows = GROUPS.replace("\r\n", ",fine\n").replace("gift,fine", "gift,comment")
    table = read(tmp_path, rows.replace("p06,out,2,fine", "p06,out,2,one\u2028two"))
    assert len(table.rows) == 20
    assert table.rows[5]["comment"] == "one\u2028two"


def test_a_long_cell_is_read_whole(tmp_path):
    table = read(tmp_path, f'item,text\na,"{"x" * 140_000}"\nb,y\n')
    assert [len(text) for text in table.field("text")] == [140_000, 1]


def test_another_encoding_is_a_fault_with_line_byte_and_remedy(tmp_path):
    content = "item,text\na,fine\nb,Gefühl\n".encode("cp1252")
    assert faults(tmp_path, content) == [
        (
            3,
            6,
            "this is not text in UTF-8 (byte FC)",
            "Save it as 'CSV UTF-8' (in Excel: Save as, CSV UTF-8).",
        )
    ]


def test_blank_lines_and_columns_of_spreadsheets_are_passed_over(tmp_path):
    table = read(tmp_path, GROUPS + ",,\r\n,,\r\n")
    assert len(table.rows) == 20
    between = read(tmp_path, "item,,text,,\na,,one,,\n,,,,\nb,,two,,\n")
    assert between.columns == ("item", "text")
    assert between.field("text") == ("one", "two")
    assert between.lines == (2, 4)


def test_line_breaks_within_cells(tmp_path):
    table = read(tmp_path, 'item,text\na,"one\ntwo"\nb,one\\ntwo\nc,x\n')
    assert table.field("text") == ("one\ntwo", "one\ntwo", "x")
    assert table.lines == (2, 4, 5)


def test_short_rows_end_with_empty_cells(tmp_path):
    assert read(tmp_path, "item,x,y\na,1\nb,1,2\n").field("y") == ("", "2")


def test_columns_have_the_names_of_the_study(tmp_path):
    table = read(tmp_path, "storyID,sev,text\n1,mild,t\n", item="storyID", severity="sev")
    assert table.columns == ("item", "severity", "text")
    assert table.items == ("1",)
    swapped = read(tmp_path, "a,b\n1,2\n", a="b", b="a")
    assert swapped.rows == ({"b": "1", "a": "2"},)


def test_an_item_can_have_a_row_in_each_list(tmp_path):
    table = read(tmp_path, "item,list,cell\na,1,x\nb,1,y\na,2,y\nb,2,x\n")
    assert table.items == ("a", "b", "a", "b")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", (1, 1, "the file is empty", "Write one row for each item.")),
        (
            "item,text\n",
            (1, 1, "the file has headings but no rows", "Write one row for each item."),
        ),
        (
            "item,text,text\na,b,c\n",
            (1, 3, "the heading 'text' occurs twice", "Rename one of the columns."),
        ),
        (
            "item,,text\na,b,c\n",
            (2, 2, "column 2 has 'b', but no heading", "Write a heading, or remove the column."),
        ),
        (
            "item,text\na,b\nc,one, two\n",
            (
                3,
                3,
                "the row has more cells than there are headings ('two')",
                'Put quotes around a text with a comma: "one, two".',
            ),
        ),
        ("item,text\na,b\n,c\n", (3, 1, "the row has no item", "Give the item a name.")),
        (
            "item,text\na,b\nc,d\na,b\n",
            (4, 1, "the row is the same as that in line 2", "Remove one of them."),
        ),
        (
            'item,text\na,b\nc,"d\n',
            (
                3,
                1,
                "the row cannot be read: unexpected end of data",
                "Close the quotation mark that opens here; write a quotation mark inside a text twice.",
            ),
        ),
    ],
)
def test_each_fault_has_its_line(tmp_path, content, expected):
    assert faults(tmp_path, content) == [expected]


def test_all_faults_come_at_once(tmp_path):
    found = faults(tmp_path, "item,text,text\n,b,c\na,b,c,d\n")
    assert [line for line, *_ in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("renamed", "found"),
    [
        ({"item": "ID"}, "there is no column 'ID', which is to be 'item'"),
        ({"text": "item"}, "there is a column 'text' besides 'item', which is to be 'text'"),
        ({"x": "text", "y": "text"}, "the column 'text' is to be 'x' and 'y'"),
    ],
)
def test_names_of_the_study_must_fit_the_headings(tmp_path, renamed, found):
    assert [each[2] for each in faults(tmp_path, "item,text\na,b\n", **renamed)] == [found]


def test_a_file_that_is_not_there_is_left_to_the_study(tmp_path):
    for name in ("none.csv", "none.xlsx"):
        with pytest.raises(FileNotFoundError):
            read_conditions(tmp_path / name)


def workbook(tmp_path, rows: list[list[object]]):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("notes").append(["not read"])
    path = tmp_path / "d.xlsx"
    book.save(path)
    return path


def test_excel_cells_are_as_they_are_seen(tmp_path):
    rows = [
        ["item", "n", "share", "seen", "day", "code"],
        ["a", 8, 0.1 + 0.2, True, datetime(2026, 1, 5), "089"],
        ["b", 8.0, 1e6, False, datetime(2026, 1, 5, 9, 30), "1.10"],
        [None, None, None, None, None, None],
    ]
    table = read_conditions(workbook(tmp_path, rows))
    assert table.items == ("a", "b")
    assert table.field("n") == ("8", "8")
    assert table.field("share") == ("0.3", "1000000")
    assert table.field("seen") == ("TRUE", "FALSE")
    assert table.field("day") == ("2026-01-05", "2026-01-05 09:30:00")
    assert table.field("code") == ("089", "1.10")


def test_excel_and_csv_with_the_same_cells_are_the_same_items(tmp_path):
    rows = [["item", "text.1.named", "text.8.named"], ["a", "One, two", "Eight"], ["b", "x", "y"]]
    from_excel = read_conditions(workbook(tmp_path, rows))
    from_csv = read(tmp_path, 'item,text.1.named,text.8.named\na,"One, two",Eight\nb,x,y\n')
    assert from_excel.rows == from_csv.rows
    assert from_excel.columns == from_csv.columns


def test_formulas_without_a_value_and_errors_are_faults(tmp_path):
    path = workbook(tmp_path, [["item", "n"], ["a", "=1+1"], ["b", "#N/A"]])
    with pytest.raises(InvalidFileError) as error:
        read_conditions(path)
    assert [(fault.line, fault.column, fault.found) for fault in error.value.faults] == [
        (2, 2, "the cell has a formula whose value is not in the file"),
        (3, 2, "the cell has the error #N/A"),
    ]


def test_a_text_file_called_xlsx_is_a_fault(tmp_path):
    ((_, _, found, remedy),) = faults(tmp_path, "item,text\na,b\n", "d.xlsx")
    assert found.startswith("the file cannot be read as an Excel file")
    assert remedy == "Save it as .xlsx or CSV UTF-8."
