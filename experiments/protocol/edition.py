"""Which edition of the protocol language a file is written in."""

from __future__ import annotations

import re
from pathlib import Path

_OF_THE_FIRST = re.compile(
    rb"^(allocation|ethics|exclusions|hypotheses|languages|measures|sesoi|stimuli|texts)[ ]*:",
    re.MULTILINE,
)
"""Top-level keys of the first edition that the second does not have."""


def is_second_edition(path: Path) -> bool:
    """Return whether a file is a study of the second edition; False if there is no such file."""
    return path.is_file() and not _OF_THE_FIRST.search(path.read_bytes())
