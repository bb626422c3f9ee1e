"""The dictator game: an endowment is divided with a recipient who is tagged by group.

Without interdependence in-group favouritism is small: d = .19, Balliet, Wu & De Dreu (2014),
Psychological Bulletin 140:1556 [V].
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from experiments.composing import Composer
from experiments.reading import Key
from experiments.screen import Phase, Screen
from experiments.step import Step
from experiments.undeclared import Said, undeclared

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Dictator(Step):
    """Divide an endowment with recipients who are tagged by a factor."""

    task: Literal["dictator"]
    phase: Phase = "trials"
    stimuli: str
    """Use of stimuli whose items are the recipients, crossed with the factor ``tag``."""
    tag: str
    """Factor that tags the recipient."""
    recipient: dict[str | int, str]
    """Level of ``tag`` -> text key of the page that says who the recipient is."""
    measure: str
    """A declared ``give`` measure."""

    def texts(self) -> Iterable[str]:
        return self.recipient.values()

    def measures(self) -> Iterable[str]:
        return (self.measure,)

    def faults(self, protocol: Protocol, key: Key) -> Said:
        yield from undeclared((*key, "stimuli"), "the stimuli", [self.stimuli], protocol.stimuli)

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for number, trial in enumerate(composer.slot.trials[self.stimuli], start=1):
            cells = composer.cells(trial)
            page = composer.text(self.recipient[cells[self.tag]], cells=cells)
            yield Screen(
                id=f"{self.name}.{number}.{self.measure}",
                kind=composer.kind((self.measure,)),
                phase=self.phase,
                task=self.task,
                content=composer.blocks(page),
                asks=composer.asks((self.measure,), cells),
                proceed=composer.interface.texts["continue"],
                trial=number,
                stimulus=trial.stimulus,
                cells=cells,
            )
