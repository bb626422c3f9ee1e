"""Levels of a factor in their order, as they are written for a reader."""

from __future__ import annotations

from typing import Any

from analysis.hypotheses import get
from experiments.protocol import Protocol

Level = str | int


def level_words(protocol: Protocol, factor: str, level: Any) -> str:
    """How a level is written: the protocol's own label, our word for it, or the level itself.

    >>> f"{800000:,}"
    '800,000'
    """
    declared = protocol.factors.get(factor)
    labels = {} if declared is None else declared.labels.get(protocol.languages[0], {})
    if level in labels:
        return labels[level]
    known = get(protocol.hypotheses.predicted.hypothesis).column(factor).words
    if level in known:
        return known[level]
    if isinstance(level, str):
        return level.replace("_", " ")
    return f"{level:,.10g}"


def ordered_levels(protocol: Protocol, factor: str) -> tuple[Level, ...]:
    """Levels of a factor in the order of the claim, where the hypothesis has one; else the protocol's.

    Groups are told as in-group, unaffiliated, out-group, so that favour and harm are steps to the two
    sides of the middle.
    """
    levels = protocol.factors[factor].levels
    example = get(protocol.hypotheses.predicted.hypothesis).example
    if factor in example and not protocol.factors[factor].numeric:
        told = tuple(dict.fromkeys(map(str, example[factor])))
        if set(told) == set(levels):
            return told
    return levels
