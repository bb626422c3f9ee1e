"""Writing YAML that people read: block texts, comments at the end of a line, nothing reordered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from experiments.files.faults import Key

#: A text that needs no quotes outside braces and brackets: nothing in it is a sign of YAML.
_PLAIN = re.compile(r"(?![-?:](?: |$))(?!---|\.\.\.)[\w(./$=<-](?:[^:#\n\t]|:(?! |$)|(?<! )#)*")
_SIGNS_OF_FLOW = re.compile(r"[\[\]{},:()]|\? ")
WIDTH = 100


def to_yaml(tree: Mapping[str, Any], comments: Mapping[Key, str]) -> str:
    """Return a tree of mappings, lists and texts as YAML.

    Parameters
    ----------
    tree
        Mappings, lists and texts; short ones without comments inside are written on one line.
    comments
        Key -> comment behind it.
    """
    return "\n".join(_mapping(tree, (), "", comments)) + "\n"


def _mapping(
    tree: Mapping[str, Any], key: Key, indent: str, comments: Mapping[Key, str]
) -> list[str]:
    lines: list[str] = []
    for name, value in tree.items():
        lines += _entry(f"{indent}{_text(str(name))}:", value, (*key, name), indent, comments)
    return lines


def _entry(start: str, value: Any, key: Key, indent: str, comments: Mapping[Key, str]) -> list[str]:
    comment = f"  # {comments[key]}" if key in comments else ""
    inside = any(each[: len(key)] == key and each != key for each in comments)
    if isinstance(value, str):
        if _is_block(value):
            sign = "|" if value.endswith("\n") else "|-"
            return [f"{start} {sign}{comment}", *_block(value, indent + "  ")]
        return [f"{start} {_text(value)}{comment}"]
    flow = _flow(value)
    if not inside and len(start) + len(flow) < WIDTH:
        return [f"{start} {flow}{comment}"]
    if isinstance(value, Mapping):
        return [start + comment, *_mapping(value, key, indent + "  ", comments)]
    lines = [start + comment]
    for index, entry in enumerate(value):
        lines += _item(entry, (*key, index), indent + "  ", comments)
    return lines


def _item(value: Any, key: Key, indent: str, comments: Mapping[Key, str]) -> list[str]:
    if not isinstance(value, Mapping) or not value:
        return _entry(f"{indent}-", value, key, indent, comments)
    lines = _mapping(value, key, indent + "  ", comments)
    lines[0] = f"{indent}- {lines[0].lstrip()}"
    if key in comments:
        lines[0] += f"  # {comments[key]}"
    return lines


def _flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(k), True)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _text(value, in_flow=True)


def _text(value: str, in_flow: bool = False) -> str:
    plain = _PLAIN.fullmatch(value) and not value.endswith(" ")
    plain = plain and not (in_flow and _SIGNS_OF_FLOW.search(value))
    return value if plain else json.dumps(value, ensure_ascii=False)


def _is_block(text: str) -> bool:
    """Return whether a text is written as a block of lines; others with odd blanks are quoted."""
    return "\n" in text and not text[0].isspace() and not text.endswith("\n\n")


def _block(text: str, indent: str) -> list[str]:
    lines = text.removesuffix("\n").split("\n")
    return [indent + line if line else "" for line in lines]
