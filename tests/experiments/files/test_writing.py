"""What is written is read as it was."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from experiments.files.reading import read
from experiments.files.writing import to_yaml

words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp", "Co", "Cn")
    )
    | st.sampled_from(" \n:#-{}[]'\",&*!|>%@`?"),
    max_size=30,
)
names = st.from_regex(
    r"[A-Za-z0-9_.][A-Za-z0-9_. ]{0,12}[A-Za-z0-9_.]", fullmatch=True
) | st.sampled_from(["yes", "null", "~", "1.0"])
trees = st.dictionaries(
    names,
    st.recursive(
        words,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


def read_again(text: str):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        path.write_text(text, encoding="utf-8")
        source = read(path)
    assert source.faults == [], text
    return source.tree


@settings(deadline=None, max_examples=400)
@given(trees)
@example({"a": "f(", "b": ["f(", ")"]})
@example({"a": "Two\nlines\n", "b": "a\n\n  b", "c": " a\nb", "d": "a\n\n"})
@example({"a": ["x\ny", {"b": "x\ny\n"}], "c": [[], {}, [[""]]]})
def test_it_is_read_as_it_was_written(tree):
    assert read_again(to_yaml(tree, {})) == tree


@settings(deadline=None, max_examples=100)
@given(trees)
def test_comments_change_nothing(tree):
    comments = {(name,): "a comment" for name in tree}
    comments |= {
        (name, 0): "another" for name, value in tree.items() if isinstance(value, list) and value
    }
    text = to_yaml(tree, comments)
    assert read_again(text) == tree
    assert text.count("# a comment") >= len(tree)


def test_texts_of_several_lines_are_blocks():
    assert (
        to_yaml({"page": "# Title\n\nText: here.\n"}, {}) == "page: |\n  # Title\n\n  Text: here.\n"
    )


def test_short_entries_are_on_one_line():
    assert to_yaml({"a": {"b": ["1", "x: y"]}}, {}) == 'a: {b: ["1", "x: y"]}\n'.replace('"1"', "1")
