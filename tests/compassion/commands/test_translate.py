"""``compassion translate`` writes what translators work on, and says how much is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.places import shipped_folder

DRAFT = shipped_folder("protocols") / "identified_victim.yaml"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return a copy of a study without its translations."""
    return Path(shutil.copy(DRAFT, tmp_path))


def said(*words: object) -> str:
    """Run the command and return what it prints, on one line."""
    result = CliRunner().invoke(app, ["translate", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_it_writes_the_file_beside_the_study_and_counts_what_is_left(study: Path) -> None:
    words = said(study, "he")
    assert "identified_victim.he.po: 43 paragraphs, of which 43 are to be translated." in words
    shutil.copy(DRAFT.with_name("identified_victim.he.po"), study.parent)
    assert "43 paragraphs, of which 0 are to be translated." in said(study, "he")


def test_a_changed_study_keeps_its_translation(study: Path) -> None:
    po = Path(shutil.copy(DRAFT.with_name("identified_victim.he.po"), study.parent))
    before = po.read_text("utf-8")
    study.write_text(
        study.read_text("utf-8").replace("only for practice", "just for practice"), "utf-8"
    )
    assert "of which 1 are to be translated." in said(study, "he")
    after = po.read_text("utf-8")
    assert "#, fuzzy" in after
    assert '#| msgid "This is only for practice. No money is involved."' in after
    assert set(before.splitlines()) - set(after.splitlines()) == {
        'msgid "This is only for practice. No money is involved."'
    }


def test_a_file_that_is_whole_is_written_as_it_was(study: Path) -> None:
    for language in ("he", "zh", "de"):
        po = Path(shutil.copy(DRAFT.with_name(f"identified_victim.{language}.po"), study.parent))
        before = po.read_bytes()
        said(study, language)
        assert po.read_bytes() == before


def test_it_says_at_once_that_a_language_has_no_interface_texts(study: Path) -> None:
    words = said(study, "fr")
    assert "note: there are no interface texts in 'fr'. The languages are de, en, he, zh." in words
    assert "en.yaml fr` (see CONTRIBUTING.md, 'A language')." in words
    assert "note" not in said(study, "de")


def test_interface_texts_themselves_have_no_such_note(tmp_path: Path) -> None:
    import experiments.interface as interface

    copy = Path(shutil.copy(interface.FOLDER / "en.yaml", tmp_path))
    assert "en.yaml" not in said(copy, "fr")
