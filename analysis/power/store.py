"""The store of finished blocks: a run that was stopped goes on where it was, and never does work twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Store:
    """A folder with one file for each finished block."""

    folder: Path

    def path(self, key: str, number: int) -> Path:
        """Return where a block stands."""
        return self.folder / key / f"{number:05d}.json"

    def read(self, key: str, number: int) -> dict[str, Any] | None:
        """Return a finished block, or None if it is not there (or was cut off, which is as good)."""
        try:
            found = json.loads(self.path(key, number).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, key: str, number: int, block: dict[str, Any]) -> None:
        """Keep a finished block; a block is there as a whole or not at all.

        Raises
        ------
        AnalysisError
            If the folder cannot be written.
        """
        path = self.path(key, number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(block), encoding="utf-8")
            os.replace(part, path)
        except OSError as error:
            raise AnalysisError(
                f"The cache {self.folder} cannot be written ({error.strerror}).",
                "Make room or mend the permissions, or choose another folder with --cache; finished blocks"
                " are kept.",
            ) from error

    def blocks(self, key: str, count: int) -> Iterator[dict[str, Any]]:
        """Return the finished blocks of a piece of work in their order, one at a time."""
        for number in range(count):
            block = self.read(key, number)
            if block is None:
                raise AnalysisError(
                    f"Block {number} of {key} is missing in {self.folder}.",
                    "Run the command again; what is there is used.",
                )
            yield block
