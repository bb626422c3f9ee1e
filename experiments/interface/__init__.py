"""Interface texts, such as those of buttons and notices, with one file for each language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from experiments.files.parsing import parse
from experiments.files.reading import Fault, InvalidFileError, Model, Source, nearest, read
from experiments.marked_text import placeholders

FOLDER = Path(__file__).parent
#: The language whose file determines which texts and placeholders there are.
REFERENCE = "en"


class Interface(Model):
    """The interface texts of one language."""

    language: str
    direction: Literal["ltr", "rtl"]
    name: str
    texts: dict[str, str]


def languages() -> list[str]:
    """Return the languages that have interface texts."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def interface(language: str) -> Interface:
    """Return the interface texts of a language.

    Raises
    ------
    KeyError
        If there is no file for the language.
    InvalidFileError
        If a text is missing, unknown or empty, or does not have the placeholders of the English text.
    """
    if language not in languages():
        raise KeyError(
            f"there are no interface texts in '{language}'. The languages are {', '.join(languages())}."
        )
    source = read(FOLDER / f"{language}.yaml")
    texts = parse(Interface, source)
    if language != REFERENCE and (faults := list(_faults(source, texts, interface(REFERENCE)))):
        raise InvalidFileError(faults)
    return texts


def _faults(source: Source, translated: Interface, reference: Interface) -> Iterator[Fault]:
    """Yield a fault for each text that is missing or unknown, or whose placeholders differ."""
    for name, english in reference.texts.items():
        text = translated.texts.get(name, "")
        if not text.strip():
            found = f"there is no text '{name}'"
            yield source.fault(("texts", name), found, f"Translate: {english}")
        elif differing := set(placeholders(english)) ^ set(placeholders(text)):
            names = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(differing))
            found = f"{names} must be in all languages or in none"
            yield source.fault(("texts", name), found, f"The English text is: {english}")
    for name in translated.texts.keys() - reference.texts.keys():
        found = f"no text has the name '{name}'"
        yield source.fault(("texts", name), found, nearest(name, reference.texts))
