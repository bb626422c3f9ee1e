"""The minimal-group procedure: a trivial task, and a group said to follow from it, assigned at random.

Tajfel, Billig, Bundy & Flament (1971), Eur. J. Soc. Psychol. 1:149 used both variants built here: dot
estimation and painting preference [M+]. The group comes from the allocation list, balanced over the
slots; the answers do not matter, and the debrief has to say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import starmap
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.measures import Context, Measure
from experiments.measures.choose import Choose
from experiments.measures.write import Write
from experiments.reading import Key
from experiments.screen import Block, Option, Phase, Screen
from experiments.step import Step
from experiments.undeclared import Said, undeclared

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class MinimalGroup(Step):
    """Ask for estimates of dots or for preferred paintings, then show the group, assigned by chance."""

    task: Literal["minimal_group"]
    phase: Phase = "instructions"
    variant: Literal["dots", "paintings"]
    stimuli: str
    """Use of stimuli: the dot displays, or the pairs of paintings."""
    prompt: str
    """Text key of the question after each display, or over each pair."""
    group: str
    """Between-factor whose level is the group assigned."""
    feedback: dict[str | int, str]
    """Level of ``group`` -> text key of the page that tells it."""
    seconds: Annotated[float, Field(gt=0, le=30)] = 1.5
    """dots: how long each display is shown."""
    most: Annotated[int, Field(ge=1)] = 1000
    """dots: greatest estimate that can be typed."""

    def texts(self) -> Iterable[str]:
        return (self.prompt, *self.feedback.values())

    def own_measures(self) -> Mapping[str, Measure]:
        if self.variant == "dots":
            estimated = Write(
                kind="write",
                sentence="Estimated number of dots of the display.",
                prompt=self.prompt,
                entry="integer",
                maximum=self.most,
                longest=len(str(self.most)),
                unit="dots",
            )
            return {"dots_estimated": estimated}
        # What is asked stands over the pictures, which are the options' labels.
        preferred = Choose(
            kind="choose",
            sentence="Which painting of the pair is preferred.",
            prompt="",
            options={"left": "left", "right": "right"},
        )
        return {"painting_preferred": preferred}

    def faults(self, protocol: Protocol, key: Key) -> Said:
        yield from undeclared((*key, "stimuli"), "the stimuli", [self.stimuli], protocol.stimuli)

    def screens(self, composer: Composer) -> Iterable[Screen]:
        compose = self._dots if self.variant == "dots" else self._paintings
        for number, trial in enumerate(composer.slot.trials[self.stimuli], start=1):
            shown = tuple(composer.pictures_of(self.stimuli, trial.stimulus))
            yield from compose(composer, number, trial.stimulus, shown)
        yield Screen(
            id=f"{self.name}.feedback",
            kind="read",
            phase=self.phase,
            task=self.task,
            content=composer.blocks(composer.text(self.feedback[composer.slot.cells[self.group]])),
            proceed=composer.interface.texts["continue"],
            at_least=2.0,
            cells=composer.cells(),
        )

    def _dots(
        self, composer: Composer, number: int, stimulus: str, shown: tuple[dict[str, str], ...]
    ) -> Iterable[Screen]:
        here = f"{self.name}.{number}"
        yield Screen(
            id=here,
            kind="look",
            phase=self.phase,
            task=self.task,
            duration=self.seconds,
            content=composer.pictures(shown),
            trial=number,
            stimulus=stimulus,
        )
        yield Screen(
            id=f"{here}.estimate",
            kind="write",
            phase=self.phase,
            task=self.task,
            asks=tuple(starmap(composer.question, self.own_measures().items())),
            proceed=composer.interface.texts["continue"],
            trial=number,
            stimulus=stimulus,
        )

    def _paintings(
        self, composer: Composer, number: int, stimulus: str, shown: tuple[dict[str, str], ...]
    ) -> Iterable[Screen]:
        ((name, measure),) = self.own_measures().items()
        asked = measure.ask(name, Context(str))
        pictured = tuple(
            Option(option.value, picture["alt"], picture["src"])
            for option, picture in zip(asked.options, shown, strict=True)
        )
        yield Screen(
            id=f"{self.name}.{number}",
            kind="choose",
            phase=self.phase,
            task=self.task,
            content=(Block("text", composer.text(self.prompt)),),
            asks=(replace(asked, options=pictured),),
            proceed=composer.interface.texts["continue"],
            trial=number,
            stimulus=stimulus,
        )
