"""Presenting: the shape that all trials share. A stimulus is shown, then pages of measures are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from experiments.design.slots import Cells, Trial
from experiments.files.reading import Key, Model
from experiments.files.references import (
    FactorName,
    Found,
    Level,
    Levels,
    StimuliName,
    Text,
    undeclared,
)
from experiments.marked_text import TextFault, blocks
from experiments.screen import Block, Screen
from experiments.tasks.step import Asking, Composer, Outline


class Variant(Model):
    """Which text of a stimulus is shown under which level of a factor."""

    by: FactorName
    """The factor."""
    names: dict[Level, str] = {}
    """Level -> name of the variant (default: the level's own name)."""
    otherwise: str = ""
    """Variant for levels that ``names`` does not list."""

    def of(self, level: str | int) -> str:
        """Return the variant's name at a level."""
        return self.names.get(level) or self.otherwise or str(level)


class Pictures(Model):
    """Which pictures go with a stimulus: declared, since their number is part of the manipulation."""

    rule: Literal["none", "one", "count"]
    """'none'; 'one' (the item's first); 'count' (as many of the item's as there are victims)."""
    by: FactorName = ""
    """count: the factor that states the number of victims."""
    most: Annotated[int, Field(ge=1, le=12)] = 8
    """count: greatest number of pictures."""
    only: Levels = {}
    """Factor -> levels at which pictures are shown (default: always)."""

    @model_validator(mode="after")
    def _counted(self) -> Pictures:
        if self.rule == "count" and not self.by:
            raise ValueError(
                "found the rule 'count' without 'by'; name the factor that states the number"
            )
        return self

    def number(self, cells: Mapping[str, str | int]) -> int:
        """Return how many pictures are shown at these levels."""
        if any(cells[factor] not in levels for factor, levels in self.only.items()):
            return 0
        match self.rule:
            case "none":
                return 0
            case "one":
                return 1
            case "count":
                return min(int(cells[self.by]), self.most)


class Presenting(Asking):
    """Show a stimulus, then ask."""

    stimuli: StimuliName
    """Which use of stimuli (a name of the protocol's ``stimuli``)."""
    show: Text
    """Text key of the page; ``{text}`` is the stimulus text, and its fields have their names."""
    variant: Variant | None = None
    """Which text of the item is shown (default: the text named 'text')."""
    text: str = "text"
    """The variant shown where no factor decides."""
    inserts: dict[str, Text] = {}
    """Placeholder of the stimulus texts -> text key of what is put in."""
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

    def faults(self, protocol: Outline, key: Key) -> Found:
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
        """Return what the page's text can name: the item's fields and its text."""
        stimuli = composer.sets[self.stimuli]
        variant = self.variant.of(cells[self.variant.by]) if self.variant else self.text
        inserts = {name: composer.text(key, cells=cells) for name, key in self.inserts.items()}
        inserts |= self.phrases(composer, cells)
        try:
            text = stimuli.text(stimuli.item(trial.stimulus), composer.language, variant, inserts)
        except KeyError as error:
            raise TextFault(
                f"stimuli.{self.stimuli}",
                f"the text '{variant}' of the item '{trial.stimulus}' cannot be made in"
                f" '{composer.language}' ({error.args[0]}).",
                f"The set has the variants {', '.join(stimuli.variants)}.",
            ) from None
        return {**composer.fields_of(self.stimuli, trial.stimulus), "text": text}

    def phrases(self, composer: Composer, cells: Cells) -> dict[str, str]:
        """Return what the task itself puts into the stimulus text."""
        return {}
