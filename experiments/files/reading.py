"""Reading YAML with every scalar as it was typed: ``no``, ``089``, ``1.10`` and ``~`` are texts until a key wants more.

A file that is not YAML is read again one top-level key at a time, and what cannot be read is left out, so that the
faults of the other keys are found in the same run. One fault of syntax is reported for each top-level key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import yaml

from experiments.errors import UserError
from experiments.files.characters import cleaned, decoded
from experiments.files.diagnosis import diagnose, no_key
from experiments.files.faults import Fault, InvalidFileError
from experiments.files.source import Source
from experiments.files.tree import Tree

Reader = Callable[[Path], Source]
#: A line that begins a top-level key: no indentation, comment, list item, closing bracket, or mark of a document.
_TOP = re.compile(r"[^\s#\]}-]|-(?![\s\w-])")


_START = "Write each key with its value, as in `key: value`. A study can start with `compassion new NAME`."


OTHER_FILES = {
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".xls", ".ods"), "a table"),
    ".po": "a translation",
    ".jsonl": "a journal of a session",
    **dict.fromkeys((".pdf", ".html", ".docx", ".md"), "a document"),
}
"""Ending of files that hold no YAML -> what they are."""


def read(path: str | Path, start: str = _START) -> Source:
    """Read a YAML file; its tree has only dictionaries, lists and texts.

    Faults of YAML are collected in ``faults``, and the keys that they make unreadable in ``unread``.

    Parameters
    ----------
    start
        What to write into a file without keys.

    Raises
    ------
    InvalidFileError
        If the file cannot be opened, is not UTF-8, has no keys, or is too deep or too large.
    """
    if not yaml.__with_libyaml__:
        raise UserError(
            "PyYAML was installed without libyaml. Reinstall it with `pip install --force-reinstall PyYAML`."
        )
    source = Source(Path(path))
    what = OTHER_FILES.get(source.path.suffix.lower())
    if what is not None and source.path.is_file():
        found = f"this is {what}, and no study"
        raise InvalidFileError(
            [Fault(str(path), 1, 1, "", found, "Give the study file, which ends in .yaml.")]
        )
    text, indented_by_tab = cleaned(source, decoded(source))
    before = list(source.faults)
    try:
        source.tree = Tree(source, text).read()
    except yaml.YAMLError as error:
        source.faults = before
        _read_sections(source, text, indented_by_tab, error)
    if not isinstance(source.tree, dict) and source.tree is not None:
        source.faults.append(no_key(str(path), text.split("\n"), 0))
        raise InvalidFileError(source.faults)
    if not source.tree and not source.unread:
        source.faults.append(Fault(str(path), 1, 1, "", "the file has no keys", start))
        raise InvalidFileError(source.faults)
    return source


def _read_sections(
    source: Source, text: str, indented_by_tab: set[int], whole: yaml.YAMLError
) -> None:
    """Read a text that is not YAML one top-level key at a time.

    Parameters
    ----------
    indented_by_tab
        Indices of lines whose indentation has a tab. What is wrong with their sections is known.
    whole
        Why the text as a whole is not YAML.
    """
    file, lines = str(source.path), text.split("\n")
    if lines[0].startswith("---"):
        lines[0] = ""
    source.tree, source.marks, source.values = {}, {(): (1, 1)}, {}
    source.unread = set()
    starts = [0, *(n for n, line in enumerate(lines) if n and _TOP.match(line)), len(lines)]
    readable = True
    for start, end in pairwise(starts):
        section = lines[start:end]
        first = next((line for line in section if line.strip()[:1] not in ("", "#")), None)
        if first is None:
            continue
        before = len(source.faults)
        fault = None
        try:
            tree = Tree(source, "\n".join(section), start, source.tree).read()
            if tree is not source.tree or first.startswith(" "):
                fault = no_key(file, lines[:end], start)
        except yaml.YAMLError as error:
            fault = diagnose(file, lines[:end], start, error)
        if fault:
            readable = False
            name = first.partition(":")[0].strip()
            source.unread.add((name,))
            source.tree.pop(name, None)
            # What the parser made of the text behind the mistake is not what was meant.
            here = fault.line, fault.column
            source.faults[before:] = [
                each for each in source.faults[before:] if (each.line, each.column) < here
            ]
            if indented_by_tab.isdisjoint(range(start, end)):
                source.report(fault)
    if readable:
        source.report(diagnose(file, lines, 0, whole))
