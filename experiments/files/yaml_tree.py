"""YAML without its surprises (``no`` is a word, ``1:30`` a text), read with limits on size and depth.

libyaml is used where PyYAML was built with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

TEXT = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
#: Maximum number of levels. A protocol has about 10 (and fewer than 60,000 characters and a dozen aliases).
MAX_DEPTH = 100
#: Maximum number of characters and values, which count again each time an alias repeats them.
MAX_SIZE = 5_000_000


class YamlLimitError(yaml.MarkedYAMLError):
    """The YAML text is nested too deeply, or too large after its aliases are replaced."""

    def __init__(self, problem: str, remedy: str, mark: Any) -> None:
        self.remedy = remedy
        super().__init__(None, None, problem, mark)


@dataclass
class _Open:
    """A list or mapping whose end has not been read: size before it, its level, deepest level inside it."""

    anchor: str
    before: int
    level: int
    deepest: int = 0


class _Words(yaml.resolver.Resolver):
    """Resolver for which ``no`` and ``on`` are words and ``1:30`` is not a number."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in rules
            if tag.rsplit(":", 1)[1] not in {"bool", "int", "float", "timestamp"}
        ]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Words.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)
_Words.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9][0-9_]*$"), list("-+0123456789")
)
_Words.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9_]+|[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


class PythonLoader(_Words, yaml.SafeLoader):
    """PyYAML's own parser, used if PyYAML lacks libyaml, and for the wording of error messages."""


def _whole_number(loader: Any, node: yaml.Node) -> int:
    # YAML 1.1 reads 010 as eight, and cannot read 08.
    try:
        return int(loader.construct_scalar(node).replace("_", ""))
    except ValueError as error:
        problem = "found a number that is not whole or has thousands of digits"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


#: libyaml's parser if it is available.
Loader: Any = PythonLoader
if yaml.__with_libyaml__:
    Loader = type("Loader", (_Words, yaml.CSafeLoader), {})
_loader: Any
for _loader in (PythonLoader, Loader):
    _loader.add_constructor("tag:yaml.org,2002:int", _whole_number)
    for _name in ("binary", "timestamp", "set", "omap", "pairs"):
        _loader.add_constructor(f"tag:yaml.org,2002:{_name}", yaml.SafeLoader.construct_undefined)


def compose(text: str, loader_class: Any = Loader) -> tuple[yaml.Node | None, Any]:
    """Parse a YAML text; return its node (None if it is empty) and the loader that turns nodes into values.

    Raises
    ------
    YamlLimitError
        If the text is nested too deeply, or too large after its aliases are replaced; nothing is built then.
    yaml.YAMLError
        If it is not YAML; the message is always that of PyYAML's own parser.
    """
    try:
        check_size(text, loader_class)
        loader = loader_class(text)
        return loader.get_single_node(), loader
    except YamlLimitError:
        raise
    except yaml.YAMLError:
        if loader_class is not PythonLoader:
            compose(text, PythonLoader)
        raise


def check_size(text: str, loader_class: Any) -> None:
    """Check the depth and size of a YAML text from its parsing events, before anything is built.

    Raises
    ------
    YamlLimitError
        If it is too deep or too large, or an alias refers to a value that contains it.
    """
    # Anchor -> size and levels of its value.
    known: dict[str, tuple[int, int]] = {}
    open_values: list[_Open] = []
    total = 0
    for event in yaml.parse(text, loader_class):
        anchor = getattr(event, "anchor", None) or ""
        level = len(open_values)
        if isinstance(event, yaml.ScalarEvent):
            known[anchor] = 1 + len(event.value), 0
            total += 1 + len(event.value)
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == value.anchor for value in open_values):
                problem = f"*{anchor} refers to a value that contains it"
                raise YamlLimitError(problem, "Write the value out in full.", event.start_mark)
            size, levels = known.get(anchor, (0, 0))
            total, level = total + size, level + levels
        elif isinstance(event, yaml.CollectionStartEvent):
            open_values.append(_Open(anchor, total, level))
            total, level = total + 1, level + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = open_values.pop()
            known[ended.anchor] = total - ended.before, ended.deepest - ended.level
            level = ended.deepest
        if open_values:
            open_values[-1].deepest = max(open_values[-1].deepest, level)
        if level > MAX_DEPTH:
            problem = f"this is nested more than {MAX_DEPTH} levels deep"
            raise YamlLimitError(problem, "Write it with fewer levels.", event.start_mark)
        if total > MAX_SIZE:
            problem = f"up to here the file has more than {MAX_SIZE:,} characters and values"
            remedy = "Use fewer aliases (*name), or split the file."
            raise YamlLimitError(problem, remedy, event.start_mark)
