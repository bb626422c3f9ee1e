"""Texts of buttons and notices, one file per language; what a new language needs is a new file here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from experiments.reading import Model, parse, read


class Interface(Model):
    """The interface texts of one language."""

    language: str
    direction: Literal["ltr", "rtl"]
    name: str
    texts: dict[str, str]


def languages() -> list[str]:
    """Return the languages there are interface texts for."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.yaml"))


@cache
def interface(language: str) -> Interface:
    """Return the interface texts of a language.

    Raises
    ------
    KeyError
        If there is no file for it.
    """
    if language not in languages():
        raise KeyError(f"no interface texts for '{language}'; there are {', '.join(languages())}")
    return parse(Interface, read(Path(__file__).parent / f"{language}.yaml"))
