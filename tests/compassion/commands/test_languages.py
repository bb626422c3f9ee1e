"""What commands do with the PO files beside a study: mistakes have a line and a remedy, and only complete languages are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_study
from typer.testing import CliRunner, Result

from compassion.commands.main import app
from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.files.po_file import PoFile
from experiments.online.export import node
from experiments.online.preview.watched import Watched
from experiments.protocol.translation_files import update_translation
from experiments.study import open_study

HEADER = 'msgid ""\nmsgstr "Language: de\\n"\n\n'
MISTAKES = {
    "garbage": ("de", "hello world\n", 1, "not a valid PO file: found hello world"),
    "header": ("de", HEADER.replace("de", "fr"), 2, "the header says that this is 'fr'"),
    "twice": ("de", HEADER + 'msgid "A"\nmsgstr "B"\n' * 2, 6, "'A' is translated twice"),
    "unclosed": ("de", HEADER + 'msgid "A\nmsgstr "B"\n', 4, "the quotation marks are wrong"),
    "brace": (
        "de",
        HEADER + 'msgid "One of {group}: {text}"\nmsgstr "Von {gruppe}: {text}"\n',
        4,
        "the translation lacks {group} and {gruppe} is not in the text",
    ),
    "brace alone": ("de", HEADER + 'msgid "{a} b"\nmsgstr "{a} {b"\n', 4, "{ is not in the text"),
    "unknown": ("tlh", "", 1, "'tlh' is no language"),
    "upper case": ("DE", HEADER, 1, "'DE' is no language"),
    "underscore": ("de_AT", HEADER, 1, "'de_AT' is no language"),
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return small_study.write(tmp_path).path


def in_german(study: Path, lacking: str = "", fuzzy: str = "") -> PoFile:
    """Translate a study, but for one text and another that is fuzzy."""
    file, _ = update_translation(study, "de")
    for message in file.messages:
        message.string = "" if message.id == lacking else f"[{message.id}]"
        if message.id == fuzzy:
            message.flags.add("fuzzy")
    file.write()
    return file


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_finds_mistakes_in_po_files(study: Path, mistake: str) -> None:
    language, content, line, words = MISTAKES[mistake]
    study.with_name(f"severity.{language}.po").write_text(content, "utf-8")
    for deep in ([], ["--deep"]):
        result = run("check", study, *deep)
        assert result.exit_code == 1
        assert f"severity.{language}.po:{line}:1:" in result.output
        assert words in result.output


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_command_goes_on_with_a_mistake_in_a_po_file(study: Path, mistake: str) -> None:
    language, content, line, _ = MISTAKES[mistake]
    study.with_name(f"severity.{language}.po").write_text(content, "utf-8")
    for command in (
        ("export", study, "--slots", "2"),
        ("export", study, "--language", "en", "--slots", "2"),
        ("run", study, "--participant", "p1"),
        ("preview", study),
        ("preview", study, "--language", language),
        ("simulate", study, "--n", "1"),
    ):
        error = run(*command).exception
        assert isinstance(error, InvalidFileError), command
        assert f"severity.{language}.po:{line}:1:" in str(error)
    assert not {"exports", "data", "preview"} & {path.name for path in study.parent.iterdir()}
    faults = Watched(study).shown().faults
    assert [fault["at"].partition(",")[0] for fault in faults] == [f"severity.{language}.po"]


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if not name.startswith("brace")])
def test_translate_does_not_write_over_a_mistake(study: Path, mistake: str) -> None:
    language, content, *_ = MISTAKES[mistake]
    file = study.with_name(f"severity.{language}.po")
    file.write_text(content, "utf-8")
    assert isinstance(run("translate", study, language).exception, UserError)
    assert file.read_text("utf-8") == content


def test_translate_counts_translations_with_other_braces(study: Path) -> None:
    file = in_german(study)
    file.catalog.get("One of {group}: {text}").string = "Von {gruppe}: {text}"
    file.write()
    assert "of which 1 are to be translated" in run("translate", study, "de").output


def test_check_lists_the_languages_and_what_is_missing(study: Path) -> None:
    assert "language: en" in run("check", study).output
    in_german(study)
    assert "languages: en, de" in run("check", study).output
    in_german(study, lacking="Groups differed.", fuzzy="Not at all")
    study.with_name("severity.he.po").write_text("", "utf-8")
    study.with_name("severity.fr.po").write_text("", "utf-8")
    result = run("check", study)
    assert result.exit_code == 0
    assert "language: en\n" in result.output
    counts = {
        line.split()[2]: line.split(": ", 2)[2]
        for line in result.output.splitlines()
        if "not complete:" in line
    }
    of = counts["de:"].split()[2]
    assert counts["de:"] == f"1 of {of} texts missing; 1 of {of} texts fuzzy"
    assert counts["he:"] == f"17 of {of} texts missing"
    assert counts["fr:"] == f"{of} of {of} texts missing; there are no interface texts in 'fr'"
    assert "severity.de.po:" in result.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "there are no interface texts in 'fr'"),
        ("tlh", "2:11: language: 'tlh' is no language"),
    ],
)
def test_a_study_in_a_language_that_cannot_be_shown_is_refused(
    study: Path, language: str, words: str
) -> None:
    study.write_text(small_study.TEXT.replace("title:", f"language: {language}\ntitle:"), "utf-8")
    for options in ((), ("--deep",)):
        result = run("check", study, *options)
        assert result.exit_code == 1
        assert words in result.output
    for command in ("export", "preview", "simulate", "power", "prereg"):
        error = run(command, study).exception
        assert isinstance(error, UserError), command
        assert f"'{language}'" in str(error)


def exported(study: Path, *words: str) -> tuple[list[str], str]:
    """Export two slots; return the languages of the export, and what was printed, on one line."""
    try:
        node.packages()
    except node.NodeError as fault:
        pytest.skip(str(fault))
    folder = study.parent / "out"
    result = run("export", study, "--slots", "2", "--to", folder, *words)
    assert result.exit_code == 0, result.exception
    facts = json.loads((folder / "study.json").read_text("utf-8"))
    return facts["languages"], " ".join(result.output.split())


def test_export_without_a_language_exports_the_complete_ones(study: Path) -> None:
    in_german(study)
    languages, printed = exported(study)
    assert languages == ["en", "de"]
    assert "Left out" not in printed


@pytest.mark.parametrize("empty", [True, False])
def test_export_leaves_out_what_is_not_complete_and_says_so(study: Path, empty: bool) -> None:
    if empty:
        study.with_name("severity.de.po").write_text("", "utf-8")
    else:
        in_german(study, fuzzy="Not at all")
    languages, printed = exported(study)
    assert languages == ["en"]
    assert ", en. Left out: de," in printed
    assert f"Left out: de, which is not complete: {'17' if empty else '1'} of" in printed
    assert list((study.parent / "out" / "slots").glob("*.de.json")) == []


def test_what_is_fuzzy_is_not_shown_anywhere(study: Path) -> None:
    in_german(study, fuzzy="Not at all")
    for command in ("export", "run", "preview", "simulate"):
        with pytest.raises(UserError, match=r"'de' are not complete: .*is fuzzy"):
            raise run(command, study, "--language", "de").exception
    assert open_study(study).languages == ("en",)
    summary = Watched(study).shown().summary()
    assert summary["languages"][0] == ["en", "en"]
    assert summary["languages"][1][0] == "de"
    assert "texts fuzzy" in summary["languages"][1][1]
