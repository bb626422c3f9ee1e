"""Scales: golden vectors, missing answers, wording by reference, and refusal of faulty keys."""

from pathlib import Path

import pytest

from experiments.files.faults import InvalidFileError
from experiments.marked_text import TextError
from experiments.places import shipped_folder
from experiments.screen import Ask
from experiments.stimuli.scale import Scale
from experiments.stimuli.scales import load_scale

SCALES = sorted(file.stem for file in (shipped_folder("stimuli") / "scales").glob("*.yaml") if "." not in file.stem)  # fmt: skip

SCALE = """\
id: calm
version: "1.0"
title: Calm
measures: Calm
licence: CC0-1.0
citation: Own.
items_text: shipped
languages: [en]
response: {kind: rate, low: 1, high: 5}
anchors: {en: {1: never, 5: always}}
items:
  - {id: still, text: {en: I am still.}}
  - {id: tense, text: {en: I am tense.}}
reverse: [tense]
subscales:
  calm: {items: [still, tense], score: sum}
missing: {least: 0.5}
golden:
  - {name: all_min, all: 1, scores: {calm: 6}}
  - {name: all_max, all: 5, scores: {calm: 6}}
  - {name: all_mid, all: 3, scores: {calm: 6}}
  - {name: one_reversed, all: 5, but: {tense: 1}, scores: {calm: 10}}
"""


def write(folder: Path, text: str = SCALE) -> str:
    """Write a lab's own scale and return its path."""
    file = folder / "calm.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_no_scale_is_lost():
    assert set(SCALES) >= {
        "batson_concern", "batson_distress", "entitativity", "feeling_thermometer", "feelings5",
        "group_identification", "ipip_altruism", "ipip_sympathy", "iri", "perceived_impact3", "scs_sf",
        "willingness_to_help",
    }  # fmt: skip


@pytest.mark.parametrize("name", SCALES)
def test_golden_vectors(name):
    scale = load_scale(name)
    for vector in scale.golden:
        answers = {item.id: vector.all for item in scale.items} | vector.but
        scores = scale.score(answers)
        assert scores.keys() == vector.scores.keys()
        for subscale, score in scores.items():
            assert score == (
                None
                if vector.scores[subscale] is None
                else pytest.approx(vector.scores[subscale], abs=1e-9)
            )


@pytest.mark.parametrize("name", SCALES)
def test_reversing_is_its_own_inverse(name):
    scale = load_scale(name)
    low, high = scale.response.low, scale.response.high
    one = scale.score({item.id: low for item in scale.items})
    other = scale.score({item.id: high for item in scale.items})
    for subscale, part in scale.subscales.items():
        times = len(part.items) if part.score == "sum" else 1
        assert one[subscale] + other[subscale] == pytest.approx((low + high) * times)


def test_iri_has_four_sums_and_no_total():
    scale = load_scale("iri")
    assert list(scale.subscales) == [
        "fantasy", "empathic_concern", "perspective_taking", "personal_distress",
    ]  # fmt: skip
    keyed = [id for part in scale.subscales.values() for id in part.items]
    assert sorted(keyed) == [f"item_{n:02d}" for n in range(1, 29)]
    assert len(scale.reverse) == 9


def test_scs_sf_total_is_the_mean_of_its_halves():
    scale = load_scale("scs_sf")
    answers = {item.id: 1 + n % 5 for n, item in enumerate(scale.items)}
    scores = scale.score(answers)
    assert scores["total"] == pytest.approx((scores["positive"] + scores["negative_reversed"]) / 2)
    assert sorted(id for part in scale.facets.values() for id in part) == sorted(answers)


def test_a_sum_is_prorated_and_too_few_answers_give_none(tmp_path):
    scale = load_scale(write(tmp_path))
    assert scale.score({"still": 4}) == {"calm": 8}
    assert scale.score({"still": None, "tense": None}) == {"calm": None}
    assert scale.score({}) == {"calm": None}


def test_answers_out_of_range_or_of_no_item_are_refused(tmp_path):
    scale = load_scale(write(tmp_path))
    with pytest.raises(ValueError, match=r"calm.still is 6, outside 1 to 5"):
        scale.score({"still": 6})
    with pytest.raises(ValueError, match="Did you mean 'still'"):
        scale.score({"stil": 3})


def asked(scale: Scale, language: str = "en") -> list[Ask]:
    """Return the questions of a scale as screens ask them."""
    return scale.asks(scale.id, language)


def test_asked_in_three_languages():
    for name in ("feelings5", "perceived_impact3"):
        scale = load_scale(name)
        asks = {language: asked(scale, language) for language in ("en", "he", "zh")}
        assert len({len(items) for items in asks.values()}) == 1
        assert len({items[0].prompt for items in asks.values()}) == 3
        low, high = scale.response.low, scale.response.high
        for items in asks.values():
            options = items[0].options
            assert [option.value for option in options] == list(range(low, high + 1))
            assert options[0].label != options[-1].label != ""


def test_the_points_between_have_the_labels_of_their_anchors():
    options = asked(load_scale("ipip_altruism"))[0].options
    assert [option.label for option in options][1] == "moderately inaccurate"


def test_thermometer_is_a_line():
    scale = load_scale("feeling_thermometer")
    ask = asked(scale)[0]
    assert (scale.response.kind, ask.options, ask.low, ask.high) == (
        "mark",
        (),
        0,
        100,
    )
    assert (ask.low_label, ask.high_label) == ("very cold", "very warm")


def test_a_score_has_the_range_that_its_key_gives():
    iri, thermometer = load_scale("iri"), load_scale("feeling_thermometer")
    assert str(iri.range("fantasy")) == "0 to 28"
    assert iri.range("fantasy").step == 1
    assert str(thermometer.range()) == "0 to 100"


def test_a_language_that_does_not_exist_is_reported():
    with pytest.raises(TextError, match="does not exist in 'he'"):
        asked(load_scale("batson_concern"), "he")


@pytest.mark.parametrize("name", ["erq", "iri", "scs_sf"])
def test_wording_by_reference_is_in_brackets_until_the_lab_supplies_it(name):
    scale = load_scale(name)
    assert not any(item.text for item in scale.items)
    assert not scale.has_wording
    ask = asked(scale)[0]
    assert ask.prompt == f"[{scale.title}: item_01]"
    low, high = ask.options[0], ask.options[-1]
    assert (low.label, high.label) == (f"[{low.value}]", f"[{high.value}]")
    with pytest.raises(TextError, match="does not exist in 'he'"):
        asked(scale, "he")


def items_file(leave_out: str = "") -> str:
    """Return a file of placeholder wording for the short self-compassion scale."""
    items = [f"item_{n:02d}" for n in range(1, 13)]
    lines = [f"  {id}: {{en: Wording of {id}}}" for id in items if id != leave_out]
    head = "scale: scs_sf\npermission: by mail\nsource: the article\n"
    return head + "anchors: {en: {1: low end, 5: high end}}\nitems:\n" + "\n".join(lines) + "\n"


def test_the_lab_supplies_wording_beside_its_protocol(tmp_path):
    (tmp_path / "scs_sf.items.yaml").write_text(items_file(), encoding="utf-8")
    asks = asked(load_scale("scs_sf", beside=tmp_path))
    assert asks[2].prompt == "Wording of item_03"
    assert (asks[2].options[0].label, asks[2].options[-1].label) == ("low end", "high end")


def test_wording_that_is_too_deep_is_a_fault(tmp_path):
    text = items_file().replace("items:", "items: " + "[" * 100_000 + "\nx:")
    (tmp_path / "scs_sf.items.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError, match="yaml:5:107: this is nested more than 100 levels"):
        load_scale("scs_sf", beside=tmp_path)


def test_wording_that_is_not_whole_is_refused(tmp_path):
    text = items_file("item_07").replace("5: high end", "6: high end")
    (tmp_path / "scs_sf.items.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        load_scale("scs_sf", beside=tmp_path)
    assert "'item_07' is missing" in str(caught.value)
    assert "no label for 5" in str(caught.value)
    assert "6 is out of range" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "reverse: [tense]",
            "reverse: []",
            "the scores of 'all_min' are computed as {'calm': 2.0}",
        ),
        ("score: sum", "score: mean", "correct the scoring key or the example"),
        ("reverse: [tense]", "reverse: [tens]", "Did you mean 'tense'?"),
        ("id: calm", "id: clam", "found 'clam'"),
        ("5: always", "6: always", "no label for 5"),
        ("{en: I am tense.}", "{}", "'en' is missing"),
        ("I am tense.}", "'I am {group}.'}", "found '{group}'"),
        ("5: always", "5: '{always}'", "found '{always}'"),
        ("name: all_mid", "name: middle", "'all_mid' is missing"),
        ("high: 5", "high: 1", "the range is empty"),
        ("{id: tense,", "{id: still,", "another item already has the id 'still'"),
        ("but: {tense: 1}", "but: {tense: 9}", "calm.tense is 9, outside 1 to 5"),
        ("missing:", "mising:", "this key is unknown here"),
        (
            "high: 5}\nanchors: {en: {1: never, 5: always}}",
            "high: 12}\nanchors: {en: {1: never, 12: always}}",
            "response: found rate from 1 to 12: 12 answers\n    At most 11 can be shown",
        ),
        (
            "{kind: rate, low: 1, high: 5}\nanchors: {en: {1: never, 5: always}}",
            "{kind: mark, low: 0, high: 1000000}\nanchors: {en: {0: never, 1000000: always}}",
            "response: found mark from 0 to 1000000: 1,000,001 answers\n"
            "    At most 1,001 can be shown",
        ),
        ("items: [still, tense]", "items: [still, still]", "found 'still' twice"),
        ("5: always", "6: always", "calm.yaml:10:26: anchors.en.6: 6 is out of range"),
        (
            "1: never",
            "one: never",
            "calm.yaml:10:21: anchors.en.one: found 'one', which is not a whole",
        ),
        (
            "but: {tense: 1}",
            "but: {tense: null}",
            "golden[3].but.tense: found 'null'\n    Write missing.",
        ),
        ("but: {tense: 1}", "but: {tense: none}", "found 'none', which is not a number"),
        ("{calm: 10}", "{calm: missing}", "The file has {'calm': None}"),
        ("least: 0.5", "least: 1.5", "missing.least: found 1.5\n    Write a number of at most 1"),
        (
            "least: 0.5",
            "least: 0",
            "missing.least: found 0\n    Write a number of at most 1 and above 0.",
        ),
        ("{en: I am still.}", "{en: I am, still.}", 'Put the text in quotes: "I am, still.".'),
        ("reverse: [tense]", "reverse: &all [tense]", "'&all' is a reference for YAML"),
        (
            "items:",
            "items: " + "[" * 100_000 + "\nx:",
            "calm.yaml:11:107: this is nested more than 100",
        ),
    ],
)
def test_faulty_scales_are_refused(tmp_path, old, new, found):
    assert old in SCALE
    with pytest.raises(InvalidFileError) as caught:
        load_scale(write(tmp_path, SCALE.replace(old, new, 1)))
    assert found in str(caught.value)
