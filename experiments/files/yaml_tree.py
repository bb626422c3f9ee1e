"""YAML as people expect it, read by libyaml where PyYAML has it, with bounds on what a file may demand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

TEXT = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
#: A protocol with all its texts has fewer than 60,000 characters, some 10 levels and a dozen aliases.
DEEPEST = 100
#: Characters of all texts and number of all values, each as often as aliases repeat it.
LARGEST = 5_000_000


class TooMuch(yaml.MarkedYAMLError):
    """A file that would take more memory or depth than any of ours; ``remedy`` says what to do."""

    def __init__(self, problem: str, remedy: str, mark: Any) -> None:
        self.remedy = remedy
        super().__init__(None, None, problem, mark)


@dataclass
class _Open:
    """A list or mapping that has begun: the size before it, its level, and the deepest level inside it."""

    anchor: str
    before: int
    level: int
    deepest: int = 0


class _Words(yaml.resolver.Resolver):
    """``no`` and ``on`` are words, ``1:30`` is not a number."""

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
    """PyYAML's own parser: for a PyYAML without libyaml, and for the words of a fault."""


def _whole_number(loader: Any, node: yaml.Node) -> int:
    # YAML 1.1 takes 010 for eight, and cannot read 08.
    try:
        return int(loader.construct_scalar(node).replace("_", ""))
    except ValueError as error:
        problem = "found no whole number, or one with thousands of digits"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


#: libyaml's parser where there is one.
Loader: Any = PythonLoader
if yaml.__with_libyaml__:
    Loader = type("Loader", (_Words, yaml.CSafeLoader), {})
_loader: Any
for _loader in (PythonLoader, Loader):
    _loader.add_constructor("tag:yaml.org,2002:int", _whole_number)
    for _name in ("binary", "timestamp", "set", "omap", "pairs"):
        _loader.add_constructor(f"tag:yaml.org,2002:{_name}", yaml.SafeLoader.construct_undefined)


def compose(text: str, loader_class: Any = Loader) -> tuple[yaml.Node | None, Any]:
    """Return the node of a text (None for an empty one) and the loader that makes values of nodes.

    Raises
    ------
    TooMuch
        If the text is nested too deeply or its aliases make it too large; nothing is built of it then.
    yaml.YAMLError
        If it is not YAML, in the words of PyYAML's own parser, whichever has read it.
    """
    try:
        check_size(text, loader_class)
        loader = loader_class(text)
        return loader.get_single_node(), loader
    except TooMuch:
        raise
    except yaml.YAMLError:
        if loader_class is not PythonLoader:
            compose(text, PythonLoader)
        raise


def check_size(text: str, loader_class: Any) -> None:
    """Count depth and size on the events of a text, before anything is built.

    Raises
    ------
    TooMuch
        If it is too deep or too large, or an alias stands for a value that contains it.
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
                problem = f"*{anchor} stands for a value that contains it"
                raise TooMuch(problem, "Write the value out.", event.start_mark)
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
        if level > DEEPEST:
            problem = f"this is nested more than {DEEPEST} levels deep"
            raise TooMuch(problem, "Write it with fewer levels.", event.start_mark)
        if total > LARGEST:
            problem = f"up to here the file holds more than {LARGEST:,} characters and values"
            remedy = "Repeat less by aliases (*name), or divide the file."
            raise TooMuch(problem, remedy, event.start_mark)
