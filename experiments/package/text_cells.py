"""How texts stand in the cells of files: exact in Parquet and JSON, escaped in CSV and TSV, and back.

CSV. A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whatever quotes
stand around it, and participants type what they like. So a text that begins with one of these (or with a
tab, a line break, their full-width forms, or an apostrophe) gets an apostrophe in front, unless all of it
is a plain number. To read it back, drop one apostrophe from the start of a text. (OWASP, "CSV Injection".)

TSV, as BIDS has it, knows neither quotes nor line breaks within a cell, and writes ``n/a`` for what is
missing. So a text with a tab or line break, one that is empty, reads ``n/a``, or begins with a quotation
mark is written as a JSON string; all others are written as they are.
"""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.compute as pc

#: First characters that make a spreadsheet calculate, and the apostrophe itself.
RISKY = "=+\\-@\t\r\n＝＋－＠'"
_RISKY = re.compile(f"[{RISKY}]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_NO_TSV = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

RULE_OF_CSV = (
    "In CSV files a text that begins with = + - @, a tab, a line break, a full-width form of these, or an"
    " apostrophe, and is not a plain number, has one apostrophe put in front, so that no spreadsheet takes it"
    " for a formula. Drop one apostrophe from the start of a text to read it back. An empty cell without"
    ' quotation marks is missing; "" is an empty text. Parquet and JSON files hold the texts as they are.'
)
RULE_OF_TSV = (
    "In TSV files n/a stands for what is missing, and a text that holds a tab or a line break, is empty, reads"
    " n/a, or begins with a quotation mark is written as a JSON string."
)


def to_csv(text: str) -> str:
    """Write a text for a CSV cell.

    >>> to_csv("=1+1"), to_csv("-3"), to_csv("-3+cmd"), to_csv("it's"), to_csv("'s")
    ("'=1+1", '-3', "'-3+cmd", "it's", "''s")
    """
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.match(text) else text


def from_csv(cell: str) -> str:
    """Read a text back from a CSV cell."""
    return cell[1:] if cell.startswith("'") else cell


def to_tsv(text: str | None) -> str:
    r"""Write a text for a TSV cell.

    >>> to_tsv(None), to_tsv("a b"), to_tsv("a\tb"), to_tsv("n/a")
    ('n/a', 'a b', '"a\\tb"', '"n/a"')
    """
    if text is None:
        return "n/a"
    if text in {"", "n/a"} or text[0] == '"' or text != text.strip() or _NO_TSV.search(text):
        # What Python and browsers take for a line break too is written as \u....
        return _NO_TSV.sub(
            lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False)
        )
    return text


def from_tsv(cell: str) -> str | None:
    """Read a text back from a TSV cell."""
    if cell == "n/a":
        return None
    return str(json.loads(cell)) if cell.startswith('"') else cell


def column_to_csv(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column of texts for CSV."""
    risky = pc.fill_null(pc.match_substring_regex(column, f"^[{RISKY}]"), False)
    if not pc.any(risky).as_py():
        return column
    return pa.chunked_array(
        [
            pa.array(
                [None if text is None else to_csv(text) for text in column.to_pylist()], pa.string()
            )
        ]
    )


def column_from_csv(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read a column of texts back from CSV."""
    marked = pc.fill_null(pc.starts_with(column, "'"), False)
    if not pc.any(marked).as_py():
        return column
    return pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column)
