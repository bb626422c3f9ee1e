"""The setting of a session's pages: language, texts of the buttons, pictures, and how far one has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.lab.frame import Pictures
from experiments.places import room
from experiments.screen import Screen
from experiments.timeline import Timeline


@dataclass(frozen=True)
class Setting:
    """What all pages of a session share."""

    language: str
    rtl: bool
    interface: Mapping[str, str]
    pictures: Pictures
    phases: tuple[str, ...]
    """Parts of the session in order; a phase that comes back later is one part."""
    simulated: bool = False
    participant: str = ""
    """The code that the last page tells, by which answers are deleted."""

    @classmethod
    def of(
        cls,
        timeline: Timeline,
        root: Path | None = None,
        simulated: bool = False,
        participant: str = "",
    ) -> Setting:
        """Return the setting of a timeline.

        Parameters
        ----------
        root
            Folder that pictures' paths start from (default: ``stimuli/``).
        simulated
            Whether a simulated person sits there; every page then says so.
        participant
            The participant's code.
        """
        way = [screen.phase for screen in timeline.screens if screen.ends in {"", "complete"}]
        return cls(
            timeline.language,
            timeline.direction == "rtl",
            timeline.interface,
            Pictures(root or room("stimuli")),
            tuple(dict.fromkeys(way)),
            simulated,
            participant,
        )

    def progress(self, screen: Screen) -> tuple[int, int]:
        """Return the part that a screen belongs to, from 1, and the number of parts."""
        parts = len(self.phases)
        if screen.ends or screen.phase not in self.phases:
            return parts, parts
        return self.phases.index(screen.phase) + 1, parts
