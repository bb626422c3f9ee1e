"""The step: one entry of a protocol's flow. Each task is a kind of step and composes its screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.reading import Model
from experiments.screen import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from experiments.composing import Composer
    from experiments.schema import Column
    from experiments.screen import Screen


class Step(Model):
    """What all entries of a flow share."""

    task: str
    """Which task this step is."""
    id: str = ""
    """Name of the step, if the task stands more than once in the flow (default: the task's name)."""
    phase: Phase
    """Part of the session it belongs to."""
    modes: tuple[str, ...] = ()
    """Modes in which the step is shown (default: all)."""
    when: dict[str, tuple[str | int, ...]] = {}
    """Between-factors and the levels at which the step is shown (default: always)."""

    @property
    def name(self) -> str:
        """Prefix of the ids of this step's screens."""
        return self.id or self.task

    def texts(self) -> Iterable[str]:
        """Return the text keys this step needs."""
        return ()

    def measures(self) -> Iterable[str]:
        """Return the declared measures this step asks."""
        return ()

    def columns(self) -> Iterable[Column]:
        """Return the measures this step adds by itself, each with a sentence."""
        return ()

    def screens(self, composer: Composer) -> Iterable[Screen]:
        """Compose the screens of this step for one slot."""
        raise NotImplementedError
