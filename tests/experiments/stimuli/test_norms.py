"""Norms: the shipped sets fulfil theirs, and each norm's violations are found."""

import pytest

from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder
from experiments.stimuli import readability
from experiments.stimuli.norm_checks import check_norms
from experiments.stimuli.sets import load_set

SETS = sorted(file.parent.name for file in shipped_folder("stimuli").glob("*/set.yaml"))

SET = """\
set: lab
version: "1.0"
title: A lab's own set
licence: CC-BY-4.0
author: the lab
citation: Own work.
languages: [en]
variants:
  one: {sentence: One., pictures: none}
  many: {sentence: Many., pictures: none}
  both: {sentence: Both., pictures: none}
inserts:
  count: {sentence: A number., samples: ["1", "800,000"]}
disclosure: {en: Composites.}
norms: {}
items:
  - id: first
    fields: {name: Asha, age: 8, gender: girl}
    facts:
      - {claim: Forty., numbers: ["40"], source: A report, read_in: the report, tag: V}
    texts:
      en:
        one: "{count} child sleeps. Her name is Asha. The night is cold."
        many: "{count} children sleep. In all, 40 of them are cold."
        both: "Her name is Asha. In all, 40 of them are cold."
  - id: second
    fields: {name: Asha, age: 11, gender: boy}
    facts:
      - {claim: Forty., numbers: ["40"], source: A report, read_in: the report, tag: V}
    texts:
      en:
        one: "{count} child sleeps. Her name is Asha. The night is cold."
        many: "{count} children sleep. In all, 40 of them are cold."
        both: "Her name is Asha. In all, 40 of them are cold."
"""


def findings(tmp_path, norms: str, text: str = SET) -> list[str]:
    """Return the violations of the set's norms."""
    place = tmp_path / "lab"
    place.mkdir(exist_ok=True)
    (place / "set.yaml").write_text(text.replace("norms: {}", f"norms: {norms}"), encoding="utf-8")
    return [str(finding) for finding in check_norms(load_set(place))]


@pytest.mark.parametrize("name", SETS)
def test_shipped_sets_fulfil_their_norms(name):
    stimuli = load_set(name)
    assert stimuli.norms.items <= len(stimuli.trials)
    assert check_norms(stimuli) == []


@pytest.mark.parametrize(
    ("kept", "broken", "found"),
    [
        ("{items: 2}", "{items: 3}", "items: found 2 items, required: at least 3"),
        ("{practice: 0}", "{practice: 1}", "practice: found 0 items"),
        ("{length: {en: [10, 12]}}", "{length: {en: [11, 12]}}", "en/many: length: found 10"),
        ("{length_ratio: 1.2}", "{length_ratio: 1.0}", "length_ratio: found 1.10"),
        ("{reading_grade: 3}", "{reading_grade: -2}", "reading_grade: found grade"),
        ("{balanced: [[gender]]}", "{balanced: [[gender, age]]}", "balanced: found boy x 11: 1"),
        ("{matched: [{field: age, by: gender, within: 3}]}",
         "{matched: [{field: age, by: gender, within: 2.9}]}", "girl: 8, boy: 11"),
        ("{}", "{matched: [{field: name, by: gender, within: 1}]}", "'Asha', required: a number"),
        ("{}", "{once: [count]}", "both: once: found '{count}' 0 times"),
        ("{}", '{opens: {en: "{count} child"}}', "both: opens: found 'Her name is A'"),
        ("{equal: [[one, one]]}", "{equal: [[one, many]]}", "equal: found different texts"),
        ("{changed_words: {variants: [one, many], most: 9}}",
         "{changed_words: {variants: [one, many], most: 8}}", "9 words changed"),
        ("{joined: {both: [one, many]}}", "{joined: {many: [one, both]}}", "joined: found {count} children"),
        ("{}", "{joined: {one: [one, many]}}", "joined: found nothing from many"),
        ("{named_only_in: {field: name, variants: [one, both]}}",
         "{named_only_in: {field: name, variants: [one, many]}}", "not the name 'Asha'"),
        ("{numbers_sourced: [one, many, both]}", "{without_numbers: [one, many]}", "many: without_numbers: found 40"),
        ("{without_words: {en: [night-time]}}", "{without_words: {en: [night]}}", "without_words: found 'night'"),
        ("{pictures_each: 0}", "{pictures_each: 1}", "pictures_each: found 0 pictures, required: 1"),
    ],
)  # fmt: skip
def test_each_norm_finds_its_violations(tmp_path, kept, broken, found):
    assert findings(tmp_path, kept) == []
    messages = findings(tmp_path, broken)
    assert any(found in finding for finding in messages), messages


def test_a_number_without_a_source_is_found(tmp_path):
    text = SET.replace('numbers: ["40"]', 'numbers: ["41"]', 1)
    messages = findings(tmp_path, "{numbers_sourced: [many]}", text)
    assert messages == [
        "lab/first/en/many: numbers_sourced: found 40, required: each number under `facts`"
    ]


@pytest.mark.parametrize(
    ("norms", "found"),
    [
        (
            "{equal: [[one, few]]}",
            "norms.equal[0][1]: found the variant 'few', which is not declared",
        ),
        ("{balanced: [[gendre]]}", "Did you mean 'gender'?"),
        ("{once: [number]}", "found the placeholder 'number', which"),
        ("{length: {fr: [1, 2]}}", "norms.length.fr: found the language 'fr', which"),
        ("{lenght: {en: [1, 2]}}", "Did you mean 'length'?"),
    ],
)
def test_a_norm_with_an_unknown_name_is_a_fault(tmp_path, norms, found):
    with pytest.raises(InvalidFileError, match=r"set\.yaml:1[56]") as caught:
        findings(tmp_path, norms)
    assert found in str(caught.value)


def test_reading_grade_of_known_counts():
    # 12 words, 2 sentences, 15 syllables, counted by hand.
    text = "The children walk to the river. Each can is full of water."
    assert readability.reading_grade(text) == pytest.approx(0.39 * 6 + 11.8 * 15 / 12 - 15.59)


def test_syllables_of_words_counted_by_hand():
    words = {
        "going": 2, "little": 2, "porridge": 2, "clothes": 1, "needles": 2, "washed": 1,
        "started": 2, "medicine": 3, "leukemia": 4, "organization": 5, "villages": 3,
    }  # fmt: skip
    assert {word: readability.syllables(word) for word in words} == words
