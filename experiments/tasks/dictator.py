"""The dictator game: dividing an endowment between oneself and a recipient whose group is stated.

Without interdependence, in-group favouritism is small: d = .19, Balliet, Wu & De Dreu (2014),
Psychological Bulletin 140:1556 [V].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from experiments.files.references import AskedMeasure, FactorName, Level, StimuliName, TextKey
from experiments.marked_text import blocks
from experiments.screen import Phase, Screen
from experiments.tasks.step import Composer, Step


class Dictator(Step):
    """Ask participants to divide an endowment between themselves and recipients from different groups."""

    task: Literal["dictator"]
    phase: Phase = "trials"
    stimuli: StimuliName
    """Entry of ``stimuli`` whose items are the recipients, crossed with the factor ``tag``."""
    tag: FactorName
    """Factor whose levels are the recipients' groups."""
    recipient: dict[Level, TextKey]
    """Level of ``tag`` -> text key of the page that introduces the recipient."""
    measure: AskedMeasure
    """A declared ``give`` measure."""

    def by_level(self) -> Mapping[str, str]:
        return {"recipient": self.tag}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for number, trial in enumerate(composer.slot.trials[self.stimuli], start=1):
            cells = composer.cells(trial)
            page = composer.text(self.recipient[cells[self.tag]], cells=cells)
            yield composer.questions(
                self,
                f".{number}",
                [self.measure],
                content=blocks(page),
                trial=number,
                stimulus=trial.stimulus,
                cells=cells,
            )
