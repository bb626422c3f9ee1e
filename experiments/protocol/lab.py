"""The laboratory's own file: texts that a laboratory sets once for all its studies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Name, Text
from experiments.files.writing import to_yaml

FILE = "lab.yaml"
"""Name of the file, beside the studies."""


class Lab(Model):
    """What a laboratory sets."""

    values: dict[Name, Text] = {}
    """Texts such as ``contact``, ``help_line`` and ``charity``; a study can override them."""
    approval: dict[Name, Text] = {}
    """Study -> who approved it, and under which number."""

    def values_for(self, study: str) -> dict[str, str]:
        """Return the values of a study, as far as the laboratory sets them."""
        approved = {"approval": self.approval[study]} if study in self.approval else {}
        return {**self.values, **approved}


def load_lab(folder: Path) -> Lab:
    """Read the laboratory's file; a folder without one has a laboratory that sets nothing.

    Raises
    ------
    InvalidFileError
        With every fault of the file.
    """
    path = folder / FILE
    return parse(Lab, read(path)) if path.exists() else Lab()


def printed(values: Mapping[str, str]) -> str:
    """Return values as YAML."""
    return to_yaml({"values": dict(values)}, {})


def hash_of(values: Mapping[str, str]) -> str:
    """Return the first 16 digits of the SHA-256 of values."""
    content = json.dumps(dict(values), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
