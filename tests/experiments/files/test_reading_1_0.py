"""What version 1.0 kept with data is read as that version read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files.faults import InvalidFileError
from experiments.files.reading_1_0 import as_kept, read_1_0
from experiments.stimuli.sets import load_set


def tree(tmp_path: Path, text: str) -> object:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    return read_1_0(file).tree


def test_words_numbers_and_nothing(tmp_path):
    text = "a: no\nb: on\nc: 1:30\nd: 007\ne: true\nf: 1.5\ng: none\nh: 08\ni: -1_000\nj: ~\nk:\nl: '8'\nm: 1e3\n"
    assert tree(tmp_path, text) == {
        **{"a": "no", "b": "on", "c": "1:30", "d": 7, "e": True, "f": 1.5, "g": "none"},
        **{"h": 8, "i": -1000, "j": None, "k": None, "l": "8", "m": 1000.0},
    }


def test_an_alias_repeats_a_value_and_a_merged_key_may_be_replaced(tmp_path):
    text = "a: &a {b: 1, c: 2}\nd: &d\n  <<: *a\n  b: 3\ne: *d\nf: {<<: [*d, *a], c: 4}\n1: x\n"
    assert tree(tmp_path, text) == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 3, "c": 2},
        "e": {"b": 3, "c": 2},
        "f": {"b": 3, "c": 4},
        "1": "x",
    }


LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a0: &a0 {b: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)),
        "a: " + "[" * 100_000,
        f"a: &a {'[' * 60}{']' * 60}\nb: {'[' * 60}*a{']' * 60}\n",
        "a: &x [*x]\n",
        "a: *nowhere\n",
        "a: [\n",
        "a: !!python/object:os.system x\n",
        "a: !!timestamp today\n",
        f"a: {'9' * 5000}\n",
        "a: 1\n---\nb: 2\n",
        "? [a]\n: b\n",
    ],
)  # fmt: skip
def test_what_version_1_0_refused_is_refused(tmp_path, text):
    with pytest.raises(InvalidFileError, match=r"file\.yaml:1:1: version 1\.0 did not read this"):
        tree(tmp_path, text)


SET = """\
set: lab
version: "1.0"
title: A set
licence: CC0-1.0
author: the lab
citation: None.
languages: [en]
disclosure: {en: None.}
items:
  - {id: first, practice: CODED, fields: {code: 007, year: '1984'}}
"""


def test_a_set_is_read_as_the_version_that_kept_it_did(tmp_path):
    from experiments.protocol.used_files import hash_of_set

    file = tmp_path / "lab" / "set.yaml"
    file.parent.mkdir()

    def load(written: str, digits: str | None) -> dict[str, object]:
        file.write_text(SET.replace("CODED", written), encoding="utf-8")
        stimuli = as_kept(lambda **how: load_set(file.parent, **how), hash_of_set, digits)
        assert stimuli.items[0].practice
        return dict(stimuli.items[0].fields)

    with pytest.raises(InvalidFileError, match="Write yes or no"):
        load("true", None)
    file.write_text(SET.replace("CODED", "true"), encoding="utf-8")
    of_1_0 = hash_of_set(load_set(file.parent, read_1_0))
    assert load("true", of_1_0) == {"code": 7, "year": "1984"}
    file.write_text(SET.replace("CODED", "yes"), encoding="utf-8")
    of_today = hash_of_set(load_set(file.parent))
    assert load("yes", of_today) == {"code": "007", "year": "1984"}
    assert of_today != of_1_0
    with pytest.raises(InvalidFileError, match="Write yes or no"):
        load("true", "0" * 16)
