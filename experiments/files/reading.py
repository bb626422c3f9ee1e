"""Reading YAML files into frozen models, with all faults of a file reported at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationInfo,
    model_validator,
)

from experiments.errors import UserError
from experiments.files.yaml_tree import MERGE, TEXT, YamlLimitError, compose

Key = tuple[str | int, ...]
Findings = Iterator[tuple[Key, str, str]]
"""Faults that a check yields: key, what was found, remedy."""
NAME = r"^[a-z][a-z0-9_]*$"
VERSION = r"^\d+\.\d+\.\d+$"
NOT_EMPTY = r"\S"
#: Number of faults of YAML after which a file is not read further.
MAX_FAULTS = 500
PATTERNS = {
    NAME: "Use lower-case letters, digits and underscores (_), starting with a letter.",
    VERSION: "Write three numbers separated by dots, such as 1.0.0.",
    NOT_EMPTY: "Write something here, or remove the key.",
}
"""Pattern -> remedy for a text that does not match it."""


def _distinct(values: Sequence[Any]) -> Sequence[Any]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ValueError(f"found '{value}' twice; list it only once")
    return values


Distinct = AfterValidator(_distinct)
"""Validator: no entry occurs twice in a list."""


@dataclass(frozen=True)
class Fault:
    """One fault in a file: where it is, what was found, and the remedy."""

    file: str
    line: int
    column: int
    key: str
    found: str
    remedy: str

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}:{self.column}"
        key = f" {self.key}:" if self.key else ""
        return f"{at}:{key} {self.found}\n    {self.remedy}"


class InvalidFileError(UserError):
    """The file has faults, all of which are in ``faults``."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(
            sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column))
        )
        super().__init__("\n".join(map(str, self.faults)))


class ValueFault(ValueError):
    """What is wrong with one value; a validator raises it.

    Attributes
    ----------
    found, remedy
        What was found, and what to do.
    at
        Index of the faulty character in the value.
    key
        The key in the value, if the value has keys; empty otherwise.
    """

    def __init__(self, found: str, remedy: str, at: int = 0, key: str = "") -> None:
        self.found, self.remedy, self.at, self.key = found, remedy, at, key
        # The exception can be sent to another process: it is made again from its arguments.
        super().__init__(found, remedy, at, key)

    def __str__(self) -> str:
        return f"{self.found}; {self.remedy}"


@dataclass(frozen=True)
class Seen:
    """What the reader remembers while models are built, by ``id`` of the mapping in the file."""

    models: dict[int, type[BaseModel]] = field(default_factory=dict)
    kinds: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The keys of which one says what the entry is (``unions.one_of``)."""


class Model(BaseModel):
    """Base class of everything read from YAML: frozen, without unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: ValidationInfo) -> Any:
        # The reader looks up which model a misspelt key was meant for.
        if isinstance(info.context, Seen) and isinstance(data, dict):
            info.context.models[id(data)] = cls
        return data


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
    comments: dict[Key, tuple[int, int]] = field(default_factory=dict)
    """Line and column of the comment behind a text without quotes."""
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
        if written in other.comments:
            self.comments[key] = other.comments[written]

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

    def comment(self, key: Key) -> tuple[int, int] | None:
        """Return line and column of the comment behind the text at ``key``, or None."""
        return self.comments.get(key)

    def written(self, key: Key) -> Key:
        """Return a model's location without the parts that are not in the file, such as the tag of a union."""
        kept: list[Key] = [key[:1]] if key[:1] in self.marks else [()]
        for part in key[1:]:
            kept += [(*above, part) for above in kept if (*above, part) in self.marks]
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


def dotted(key: Key) -> str:
    """Return a key in dotted form: ``flow[3].text``."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: object, known: Iterable[object]) -> str:
    """Return "Did you mean 'x'?" for a similar known word, otherwise the list of known words.

    >>> nearest("minuts", ["minutes", "mode"]), nearest("price", ["minutes", "mode"])
    ("Did you mean 'minutes'?", 'Allowed here: minutes, mode.')
    """
    wrong, words = str(word), [str(item) for item in known]
    for close in difflib.get_close_matches(wrong, words, n=1, cutoff=0.6):
        # Most typing errors occur after the first letters; two short words easily share half of their letters.
        similarity = difflib.SequenceMatcher(None, wrong, close).ratio()
        if similarity >= 0.75 or wrong[:3].lower() == close[:3].lower():
            return f"Did you mean '{close}'?"
    return f"Allowed here: {', '.join(words) or 'nothing'}."


def read(path: str | Path) -> Source:
    """Read a YAML file with the line and column of every key.

    Raises
    ------
    InvalidFileError
        If the file cannot be opened, is not UTF-8, is not YAML, or is too deeply nested or too large.
    """
    source = Source(Path(path))
    try:
        text = source.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        remedy = "Check the path, the permissions and the encoding (UTF-8)."
        raise InvalidFileError(
            [source.fault((), f"the file cannot be read: {reason}", remedy)]
        ) from error
    try:
        node, loader = compose(text)
        source.tree = None if node is None else _plain(loader, node, (), source)
    except yaml.YAMLError as error:
        raise InvalidFileError([_unreadable(path, text, error)]) from error
    if not isinstance(source.tree, dict):
        remedy = "Start with `compassion new NAME --from TEMPLATE`."
        raise InvalidFileError([Fault(str(path), 1, 1, "", "the file has no keys", remedy)])
    return source


def _unreadable(path: str | Path, text: str, error: yaml.YAMLError) -> Fault:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = f"this is not valid YAML: the character U+{ord(text[error.position]):04X}"
        return Fault(str(path), line, column, "", found, "Delete the invisible character.")
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or str(error)
    if isinstance(error, YamlLimitError):
        return Fault(str(path), line, column, "", problem, error.remedy)
    return Fault(
        str(path),
        line,
        column,
        "",
        f"this is not valid YAML: {problem}",
        "Check this line and the one above it: the indentation, a space after each colon, a closing quotation mark.",
    )


def _plain(loader: Any, node: yaml.Node, key: Key, source: Source) -> Any:
    source.marks.setdefault(key, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(loader, item, (*key, index), source) for index, item in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        # Nearly all values are texts, which need no constructor.
        return node.value if node.tag == TEXT else loader.construct_object(node)
    _merge(loader, node)
    result: dict[Any, Any] = {}
    for name_node, value_node in node.value:
        position = name_node.start_mark.line + 1, name_node.start_mark.column + 1
        if not isinstance(name_node, yaml.ScalarNode):
            found, remedy = "a key is a list or a mapping", "Use a word as the key."
            source.faults.append(Fault(str(source.path), *position, dotted(key), found, remedy))
            continue
        name = name_node.value if name_node.tag == TEXT else loader.construct_object(name_node)
        inner = (*key, name)
        if name in result:
            found, remedy = "the key occurs twice", "Keep one of the two."
            source.faults.append(Fault(str(source.path), *position, dotted(inner), found, remedy))
        source.marks[inner] = position
        result[name] = _plain(loader, value_node, inner, source)
    return result


def _merge(loader: Any, node: yaml.MappingNode) -> None:
    """Merge the keys of ``<<`` into the node; the node's own keys override them."""
    pairs = [pair for pair in node.value if pair[0].tag != MERGE]
    loader.flatten_mapping(node)
    names = {str(name.value) for name, _ in pairs}
    flattened = node.value[: len(node.value) - len(pairs)]
    merged = {str(name.value): (name, value) for name, value in flattened}
    node.value = [pair for name, pair in merged.items() if name not in names] + pairs


def shortened(value: object) -> str:
    """Return a value as it is shown in messages, shortened to 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
