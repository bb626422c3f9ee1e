"""A file as plain data, with the place of each key and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from experiments.files.faults import Fault, InvalidFileError, Key, dotted, nearest

#: Number of faults of YAML after which a file is not read further.
MAX_FAULTS = 500


class Place(NamedTuple):
    """Where a value is in its file, and the characters that are there (of a text, with its quotes)."""

    line: int
    column: int
    raw: str = ""

    def character(self, value: str, at: int) -> tuple[int, int]:
        """Return line and column of the character ``value[at]``, or of one behind a value without quotes.

        In a value that is written on several lines without ``|``, it is the beginning of the value.
        """
        rows = self.raw.split("\n")
        if at > len(value):
            behind = len(rows[-1]) + at - len(value)
            return self.line + len(rows) - 1, behind + (self.column if len(rows) == 1 else 1)
        if value in self.raw and len(rows) == 1:
            return self.line, self.column + self.raw.index(value) + at
        above = value[:at].splitlines(keepends=True)
        within = 0 if value[:at].endswith("\n") else len(above[-1]) if above else 0
        row = value[:at].count("\n") + 1
        texts = value.split("\n")
        if self.raw.startswith("|") and row < len(rows) and rows[row].endswith(texts[row - 1]):
            indent = len(rows[row]) - len(texts[row - 1])
            return self.line + row, indent + within + 1
        return self.line, self.column


@dataclass
class Source:
    """A YAML file as plain data, with the line and column of each key."""

    path: Path
    tree: Any = None
    marks: dict[Key, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    values: dict[Key, Place] = field(default_factory=dict)
    """Where each value is."""
    unread: set[Key] = field(default_factory=set)
    """Keys whose values have faults of YAML and cannot be checked."""
    files: dict[Key, Path] = field(default_factory=dict)
    """Key -> its file, for keys taken over from another file."""

    def fault(self, key: Key, found: str, remedy: str, at: int | None = None) -> Fault:
        """Return a fault at ``key``, or at the closest key above it that the file has.

        Parameters
        ----------
        at
            Index of the faulty character in the value; None if the fault is not in the value.
        """
        written = self.written(key)
        line, column = self.marks.get(written, (1, 1))
        place = self.values.get(written)
        if at is not None and place:
            value = self.value(written)
            line, column = place.character(value, at) if isinstance(value, str) else place[:2]
        file = self.files.get(written, self.path)
        return Fault(str(file), line, column, dotted(written or key), found, remedy)

    def adopt(self, key: Key, other: Source, at: Key) -> None:
        """Take over the position of the key ``at`` of another source, with its file."""
        written = other.written(at)
        self.marks[key] = other.marks.get(written, (1, 1))
        self.files[key] = other.files.get(written, other.path)
        if written in other.values:
            self.values[key] = other.values[written]

    def report(self, fault: Fault) -> None:
        """Add a fault; give up on a file with very many.

        Raises
        ------
        InvalidFileError
            If the file has `MAX_FAULTS`.
        """
        self.faults.append(fault)
        if len(self.faults) == MAX_FAULTS:
            raise InvalidFileError(self.faults)

    def written(self, key: Key) -> Key:
        """Return a model's location without the parts that are not in the file, such as the tag of a union."""
        kept: list[Key] = [key[:1]] if key[:1] in self.marks else [()]
        for part in key[1:]:
            # A key that its model reads as a number is a text in the file.
            inner = [(*above, each) for above in kept for each in dict.fromkeys((part, str(part)))]
            kept += [found for found in inner if found in self.marks]
        # The tag of a union can have the same name as a neighbouring key.
        return max(kept, key=lambda found: (len(found), found[-1:] == key[-1:]))

    def mismatches(
        self, key: Key, given: Mapping[Any, object], expected: Iterable[str]
    ) -> Iterator[Fault]:
        """Yield a fault for each expected name that is missing or empty, and for each name that is not declared."""
        expected = list(expected)
        for name in expected:
            if not given.get(name):
                yield self.fault(key, f"'{name}' is missing", f"Add '{name}:' here.")
        for name in given:
            if name not in expected:
                found = f"'{name}' is not declared"
                yield self.fault((*key, name), found, nearest(name, expected))

    def repeated(self, key: Key, ids: Sequence[str]) -> Iterator[Fault]:
        """Yield a fault for each item of the list at ``key`` whose id is already taken."""
        for index, id in enumerate(ids):
            if id in ids[:index]:
                found = f"another item already has the id '{id}'"
                yield self.fault((*key, index, "id"), found, "Give each item a different id.")

    def value(self, key: Key) -> Any:
        """Return the value at ``key``."""
        value = self.tree
        for part in key:
            value = value[part]
        return value
