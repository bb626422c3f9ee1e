"""The texts for participants in a study: the values of all keys of the type ``Text``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from experiments.files.faults import Key
from experiments.files.scalars import ShownText
from experiments.protocol.places import entries
from experiments.protocol.study_file import StudyFile


def texts(study: StudyFile) -> Iterator[tuple[Key, str]]:
    """Yield every text for participants with its key in the file, in the order of the models."""
    yield from _texts(study, ())


def _texts(value: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, ShownText):
        yield key, value
    for part, each in entries(value):
        # The only entry of a section without names is written without a name.
        yield from _texts(each, key if part == "" else (*key, part))
