"""Names that a protocol uses and does not declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from experiments.reading import Key, nearest

Said = Iterator[tuple[Key, str, str]]
"""Faults as checks say them: the key, what was found, what would do."""


def undeclared(key: Key, what: str, names: Iterable[object], known: Iterable[object]) -> Said:
    """Tell the names that are not among the known ones, with the nearest that is."""
    known = list(known)
    for name in names:
        if name not in known:
            yield key, f"found {what} '{name}', which is not declared", nearest(str(name), known)
