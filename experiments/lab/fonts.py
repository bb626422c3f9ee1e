"""Which languages this PC can show: whether any of its fonts has every character of a text."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import category

from experiments.interface import interface
from experiments.lab.text import Style, lay_out
from experiments.timeline import Timeline

#: Kinds of characters that have no picture of their own: spaces, controls, marks of direction.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def can_show(language: str) -> bool:
    """Return whether the interface texts of a language can be shown."""
    texts = interface(language)
    return not unshown([texts.name, *texts.texts.values()], language)


def unshown(texts: Iterable[str], language: str) -> list[str]:
    """Return the characters of texts that no font of this PC has."""
    style = Style(20, language)
    letters = sorted(
        {letter for text in texts for letter in text if category(letter) not in _UNSEEN}
    )
    return [letter for letter in letters if lay_out(letter, style, 100.0, False).missing()]


def unshown_in(timeline: Timeline) -> list[str]:
    """Return the characters of a timeline that no font of this PC has."""
    texts = list(timeline.interface.values())
    for screen in timeline.screens:
        texts += [screen.proceed, *(block.text for block in screen.content)]
        for ask in screen.asks:
            texts += [ask.prompt, ask.low_label, ask.high_label]
            texts += [option.label for option in ask.options]
    return unshown(texts, timeline.language)
