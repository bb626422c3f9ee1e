"""Faults of a YAML file: all at once, each with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.reading import Fault, FaultyFile, Model, parse, read


class Inner(Model):
    name: str
    size: int = 1


class Outer(Model):
    title: str
    parts: tuple[Inner, ...]


def faults(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyFile) as caught:
        parse(Outer, read(file))
    return caught.value.faults


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    found = faults(tmp_path, "titel: x\nparts:\n  - name: a\n    siez: 2\n  - size: many\n")
    assert [(fault.line, fault.key) for fault in found] == [
        (1, ""),
        (1, "titel"),
        (4, "parts[0].siez"),
        (5, "parts[1]"),
        (5, "parts[1].size"),
    ]


def test_a_misspelt_key_suggests_the_right_one(tmp_path):
    found = faults(tmp_path, "title: x\nparts:\n  - name: a\n    siez: 2\n")
    assert found[0].remedy == "Did you mean 'size'?"


def test_a_key_that_stands_twice_is_a_fault(tmp_path):
    found = faults(tmp_path, "title: x\nparts: []\ntitle: y\n")
    assert (found[0].line, found[0].found) == (3, "the key stands twice")


def test_broken_yaml_names_the_line(tmp_path):
    found = faults(tmp_path, "title: x\nparts:\n  - name: 'a\n")
    assert found[0].line >= 3
    assert "not YAML" in found[0].found


def test_words_stay_words(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("a: no\nb: on\nc: 1:30\nd: 007\ne: true\nf: 1.5\ng: none\n", encoding="utf-8")
    tree = read(file).tree
    assert tree == {"a": "no", "b": "on", "c": "1:30", "d": 7, "e": True, "f": 1.5, "g": "none"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- 1\n- 2\n"])
def test_what_is_no_file_of_keys_is_told(tmp_path, content):
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    with pytest.raises(FaultyFile):
        read(file)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FaultyFile, match="cannot be read"):
        read(tmp_path / "nowhere.yaml")
