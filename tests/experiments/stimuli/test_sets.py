"""Stimulus sets: the committed ones load completely, and faulty ones raise an error with every fault and its line."""

import re
from pathlib import Path
from statistics import mean

import pytest
from PIL import Image

from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder
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
  plain: {sentence: The text., pictures: shown}
inserts:
  count: {sentence: A number., samples: ["2"], default: {en: two}}
disclosure: {en: Composites.}
items:
  - id: asha
    fields: {name: Asha, age: 8}
    images:
      - file: media/asha.png
        kind: photograph
        alt: {en: A girl in a blue coat}
        licence: CC-BY-4.0
        source: Jane Doe, 2024
        consent: Guardian's written consent, kept by J. Doe
    texts:
      en:
        plain: "{name} is {age}, one of {count} children."
"""


def write(folder: Path, text: str = SET) -> Path:
    """Write a lab's set with one small picture."""
    place = folder / "lab"
    (place / "media").mkdir(parents=True)
    Image.new("RGB", (32, 24), "tan").save(place / "media" / "asha.png")
    (place / "set.yaml").write_text(text, encoding="utf-8")
    return place


def refused(place: Path) -> str:
    """Return the error message for a set."""
    with pytest.raises(InvalidFileError) as caught:
        load_set(place)
    return str(caught.value)


def line_of(part: str, text: str = SET) -> int:
    """Return the number of the line that contains a text."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_all_sets_are_there():
    assert set(SETS) >= {
        "appeals", "dots", "duo", "identified_victim", "intense", "paintings", "portraits", "vignettes",
    }  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_committed_sets_load_with_all_pictures_and_a_readme(name):
    stimuli = load_set(name)
    for item in stimuli.items:
        for picture in item.images:
            assert stimuli.path(picture).is_file()
            assert (shipped_folder("stimuli") / stimuli.src(picture)).samefile(
                stimuli.path(picture)
            )
            assert picture.licence == "CC0-1.0"
            assert set(picture.alt) >= set(stimuli.languages)
    assert "CC" in (stimuli.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_every_text_can_be_filled(name):
    stimuli = load_set(name)
    inserts = {insert: made.samples[0] for insert, made in stimuli.inserts.items()}
    for item in stimuli.items:
        for language in stimuli.languages:
            for variant in stimuli.variants:
                text = stimuli.text(item, language, variant, inserts)
                assert len(text) > 50
                assert not set("{}") & set(text)


def test_sixteen_appeals_and_vignettes_eight_letters():
    assert len(load_set("appeals").trials) == 16
    assert len(load_set("vignettes").trials) == 16
    assert len(load_set("vignettes").practice) == 2
    assert len(load_set("identified_victim").trials) == 8


def test_each_misfortune_names_eight_people_who_are_in_no_other():
    named = []
    for item in load_set("duo").trials:
        people = f"{item.fields['initials']} ({item.fields['age']}), {item.fields['others']}"
        eight = re.findall(r"([A-Z]{2}) \((\d\d)\)", people)
        assert len(eight) == 8, item.id
        assert all(int(age) >= 18 for _, age in eight)
        named += [initials for initials, _ in eight]
    assert len(set(named)) == len(named) == 128


def test_the_versions_of_a_story_have_similar_lengths_on_average():
    """Intensity is what happens, and not more words about it."""
    stimuli = load_set("intense")
    means = [
        mean(len(stimuli.text(item, "en", str(version), {}).split()) for item in stimuli.trials)
        for version in range(1, 6)
    ]
    assert max(means) - min(means) < 3
    assert all(item.fields["further"] for item in stimuli.trials)
    assert not any(set("0123456789") & set(item.fields["further"]) for item in stimuli.trials)


def test_a_borrowed_picture_brings_its_licence_and_description():
    stimuli = load_set("identified_victim")
    picture = stimuli.item("amina").images[0]
    assert (picture.of, picture.role, picture.kind) == (
        "portraits/portrait_01",
        "child",
        "illustration",
    )
    assert stimuli.src(picture) == "portraits/media/portrait_01.png"


def test_photograph_with_rights_is_taken(tmp_path):
    stimuli = load_set(write(tmp_path))
    item = stimuli.item("asha")
    assert stimuli.text(item, "en", "plain", {}) == "Asha is 8, one of two children."
    assert stimuli.text(item, "en", "plain", {"count": "9"}) == "Asha is 8, one of 9 children."
    assert stimuli.src(item.images[0]) == str(stimuli.folder / "media" / "asha.png")


@pytest.mark.parametrize("key", ["licence", "source", "consent"])
def test_photograph_without_rights_is_refused(tmp_path, key):
    text = "\n".join(line for line in SET.splitlines() if not line.startswith(f"        {key}:"))
    faults = refused(write(tmp_path, text))
    assert f"{key}`" in faults
    assert "media/asha.png" in faults
    assert f"set.yaml:{line_of('- file:', text)}:" in faults
    assert "stimuli/README.md" in faults


@pytest.mark.parametrize("word", ["unknown", "none", "TBD", '""'])
def test_a_licence_that_is_none_is_refused(tmp_path, word):
    head, _, tail = SET.rpartition("licence: CC-BY-4.0")
    text = f"{head}licence: {word}{tail}"
    line = line_of("        licence:", text)
    assert f"set.yaml:{line}:9: items[0].images[0].licence" in refused(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("media/asha.png", "media/ahsa.png", "there is no file media/ahsa.png"),
        ("media/asha.png", "../../etc/x.png", "is outside the set's folder"),
        ("file: media/asha.png", "of: portraits/portrait_99", "'portraits/portrait_99' to borrow"),
        ("file: media/asha.png", "of: nowhere/x", "'nowhere/x' to borrow"),
        ("file: media/asha.png", "role: girl", "neither `file` nor `of`"),
        ("kind: photograph", "kind: photo", "the kind of picture is 'photo'"),
        ("{en: A girl in a blue coat}", "{}", "no description of the picture in 'en'"),
        ("{count}", "{cuont}", "there is no value for '{cuont}'"),
        ("one of {count}", "one of {count", "a brace is not closed or not opened"),
        ("set: lab", "set: other", "found 'other'"),
        ("languages: [en]", "languages: [en, he]", "'he' is missing"),
        ("disclosure: {en", "disclosure: {fr", "'fr' is not declared"),
        ("plain: {sen", "plian: {sen", "'plain' is not declared"),
        ("author:", "autor:", "this key is unknown here"),
        ("{name: Asha, age: 8}", "{name: Asha, age: [8]}", "age: found ['8']\n    Write a number or a text."),
        ('{name: Asha, age: 8}', '{name: "{count}", age: 8}', "a field has braces, which nothing fills"),
        ("{name: Asha, age: 8}", "{age: {en: [a]}}", "fields.age.en: found a list (a)\n    Write a text"),
        ("    fields", "    practice: true\n    fields", "practice: found 'true'\n    Write yes or no."),
        ("{en: Composites.}", "\n  en: Composites #1", "a text for participants without quotes is cut here"),
        ("items:", "media: {width: 32, height: 24, kilobytes: 5.5}\nitems:", "'5.5', which is not a whole number"),
        ("{en: two}", "&two {en: two}", "'&two' is a reference for YAML"),
        ("items:", "items: " + "[" * 100_000 + "\nx:", "set.yaml:13:107: this is nested more than 100 levels"),
    ],
)  # fmt: skip
def test_faulty_sets_are_refused(tmp_path, old, new, found):
    assert old in SET
    assert found in refused(write(tmp_path, SET.replace(old, new, 1)))


def test_values_reach_texts_as_they_are_written(tmp_path):
    text = (
        SET.replace("age: 8", "age: 007").replace('["2"]', "[007, 1_000]").replace('"1.0"', "1.0")
    )
    stimuli = load_set(write(tmp_path, text))
    item = stimuli.item("asha")
    assert stimuli.text(item, "en", "plain", {}) == "Asha is 007, one of two children."
    assert (stimuli.inserts["count"].samples, stimuli.version) == (("007", "1_000"), "1.0")


def test_all_faults_are_reported_at_once(tmp_path):
    text = SET.replace("{count}", "{cuont}").replace("kind: photograph", "kind: photo")
    text = text.replace("set: lab", "set: other")
    faults = refused(write(tmp_path, text))
    assert all(found in faults for found in ("cuont", "'photo'", "'other'"))


def test_a_file_that_is_no_picture_and_a_wrong_size_are_refused(tmp_path):
    sized = SET.replace("items:", "media: {width: 40, height: 24, kilobytes: 5}\nitems:", 1)
    place = write(tmp_path, sized)
    assert "has 32 x 24 pixels" in refused(place)
    (place / "media" / "asha.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    assert "cannot be read as a picture" in refused(place)
    Image.new("RGB", (40, 24)).save(place / "media" / "asha.png", format="GIF")
    assert "in the format GIF" in refused(place)
    Image.effect_noise((40, 24), 90).convert("RGB").resize((40, 24)).save(
        place / "media" / "asha.png", compress_level=0
    )
    load_set(place)
    (place / "set.yaml").write_text(sized.replace("kilobytes: 5", "kilobytes: 1"), "utf-8")
    assert "Pictures of this set may have at most 1 kB" in refused(place)


def test_two_sets_cannot_borrow_from_each_other(tmp_path):
    place = write(tmp_path, SET.replace("file: media/asha.png", "of: mine/asha"))
    other = tmp_path / "mine"
    other.mkdir()
    text = SET.replace("file: media/asha.png", "of: lab/asha").replace("set: lab", "set: mine")
    (other / "set.yaml").write_text(text, encoding="utf-8")
    assert "no picture 'mine/asha' to borrow" in refused(place)


def test_a_lent_picture_that_is_missing_is_reported_in_the_lenders_file(tmp_path):
    place = write(tmp_path)
    (tmp_path / "mine").mkdir()
    text = SET.replace("file: media/asha.png", "of: lab/asha").replace("set: lab", "set: mine")
    (tmp_path / "mine" / "set.yaml").write_text(text, encoding="utf-8")
    assert load_set(tmp_path / "mine").items[0].images[0].file == "../lab/media/asha.png"
    (place / "media" / "asha.png").unlink()
    assert f"{place / 'set.yaml'}:{line_of('- file:')}:" in refused(tmp_path / "mine")


def test_an_item_that_does_not_exist_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match="Did you mean 'cholera'"):
        load_set("appeals").item("colera")


def test_a_placeholder_that_nobody_fills_is_reported():
    appeals = load_set("appeals")
    with pytest.raises(KeyError, match=r"'\{count\}' in appeals/measles has no value"):
        appeals.text(appeals.item("measles"), "en", "many", {})
