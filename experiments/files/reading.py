"""Read a YAML file into frozen models; report all its faults at once, each with its line and a remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from experiments.errors import UserError
from experiments.files.yaml_tree import MERGE, TEXT, TooMuch, compose

Key = tuple[str | int, ...]
M = TypeVar("M", bound="Model")

NAME = r"^[a-z][a-z0-9_]*$"
VERSION = r"^\d+\.\d+\.\d+$"
SOMETHING = r"\S"
PATTERNS = {
    NAME: "Use small letters, digits and _, and begin with a letter.",
    VERSION: "Write three numbers with dots, such as 1.0.0.",
    SOMETHING: "Write something here, or leave the whole entry out.",
}
"""Shapes that texts have in our files, with the remedy for each."""


def _distinct(values: Sequence[Any]) -> Sequence[Any]:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise ValueError(f"found '{value}' twice; keep it once")
    return values


Distinct = AfterValidator(_distinct)
"""Each entry of a list is written once."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a file, and the remedy."""

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


class FaultyFile(UserError):
    """A file that cannot be used; ``faults`` lists all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(
            sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column))
        )
        super().__init__("\n".join(map(str, self.faults)))


class Model(BaseModel):
    """Base of everything read from YAML: frozen, and no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: ValidationInfo) -> Any:
        # The reader looks up which model a misspelt key was meant for.
        if isinstance(info.context, dict) and isinstance(data, dict):
            info.context[id(data)] = cls
        return data


@dataclass
class Source:
    """A YAML file as plain data, with the place of each key."""

    path: Path
    tree: Any = None
    marks: dict[Key, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: Key, found: str, remedy: str) -> Fault:
        """Make a fault that points at ``key``, or at the nearest key above it that is written."""
        written = self._written(key)
        line, column = self.marks.get(written, (1, 1))
        return Fault(str(self.path), line, column, dotted(written or key), found, remedy)

    def _written(self, key: Key) -> Key:
        """Drop the parts of a model's location (such as a union's tag) that the file does not have."""
        kept: list[Key] = [key[:1]] if key[:1] in self.marks else [()]
        for part in key[1:]:
            kept += [(*above, part) for above in kept if (*above, part) in self.marks]
        # The tag of a union can be the name of a key beside the one that is meant.
        return max(kept, key=lambda found: (len(found), found[-1:] == key[-1:]))

    def mismatches(
        self, key: Key, given: Mapping[Any, object], wanted: Iterable[str]
    ) -> Iterator[Fault]:
        """Yield the names that the mapping at ``key`` lacks (or leaves empty), and those not declared."""
        wanted = list(wanted)
        for name in wanted:
            if not given.get(name):
                yield self.fault(key, f"'{name}' is missing", f"Add '{name}:' here.")
        for name in given:
            if name not in wanted:
                found = f"'{name}' is not declared"
                yield self.fault((*key, name), found, nearest(name, wanted))

    def repeated(self, key: Key, ids: Sequence[str]) -> Iterator[Fault]:
        """Yield the items of the list at ``key`` whose id an earlier one has."""
        for place, id in enumerate(ids):
            if id in ids[:place]:
                found = f"an earlier item has the id '{id}' too"
                yield self.fault((*key, place, "id"), found, "Give each item its own id.")

    def value(self, key: Key) -> Any:
        """Return the value at ``key``."""
        value = self.tree
        for part in key:
            value = value[part]
        return value


def dotted(key: Key) -> str:
    """Write a key with dots and places: ``flow[3].text``."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: object, known: Iterable[object]) -> str:
    """Return "Did you mean 'x'?" for a known word that is close, else the list of what is known.

    >>> nearest("minuts", ["minutes", "mode"]), nearest("price", ["minutes", "mode"])
    ("Did you mean 'minutes'?", 'Known here: minutes, mode.')
    """
    wrong, words = str(word), [str(item) for item in known]
    for close in difflib.get_close_matches(wrong, words, n=1, cutoff=0.6):
        # Few people misspell the beginning; two short words are soon alike in half of their letters.
        alike = difflib.SequenceMatcher(None, wrong, close).ratio()
        if alike >= 0.75 or wrong[:3].lower() == close[:3].lower():
            return f"Did you mean '{close}'?"
    return f"Known here: {', '.join(words) or 'nothing'}."


def read(path: str | Path) -> Source:
    """Read a YAML file with the place of every key.

    Raises
    ------
    FaultyFile
        If the file cannot be opened, is not UTF-8, is not YAML, or is too deep or too large.
    """
    source = Source(Path(path))
    try:
        text = source.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not text in UTF-8"
        remedy = "Check the path, the permissions and the encoding (UTF-8)."
        raise FaultyFile([source.fault((), f"the file cannot be read: {what}", remedy)]) from error
    try:
        node, loader = compose(text)
        source.tree = None if node is None else _plain(loader, node, (), source)
    except yaml.YAMLError as error:
        raise FaultyFile([_unreadable(path, text, error)]) from error
    if not isinstance(source.tree, dict):
        remedy = "Start from `compassion new NAME --from TEMPLATE`."
        raise FaultyFile([Fault(str(path), 1, 1, "", "the file holds no keys", remedy)])
    return source


def _unreadable(path: str | Path, text: str, error: yaml.YAMLError) -> Fault:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = f"this is not YAML: the character U+{ord(text[error.position]):04X}"
        return Fault(str(path), line, column, "", found, "Delete the invisible character.")
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or str(error)
    if isinstance(error, TooMuch):
        return Fault(str(path), line, column, "", problem, error.remedy)
    return Fault(
        str(path),
        line,
        column,
        "",
        f"this is not YAML: {problem}",
        "Look at this line and the one above it: indentation, a colon without a space after it, or a quote that is not closed.",
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
        place = name_node.start_mark.line + 1, name_node.start_mark.column + 1
        if not isinstance(name_node, yaml.ScalarNode):
            found, remedy = "a key is a list or has keys itself", "Write a word as the key."
            source.faults.append(Fault(str(source.path), *place, dotted(key), found, remedy))
            continue
        name = name_node.value if name_node.tag == TEXT else loader.construct_object(name_node)
        inner = (*key, name)
        if name in result:
            found, remedy = "the key is written twice", "Keep one of the two."
            source.faults.append(Fault(str(source.path), *place, dotted(inner), found, remedy))
        source.marks[inner] = place
        result[name] = _plain(loader, value_node, inner, source)
    return result


def _merge(loader: Any, node: yaml.MappingNode) -> None:
    """Put what ``<<`` brings in before the node's own keys, which replace it."""
    own = [pair for pair in node.value if pair[0].tag != MERGE]
    loader.flatten_mapping(node)
    names = {str(name.value) for name, _ in own}
    brought = node.value[: len(node.value) - len(own)]
    kept = {str(name.value): (name, value) for name, value in brought}
    node.value = [pair for name, pair in kept.items() if name not in names] + own


def parse(model: type[M], source: Source) -> M:
    """Freeze a source into ``model``.

    Raises
    ------
    FaultyFile
        With every fault that the model finds.
    """
    models: dict[int, type[Model]] = {}
    try:
        result = model.model_validate(source.tree, context=models)
    except ValidationError as error:
        # A list of faulty entries counts as too short although it is not.
        found = [
            _from_pydantic(source, each, models)
            for each in error.errors()
            if each["type"] != "too_short" or len(each["input"]) < each["ctx"]["min_length"]
        ]
        raise FaultyFile([*source.faults, *found]) from error
    if source.faults:
        raise FaultyFile(source.faults)
    return result


def _from_pydantic(source: Source, error: Any, models: dict[int, type[Model]]) -> Fault:
    key: Key = tuple(error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        written = source._written(key)
        owner = models.get(id(source.value(written[:-1])))
        known = list(owner.model_fields) if owner else []
        return source.fault(key, "this key is not known here", nearest(str(written[-1]), known))
    if kind == "missing":
        return source.fault(key[:-1], f"the key '{key[-1]}' is missing", f"Add '{key[-1]}:' here.")
    if kind == "union_tag_not_found" and isinstance(error["input"], dict):
        name = error["ctx"]["discriminator"].strip("'")
        return source.fault(key, f"the key '{name}' is missing", f"Add '{name}:' here.")
    if kind == "value_error":
        found, _, remedy = str(error["ctx"]["error"]).partition("; ")
        return source.fault(
            key, found, remedy.capitalize() if remedy else "See the documentation of this key."
        )
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        given = error["ctx"].get("tag", error["input"])
        expected = error["ctx"].get("expected") or error["ctx"].get("expected_tags")
        words = re.findall(r"'([^']*)'", str(expected))
        return source.fault(key, f"found {given!r}", nearest(given, words))
    return source.fault(key, f"found {shortened(error['input'])}", _remedy(error))


_REMEDIES = {
    "string_type": "Write text.",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "Write a whole number."),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), "Write a number."),
    **dict.fromkeys(("tuple_type", "list_type"), "Write a list."),
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type", "union_tag_not_found"),
        "Write keys with their values.",
    ),
    "too_long": "Name at most {max_length}.",
    "too_short": "Name at least {min_length}.",
    "invalid_key": "Write a word as the key, or a number in quotes.",
}


def _remedy(error: Any) -> str:
    """Return what a value should be, in words for the author of the file."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_type" and isinstance(error["input"], (int, float)):
        return f'Write it as text, in quotes: "{error["input"]}".'
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERNS:
        return PATTERNS[context["pattern"]]
    if kind in _REMEDIES:
        return _REMEDIES[kind].format(**context)
    return f"{error['msg'].replace('Input should', 'It should')}."


def shortened(value: object) -> str:
    """Return a value as a message shows it, at most 60 characters of it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
