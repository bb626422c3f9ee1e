"""Trials that present a stimulus and then ask pages of measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from experiments.design.slots import Cells, Trial
from experiments.files.reading import Findings, Key, Model
from experiments.files.references import (
    FactorName,
    Level,
    Levels,
    StimuliName,
    TextKey,
    undeclared,
)
from experiments.marked_text import TextError, blocks
from experiments.screen import Block, Screen
from experiments.tasks.step import AskingStep, Composer, Outline


class Variant(Model):
    """The text variant of a stimulus that is shown at each level of a factor."""

    by: FactorName
    """The factor."""
    names: dict[Level, str] = {}
    """Level -> name of the variant (default: the name of the level)."""
    otherwise: str = ""
    """Variant for levels that ``names`` does not list."""

    def of(self, level: str | int) -> str:
        """Return the variant's name at a level."""
        return self.names.get(level) or self.otherwise or str(level)


class Pictures(Model):
    """The pictures shown with a stimulus; declared because their number is part of the manipulation."""

    rule: Literal["none", "one", "count"]
    """'none'; 'one' (the item's first picture); 'count' (as many of the item's pictures as there are victims)."""
    by: FactorName = ""
    """count: the factor whose levels are numbers of victims."""
    most: Annotated[int, Field(ge=1, le=12)] = 8
    """count: maximum number of pictures."""
    only: Levels = {}
    """Factor -> levels at which pictures are shown (default: always)."""

    @model_validator(mode="after")
    def _counted(self) -> Pictures:
        if self.rule == "count" and not self.by:
            raise ValueError(
                "found the rule 'count' without 'by'; name the factor whose levels are the numbers"
            )
        return self

    def number(self, cells: Mapping[str, str | int]) -> int:
        """Return the number of pictures at these levels."""
        if any(cells[factor] not in levels for factor, levels in self.only.items()):
            return 0
        match self.rule:
            case "none":
                return 0
            case "one":
                return 1
            case "count":
                return min(int(cells[self.by]), self.most)


class PresentationStep(AskingStep):
    """Base class of steps that show a stimulus, then ask pages of measures."""

    stimuli: StimuliName
    """Entry of the protocol's ``stimuli``."""
    show: TextKey
    """Text key of the page; ``{text}`` is replaced by the stimulus text, ``{field}`` by a field of the item."""
    variant: Variant | None = None
    """The text variant at each level of a factor (default: the variant ``text``)."""
    text: str = "text"
    """Name of the variant if ``variant`` is not given."""
    inserts: dict[str, TextKey] = {}
    """Placeholder of the stimulus texts -> text key of its value."""
    pictures: Pictures | None = None

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for number, trial in enumerate(composer.slot.trials[self.stimuli], start=1):
            cells = composer.cells(trial)
            values = self.values(composer, trial, cells)
            of_trial = {"trial": number, "stimulus": trial.stimulus, "cells": cells}
            shown = list(blocks(composer.text(self.show, values, cells)))
            number_shown = self.pictures.number(cells) if self.pictures else 0
            if pictures := composer.pictures_of(self.stimuli, trial.stimulus)[:number_shown]:
                heading = shown and shown[0].type == "heading"
                shown.insert(1 if heading else 0, Block("images", images=pictures))
            yield composer.screen(self, f".{number}", "read", content=tuple(shown), **of_trial)
            for page in self.asks:
                yield composer.questions(self, f".{number}", page, values=values, **of_trial)

    def faults(self, protocol: Outline, key: Key) -> Findings:
        yield from super().faults(protocol, key)
        if self.variant and self.variant.by in protocol.factors:
            levels = protocol.factors[self.variant.by].levels
            at = (*key, "variant", "names")
            yield from undeclared(at, "the level", self.variant.names, levels)
        by = self.pictures.by if self.pictures else ""
        if by in protocol.factors and not protocol.factors[by].numeric:
            found = f"the levels of '{by}' are not numbers of pictures"
            yield (*key, "pictures", "by"), found, "Name a factor with 'numeric: true'."

    def values(self, composer: Composer, trial: Trial, cells: Cells) -> dict[str, object]:
        """Return the values of the page's placeholders: the item's fields and its text."""
        stimuli = composer.sets[self.stimuli]
        variant = self.variant.of(cells[self.variant.by]) if self.variant else self.text
        inserts = {name: composer.text(key, cells=cells) for name, key in self.inserts.items()}
        inserts |= self.phrases(composer, cells)
        try:
            text = stimuli.text(stimuli.item(trial.stimulus), composer.language, variant, inserts)
        except KeyError as error:
            raise TextError(
                f"stimuli.{self.stimuli}",
                f"the text '{variant}' of the item '{trial.stimulus}' cannot be composed in"
                f" '{composer.language}' ({error.args[0]}).",
                f"The set has the variants {', '.join(stimuli.variants)}.",
            ) from None
        return {**composer.fields_of(self.stimuli, trial.stimulus), "text": text}

    def phrases(self, composer: Composer, cells: Cells) -> dict[str, str]:
        """Return the values of the stimulus text's placeholders that the task provides."""
        return {}
