"""Encodings, line ends, tabs and invisible characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files.faults import InvalidFileError
from experiments.files.reading import read
from experiments.files.source import Source

STUDY = "study: a\ntitle: Größe\nflow:\n  - page: x\n"


def read_bytes(tmp_path: Path, data: bytes) -> Source:
    file = tmp_path / "study.yaml"
    file.write_bytes(data)
    return read(file)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_byte_order_mark_change_nothing(tmp_path, ends, encoding):
    source = read_bytes(tmp_path, STUDY.replace("\n", ends).encode(encoding))
    assert source.faults == []
    assert source.tree == {"study": "a", "title": "Größe", "flow": [{"page": "x"}]}
    assert source.marks["flow", 0, "page"] == (4, 5)
    assert source.marks["study",] == (1, 1)


def test_a_fault_behind_windows_line_ends_has_its_line_and_column(tmp_path):
    source = read_bytes(tmp_path, b"\xef\xbb\xbfstudy: a\r\ntitle: b: c\r\n")
    assert [(fault.line, fault.column) for fault in source.faults] == [(2, 9)]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-16", "it seems to be in UTF-16"),
        ("utf-16-le", "it seems to be in UTF-16"),
        ("utf-16-be", "it seems to be in UTF-16"),
        ("utf-32", "it seems to be in UTF-32"),
        ("latin-1", "in Windows-1252 or Latin-1 this character would be 'ö'"),
        ("cp1252", "in Windows-1252 or Latin-1 this character would be 'ö'"),
    ],
)
def test_another_encoding_is_guessed(tmp_path, encoding, found):
    with pytest.raises(InvalidFileError) as caught:
        read_bytes(tmp_path, STUDY.encode(encoding))
    (fault,) = caught.value.faults
    assert found in fault.found
    assert fault.remedy == "Save the file as UTF-8 in your editor."
    assert (fault.line, fault.column) == ((2, 10) if "ö" in found else (1, 1))


def test_a_byte_that_is_no_character_in_either_encoding(tmp_path):
    with pytest.raises(InvalidFileError, match="the file is not in UTF-8 here\n"):
        read_bytes(tmp_path, b"study: a\x81\n")


def test_a_tab_in_an_indentation_leaves_the_key_unread(tmp_path):
    source = read_bytes(tmp_path, b"study: a\nflow:\n\t- page: x\n\t\ttime: 5 s\ntitle: b: c\n")
    assert [(fault.line, fault.column) for fault in source.faults] == [(3, 1), (5, 9)]
    assert source.faults[0].found == "found a tab, also in line 4"
    assert ("flow",) in source.unread


def test_a_tab_between_key_and_value(tmp_path):
    source = read_bytes(tmp_path, b"study:\ta\ntitle: b\n")
    assert [(fault.line, fault.column, fault.found) for fault in source.faults] == [
        (1, 7, "found a tab")
    ]
    assert source.tree == {"study": "a", "title": "b"}


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("study: a\ntitle: b\u200bc\n", 2, 9, "U+200B, zero width space"),
        ("study: a\n\u200btitle: b\n", 2, 1, "U+200B, zero width space"),
        ("study: a\ntitle: \x07b\n", 2, 8, "U+0007, control character"),
        ("study: a\x00\n", 1, 9, "U+0000, control character"),
        ("study: a\ntitle: b\ufeff\n", 2, 9, "U+FEFF, zero width no-break space"),
        ("study: a\ntitle: b\u2028c\n", 2, 9, "U+2028, line separator"),
        ("study: a\ntitle: b\u0085c\n", 2, 9, "U+0085, control character"),
        ("study: a\ntitle: \u202eb\n", 2, 8, "U+202E, right-to-left override"),
        ("flow:\n\u00a0 - page: x\n", 2, 1, "U+00A0, no-break space"),
        ("flow:\n  - page:\u00a0x\n", 2, 10, "U+00A0, no-break space"),
        ("study: a\u200b\ntitle: \u200bb\n", 1, 9, "zero width space), also in line 2"),
    ],
)
def test_an_invisible_character(tmp_path, text, line, column, found):
    source = read_bytes(tmp_path, text.encode())
    (fault,) = source.faults
    assert found in fault.found
    assert (fault.line, fault.column) == (line, column)
    assert "\u200b" not in str(source.tree)


def test_marks_and_spaces_of_texts_are_no_faults(tmp_path):
    text = "page: שלום\u200f, 10\u00a0% «\u00a0oui\u00a0» 👩\u200d👧\n"
    source = read_bytes(tmp_path, text.encode())
    assert source.faults == []
    assert source.tree == {"page": text[6:-1]}
