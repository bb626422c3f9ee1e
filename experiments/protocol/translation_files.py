"""Writing and updating the PO files that translators work on."""

from __future__ import annotations

from pathlib import Path

from experiments.errors import UserError
from experiments.files.po_file import PoFile, SourceText
from experiments.files.reading import read
from experiments.interface import source_texts
from experiments.protocol.check import read_study
from experiments.protocol.parts import load_part
from experiments.protocol.translations import po_path, texts_of_part, texts_of_study, wrong_code


def update_translation(path: Path, language: str) -> tuple[PoFile, list[SourceText]]:
    """Write or update the PO file of a study, a part, or the interface texts; return it with the texts.

    Raises
    ------
    UserError
        If the file or the language cannot be used.
    """
    if wrong := wrong_code(language):
        raise UserError(". ".join(wrong))
    tree = read(path).tree
    if tree.get("language", "en") == language:
        raise UserError(f"{path.name} is written in '{language}'. Choose another language.")
    if "part" in tree:
        loaded = load_part(path)
        texts, to = texts_of_part(loaded), po_path(loaded.source.path, language)
    elif "texts" in tree:
        texts, to = source_texts(), path.with_name(f"{language}.po")
    else:
        opened = read_study(path)
        own = opened.written
        texts = [text for text in texts_of_study(opened) if text.source is own]
        to = po_path(path, language)
    file = PoFile.read(to, language) if to.is_file() else PoFile(to, language)
    file.update(texts)
    file.write()
    return file, texts
