"""Which edition of the protocol language a file is written in."""

from __future__ import annotations

import re
from pathlib import Path

_OF_THE_FIRST = re.compile(rb"^(measures|languages)[ ]*:", re.MULTILINE)
"""Top-level keys that every study of the first edition has, and none of the second."""


def is_second_edition(path: Path) -> bool:
    """Return whether a file is a study of the second edition; False if there is no such file."""
    return path.is_file() and not _OF_THE_FIRST.search(path.read_bytes())
