"""The minimal-group procedure: a trivial task that seems to determine a group, which is in fact assigned at random.

Tajfel, Billig, Bundy & Flament (1971), Eur. J. Soc. Psychol. 1:149 used both variants: dot
estimation and painting preference [M+]. The group is taken from the allocation list and balanced over its
slots. The answers have no effect, which the debriefing must disclose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.files.references import FactorName, Level, StimuliName, TextKey
from experiments.measures import Context, Measure
from experiments.measures.choose import Choose
from experiments.measures.write import Write
from experiments.screen import Block, Option, Phase, Screen
from experiments.tasks.step import Composer, Step

Pictures = tuple[dict[str, str], ...]
Fields = dict[str, Any]


class MinimalGroup(Step):
    """Ask for estimates of dots or preferences for paintings, then show the randomly assigned group."""

    task: Literal["minimal_group"]
    phase: Phase = "instructions"
    variant: Literal["dots", "paintings"]
    stimuli: StimuliName
    """Entry of ``stimuli``: the dot displays or the pairs of paintings."""
    prompt: TextKey
    """Text key of the question after each display or above each pair."""
    group: FactorName
    """Between-factor whose level is the assigned group."""
    feedback: dict[Level, TextKey]
    """Level of ``group`` -> text key of the page that names the group."""
    seconds: Annotated[float, Field(gt=0, le=30)] = 1.5
    """dots: seconds for which each display is shown."""
    most: Annotated[int, Field(ge=1)] = 1000
    """dots: highest estimate that can be entered."""

    def own_measures(self) -> Mapping[str, Measure]:
        if self.variant == "dots":
            estimated = Write(
                kind="write",
                sentence="Estimated number of dots in the display.",
                prompt=self.prompt,
                entry="integer",
                maximum=self.most,
                longest=len(str(self.most)),
                unit="dots",
            )
            return {"dots_estimated": estimated}
        # The question is shown above the pictures, which serve as the labels of the options.
        preferred = Choose(
            kind="choose",
            sentence="Preferred painting of the pair.",
            prompt="",
            options={"left": "left", "right": "right"},
        )
        return {"painting_preferred": preferred}

    def by_level(self) -> Mapping[str, str]:
        return {"feedback": self.group}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        compose = self._dots if self.variant == "dots" else self._paintings
        for number, trial in enumerate(composer.slot.trials[self.stimuli], start=1):
            shown = composer.pictures_of(self.stimuli, trial.stimulus)
            for suffix, kind, fields in compose(composer, shown):
                fields = {"trial": number, "stimulus": trial.stimulus, **fields}
                yield composer.screen(self, f".{number}{suffix}", kind, **fields)
        feedback = self.feedback[composer.slot.cells[self.group]]
        yield composer.page(self, ".feedback", feedback, at_least=2.0, cells=composer.cells())

    def _dots(self, composer: Composer, shown: Pictures) -> Iterable[tuple[str, str, Fields]]:
        content = (Block("images", images=shown),)
        yield "", "look", {"content": content, "duration": self.seconds, "proceed": ""}
        yield ".estimate", "write", {"asks": composer.own_questions(self)}

    def _paintings(self, composer: Composer, shown: Pictures) -> Iterable[tuple[str, str, Fields]]:
        ((name, measure),) = self.own_measures().items()
        question = measure.ask(name, Context(str))
        pictured = tuple(
            Option(option.value, picture["alt"], picture["src"])
            for option, picture in zip(question.options, shown, strict=True)
        )
        content = (Block("text", composer.text(self.prompt)),)
        yield "", "choose", {"content": content, "asks": (replace(question, options=pictured),)}
