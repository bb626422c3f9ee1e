"""Markers at onsets and responses for EEG and physiology: serial port, parallel port, LSL, photodiode.

Off by default. The libraries are imported only when a marker is asked for.
"""

from __future__ import annotations

from typing import Any, Protocol
from zlib import crc32


class MarkersError(Exception):
    """A marker was asked for that this PC cannot send; the message says what to do."""


class Markers(Protocol):
    """Sends markers."""

    def at_onset(self, screen: str) -> None:
        """Get ready: the next flip shows this screen."""
        ...

    def onset(self) -> None:
        """Mark that the flip has just happened (called by PsychoPy right after it)."""
        ...

    def response(self, screen: str) -> None:
        """Mark that a screen was answered."""
        ...

    def draw(self) -> None:
        """Draw what belongs to the marker, last before the flip."""
        ...


class NoMarkers:
    """Sends nothing."""

    def at_onset(self, screen: str) -> None:
        """Do nothing."""

    def onset(self) -> None:
        """Do nothing."""

    def response(self, screen: str) -> None:
        """Do nothing."""

    def draw(self) -> None:
        """Draw nothing."""
