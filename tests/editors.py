"""YAML as editors read it, by the rules of version 1.2: ``no`` is a text, ``1`` a number."""

from __future__ import annotations

import re
from typing import Any

import yaml


class AsEditors(yaml.CSafeLoader):
    """Libyaml's parser, since PyYAML's own does not take `{rating: How much?, points: 7}`."""

    yaml_implicit_resolvers = {}


for tag, form, first in (
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
):
    AsEditors.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^({form})$"), list(first)
    )


def as_editors(text: str) -> Any:
    """Return the tree of a text, with texts as keys, as JSON has them."""
    return _as_text(yaml.load(text, AsEditors))


def _as_text(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(name): _as_text(value) for name, value in node.items()}
    return [_as_text(value) for value in node] if isinstance(node, list) else node
