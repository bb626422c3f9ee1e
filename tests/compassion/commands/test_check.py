"""The commands check and part: faults, the expansion, the deep check; parts listed and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.errors import UserError
from experiments.places import shipped_folder
from experiments.protocol.check import read_study

STUDY = """\
study: small
title: A small study
factors: {within: {group: [ours, theirs]}}
flow:
  - {use: consent, about: people in difficulty}
  - {each: group, ask: {compassion: {rating: How much?, from: None, to: Much}}}
  - {use: debriefing, page: It was about groups.}
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: compassion ~ group
sample: {participants: 60}
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_check_names_the_study_and_its_hash(study):
    result = run("check", str(study))
    assert result.exit_code == 0
    assert f"hash {read_study(study).expansion.hash}" in result.output


def test_check_lists_the_faults(study):
    study.write_text(STUDY.replace("rating:", "ratign:"), encoding="utf-8")
    result = run("check", str(study))
    assert result.exit_code == 1
    assert "small.yaml:6" in result.output
    assert "Did you mean 'rating'?" in result.output


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (
            "  - {use: consent, about: people in difficulty}\n",
            "",
            "line 4: nobody is asked for consent, since the flow has no part 'consent'. Begin it with '- use: consent',"
            " unless consent is asked elsewhere.",
        ),
        (
            "claim: ours > theirs",
            "claim: ours > theirs, rivals: [exponental]",
            "line 8: there is no curve 'exponental' yet, so that the study cannot be simulated or run. Did you mean",
        ),
        (
            "sample:",
            "exclude: {participants: [compassion missing]}\nsample:",
            "line 10: 'compassion missing' is about those who never answered 'compassion', which is asked several times."
            " For those who missed any, write 'compassion missing > 0 %'.",
        ),
        (
            "sample:",
            "exclude: {sensitivity: [compassion > 6]}\nsample:",
            "line 10: 'compassion > 6' is about those whose answers to 'compassion' are all so: it is asked several times."
            " For another rule, compute a column such as 'mean(compassion)' and test that.",
        ),
    ],
)
def test_check_notes_what_is_no_fault(study, old, new, note):
    assert "note:" not in run("check", study.name).output
    study.write_text(STUDY.replace(old, new), encoding="utf-8")
    result = run("check", study.name)
    assert result.exit_code == 0
    assert f"note: {note}" in " ".join(result.output.split())


def test_an_unknown_curve_is_a_fault_of_the_deep_check(study):
    text = STUDY.replace("claim: ours > theirs", "claim: ours > theirs, rivals: [exponental]")
    study.write_text(text, encoding="utf-8")
    result = run("check", "--deep", study.name)
    assert result.exit_code == 1
    assert "hypothesis.rivals[0]: there is no curve 'exponental'" in result.output


def test_what_expand_prints_is_the_same_study(study):
    (study.parent / "lab.yaml").write_text("values: {contact: lab@example.org}\n", encoding="utf-8")
    result = run("check", "--expand", str(study))
    assert "#   values: {contact: lab@example.org}" in result.output
    copy = study.with_name("copy.yaml")
    copy.write_text(result.output, encoding="utf-8")
    assert read_study(copy).expansion.hash == read_study(study).expansion.hash


def test_a_part_is_copied_beside_the_study_and_replaces_the_shipped_one(study):
    assert run("part", "copy", "consent").exit_code == 0
    copy = study.parent / "parts" / "consent.yaml"
    copy.write_text(
        copy.read_text(encoding="utf-8").replace("version: 1.0", "version: 1.0.1"), encoding="utf-8"
    )
    assert read_study(study).study.flow[""][0].part == "consent@1.0.1"
    again = run("part", "copy", "consent")
    assert "exists already" in str(again.exception)


def test_an_unknown_part_gets_a_suggestion(study):
    result = run("part", "copy", "consnt")
    assert "Did you mean 'consent'?" in str(result.exception)


def test_parts_are_listed_with_their_parameters(study):
    output = run("part", "list").output
    assert "consent@" in output
    assert "about: what the study is about, in a few words" in output
    assert "(must be given)" in output


def test_check_deep_draws_the_slots(study):
    assert run("check", "--deep", str(study)).exit_code == 0
    study.write_text(
        STUDY.replace("participants: 60", "participants: 2, block: 1").replace(
            "factors: {", "factors: {between: {victims: [few, some, many]}, "
        ),
        encoding="utf-8",
    )
    assert run("check", str(study)).exit_code == 0
    result = run("check", "--deep", str(study))
    assert result.exit_code == 1
    assert "2 participants cannot fill 3 cells" in result.output


LAB = """\
values:
  contact: Ada Example, ada@example.org
  help_line: 116 123
approval:
  small: Committee A, 2026/17
"""


def test_check_says_what_is_not_filled_in_and_where(study):
    for words in ((), ("--deep",)):
        printed = run("check", str(study), *words).output
        assert printed.count("before the first participant: values: ") == 2
        assert printed.count("before the first participant: approval: small: ") == 1
        assert "These texts belong in " in printed
        assert str(study.with_name("lab.yaml").resolve()) in printed
    study.with_name("lab.yaml").write_text(LAB, encoding="utf-8")
    assert "before the first participant" not in run("check", str(study)).output
    assert "ready for participants" not in run("check", str(study)).output
    assert "ready for participants" in run("check", "--deep", str(study)).output


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        ("116 123", '""', 3, "found no text"),
        ("116 123", '" "', 3, "found no text"),
        ("116 123", "no", 3, "found 'no', where participants read: a help line of your country"),
        ("Ada Example, ada@example.org", "Ada {name}", 2, "found '{name}'"),
        ("Ada Example, ada@example.org", "5", 2, "found '5', where participants read"),
        ("Committee A, 2026/17", "no", 5, "found 'no', where participants read: ethics"),
        ("Committee A, 2026/17", "True", 5, "found 'True'"),
        ("  contact:", "  contct:", 2, "Did you mean 'contact'?"),
        ("  small:", "  smal:", 5, "Did you mean 'small'?"),
    ],
)
def test_mistakes_in_values_are_faults_in_the_lab_s_file_and_in_a_study(
    study, right, wrong, line, words
):
    lab = study.with_name("lab.yaml")
    lab.write_text(LAB.replace(right, wrong), encoding="utf-8")
    for command in (("check",), ("check", "--deep"), ("run",), ("export",)):
        result = run(*command, str(study))
        said = result.output if command[0] == "check" else str(result.exception)
        assert result.exit_code == 1
        assert f"lab.yaml:{line}:" in said
        assert words in said
    if ":" not in right:
        lab.write_text(LAB, encoding="utf-8")
        values = f"values:\n  {'contact' if line == 2 else 'help_line'}: {wrong}\nflow:"
        study.write_text(STUDY.replace("flow:", values), encoding="utf-8")
        result = run("check", str(study))
        assert result.exit_code == 1
        assert "small.yaml:5:" in result.output


@pytest.mark.parametrize(
    "brackets", ['"[todo]"', "Ada Example, [e-mail]", "'[Ada](https://example.org), [e-mail]'"]
)
def test_what_is_in_brackets_is_not_filled_in(study, brackets):
    right = "Ada Example, ada@example.org"
    study.with_name("lab.yaml").write_text(LAB.replace(right, brackets), encoding="utf-8")
    missing = "values: contact: name and e-mail of the responsible researcher is not filled in"
    assert missing in run("check", str(study)).output
    study.with_name("lab.yaml").write_text(LAB.replace(f"  contact: {right}\n", ""), "utf-8")
    values = f"values:\n  contact: {brackets}\nflow:"
    study.write_text(STUDY.replace("flow:", values), encoding="utf-8")
    assert missing in run("check", str(study)).output
    link = STUDY.replace("flow:", 'values: {contact: "[Ada](mailto:ada@example.org)"}\nflow:')
    study.write_text(link, encoding="utf-8")
    assert "not filled in" not in run("check", str(study)).output


def test_a_session_is_not_started_until_the_values_are_filled_in(study):
    with pytest.raises(UserError) as refused:
        raise run("run", str(study), "--participant", "p1").exception
    said = str(refused.value)
    lab = study.with_name("lab.yaml").resolve()
    assert said.startswith("no session was started, because participants would read [brackets]")
    assert f"into {lab}:" in said
    lab.write_text(said.partition(f"{lab}:\n\n")[2], encoding="utf-8")
    assert 'small: "[ethics committee and approval number]"' in lab.read_text("utf-8")
    # Pasting the lines is not enough.
    assert "no session was started" in str(run("run", str(study)).exception)
    lab.write_text(lab.read_text("utf-8").replace("[", "").replace("]", ""), encoding="utf-8")
    assert "ready for participants" in run("check", "--deep", str(study)).output
    assert not study.with_name("data").exists()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "Write what your studies tell participants"),
        ("# nothing yet\n", 1, '  contact: "[name and e-mail of the responsible researcher]"'),
        ("contact: Ada\nhelp_line: 116 123\n", 1, "Write it under 'values:'"),
        ("values: {}\napproval: Committee A 17\n", 2, "Write it under 'approval:'"),
    ],
)
def test_a_lab_s_file_of_another_form_is_told_what_to_write(study, text, line, words):
    study.with_name("lab.yaml").write_text(text, encoding="utf-8")
    for file in (str(study), str(study.with_name("lab.yaml"))):
        output = run("check", file).output
        assert f"lab.yaml:{line}:1" in output
        assert words in output


def test_other_files_beside_studies_are_checked_as_what_they_are(study):
    folder = study.parent
    folder.joinpath("lab.yaml").write_text(LAB, encoding="utf-8")
    folder.joinpath("recruitment.yaml").write_text("source: mturk\n", encoding="utf-8")
    shipped = shipped_folder("protocols").parent
    shutil.copy(shipped / "protocols/parts/attention.yaml", folder)
    shutil.copy(shipped / "stimuli/scales/ipip_sympathy.yaml", folder)
    shutil.copytree(shipped / "stimuli/recipients", folder / "recipients")
    wording = (
        "scale: x\npermission: by the authors\nsource: a paper\nanchors: {en: {1: no}}\nitems: {}\n"
    )
    folder.joinpath("x.items.yaml").write_text(wording, encoding="utf-8")
    folder.joinpath("map.yaml").write_text(MAP, encoding="utf-8")
    files = [*sorted(map(str, folder.glob("*.yaml"))), str(folder / "recipients" / "set.yaml")]
    result = run("check", *files)
    assert result.exit_code == 0, result.output
    for name, what in {
        "attention": "a part",
        "ipip_sympathy": "an instrument",
        "lab": "the texts of the laboratory",
        "map": "a map of a published table",
        "recruitment": "the settings of a recruitment platform",
        "set": "a stimulus set",
        "small": "small 1.0.0",
        "x.items": "the wording of an instrument",
    }.items():
        assert f"{name}.yaml: {what}" in result.output
    for name in ("attention", "ipip_sympathy", "lab", "map", "recruitment"):
        path = folder / f"{name}.yaml"
        path.write_text(path.read_text("utf-8") + "\nspecies: 1\n", encoding="utf-8")
        result = run("check", str(path))
        assert result.exit_code == 1
        assert "species: this key is unknown here" in result.output
        assert "'study' is missing" not in result.output


MAP = """\
study: old
version: 1.0.0
title: An old study
source: Somebody (2001)
licence: CC0-1.0
participant: id
measures: {felt: {sentence: How much they felt, column: felt, low: 1, high: 7}}
"""


def test_what_is_missing_of_films_is_listed_with_the_modes_that_show_it(study, tmp_path):
    with_film = STUDY.replace(
        "flow:\n", "modes: {film: {}, text: {}}\nflow:\n  - {when: WHEN, video: films/a.mp4}\n"
    )
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "media.yaml").write_text(
        'media: films\nversion: "1.0"\nfiles:\n  a.mp4: {shows: A river}\n', encoding="utf-8"
    )
    study.write_text(with_film.replace("WHEN", "mode = film"), encoding="utf-8")
    output = " ".join(run("check", str(study)).output.split())
    assert "before the first participant: mode film: films/a.mp4: there is no file" in output
    assert "It must show: A river" in output
    assert run("check", str(tmp_path / "films" / "media.yaml")).exit_code == 0
    study.write_text(with_film.replace("when: WHEN, ", ""), encoding="utf-8")
    output = " ".join(run("check", str(study)).output.split())
    assert "before the first participant: films/a.mp4: there is no file" in output
