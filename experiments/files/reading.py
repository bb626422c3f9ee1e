"""Reading YAML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from experiments.files.faults import Fault, InvalidFileError, Key, dotted
from experiments.files.source import Source
from experiments.files.yaml_tree import MERGE, TEXT, YamlLimitError, compose


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
