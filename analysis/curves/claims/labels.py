"""Levels, contrasts and orders as readers see them: what is compared, and at which levels of other factors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from experiments.language.by import Varied
from experiments.language.contrasts import Levels, parse_contrast
from experiments.language.phrases import PhraseError
from experiments.numbers import MINUS, scale_value
from experiments.protocol.names import Names
from experiments.protocol.planned_contrast import PlannedContrast

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def level_words(level: str, words: Varied[str] | None = None) -> str:
    """Return the words of a level if they are a plain text, otherwise the level itself.

    >>> level_words("joint", "the child and the statistics"), level_words("lark", "the {bird}")
    ('the child and the statistics', 'lark')
    >>> level_words("800000"), level_words("very_mild")
    ('800,000', 'very mild')
    """
    if isinstance(words, str) and "{" not in words:
        return words
    return scale_value(float(level)) if NUMBER.fullmatch(level) else level.replace("_", " ")


def factor_to_name(factor: str, levels: Iterable[str], names: Names) -> str:
    """Return the factor of a contrast or an order that names none, if readers need it; otherwise an empty text.

    They need it in a study of several factors, and where levels are numbers: ``10 - 1`` reads as arithmetic.
    """
    factors = [each for each in names.factors.values() if each.varies != "counterbalanced"]
    needed = len(factors) > 1 or any(map(NUMBER.fullmatch, levels))
    return factor if needed else ""


def label_of(contrast: PlannedContrast, written: str, names: Names) -> str:
    """Return the label of a contrast that is written like this.

    It can be written the other way round than it is planned.
    """
    if len(contrast.compared) != 1:
        return contrast_label(written)
    (factor,) = contrast.compared
    return contrast_label(written, factor_to_name(factor, contrast.weights[factor], names))


def contrast_label(name: str, factor: str = "") -> str:
    """Return the label of a contrast or an order as it is written in a study; anything else stays as it is.

    Parameters
    ----------
    factor
        The factor of a contrast or an order that names none, if it has to be named (:func:`factor_to_name`).

    >>> contrast_label("ours - theirs")
    'ours − theirs'
    >>> contrast_label("10 - mean(1, 2)", "group"), contrast_label("10 > 1", "group")
    ('group (10 − mean(1, 2))', 'group (10 > 1)')
    >>> contrast_label("{victims: 8 - 1, cost: asked}")
    'victims (8 − 1), at cost asked'
    >>> contrast_label("{victims: 8 - 1, cost: asked - none, skill: slope}")
    'victims (8 − 1) × cost (asked − none) × slope of skill'
    """
    try:
        contrast = parse_contrast(name)
    except PhraseError:
        return f"{factor} ({name})" if factor and re.search(r" [>=] ", name) else name
    compared: list[str] = []
    fixed: list[str] = []
    for own, part in contrast.parts:
        if not isinstance(part, Levels):
            kind = "two lines over" if part.kind == "two lines" else part.kind
            compared.append(
                f"{kind} {own}" if kind.endswith(("of log", "over")) else f"{kind} of {own}"
            )
            continue
        own = own or factor
        levels = str(part).replace(" - ", f" {MINUS} ")
        if not part.minus:
            fixed.append(f"{own} {levels}" if own else levels)
        else:
            compared.append(f"{own} ({levels})" if own else levels)
    if not compared:
        return ", ".join(fixed)
    where = f", at {' and '.join(fixed)}" if fixed else ""
    return " × ".join(compared) + where
