"""Every language has every text, with what is filled into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments import interface as texts
from experiments.files.faults import InvalidFileError
from experiments.files.po_file import PoFile
from experiments.protocol.translation_files import update_translation


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the folder of languages, to which a lab might add its own."""
    copy = tmp_path / "interface"
    shutil.copytree(texts.FOLDER, copy)
    monkeypatch.setattr(texts, "FOLDER", copy)
    texts.interface.cache_clear()
    yield copy
    texts.interface.cache_clear()


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_can_be_used(language: str) -> None:
    found = texts.interface(language)
    assert found.language == language
    assert found.direction == ("rtl" if language in {"he", "ar", "fa", "ur"} else "ltr")
    assert all(text.strip() for text in found.texts.values())


def test_all_faults_of_a_new_language_are_reported_with_their_remedy(folder: Path) -> None:
    written = (folder / "de.po").read_text("utf-8").replace("Language: de", "Language: fr")
    written = written.replace('msgid "Pause"\nmsgstr "Pause"', 'msgid "Pause"\nmsgstr ""')
    written = written.replace("Teil {n} von {of}", "Teil {n}")
    written = written.replace('msgid "Skip this question"', 'msgid "Skip"')
    (folder / "fr.po").write_text(written, "utf-8")
    with pytest.raises(InvalidFileError) as caught:
        texts.interface("fr")
    message = str(caught.value)
    assert len(caught.value.faults) == 3
    assert "'Pause' is not translated" in message
    assert "the translation lacks {of}" in message
    assert "there is no translation into fr of 'Skip this question'" in message
    assert f"Run `compassion translate {folder / 'en.yaml'} fr`" in message
    line = next(
        n for n, text in enumerate(written.splitlines(), 1) if text == 'msgid "Part {n} of {of}"'
    )
    assert f"fr.po:{line}:" in message


@pytest.mark.parametrize("language", sorted(set(texts.languages()) - {texts.REFERENCE}))
def test_a_language_translates_nothing_that_is_not_there(language: str) -> None:
    file = PoFile.read(texts.FOLDER / f"{language}.po", language)
    assert list(file.unused(texts.source_texts())) == []
    assert not file.reviewed


def test_a_new_language_is_begun_from_the_english_texts(folder: Path) -> None:
    file, found = update_translation(folder / "en.yaml", "pt-BR")
    assert file.path == folder / "pt-BR.po"
    for message in file.messages:
        message.string = str(message.id)
    file.headers["X-Language-Name"] = "Português"
    file.write()
    brazilian = texts.interface("pt-BR")
    assert (brazilian.name, brazilian.direction) == ("Português", "ltr")
    assert brazilian.texts == texts.interface("en").texts
    assert brazilian.options == texts.interface("en").options
    assert len(found) > len(file.messages)


def test_a_language_without_a_file_is_reported() -> None:
    named = f"The languages are {', '.join(texts.languages())}"
    with pytest.raises(KeyError, match=named):
        texts.interface("xx")
