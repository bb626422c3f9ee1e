"""Contrasts and orders as readers see them: which levels are compared, and at which levels of other factors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from experiments.language.contrasts import Levels, parse_contrast
from experiments.language.phrases import PhraseError
from experiments.numbers import MINUS

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def contrast_label(name: str, factor: str = "") -> str:
    """Return the label of a contrast or an order as it is written in a study; anything else stays as it is.

    Parameters
    ----------
    factor
        The factor of a contrast or an order that names none; it is named with levels that are numbers.

    >>> contrast_label("ours - theirs")
    'ours − theirs'
    >>> contrast_label("10 - mean(1, 2)", "group"), contrast_label("10 > 1", "group")
    ('group 10 − mean(group 1, group 2)', 'group 10 > group 1')
    >>> contrast_label("{victims: 8 - 1, cost: asked}")
    'victims (8 − 1), at cost asked'
    >>> contrast_label("{victims: 8 - 1, cost: asked - none, skill: slope}")
    'victims (8 − 1) × cost (asked − none) × slope of skill'
    """
    try:
        contrast = parse_contrast(name)
    except PhraseError:
        order = re.split(r"( [>=] )", name)
        return "".join(_named(order, factor)) if len(order) > 1 else name
    compared: list[str] = []
    fixed: list[str] = []
    for own, part in contrast.parts:
        if not isinstance(part, Levels):
            kind = "two lines over" if part.kind == "two lines" else part.kind
            compared.append(
                f"{kind} {own}" if kind.endswith(("of log", "over")) else f"{kind} of {own}"
            )
            continue
        if own is None:
            named = _named([*part.plus, *part.minus], factor)
            size = len(part.plus)
            part = Levels(tuple(named[:size]), tuple(named[size:]))
        levels = str(part).replace(" - ", f" {MINUS} ")
        if not part.minus:
            fixed.append(f"{own} {levels}" if own else levels)
        else:
            compared.append(f"{own} ({levels})" if own else levels)
    if not compared:
        return ", ".join(fixed)
    where = f", at {' and '.join(fixed)}" if fixed else ""
    return " × ".join(compared) + where


def _named(levels: Sequence[str], factor: str) -> list[str]:
    """Return levels with the name of their factor before each that is a number."""
    return [
        f"{factor} {level}" if factor and NUMBER.fullmatch(level) else level for level in levels
    ]
