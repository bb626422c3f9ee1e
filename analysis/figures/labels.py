"""Contrasts as readers see them: which levels are compared, and at which levels of other factors."""

from __future__ import annotations

from analysis.planned.compared import ModelComparison
from experiments.language.contrasts import Levels, parse_contrast
from experiments.language.phrases import PhraseError
from experiments.numbers import MINUS


def contrast_label(name: str) -> str:
    """Return the label of a contrast as it is written in a study; anything else stays as it is.

    >>> contrast_label("ours - theirs")
    'ours − theirs'
    >>> contrast_label("{victims: 8 - 1, cost: asked}")
    'victims (8 − 1), at cost asked'
    >>> contrast_label("{victims: 8 - 1, cost: asked - none, skill: slope}")
    'victims (8 − 1) × cost (asked − none) × slope of skill'
    """
    try:
        contrast = parse_contrast(name)
    except PhraseError:
        return name
    compared: list[str] = []
    fixed: list[str] = []
    for factor, part in contrast.parts:
        if not isinstance(part, Levels):
            kind = "two lines over" if part.kind == "two lines" else part.kind
            compared.append(
                f"{kind} {factor}" if kind.endswith(("of log", "over")) else f"{kind} of {factor}"
            )
            continue
        levels = str(part).replace(" - ", f" {MINUS} ")
        if not part.minus:
            fixed.append(f"{factor} {levels}" if factor else levels)
        else:
            compared.append(f"{factor} ({levels})" if factor else levels)
    if not compared:
        return ", ".join(fixed)
    where = f", at {' and '.join(fixed)}" if fixed else ""
    return " × ".join(compared) + where


def comparison_name(comparison: ModelComparison) -> str:
    """Return the hypothesis of a comparison and the level that it is restricted to; empty if there is no other."""
    hypothesis = comparison.hypothesis.replace("_", " ")
    return ", ".join(filter(None, (hypothesis, comparison.within)))
