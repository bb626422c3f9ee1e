"""Names that a protocol uses and does not declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from experiments.reading import Key, nearest

if TYPE_CHECKING:
    from experiments.protocol import Factor

Said = Iterator[tuple[Key, str, str]]
"""Faults as checks yield them: the key, what was found, the remedy."""


def undeclared_levels(
    key: Key,
    named: Mapping[str, Iterable[str | int]],
    factors: Mapping[str, Factor],
) -> Said:
    """Yield the factors that are not declared, and the levels that their factor does not have."""
    yield from undeclared(key, "the factor", named, factors)
    for factor, levels in named.items():
        if factor in factors:
            yield from undeclared((*key, factor), "the level", levels, factors[factor].levels)


def undeclared(key: Key, what: str, names: Iterable[object], known: Iterable[object]) -> Said:
    """Yield the names that are not among the known ones, with the nearest that is."""
    known = list(known)
    for name in names:
        if name not in known:
            yield key, f"found {what} '{name}', which is not declared", nearest(str(name), known)
