"""The translations of an expansion: those of the study and of its parts, in one file."""

from __future__ import annotations

from pathlib import Path

import small_study

from experiments.files.po_file import PoFile
from experiments.protocol.translation_files import update_translation
from experiments.session.keeping import keep
from experiments.study import Study, open_study

TEXT = small_study.TEXT.replace(
    "  - use: debriefing\n    page: Groups differed.\n",
    "  - ask: {sure: {choice: Sure?, options: yes_no}}\n"
    "  - ask: {more: {choice: More?, options: {a: Sure?, b: B}}}\n"
    "  - use: debriefing\n    page: |\n      Groups differed.\n\n      Thank you.\n",
)


def in_german(folder: Path, **words: str) -> Study:
    """Write a study with a translation in which every paragraph is in brackets, or has other words."""
    path = small_study.write(folder, TEXT).path
    file, _ = update_translation(path, "de")
    for message in file.messages:
        message.string = words.get(str(message.id), f"[{message.id}]")
    file.write()
    return open_study(path)


def kept(study: Study, folder: Path) -> Study:
    folder.mkdir()
    keep(study, folder)
    return open_study(folder / "protocol.yaml")


def test_screens_in_the_language_are_the_same(tmp_path: Path) -> None:
    study = in_german(tmp_path)
    again = kept(study, tmp_path / "data")
    assert again.languages == study.languages == ("en", "de")
    for slot in study.slots("main")[:2]:
        shown = study.timeline(slot, study.language("de"))
        assert again.timeline(slot, again.language("de")) == shown
        assert "[Severity and group]" in shown.title


def test_a_translation_of_more_paragraphs_stays_whole(tmp_path: Path) -> None:
    study = in_german(tmp_path, **{"Groups differed.": "Eins.\n\nZwei."})
    again = kept(study, tmp_path / "data")
    slot = study.slots("main")[0]
    shown = study.timeline(slot, "de")
    assert any("Zwei." in block.text for screen in shown.screens for block in screen.content)
    assert again.timeline(slot, "de") == shown


def test_the_same_words_can_have_two_translations(tmp_path: Path) -> None:
    study = in_german(tmp_path)
    file = PoFile.read(tmp_path / "severity.de.po", "de")
    place = next(place for place in file.catalog.get("Sure?").auto_comments if "more" in place)
    file.catalog.add("Sure?", "[Sicher]", auto_comments=[place], context=place)
    file.write()
    study = open_study(study.path)
    slot = study.slots("main")[0]
    again = kept(study, tmp_path / "data")
    shown = study.timeline(slot, "de")
    labels = [o.label for s in shown.screens for a in s.asks for o in a.options]
    assert "[Sicher]" in labels
    assert again.timeline(slot, "de") == shown


def test_a_language_that_is_not_whole_is_not_kept(tmp_path: Path) -> None:
    study = in_german(tmp_path, **{"Groups differed.": ""})
    assert kept(study, tmp_path / "data").languages == ("en",)


def test_the_review_of_the_translation_is_kept(tmp_path: Path) -> None:
    study = in_german(tmp_path)
    path = tmp_path / "severity.de.po"
    path.write_text(path.read_text("utf-8").replace("X-Reviewed: no", "X-Reviewed: yes"), "utf-8")
    kept(open_study(study.path), tmp_path / "data")
    assert PoFile.read(tmp_path / "data" / "protocol.de.po", "de").reviewed


def test_a_study_in_one_language_has_no_file(tmp_path: Path) -> None:
    assert kept(small_study.write(tmp_path, TEXT), tmp_path / "data").languages == ("en",)
    assert list((tmp_path / "data").glob("*.po")) == []
