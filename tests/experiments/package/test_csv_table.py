"""Tables as CSV: every typed text can be read back, and no cell begins a formula."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.package import DataError
from experiments.package.csv_table import read_csv, to_csv, write_csv

#: Any text that can be encoded, with the dangerous letters drawn often.
LETTERS = st.one_of(
    st.sampled_from("=+-@\t\r\n'\"＝,;\\ 0123456789n/a\u2028\x85\x00"),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(LETTERS, max_size=12)


@given(TEXTS)
def test_csv_cells_come_back_and_are_no_formulas(text: str) -> None:
    cell = to_csv(text)
    assert cell.removeprefix("'") == text
    if cell[:1] in set("=@\t\r\n＝＋－＠"):
        raise AssertionError(cell)
    if cell[:1] in {"+", "-"}:
        float(cell)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.one_of(st.none(), TEXTS), st.floats(allow_nan=False)), max_size=8)
)
def test_tables_come_back_from_csv(rows, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    schema = pa.schema([("text", pa.string()), ("number", pa.float64())])
    table = pa.Table.from_pylist([{"text": t, "number": n} for t, n in rows], schema)
    write_csv(table, path)
    read, damage = read_csv(path, schema)
    assert damage == ()
    assert read.to_pylist() == table.to_pylist()


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.one_of(st.none(), TEXTS), max_size=6))
def test_cells_of_a_table_are_escaped_as_single_texts_are(texts, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    table = {"number": list(range(len(texts))), "text": pa.array(texts, pa.string())}
    write_csv(pa.table(table), path)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [row[1] for row in csv.reader(file)][1:]
    assert cells == ["" if text is None else to_csv(text) for text in texts]


def test_damaged_lines_are_named_and_the_others_kept(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('"text","number"\n"a",1\n"two\nlines",2\n"b",x\n"c"\n"d",4\n', encoding="utf-8")
    schema = pa.schema([("text", pa.string()), ("number", pa.float64())])
    table, damage = read_csv(path, schema)
    assert table["text"].to_pylist() == ["a", "two\nlines", "d"]
    assert [(one.line, one.found.split(",")[0]) for one in damage] == [
        (5, "'number' should be double"),
        (6, "the line has 1 cells instead of 2"),
    ]


def test_other_programs_read_the_same_cells(tmp_path) -> None:
    path = tmp_path / "t.csv"
    texts = ["=1+1", 'say "no"', "two\nlines", "-3", "'s"]
    write_csv(pa.table({"text": texts}), path)
    cells = [row[0] for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))]
    assert cells == ["text", "'=1+1", 'say "no"', "two\nlines", "-3", "''s"]


def test_a_table_without_a_column_is_refused(tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('"a"\n1\n', encoding="utf-8")
    with pytest.raises(DataError, match="'number' is missing"):
        read_csv(path, pa.schema([("number", pa.float64())]))
