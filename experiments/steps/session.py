"""What all screens of a session have in common: the study, the slot, the language, and what has been asked so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from experiments.interface import Interface
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.slots import Slot, Trial
from experiments.questions.stakes import Stakes
from experiments.steps.asked import Record
from experiments.steps.known import Known


@dataclass(frozen=True)
class Session:
    """What is the same on all screens of a session."""

    opened: OpenedStudy
    slot: Slot
    language: str
    interface: Interface
    session: str = ""
    """Name of the session; '' in a study with one."""
    minutes: float | None = None
    """Duration of the session, if the study does not say it."""
    record: Record = field(default_factory=Record)
    """Where each question has been asked so far."""
    known: Known = field(default_factory=dict)
    """Screens of steps that other sessions have too."""

    @property
    def draws(self) -> Mapping[str, Any]:
        """What chance decided for the slot."""
        self.record.own += 1
        return self.slot.draws

    def trials(self, name: str) -> tuple[Trial, ...]:
        """Return the trials of a loop, or of the minimal-group procedure."""
        self.record.own += 1
        return self.slot.trials[name]

    @cached_property
    def same(self) -> tuple[Any, ...]:
        """What the screens of a session depend on, but for its trials and draws."""
        cells = tuple(self.slot.levels.items())
        return (self.slot.mode, self.session, self.language, self.minutes, cells)

    @cached_property
    def stakes(self) -> Stakes | None:
        """The stakes of the mode; None if nothing is divided."""
        return self.opened.study.stakes_in(self.slot.mode)
