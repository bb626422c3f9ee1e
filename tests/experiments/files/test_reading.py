"""All errors of a YAML file are reported at once, each with its line and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from experiments.files import yaml_tree
from experiments.files.faults import Fault, InvalidFileError, nearest
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read


class Inner(Model):
    name: str
    size: int = 1


class Outer(Model):
    title: str
    parts: tuple[Inner, ...]


def faults(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Outer, read(file))
    return caught.value.faults


def test_every_fault_is_reported_at_once_with_its_line(tmp_path):
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


def test_a_key_that_occurs_twice_is_a_fault(tmp_path):
    found = faults(tmp_path, "title: x\nparts: []\ntitle: y\n")
    assert (found[0].line, found[0].found) == (3, "the key occurs twice")


def test_broken_yaml_names_the_line(tmp_path):
    found = faults(tmp_path, "title: x\nparts:\n  - name: 'a\n")
    assert found[0].line >= 3
    assert "not valid YAML" in found[0].found


def test_words_stay_words(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("a: no\nb: on\nc: 1:30\nd: 007\ne: true\nf: 1.5\ng: none\n", encoding="utf-8")
    tree = read(file).tree
    assert tree == {"a": "no", "b": "on", "c": "1:30", "d": 7, "e": True, "f": 1.5, "g": "none"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- 1\n- 2\n"])
def test_a_file_without_keys_is_reported(tmp_path, content):
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    with pytest.raises(InvalidFileError):
        read(file)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(InvalidFileError, match="cannot be read"):
        read(tmp_path / "nowhere.yaml")


LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.fixture(params=["libyaml", "PyYAML alone"])
def either_parser(request, monkeypatch):
    """Read with libyaml's parser, and as a PyYAML without it does."""
    if request.param == "PyYAML alone":
        monkeypatch.setattr(yaml_tree.compose, "__defaults__", (yaml_tree.PythonLoader,))
        monkeypatch.setattr(yaml_tree.check_size, "__defaults__", (yaml_tree.PythonLoader,))
    elif yaml_tree.Loader is yaml_tree.PythonLoader:
        pytest.skip("this PyYAML has no libyaml")


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (LAUGHS, 7, "up to here the file has more than 5,000,000 characters and values"),
        ("a: " + "[" * 10_000 + "]" * 10_000 + "\n", 1, "nested more than 100 levels deep"),
        ("a: " + "[" * 10_000, 1, "nested more than 100 levels deep"),
        (
            "".join(f"{'  ' * n}k:\n" for n in range(300)),
            101,
            "nested more than 100 levels deep",
        ),
        (
            f"a: &a {'[' * 60}{']' * 60}\nb: &b {'[' * 30}*a{']' * 30}\nc: {'[' * 10}*b{']' * 10}\n",
            3,
            "nested more than 100 levels deep",
        ),
        ("a:\n  b: &x\n    - 1\n    - *x\n", 4, "*x refers to a value that contains it"),
        ("a: 1\nb: \x07\n", 2, "this is not valid YAML: the character U+0007"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "a key is a list or a mapping"),
        ("a: 1\nb: c: d\n", 2, "this is not valid YAML: mapping values are not allowed here"),
        ("a: 1\nb: *nowhere\n", 2, "this is not valid YAML: found undefined alias 'nowhere'"),
        ("a: 'open\n", 2, "this is not valid YAML: found unexpected end of stream"),
        ("a: 1\n--- \nb: 2\n", 2, "this is not valid YAML: but found another document"),
        (
            f"a: 1\nb: {'9' * 5000}\n",
            2,
            "found a number that is not whole or has thousands of digits",
        ),
        ("a: 1\nb: !!int many\n", 2, "found a number that is not whole"),
        ("a: 1\nb: !!timestamp today\n", 2, "could not determine a constructor"),
    ],
)
def test_invalid_yaml_is_a_fault_with_its_line(tmp_path, text, line, found):
    (fault,) = (one for one in faults(tmp_path, text) if found in one.found)
    assert fault.line == line
    assert fault.remedy


def test_both_parsers_read_every_shipped_file_in_the_same_way(monkeypatch):
    root = Path(__file__).parents[3]
    files = [*root.glob("docs/**/*.yaml"), *root.glob("stimuli/**/*.yaml")]
    assert len(files) > 10
    fast = [read(file) for file in files]
    monkeypatch.setattr(yaml_tree.compose, "__defaults__", (yaml_tree.PythonLoader,))
    slow = [read(file) for file in files]
    assert [one.tree for one in fast] == [one.tree for one in slow]
    assert [one.marks for one in fast] == [one.marks for one in slow]


def test_an_alias_repeats_a_value_and_its_line(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", encoding="utf-8")
    source = read(file)
    assert source.tree == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}
    assert source.marks["d", "b"] == (1, 8)


@pytest.mark.usefixtures("either_parser")
def test_a_merged_key_may_be_replaced(tmp_path):
    file = tmp_path / "file.yaml"
    text = "a: &a {b: 1, c: 2}\nd: &d\n  <<: *a\n  b: 3\ne: *d\nf: {<<: [*d, *a], c: 4}\n"
    file.write_text(text, encoding="utf-8")
    source = read(file)
    assert source.faults == []
    assert source.tree["d"] == source.tree["e"] == {"c": 2, "b": 3}
    assert source.tree["f"] == {"c": 4, "b": 3}


@pytest.mark.usefixtures("either_parser")
def test_a_leading_zero_means_nothing(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("a: 08\nb: 010\nc: -1_000\n", encoding="utf-8")
    assert read(file).tree == {"a": 8, "b": 10, "c": -1000}


class Apple(Model):
    kind: Literal["apple"]
    size: float = 1


class Pear(Model):
    kind: Literal["pear"]
    pear: str = ""
    ripe: int = 0


class Basket(Model):
    fruit: Annotated[Apple | Pear, Field(discriminator="kind")]
    names: tuple[str, ...] = ()
    numbers: Annotated[dict[str, int], Field(max_length=1)] = {}


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("fruit: {size: 2}\n", "the key 'kind' is missing", "Add 'kind:' here."),
        ("fruit: apple\n", "found 'apple'", "Write keys with values."),
        ("fruit: {kind: apple, size: 1e999}\n", "found inf", "Write a number."),
        ("fruit: {kind: pear}\nnames: {a: b}\n", "found {'a': 'b'}", "Write a list."),
        ("fruit: {kind: pear}\nnumbers: [1]\n", "found [1]", "Write keys with values."),
        (
            "fruit: {kind: pear}\nnumbers: {a: 1, b: 2}\n",
            "found {'a': 1, 'b': 2}",
            "List at most 1.",
        ),
    ],
)
def test_remedies_state_what_a_value_should_be(tmp_path, text, found, remedy):
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Basket, read(file))
    (fault,) = caught.value.faults
    assert (fault.found, fault.remedy) == (found, remedy)


def test_a_union_tag_that_is_also_a_key_does_not_mislead(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("fruit:\n  kind: pear\n  pear: Conference\n  ripe: very\n", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Basket, read(file))
    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (4, "fruit.ripe")


@pytest.mark.parametrize(
    ("word", "known", "remedy"),
    [
        ("minuts", ["mode", "minutes"], "Did you mean 'minutes'?"),
        ("mixt", ["weak", "mixed"], "Did you mean 'mixed'?"),
        ("price", ["prompt", "source"], "Allowed here: prompt, source."),
        ("grade", ["range", "page"], "Allowed here: range, page."),
        ("he", ["en", "zh"], "Allowed here: en, zh."),
        ("x", [], "Allowed here: nothing."),
    ],
)
def test_only_similar_words_are_suggested(word, known, remedy):
    assert nearest(word, known) == remedy
