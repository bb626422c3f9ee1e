"""The study that a live preview shows: opened again whenever one of its files has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.interface import languages as interface_languages
from experiments.places import shipped_folder
from experiments.stimuli.clips import FORMATS
from experiments.stimuli.media import PICTURES
from experiments.study import Study, open_study

SUFFIXES = (".yaml", ".csv", ".xlsx", ".po", ".md", ".vtt", *PICTURES, *FORMATS)
"""Files of a study, its parts and its stimuli that can be edited."""


@dataclass(frozen=True)
class Shown:
    """The study as it was when it was opened last."""

    version: str
    """Changes with every change of a file."""
    study: Study | None
    """None if the file has faults."""
    faults: tuple[dict[str, Any], ...] = ()

    def slots(self, mode: str) -> list[Any]:
        """Return the first slot of each cell of a mode, in the order of the factors' levels."""
        assert self.study is not None
        levels = self.study.levels

        def place(slot: Any) -> list[int]:
            return [levels[name].index(level) for name, level in slot.cells.items()]

        return sorted(self.study.first_slots(mode), key=place)

    def summary(self) -> dict[str, Any]:
        """Return what the pickers offer, or the faults."""
        if self.study is None:
            return {"version": self.version, "faults": list(self.faults)}
        modes = [
            {"name": mode, "cells": [_label(slot) for slot in self.slots(mode)]}
            for mode in self.study.modes
        ]
        return {
            "version": self.version,
            "faults": [],
            "study": self.study.study,
            "modes": modes,
            "languages": [
                [each.language, f"{each.language} ({each.lacks})" if each.gaps else each.language]
                for each in self.study.translations
                if each.language in interface_languages()
            ],
        }


def _label(slot: Any) -> str:
    return (
        ", ".join(f"{name} = {level}" for name, level in slot.cells.items()) or "all participants"
    )


class Watched:
    """A study file that is opened again when it, or a file it may use, has changed.

    Parameters
    ----------
    path
        The study file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock = Lock()
        self._shown: Shown | None = None

    def version(self) -> str:
        """Return a code that changes with every change of the study's files."""
        digest = sha256()
        for file in sorted(self._files()):
            state = file.stat()
            digest.update(f"{file}\0{state.st_mtime_ns}\0{state.st_size}\n".encode())
        return digest.hexdigest()[:16]

    def _files(self) -> Iterator[Path]:
        folders = [self.path.parent, self.path.parent / "parts", self.path.parent / "stimuli"]
        folders += [shipped_folder("protocols") / "parts", shipped_folder("stimuli")]
        for folder in folders:
            for file in (*folder.glob("*"), *folder.glob("*/*")):
                if file.suffix in SUFFIXES and file.is_file():
                    yield file

    def shown(self) -> Shown:
        """Return the study as its files are now."""
        with self._lock:
            version = self.version()
            if self._shown is None or self._shown.version != version:
                self._shown = self._open(version)
            return self._shown

    def _open(self, version: str) -> Shown:
        try:
            study: Study = open_study(self.path)
            _ = study.translations  # Mistakes in PO files are shown too.
            for mode in study.modes:
                # What cannot be shown yet is found when screens are composed.
                study.timeline(study.first_slots(mode)[0])
            return Shown(version, study)
        except InvalidFileError as error:
            faults = [
                {
                    "at": f"{Path(fault.file).name}, line {fault.line}, column {fault.column}",
                    "key": fault.key,
                    "found": fault.found,
                    "remedy": fault.remedy,
                }
                for fault in error.faults
            ]
        except UserError as error:
            faults = [{"at": self.path.name, "key": "", "found": str(error), "remedy": ""}]
        return Shown(version, None, tuple(faults))
