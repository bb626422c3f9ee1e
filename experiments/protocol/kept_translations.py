"""The translations of an expansion, in one file for each language.

In an expansion the texts of the study and of its parts are in one file, so that their translations are too.
"""

from __future__ import annotations

import re
from pathlib import Path

from experiments.files.faults import Key
from experiments.files.po_file import PoFile
from experiments.protocol.check import read_study
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.texts import texts
from experiments.protocol.translation_checks import languages, translations
from experiments.protocol.translations import (
    language_of,
    po_path,
    texts_of_study,
    translated,
    wordless_levels,
)

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def keep_translations(opened: OpenedStudy, kept: Path) -> None:
    """Write the translations of a study beside its expansion, in every language in which it is complete.

    Parameters
    ----------
    kept
        File with the expansion of the study, whose items and instruments are in the same folder.

    Raises
    ------
    OSError
        If a file cannot be written.
    InvalidFileError
        If a PO file has mistakes.
    """
    others = languages(translations(opened))[1:]
    if not others:
        return
    texts_of_expansion = texts_of_study(read_study(kept))
    for language in others:
        to = po_path(kept, language)
        file = PoFile(to, language)
        own = po_path(opened.source.path, language)
        if own.is_file():
            file.headers = PoFile.read(own, language).headers
        words = _words(opened, language)
        for text in texts_of_expansion:
            if language_of(text.source) == language:
                continue
            shown = words.get((text.key, text.text))
            if shown is None:
                shown = translated(opened, language).words(text.text, text.place)
            for paragraph, translation in _paragraphs(text.text, shown):
                file.add(paragraph, translation, text.place)
        file.write()


def _words(opened: OpenedStudy, language: str) -> dict[tuple[Key, str], str]:
    """Return key in the expansion, with the text there -> the text in a language."""
    study = translated(opened, language).study
    in_language = dict(texts(study))
    found = {(key, text): in_language[key] for key, text in texts(opened.study)}
    for key, level in wordless_levels(opened):
        found[key, level] = getattr(study.factors, str(key[1]))[str(key[2])][level]
    return found


def _paragraphs(text: str, translation: str) -> list[tuple[str, str]]:
    """Return the paragraphs of a text, each with its translation.

    >>> _paragraphs("One.\\n\\nTwo.", "Eins.\\n\\nZwei.\\n\\nDrei.")
    [('One.', 'Eins.'), ('Two.', 'Zwei.\\n\\nDrei.')]
    """
    sources = [each for each in map(str.strip, _BLANK_LINES.split(text)) if each]
    shown = [each for each in map(str.strip, _BLANK_LINES.split(translation)) if each]
    if len(shown) > len(sources) > 0:
        last = len(sources) - 1
        shown = [*shown[:last], "\n\n".join(shown[last:])]
    return list(zip(sources, shown, strict=False))
