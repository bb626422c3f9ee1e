"""Interface texts, such as those of buttons and notices: English by name in ``en.yaml``, other languages in PO files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale

from experiments.files.faults import InvalidFileError, Key, dotted
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.po_file import PoFile, SourceText
from experiments.files.reading import read
from experiments.files.source import Source

FOLDER = Path(__file__).parent
#: The language whose file determines which texts and placeholders there are.
REFERENCE = "en"
NAME_OF_LANGUAGE = "X-Language-Name"
"""Header of a PO file: the name of the language, as its speakers write it."""


class Interface(Model):
    """The interface texts of one language."""

    language: str
    direction: Literal["ltr", "rtl"]
    name: str
    texts: dict[str, str]
    """Name -> text."""
    minimal_group: dict[str, str]
    """Kind of minimal-group task -> its question, if a study asks no other."""
    lab: dict[str, str]
    """Name of a value that laboratories set -> what it is; shown in brackets until it is set."""
    options: dict[str, dict[str, str]]
    """Name of a list of options that studies share -> answer in the data -> text."""

    def of_session(self, paid: bool) -> dict[str, str]:
        """Return the texts of a session; only a study that pays for taking part promises payment to those who leave.

        Parameters
        ----------
        paid
            Whether participants are paid for taking part.
        """
        texts = dict(self.texts)
        unpaid = texts.pop("leave_text_unpaid")
        return texts if paid else {**texts, "leave_text": unpaid}


def languages() -> list[str]:
    """Return the languages that have interface texts."""
    return sorted([REFERENCE, *(path.stem for path in FOLDER.glob("*.po"))])


@cache
def interface(language: str) -> Interface:
    """Return the interface texts of a language.

    Raises
    ------
    KeyError
        If there is no file for the language.
    InvalidFileError
        If a text is not translated, its translation is fuzzy, or it does not have the placeholders of the English text.
    """
    if language not in languages():
        raise KeyError(
            f"there are no interface texts in '{language}'. The languages are {', '.join(languages())}."
        )
    source = _reference()
    english = parse(Interface, source)
    if language == REFERENCE:
        return english
    file = PoFile.read(FOLDER / f"{language}.po", language)
    written = source_texts()
    update = f"compassion translate {source.path} {language}"
    if faults := [*file.mismatches(), *file.gaps(written, update)]:
        raise InvalidFileError(faults)

    locale = Locale.parse(language, sep="-")

    def translated(texts: Mapping[str, str], place: str) -> dict[str, str]:
        return {name: file.text(text, f"{place}.{name}") for name, text in texts.items()}

    return Interface(
        language=language,
        direction="rtl" if locale.text_direction == "rtl" else "ltr",
        name=file.headers.get(NAME_OF_LANGUAGE, locale.get_display_name() or language),
        texts=translated(english.texts, "texts"),
        minimal_group=translated(english.minimal_group, "minimal_group"),
        lab=translated(english.lab, "lab"),
        options={
            name: translated(options, f"options.{name}")
            for name, options in english.options.items()
        },
    )


def _reference() -> Source:
    return read(FOLDER / f"{REFERENCE}.yaml")


def source_texts() -> list[SourceText]:
    """Return the English texts with their places."""
    source = _reference()
    english = parse(Interface, source)
    sections: dict[Key, dict[str, str]] = {
        ("texts",): english.texts,
        ("minimal_group",): english.minimal_group,
        ("lab",): english.lab,
    }
    sections |= {("options", name): options for name, options in english.options.items()}
    return [
        SourceText(text, dotted((*section, name)), source, (*section, name))
        for section, texts in sections.items()
        for name, text in texts.items()
    ]
