"""Every language has every text, with what is filled into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments import interface as texts
from experiments.files.reading import InvalidFileError


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
    english = (folder / "en.yaml").read_text("utf-8")
    written = english.replace("language: en\n", "language: fr\n", 1)
    written = written.replace("  pause: Pause\n", "")
    written = written.replace("Part {n} of {of}", "Partie {n}")
    written = written.replace("  skip: Skip this question", "  skipp: Passer")
    (folder / "fr.yaml").write_text(written, "utf-8")
    with pytest.raises(InvalidFileError) as caught:
        texts.interface("fr")
    message = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "there is no text 'pause'" in message
    assert "Translate: Pause" in message
    assert "{of} must be in all languages or in none" in message
    assert "no text has the name 'skipp'" in message
    assert "Did you mean 'skip'?" in message
    line = next(n for n, text in enumerate(written.splitlines(), 1) if "Partie" in text)
    assert f"fr.yaml:{line}:" in message


def test_a_language_without_a_file_is_reported() -> None:
    named = f"The languages are {', '.join(texts.languages())}"
    with pytest.raises(KeyError, match=named):
        texts.interface("xx")
