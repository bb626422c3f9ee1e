"""Reading what version 1.0 kept with data: sets, instruments and maps in the YAML of its time.

In that YAML, an unquoted ``true``, ``null`` or ``007`` was a truth value, nothing or the number 7, and an anchor (``&name``)
could be repeated (``*name``) and merged (``<<``). The files were valid when they were kept: their faults are not explained.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import yaml

from experiments.files.characters import MAX_SIZE, decoded
from experiments.files.faults import InvalidFileError, Key
from experiments.files.scalars import QuotedText
from experiments.files.source import Source
from experiments.files.tree import MAX_DEPTH

T = TypeVar("T")


class _Loader(yaml.CSafeLoader):
    """The YAML of version 1.0: ``no`` was a word, ``010`` was ten, ``1:30`` a text."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        # Models take numbers as keys from texts.
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}

    def whole_number(self, node: yaml.ScalarNode) -> int:
        return int(node.value.replace("_", ""))

    def text(self, node: yaml.ScalarNode) -> QuotedText:
        # What was no number then is none today.
        return QuotedText(node.value)

    def refused(self, node: yaml.Node) -> None:
        self.construct_undefined(node)


for _kind, _form in {
    "merge": "<<",
    "null": "~|null|Null|NULL|",
    "bool": "true|True|false|False",
    "int": "[-+]?[0-9][0-9_]*",
    "float": r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9_]+|[0-9][0-9_]*)([eE][-+]?[0-9]+)?",
}.items():
    _pattern = re.compile(f"({_form})\\Z")
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", _pattern, [None])
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole_number)
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.text)
for _kind in ("binary", "timestamp", "set", "omap", "pairs"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _Loader.refused)


def read_1_0(path: str | Path) -> Source:
    """Read a file as version 1.0 did.

    Raises
    ------
    InvalidFileError
        If version 1.0 could not have kept it.
    """
    source = Source(Path(path))
    try:
        text = decoded(source)
        _check_limits(text)
        source.tree = yaml.load(text, _Loader)
        source.marks = dict.fromkeys(_keys(source.tree, ()), (1, 1))
    except (yaml.YAMLError, ValueError) as error:
        fault = source.fault((), f"version 1.0 did not read this: {error}", "Restore the file.")
        raise InvalidFileError([fault]) from error
    return source


def as_kept(load: Callable[..., T], hash_of: Callable[[T], str], digits: str | None) -> T:
    """Return what was kept with data, read as it was when it was kept.

    Parameters
    ----------
    load
        Function that loads it with the reader ``read``.
    digits
        Hash that it had then; None if nothing was kept.
    """
    if digits:
        with suppress(InvalidFileError):
            kept = load(read=read_1_0)
            if hash_of(kept) == digits:
                return kept
    return load()


def _check_limits(text: str) -> None:
    """Check the size from the parser's events before anything is built; an alias counts as what it repeats."""
    sizes: dict[str | None, int] = {}
    opened: list[tuple[str | None, int]] = []
    size = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            size += sizes.get(event.anchor, 0)
        elif isinstance(event, yaml.ScalarEvent):
            sizes[event.anchor] = 1 + len(event.value)
            size += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, size))
            size += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            sizes[anchor] = size - before
        if len(opened) > MAX_DEPTH or size > MAX_SIZE:
            raise ValueError("it is too deep or too large")


def _keys(value: Any, key: Key) -> Iterator[Key]:
    """Yield the key of each value in a tree."""
    if len(key) > MAX_DEPTH:
        raise ValueError("it is too deep")
    yield key
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, each in inner:
        yield from _keys(each, (*key, name))
