"""YAML as people expect it, read by libyaml where PyYAML has it, with bounds on what a file may demand."""

from __future__ import annotations

import re
from typing import Any

import yaml

TEXT = "tag:yaml.org,2002:str"
#: A protocol with all its texts has fewer than 60,000 characters, some 10 levels and a dozen aliases.
DEEPEST = 100
#: Characters of all texts and number of all values, each as often as aliases repeat it.
LARGEST = 5_000_000


class TooMuch(yaml.MarkedYAMLError):
    """A file that would take more memory or depth than any of ours; ``remedy`` says what to do."""

    def __init__(self, problem: str, remedy: str, mark: yaml.Mark) -> None:
        self.remedy = remedy
        super().__init__(None, None, problem, mark)


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


if yaml.__with_libyaml__:

    class Loader(_Words, yaml.CSafeLoader):
        """libyaml's parser."""
else:
    Loader = PythonLoader  # type: ignore[misc]


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


def check_size(text: str, loader_class: Any = Loader) -> None:
    """Count depth and size on the events of a text, before anything is built.

    Raises
    ------
    TooMuch
        If it is too deep or too large, or an alias stands for a value that contains it.
    """
    sizes: dict[str, int] = {}
    open_values: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, loader_class):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            size = 1 + len(event.value)
            if event.anchor:
                sizes[event.anchor] = size
            total += size
        elif kind is yaml.AliasEvent:
            if any(anchor == event.anchor for anchor, _ in open_values):
                problem = f"*{event.anchor} stands for a value that contains it"
                raise TooMuch(problem, "Write the value out.", event.start_mark)
            total += sizes.get(event.anchor, 0)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_values.append((event.anchor, total))
            total += 1
            if len(open_values) > DEEPEST:
                problem = f"this is nested more than {DEEPEST} levels deep"
                raise TooMuch(problem, "Write it with fewer levels.", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_values.pop()
            if anchor:
                sizes[anchor] = total - before
        if total > LARGEST:
            problem = f"up to here the file holds more than {LARGEST:,} characters and values"
            remedy = "Repeat less by aliases (*name), or divide the file."
            raise TooMuch(problem, remedy, event.start_mark)
