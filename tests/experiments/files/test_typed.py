"""A file is read as far as it can be; what is too large or too deep is refused before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files import typed
from experiments.files.faults import InvalidFileError
from experiments.files.source import MAX_FAULTS, Source
from experiments.files.typed import read_as_typed


def read_text(tmp_path: Path, text: str) -> Source:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    return read_as_typed(file)


def test_faults_of_syntax_in_several_sections_come_at_once(tmp_path):
    text = (
        "study: a\ntitle: One: two\nfactors:\n  within: {a: [x}\nflow:\n  - page: x\n"
        "    time: 5 s\nanalysis: {b: [mean(c, d)]}\nsample: 'open\nstudy: b\n"
    )
    source = read_text(tmp_path, text)
    assert [(fault.line, fault.column) for fault in source.faults] == [
        (2, 11),
        (4, 15),
        (8, 22),
        (9, 9),
        (10, 1),
    ]
    assert source.tree["flow"] == [{"page": "x", "time": "5 s"}]
    assert source.marks["flow", 0, "time"] == (7, 5)
    assert source.unread == {("title",), ("factors",), ("sample",)}


def test_lists_in_the_first_column_belong_to_the_key_above(tmp_path):
    source = read_text(tmp_path, "---\nflow:\n# a comment\n- page: x\n- page: y\nb: c: d\n")
    assert source.tree == {"flow": [{"page": "x"}, {"page": "y"}]}
    assert [(fault.line, fault.column) for fault in source.faults] == [(6, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "[" * 100_000 + "]" * 100_000,
        "a: " + "{b: " * 100_000,
        "a:\n" + "- " * 100_000,
        "x: y: z\na: " + "[" * 100_000,
    ],
)
def test_too_many_levels_are_refused(tmp_path, text):
    with pytest.raises(InvalidFileError, match="nested more than 100 levels deep"):
        read_text(tmp_path, text)


def test_a_file_of_many_faults_is_given_up(tmp_path):
    for text in ["a:\n" + "- &x y\n" * 2000, "a: b: c\n" * 2000]:
        with pytest.raises(InvalidFileError) as caught:
            read_text(tmp_path, text)
        assert len(caught.value.faults) == MAX_FAULTS


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(typed, "MAX_SIZE", 20)
    with pytest.raises(InvalidFileError, match="more than 20 characters"):
        read_text(tmp_path, "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n")


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n"])
def test_a_file_without_keys_is_refused(tmp_path, text):
    with pytest.raises(InvalidFileError, match="the file has no keys"):
        read_text(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("- a\n- b\n", "a list begins without a key"), ("title x\n", "colon is missing")],
)
def test_a_file_that_is_a_list_or_a_text_is_refused(tmp_path, text, found):
    with pytest.raises(InvalidFileError, match=found):
        read_text(tmp_path, text)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(InvalidFileError, match="the file cannot be read: No such file"):
        read_as_typed(tmp_path / "nowhere.yaml")
