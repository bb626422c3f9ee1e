"""The laboratory's own file: texts that a laboratory sets once for all its studies."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Any

from pydantic import model_validator

from experiments.files.faults import ValueFault
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Name, Text
from experiments.files.source import Source
from experiments.files.writing import to_yaml
from experiments.protocol.names import LAB_VALUES

FILE = "lab.yaml"
"""Name of the file, beside the studies."""
APPROVAL = "approval"
"""The value that has a line for each study."""
#: A text in brackets that is not the words of a link.
_BRACKETS = re.compile(r"\[[^\[\]]*\](?!\()")


class Lab(Model):
    """What a laboratory sets."""

    values: dict[Name, Text] = {}
    """Texts such as ``contact``, ``help_line`` and ``charity``; a study can override them."""
    approval: dict[Name, Text] = {}
    """Study -> who approved it, and under which number."""

    @model_validator(mode="before")
    @classmethod
    def _in_sections(cls, data: Any) -> Any:
        if isinstance(data, dict):
            outside = [name for name in data if name in LAB_VALUES and name != APPROVAL]
            if outside:
                found = f"found {', '.join(outside)} outside 'values'"
                raise ValueFault(found, _instead("values", outside), key=outside[0])
            if isinstance(data.get(APPROVAL), str):
                found = f"found '{data[APPROVAL]}', but each study has its own approval"
                raise ValueFault(found, _instead(APPROVAL, [APPROVAL]), key=APPROVAL)
        return data

    def values_for(self, study: str) -> dict[str, str]:
        """Return the values of a study that the laboratory sets; those in [brackets] are not filled in."""
        approved = {APPROVAL: self.approval[study]} if study in self.approval else {}
        return {
            name: text
            for name, text in {**self.values, **approved}.items()
            if name not in LAB_VALUES or is_filled_in(text)
        }


def is_filled_in(text: str) -> bool:
    """Return whether nothing in a value is in brackets, as what has to be filled in is.

    >>> is_filled_in("Ada, [e-mail]"), is_filled_in("[Ada](https://example.org)")
    (False, True)
    """
    return _BRACKETS.search(text) is None


def lines_of(values: Mapping[str, str], study: str) -> str:
    """Return the lines of the laboratory's file for values of a study, with what each is in brackets.

    Parameters
    ----------
    values
        Name -> what it is.
    """
    lines = {name: f'  {name}: "[{what}]"' for name, what in values.items()}
    approval = lines.pop(APPROVAL, "").replace(APPROVAL, study, 1)
    sections = {"values:": list(lines.values()), f"{APPROVAL}:": [approval] if approval else []}
    return "\n".join(
        line for name, own in sections.items() for line in ([name, *own] if own else [])
    )


def _instead(section: str, names: list[str]) -> str:
    written = lines_of({name: LAB_VALUES[name] for name in names}, "STUDY")
    return f"Write it under '{section}:', one line for each:\n{indent(written, ' ' * 6)}"


def load_lab(folder: Path) -> Lab:
    """Read the laboratory's file; a folder without one has a laboratory that sets nothing.

    Raises
    ------
    InvalidFileError
        With every fault of the file.
    """
    path = folder / FILE
    return parse(Lab, read_lab(path)) if path.exists() else Lab()


def read_lab(path: Path) -> Source:
    """Read the laboratory's file as plain data.

    Raises
    ------
    InvalidFileError
        If it is empty, or no YAML.
    """
    lines = indent(lines_of(LAB_VALUES, "STUDY"), " " * 6)
    return read(path, f"Write what your studies tell participants, or delete the file:\n{lines}")


def printed(values: Mapping[str, str]) -> str:
    """Return values as YAML."""
    return to_yaml({"values": dict(values)}, {})


def hash_of(values: Mapping[str, str]) -> str:
    """Return the first 16 digits of the SHA-256 of values."""
    content = json.dumps(dict(values), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
