"""Answers that stay on this computer: kept beside the journals while their session lasts, and deleted when it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from experiments.screen import Answer

FOLDER = "device"
"""Folder of a collection that is in no data package."""

Answers = dict[tuple[str, str], Answer]
"""(screen, measure) -> answer."""


@dataclass(frozen=True)
class DeviceAnswers:
    """The file with the answers of one session that are in no row."""

    path: Path

    @classmethod
    def of(cls, journal: Path) -> DeviceAnswers:
        """Return the file that belongs to a journal."""
        return cls(journal.parent.parent / FOLDER / f"{journal.stem}.json")

    def read(self) -> Answers:
        """Return the answers; none if there is no file."""
        if not self.path.exists():
            return {}
        entries: Iterable[list[str]] = json.loads(self.path.read_text(encoding="utf-8"))
        return {(screen, measure): answer for screen, measure, answer in entries}

    def write(self, answers: Answers) -> None:
        """Replace the answers."""
        self.path.parent.mkdir(exist_ok=True)
        partial = self.path.with_suffix(".partial")
        text = json.dumps([[*key, answer] for key, answer in answers.items()], ensure_ascii=False)
        partial.write_text(text, encoding="utf-8")
        partial.replace(self.path)

    def delete(self) -> None:
        """Delete the file, if there is one."""
        self.path.unlink(missing_ok=True)
