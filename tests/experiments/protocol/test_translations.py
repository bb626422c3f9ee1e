"""What has to be translated in a study, and the study in another language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments.errors import UserError
from experiments.files.po_file import PoFile
from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.parts import load_part
from experiments.protocol.steps import AskStep
from experiments.protocol.study_file import StudyFile
from experiments.protocol.texts import texts
from experiments.protocol.translation_checks import (
    languages,
    translation,
    translations,
    unused_entries,
)
from experiments.protocol.translation_files import update_translation
from experiments.protocol.translations import place_of, po_path, texts_of_part, translated
from experiments.questions import KINDS

NAMES = sorted(
    path.stem
    for path in shipped_folder("protocols").glob("**/*.yaml")
    if path.parent.name != "parts"
)
PARTS = sorted((shipped_folder("protocols") / "parts").glob("*.yaml"))
STUDY = """\
study: severity
title: Severity and group
factors:
  within: {group: [ours, theirs], severity: {mild: a mild case, severe: a severe case}}
flow:
  - use: consent
    about: people in difficulty
    incomplete: yes
  - name: cases
    each: vignettes.csv
    rotate: group
    uneven: yes
    page: "One of {group}: {text}"
    ask:
      compassion: {rating: How much compassion do you feel?, points: 7, from: Not at all, to: Very much}
      known: {choice: Do you know such a person?, options: yes_no, explain: {by: group, ours: About us, else: About them}, correct: yes}
  - use: debriefing
    page: |
      # The purpose

      We compared cases.
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: compassion ~ group * severity
sample: {participants: 60}
"""
TABLE = """\
item,text,severity,note
m1,A man has a cold.,mild,internal
s1,A man has a broken leg.,severe,internal
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a study with a conditions file."""
    study = tmp_path / "severity.yaml"
    study.write_text(STUDY, "utf-8")
    (tmp_path / "vignettes.csv").write_text(TABLE, "utf-8")
    return study


def in_german(path: Path) -> OpenedStudy:
    """Translate every paragraph of a study as ``[its words]``, and return the study."""
    file, _ = update_translation(path, "de")
    for message in file.messages:
        message.string = f"[{message.id}]"
    file.write()
    return read_study(path)


def test_texts_are_found_by_their_type() -> None:
    study = read_study(shipped_folder("protocols") / "identified_victim.yaml").study
    found = dict(texts(study))
    for read in (
        "title",
        "flow.2.page.lottery",
        "flow.3.ask.money.explain",
        "flow.3.ask.money.options.must",
    ):
        key = tuple(int(part) if part.isdecimal() else part for part in read.split("."))
        assert found[key]
    assert not {key[-1] for key in found} & {
        "summary",
        "because",
        "correct",
        "each",
        "name",
        "label",
        "note",
    }
    assert not any(key[0] in ("evidence", "declares", "hypothesis", "analysis") for key in found)


def test_every_kind_of_question_has_a_text() -> None:
    for name, kind in KINDS.items():
        if name == "key":
            continue
        least = {
            "options": {"a": "Option A", "b": "Option B"},
            "amounts": ["1", "2"],
            "from": "Low",
            "to": "High",
        }
        fields = {field.alias or key for key, field in kind.model_fields.items()}
        given = {key: value for key, value in least.items() if key in fields}
        question = kind.model_validate({name: "Question", **given})
        asked = AskStep.model_validate({"ask": {"q": question}})
        study = StudyFile.model_validate(
            {
                "study": "s",
                "title": "S",
                "flow": [asked],
                "analysis": "q ~ 1",
                "sample": {"participants": 2},
            }
        )
        assert dict(texts(study))[("flow", 0, "ask", "q", name)] == "Question"


def test_a_study_has_its_own_texts_parameters_levels_and_cells(path: Path) -> None:
    file, _ = update_translation(path, "de")
    assert [str(message.id) for message in file.messages] == [
        "Severity and group",
        "a mild case",
        "a severe case",
        "people in difficulty",
        "One of {group}: {text}",
        "How much compassion do you feel?",
        "Not at all",
        "Very much",
        "Do you know such a person?",
        "About us",
        "About them",
        "# The purpose",
        "We compared cases.",
        "ours",
        "theirs",
        "A man has a cold.",
        "A man has a broken leg.",
    ]
    comments = {str(message.id): message.auto_comments for message in file.messages}
    assert comments["About them"] == ["flow.cases.ask.known.explain.else"]
    assert comments["people in difficulty"] == ["flow.consent.about"]
    assert comments["A man has a cold."] == ["vignettes.csv.m1.text"]


def test_a_study_in_another_language_differs_in_its_texts_alone(path: Path) -> None:
    opened = in_german(path)
    german = translated(opened, "de")
    assert german.names.measures.keys() == opened.names.measures.keys()
    before, after = dict(texts(opened.study)), dict(texts(german.study))
    assert after[("title",)] == "[Severity and group]"
    explain = ("flow", 1, "ask", "known", "explain")
    assert after[(*explain, "else")] == "[About them]"
    assert after[("flow", 1, "ask", "known", "options", "yes")] == "Ja"
    assert german.names.factors["group"].levels == {"ours": "[ours]", "theirs": "[theirs]"}
    assert german.words("A man has a cold.", "vignettes.csv.m1.text") == "[A man has a cold.]"
    assert set(before) <= set(after)
    assert german.study.analysis == opened.study.analysis
    assert translated(opened, "de") is german
    assert dict(texts(translated(opened, "en").study)) == before | {
        ("factors", "within", "group", level): level for level in ("ours", "theirs")
    }


def test_a_parameter_is_translated_by_the_study_and_its_sentence_by_the_part(path: Path) -> None:
    german = translated(in_german(path), "de")
    page = dict(texts(german.study))[("flow", 0, "flow", 0, "page")]
    assert (
        "Wir laden Sie ein, an einer Studie über **[people in difficulty]** teilzunehmen." in page
    )
    assert "**Wir können jetzt noch nicht alles erklären.**" in page
    assert dict(texts(german.study))[("flow", 0, "flow", 3, "end")].endswith(
        "ab 18 Jahren teilnehmen. Vielen Dank für Ihr Interesse."
    )


def test_a_parameter_that_differs_by_condition_is_translated_at_each_level(path: Path) -> None:
    varied = "    about: {by: mode, main: people in difficulty, other: strangers}\n"
    study = path.read_text("utf-8").replace("    about: people in difficulty\n", varied)
    path.write_text(study + "modes: {main: {}, other: {}}\n", "utf-8")
    opened = in_german(path)
    assert not translation(opened, "de").gaps
    found = dict(texts(translated(opened, "de").study))
    page = ("flow", 0, "flow", 0, "page")
    assert "Studie über **[people in difficulty]** teilzunehmen" in found[(*page, "main")]
    assert "Studie über **[strangers]** teilzunehmen" in found[(*page, "other")]


def test_a_step_that_is_repeated_has_the_translation_of_the_first(path: Path) -> None:
    path.write_text(
        path.read_text("utf-8")
        .replace("  - use: debriefing", "  - {repeat: cases, name: later}\n  - use: debriefing")
        .replace("outcome: compassion", "outcome: later.compassion")
        .replace("analysis: compassion", "analysis: later.compassion"),
        "utf-8",
    )
    german = translated(in_german(path), "de")
    found = dict(texts(german.study))
    assert found[("flow", 2, "page")] == found[("flow", 1, "page")] == "[One of {group}: {text}]"


def test_a_study_in_hebrew_has_its_parts_in_hebrew(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("title:", "language: he\ntitle:"), "utf-8")
    opened = read_study(path)
    assert not translation(opened, "he").gaps
    found = dict(texts(translated(opened, "he").study))
    assert found[("flow", 1, "ask", "known", "options", "yes")] == "כן"
    assert found[("flow", 0, "flow", 0, "ask", "agree", "choice")] == "האם אתם משתתפים?"
    assert found[("title",)] == "Severity and group"


def test_a_part_of_a_laboratory_can_be_in_the_language_of_its_study(path: Path) -> None:
    (path.parent / "parts").mkdir()
    (path.parent / "parts" / "gruss.yaml").write_text(
        "part: gruss\nversion: 1.0\nlanguage: de\nparameters:\n  an: {text: wen}\n"
        "flow:\n  - page: Guten Tag, {an}!\n",
        "utf-8",
    )
    study = path.read_text("utf-8").replace(
        "flow:\n", "flow:\n  - {use: gruss, an: all of you}\n", 1
    )
    path.write_text(study, "utf-8")
    opened = in_german(path)
    assert not translation(opened, "de").gaps
    greeting = ("flow", 0, "flow", 0, "page")
    assert dict(texts(translated(opened, "de").study))[greeting] == "Guten Tag, [all of you]!"
    (english,) = translation(opened, "en").gaps
    assert "there is no translation into 'en' (gruss.en.po)" in english.found


def test_what_a_part_sets_in_another_part_is_translated_with_the_study(path: Path) -> None:
    (path.parent / "parts").mkdir()
    (path.parent / "parts" / "welcome.yaml").write_text(
        "part: welcome\nversion: 1.0\nflow:\n  - page: Welcome.\n"
        "  - {use: receipt, of: gift, amounts: So much.}\n",
        "utf-8",
    )
    study = path.read_text("utf-8").replace(
        "flow:\n",
        "stakes: {endowment: 5 USD, paid: everyone}\nflow:\n"
        "  - ask: {gift: {allocation: How much?}}\n  - use: welcome\n",
        1,
    )
    path.write_text(study, "utf-8")
    update_translation(path.parent / "parts" / "welcome.yaml", "de")
    missing = [fault.found for fault in translation(in_german(path), "de").gaps]
    assert missing == ["'Welcome.' is not translated"]
    found = dict(texts(translated(read_study(path), "de").study))
    assert "[So much.]" in found[("flow", 1, "flow", 1, "flow", 0, "paid")]


def test_a_study_is_whole_when_all_its_texts_are_translated(path: Path) -> None:
    (missing,) = translation(read_study(path), "de").gaps
    assert "there is no translation into 'de' (severity.de.po)" in missing.found
    assert f"compassion translate {path} de" in missing.remedy
    assert not translation(in_german(path), "de").gaps
    changed = path.read_text("utf-8").replace("Very much", "Very much indeed")
    path.write_text(changed, "utf-8")
    (gap,) = translation(read_study(path), "de").gaps
    assert (gap.file, gap.found) == (
        str(path),
        "there is no translation into de of 'Very much indeed'",
    )
    assert changed.splitlines()[gap.line - 1].endswith("to: Very much indeed}")
    update_translation(path, "de")
    (gap,) = translation(read_study(path), "de").gaps
    assert gap.file == str(po_path(path, "de"))
    assert "is fuzzy" in gap.found


def test_what_a_study_cannot_be_shown_in_is_found_where_it_is_written(path: Path) -> None:
    study = path.read_text("utf-8").replace(
        "  - use: debriefing", "  - scale: ipip_sympathy\n  - use: debriefing"
    )
    path.write_text(study, "utf-8")
    found = [(fault.line, fault.found) for fault in translation(in_german(path), "de").gaps]
    line = study.splitlines().index("  - scale: ipip_sympathy") + 1
    assert found == [(line, "the instrument 'ipip_sympathy' has no items in 'de'")]
    assert (
        "there are no interface texts in 'fr'" in translation(read_study(path), "fr").gaps[0].found
    )


def test_entries_without_a_text_are_found(path: Path) -> None:
    in_german(path)
    path.write_text(path.read_text("utf-8").replace("About them", "About others"), "utf-8")
    opened = read_study(path)
    assert [each.language for each in translations(opened)] == ["en", "de"]
    (own,) = unused_entries(opened, "de")
    assert (own.file, own.found) == (str(po_path(path, "de")), "no text has the words 'About them'")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
@pytest.mark.parametrize("language", ["de", "he", "zh"])
def test_the_shipped_parts_are_whole_and_say_that_they_are_unreviewed(
    part: Path, language: str
) -> None:
    found = texts_of_part(load_part(part))
    file = PoFile.read(po_path(part, language), language)
    assert found
    assert list(file.gaps(found, "")) == []
    assert list(file.unused(found)) == []
    assert not file.reviewed
    assert not file.catalog.obsolete


def test_all_that_can_be_switched_on_in_a_part_is_translated() -> None:
    (consent,) = [part for part in PARTS if part.stem == "consent"]
    places = {text.place for text in texts_of_part(load_part(consent))}
    assert {"parameters.incomplete.as", "parameters.discomfort.as", "flow.agree.page"} <= places


@pytest.mark.parametrize("language", ["he", "zh", "de"])
def test_the_shipped_study_is_whole(language: str) -> None:
    opened = read_study(shipped_folder("protocols") / "identified_victim.yaml")
    assert not translation(opened, language).gaps
    assert language in languages(translations(opened))


def test_places_are_named_by_steps_that_have_a_name(path: Path) -> None:
    written = read_study(path).written
    assert place_of(written, ("flow", 1, "page")) == "flow.cases.page"
    assert place_of(written, ("flow", 2, "page")) == "flow.debriefing.page"


@pytest.mark.parametrize(
    ("language", "words"), [("klingon", "no language"), ("en", "is written in 'en'")]
)
def test_a_language_that_cannot_be_is_refused(path: Path, language: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        update_translation(path, language)


@pytest.mark.parametrize("name", NAMES)
def test_every_draft_can_be_translated(drafts: Path, tmp_path: Path, name: str) -> None:
    study = shutil.copytree(drafts, tmp_path / "drafts") / f"{name}.yaml"
    german = translated(in_german(study), "de")
    before, after = dict(texts(read_study(study).study)), dict(texts(german.study))
    own = [key for key, text in after.items() if text.startswith("[") and before.get(key) != text]
    assert ("title",) in own
    assert len(own) > 5
    assert german.names.measures.keys() == read_study(study).names.measures.keys()
    assert not [
        fault for fault in translation(read_study(study), "de").gaps if fault.file.endswith(".po")
    ]


def test_a_study_in_a_language_without_interface_texts_is_told_this_first(desk):
    changes = (
        ("title: Severity", "language: el\ntitle: Severity"),
        (
            "  - page: Welcome.\n",
            "  - use: consent\n    about: people\n",
        ),
    )
    first = translations(desk.open(desk.small(*changes)))[0]
    assert [(gap.key, gap.found) for gap in first.gaps] == [
        ("language", "there are no interface texts in 'el'")
    ]
    assert "en.yaml el` (see CONTRIBUTING.md, 'A language')" in first.gaps[0].remedy
