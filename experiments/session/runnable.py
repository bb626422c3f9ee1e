"""What previews and sessions need of a study."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from experiments.session.collection import Collected
from experiments.timeline.timeline import Timeline


class RunnableStudy(Collected, Protocol):
    """A study of which sessions can be previewed and run."""

    @property
    def title(self) -> str: ...
    @property
    def modes(self) -> tuple[str, ...]: ...
    @property
    def levels(self) -> Mapping[str, Sequence[Any]]:
        """Factor -> its levels, in order."""
        ...

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def minutes(self) -> float:
        """Planned duration of a session, of the longest one if they differ."""
        ...

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        ...

    def unfinished(self, languages: Collection[str]) -> list[str]:
        """Return what a lab must still fill in before the first participant, as one sentence each."""
        ...

    def stakes(self, mode: str) -> Any:
        """Return the stakes of a mode: their ``kind`` and ``probability``."""
        ...

    def mode(self, name: str | None = None) -> str:
        """Return the name of a mode, by default that of the primary mode."""
        ...

    def language(self, code: str | None = None) -> str:
        """Return the code of a language, by default that of the study's first language."""
        ...

    def slots(self, mode: str) -> Sequence[Any]:
        """Return the allocation list of a mode."""
        ...

    def first_slots(self, mode: str) -> Sequence[Any]:
        """Return the first slot of each cell of a mode."""
        ...

    def timeline(self, slot: Any, language: str | None = None) -> Timeline:
        """Compose the timeline of a slot in a language."""
        ...
