"""A file is read as far as it can be, with all of its faults; what is too large or too deep is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
import yaml
from pydantic import Discriminator, Field, Tag

from experiments.errors import UserError
from experiments.files import characters
from experiments.files.faults import Fault, InvalidFileError, nearest
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Number, Whole
from experiments.files.source import MAX_FAULTS, Source


def read_text(tmp_path: Path, text: str) -> Source:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


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
    ("text", "line"),
    [
        ("a: " + "[" * 100_000, 1),
        ("a: " + "[" * 100_000 + "]" * 100_000, 1),
        ("a: " + "{b: " * 100_000, 1),
        ("a:\n" + "- " * 100_000, 2),
        ("x: y: z\na: " + "[" * 100_000, 2),
        ("".join(f"{'  ' * n}k:\n" for n in range(300)), 101),
    ],
)
def test_too_many_levels_are_refused(tmp_path, text, line):
    with pytest.raises(InvalidFileError, match="nested more than 100 levels deep") as caught:
        read_text(tmp_path, text)
    assert caught.value.faults[-1].line == line


def test_a_file_of_many_faults_is_given_up(tmp_path):
    for text in ["a:\n" + "- &x y\n" * 2000, "a: b: c\n" * 2000]:
        with pytest.raises(InvalidFileError) as caught:
            read_text(tmp_path, text)
        assert len(caught.value.faults) == MAX_FAULTS


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(characters, "MAX_SIZE", 20)
    with pytest.raises(InvalidFileError, match="more than 20 characters"):
        read_text(tmp_path, "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n")


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n"])
def test_a_file_without_keys_is_refused(tmp_path, text):
    with pytest.raises(InvalidFileError, match="the file has no keys\n    Write each key"):
        read_text(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n- b\n", "a list begins without a key"),
        ("[1, 2]\n", "a list begins without a key"),
        ("title x\n", "colon is missing"),
    ],
)
def test_a_file_that_is_a_list_or_a_text_is_refused(tmp_path, text, found):
    with pytest.raises(InvalidFileError, match=found):
        read_text(tmp_path, text)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(InvalidFileError, match="there is no such file"):
        read(tmp_path / "nowhere.yaml")


def test_pyyaml_without_libyaml_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    with pytest.raises(UserError, match="pip install --force-reinstall PyYAML"):
        read_text(tmp_path, "a: 1\n")


def test_words_stay_words(tmp_path):
    text = "a: no\nb: on\nc: 1:30\nd: 007\ne: true\nf: 1.5\ng: none\nh: 08\ni: -1_000\nj: null\n"
    tree = read_text(tmp_path, text).tree
    assert list(tree.values()) == [
        *("no", "on", "1:30", "007", "true", "1.5", "none", "08", "-1_000", "null")
    ]


LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (LAUGHS, 2, "'*a0' is a reference for YAML, which has no place here"),
        ("a: &x {b: 1}\nc: *x\n", 1, "'&x' is a reference for YAML"),
        ("a: &x {b: 1}\nd:\n  <<: *x\n  e: 2\n", 3, "'<<' is no key here"),
        ("a:\n  b: &x\n    - 1\n    - *x\n", 4, "'*x' is a reference for YAML"),
        ("a: 1\nb: *nowhere\n", 2, "'*nowhere' is a reference for YAML"),
        ("a: 1\nb: \x07\n", 2, "an invisible character (U+0007"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "a key is a list"),
        ("a: 1\nb: c: d\n", 2, "a text without quotes has a colon in it"),
        ("a: 'open\n", 1, "the quotation mark ' that opens here is not closed"),
        ("a: 1\n--- \nb: 2\n", 2, "'---' begins another document"),
        ("a: 1\nb: !!int many\n", 2, "a text without quotes begins with '!'"),
        ("a: 1\nb: !!timestamp today\n", 2, "a text without quotes begins with '!'"),
    ],
)
def test_invalid_yaml_is_a_fault_with_its_line(tmp_path, text, line, found):
    assert any(
        fault.line == line and found in fault.found and fault.remedy
        for fault in read_text(tmp_path, text).faults
    )


class Inner(Model):
    name: str
    size: Whole = 1


class Outer(Model):
    title: str
    parts: tuple[Inner, ...]


def faults(tmp_path: Path, text: str, model: type[Model] = Outer) -> tuple[Fault, ...]:
    with pytest.raises(InvalidFileError) as caught:
        parse(model, read_text(tmp_path, text))
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
    assert (found[0].line, found[0].found) == (3, "the key occurs twice (first in line 1)")


class Apple(Model):
    size: Number = 1


class Pear(Model):
    pear: str = ""
    ripe: Whole = 0


class Basket(Model):
    fruit: Annotated[
        Annotated[Apple, Tag("apple")] | Annotated[Pear, Tag("pear")],
        Discriminator(lambda fruit: "pear" if "pear" in fruit else "apple"),
    ]
    names: tuple[str, ...] = ()
    numbers: Annotated[dict[str, Whole], Field(max_length=1)] = {}


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("fruit: apple\n", "found 'apple'", "Write keys with values; the key is size."),
        (
            "fruit: {size: 1e999}\n",
            "found '1e999', which is not a number",
            "Write a number: such as 12 or 0.5.",
        ),
        (
            "fruit: {pear: x}\nnames: {a: b}\n",
            "found the keys a",
            "Write a list, each entry after a dash.",
        ),
        ("fruit: {pear: x}\nnumbers: [1]\n", "found a list (1)", "Write keys with values."),
        (
            "fruit: {pear: x}\nnumbers: {a: 1, b: 2}\n",
            "found 2: a, b",
            "List at most 1.",
        ),
        (
            f"fruit: {{pear: x, ripe: {'9' * 5000}}}\n",
            f"found '{'9' * 56}..., which is not a whole number",
            "Write a whole number: such as 12, with digits alone.",
        ),
    ],
)
def test_remedies_state_what_a_value_should_be(tmp_path, text, found, remedy):
    (fault,) = faults(tmp_path, text, Basket)
    assert (fault.found, fault.remedy) == (found, remedy)


def test_a_union_tag_that_is_also_a_key_does_not_mislead(tmp_path):
    text = "fruit:\n  pear: Conference\n  ripe: very\n"
    (fault,) = faults(tmp_path, text, Basket)
    assert (fault.line, fault.key) == (3, "fruit.ripe")


@pytest.mark.parametrize(
    ("word", "known", "remedy"),
    [
        ("minuts", ["mode", "minutes"], "Did you mean 'minutes'?"),
        ("mixt", ["weak", "mixed"], "Did you mean 'mixed'?"),
        ("price", ["prompt", "source"], "Allowed here: prompt, source."),
        ("grade", ["range", "page"], "Allowed here: range, page."),
        ("he", ["en", "zh"], "Allowed here: en, zh."),
        ("x", [], "There is none to choose from: add one, or remove this."),
        ("x", ["mode", "item", "mode"], "Allowed here: mode, item."),
    ],
)
def test_only_similar_words_are_suggested(word, known, remedy):
    assert nearest(word, known) == remedy


def test_a_missing_file_is_named_as_it_may_have_been_meant(tmp_path):
    (tmp_path / "severity.yaml").write_text("study: severity\n", encoding="utf-8")
    for name in ("severity", "severity.yml", "severty.yaml", "severity.csv"):
        with pytest.raises(InvalidFileError) as caught:
            read(tmp_path / name)
        (fault,) = caught.value.faults
        assert fault.found == "there is no such file"
        assert fault.remedy == f"Did you mean '{tmp_path / 'severity.yaml'}'?"
    with pytest.raises(InvalidFileError, match="Check the path"):
        read(tmp_path / "entirely_other.yaml")
    with pytest.raises(InvalidFileError, match="There is no folder"):
        read(tmp_path / "nowhere" / "severity.yaml")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("stories.csv", "a table"),
        ("Stories.XLSX", "a table"),
        ("severity.de.po", "a translation"),
        ("p01.jsonl", "a journal of a session"),
        ("report.html", "a document"),
    ],
)
def test_a_file_that_is_no_study_is_told_so(tmp_path, name, what):
    (tmp_path / name).write_text("item,text\ni1,A story.\n", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        read(tmp_path / name)
    (fault,) = caught.value.faults
    assert fault.found == f"this is {what}, and no study"
    assert fault.remedy == "Give the study file, which ends in .yaml."
