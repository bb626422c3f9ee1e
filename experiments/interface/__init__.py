"""Texts of buttons and notices, one file for each language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from experiments.files.reading import Fault, FaultyFile, Model, Source, nearest, parse, read
from experiments.marked_text import placeholders

FOLDER = Path(__file__).parent
#: The language whose file says which texts there are, and what is filled into them.
MODEL = "en"


class Interface(Model):
    """The interface texts of one language."""

    language: str
    direction: Literal["ltr", "rtl"]
    name: str
    texts: dict[str, str]


def languages() -> list[str]:
    """Return the languages there are interface texts for."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def interface(language: str) -> Interface:
    """Return the interface texts of a language.

    Raises
    ------
    KeyError
        If there is no file for it.
    FaultyFile
        If a text is missing, unknown, empty, or lacks what is filled into it.
    """
    if language not in languages():
        raise KeyError(f"no interface texts for '{language}'; there are {', '.join(languages())}")
    source = read(FOLDER / f"{language}.yaml")
    made = parse(Interface, source)
    if language != MODEL and (faults := list(_faults(source, made, interface(MODEL)))):
        raise FaultyFile(faults)
    return made


def _faults(source: Source, made: Interface, model: Interface) -> Iterator[Fault]:
    """Yield what differs from the model: texts that are missing or unknown, and lost ``{places}``."""
    for name, english in model.texts.items():
        text = made.texts.get(name, "")
        if not text.strip():
            found = f"there is no text '{name}'"
            yield source.fault(("texts", name), found, f"Translate: {english}")
        elif lost := set(placeholders(english)) ^ set(placeholders(text)):
            found = f"{', '.join(f'{{{each}}}' for each in sorted(lost))} must be in all languages or in none"
            yield source.fault(("texts", name), found, f"English has: {english}")
    for name in made.texts.keys() - model.texts.keys():
        found = f"no text has the name '{name}'"
        yield source.fault(("texts", name), found, nearest(name, model.texts))
