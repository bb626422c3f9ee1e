"""Protocols: the three that ship are complete; all errors of a broken one are reported at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from experiments.files.reading import InvalidFileError
from experiments.places import shipped_folder
from experiments.protocol.checking import unfinished
from experiments.protocol.protocol import schema
from experiments.study import load, open_study

PROTOCOLS = sorted(shipped_folder("protocols").glob("*.yaml"))


def text_of(name: str) -> str:
    return (shipped_folder("protocols") / f"{name}.yaml").read_text(encoding="utf-8")


def faults(tmp_path: Path, text: str) -> str:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        open_study(file)
    return str(caught.value)


@pytest.mark.parametrize("file", PROTOCOLS, ids=lambda file: file.stem)
def test_the_protocols_that_ship_are_whole(file):
    study = open_study(file)
    assert file.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=protocol.schema.json"
    )
    for mode in study.protocol.modes:
        for language in study.protocol.languages:
            line = study.timeline(study.slots(mode)[0], language)
            assert len({screen.id for screen in line.screens}) == len(line.screens)
            assert line.exit in line.index
            for screen in line.screens:
                for rule in screen.after:
                    assert rule.go in line.index


def test_the_schema_for_editors_is_the_one_of_the_models():
    written = json.loads(
        (shipped_folder("protocols") / "protocol.schema.json").read_text(encoding="utf-8")
    )
    assert written == json.loads(json.dumps(schema())), "run: compassion schema"


def test_a_hash_depends_on_content_and_not_on_layout(tmp_path):
    text = text_of("identified_victim")
    one, two, three = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"
    one.write_text(text, encoding="utf-8")
    two.write_text("# a comment\n\n" + text, encoding="utf-8")
    three.write_text(text.replace("minutes: 10", "minutes: 11"), encoding="utf-8")
    assert load(one).hash == load(two).hash != load(three).hash


def test_all_faults_of_a_file_are_reported_at_once(tmp_path):
    text = text_of("identified_victim")
    text = text.replace("minutes: 10", "minuts: 10").replace("step: 1\n", "stepp: 1\n", 1)
    text = text.replace("grade: mixed", "grade: mixt", 1).replace("per_cell: 393", "per_cell: many")
    message = faults(tmp_path, text)
    for word in (
        "Did you mean 'minutes'?",
        "Did you mean 'step'?",
        "Did you mean 'mixed'?",
        "per_cell",
    ):
        assert word in message
    for match in re.finditer(r"study\.yaml:(\d+):", message):
        assert 1 <= int(match[1]) <= text.count("\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("by: victim}", "by: victims}", "Did you mean 'victim'?"),
        ("asks: [[donation]]", "asks: [[donations]]", "Did you mean 'donation'?"),
        ("text: consent,", "text: konsent,", "Did you mean 'consent'?"),
        ("languages: [en, he, zh]", "languages: [en, xx]", "'xx', which is not declared"),
        (
            "    ask_gave_last_year: האם",
            "    ask_gave_last_yaer: האם",
            "the text 'ask_gave_last_year'",
        ),
        ("take: 1", "take: 9", "found 'take: 9', but there are 8 items"),
        ("set: identified_victim", "set: identified_victims", "was not found"),
        ("slots: 1320", "slots: 100", "need 1310"),
        ("correct: often", "correct: offen", "which is not an option"),
        (
            "scale: feelings5",
            "scale: feelings6",
            "flow[10].scale: there is no scale 'feelings6'\n    Did you mean 'feelings5'?",
        ),
        ("probability: 0.1", "probability: 1.5", "less than or equal to 1"),
        ("modes: [lottery], pages", "modes: [lotery], pages", "Did you mean 'lottery'?"),
        (
            "formula: victim + (1|stimulus)",
            "formula: victm + (1|stimulus)",
            "Did you mean 'victim'?",
        ),
        (
            "checks: [attention_check, money_check]",
            "checks: [manipulation_single]",
            "comes after the manipulation",
        ),
        (
            "    correct: often\n",
            "",
            "'attention_check' has no correct answer, so every participant",
        ),
        (
            "How old are you, in years?",
            "How old are you, {nobody}?",
            "the text has '{nobody}', for which there is no value",
        ),
        ("  - {task: consent", "  - {task: konsent", "consent"),
        (
            "asks: [[gender], [gave_last_year]]",
            "asks: [[gender, gave_last_year]]",
            "on a separate page",
        ),
        (
            "levels: [identified, statistical, joint]",
            "levels: [identified, statistical, joint, joint]",
            "found 'joint' twice",
        ),
        ("slots: 1320", "slots: many", "Write a whole number."),
        ("minutes: 10", "minutes: ten", "Write a number."),
        ("version: 1.0.0", "version: 1.0", 'Write it as text, in quotes: "1.0".'),
        ("version: 1.0.0", "version: v1", "such as 1.0.0."),
        (
            "study: identified_victim",
            "study: One Victim",
            "Use lower-case letters, digits and underscores (_), starting with a letter.",
        ),
        ("levels: [identified, statistical, joint]", "levels: [joint]", "List at least 2."),
        (
            "{victim: [identified, joint]}",
            "{victim: [identified, jiont]}",
            "flow[9].pictures.only.victim: found the level 'jiont', which is not declared",
        ),
        (
            "variant: {by: victim}",
            "variant: {by: victim, names: {identifed: joint}}",
            "found the level 'identifed'",
        ),
        (
            "id: belief, ",
            "id: belief, when: {victim: [jiont]}, ",
            "flow[13].when.victim: found the level 'jiont', which is not declared",
        ),
        ("outcome: donation", "outcome: suspicion", "whose answers have no mean"),
        (
            "formula: victim + (1|stimulus) + (1|stimulus:victim)",
            'formula: " "',
            "analysis.models[0].formula: found ' '\n    Write something here",
        ),
        (
            "{identified: yes_one, statistical: no_one, joint: yes_one}",
            "{identified: yes_one, statistical: no_one}",
            "manipulation_single.correct_by.victim: the level 'joint' is missing\n"
            "    Add 'joint:' here.",
        ),
        (
            "    correct_by:\n      victim: {identified: yes_one",
            "    correct: yes_one\n    correct_by:\n      victim: {identified: yes_one",
            "measures.manipulation_single: found both 'correct' and 'correct_by'\n    Keep one of them",
        ),
        (
            "languages: [en, he, zh]",
            "languages: [en, he, zh, en]",
            "languages: found 'en' twice\n    List it only once",
        ),
        (
            "  - {rule: no_consent}",
            "  - {rule: no_consent}\n  - {rule: no_consent, sensitivity_only: true}",
            "exclusions[1]: the rule 'no_consent' is listed twice\n    Keep one of the two.",
        ),
        (
            "pays: {step: donation, measure: donation}",
            "pays: {step: donation, measure: gender}",
            "flow[17].pays.measure: the step 'donation' does not ask 'gender'\n    Allowed here: donation.",
        ),
        (
            "pays: {step: donation, measure: donation}",
            "pays: {step: about_you, measure: gender}",
            "'gender' is of the kind 'choose', which does not divide an amount",
        ),
        ("pictures: {rule: one,", "pictures: {rule: count,", "the rule 'count' without 'by'"),
        (
            "pictures: {rule: one,",
            "pictures: {rule: count, by: victim,",
            "the levels of 'victim' are not numbers of pictures",
        ),
        ("asks: [[donation]]", "asks: [[]]", "flow[9].asks[0]: found []\n    List at least 1."),
        (
            "asks: [[donation]]",
            "asks: [[donation, donation]]",
            "flow[9].asks[0]: found 'donation' twice\n    List it only once",
        ),
    ],
)
def test_each_fault_says_what_would_do(tmp_path, old, new, message):
    text = text_of("identified_victim")
    assert old in text
    assert message in faults(tmp_path, text.replace(old, new))


def test_a_step_cannot_wait_for_what_changes_within_a_session(tmp_path):
    text = text_of("compassion_collapse")
    step = "{task: questions, id: about_you, "
    assert step in text
    waits = text.replace(step, step + "when: {victims: [1]}, ")
    assert "'victims' varies within participants (mode 'within')" in faults(tmp_path, waits)
    (tmp_path / "between.yaml").write_text(
        text.replace(step, step + "modes: [between], when: {victims: [1]}, "), "utf-8"
    )
    open_study(tmp_path / "between.yaml")


def test_what_the_lab_has_to_fill_in_is_noted():
    protocol = load(shipped_folder("protocols") / "identified_victim.yaml")
    messages = " ".join(unfinished(protocol))
    for word in ("en: approval: still '", "he: charity: still '", "zh: help_line: still"):
        assert word in messages
    assert "he:" not in " ".join(unfinished(protocol, ["en"]))
    filled = {"en": {"approval": "2026/17", "contact": "Ada", "help_line": ""}}
    left = unfinished(protocol.model_copy(update={"values": filled}), ["en"])
    assert len(left) == 2
    assert "values: en: help_line" in left[1]
    assert (
        "values: en: charity: the registered charity that receives the donations is not filled in"
        in left
    )


def test_a_study_that_gives_to_no_charity_needs_none():
    messages = " ".join(unfinished(load(shipped_folder("protocols") / "parochial_vignettes.yaml")))
    assert "charity" not in messages


def test_levels_of_yaml_stay_what_they_are():
    tree = yaml.safe_load(text_of("compassion_collapse"))
    assert tree["factors"]["victims"]["levels"] == [1, 2, 8, 100, 10000, 800000]
    protocol = load(shipped_folder("protocols") / "compassion_collapse.yaml")
    assert protocol.factors["victims"].levels == (1, 2, 8, 100, 10000, 800000)
    assert protocol.between("between")
    assert protocol.within("within")
