"""Presenting: the shape that all trials share. A stimulus is shown, then pages of measures are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from experiments.composing import Composer, TextFault
from experiments.design import Cells, Trial
from experiments.reading import Key, Model
from experiments.screen import Screen
from experiments.step import Step, faults_of_pages
from experiments.undeclared import Said, undeclared, undeclared_levels

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Variant(Model):
    """Which text of a stimulus is shown under which level of a factor."""

    by: str
    """The factor."""
    names: dict[str | int, str] = {}
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
    by: str = ""
    """count: the factor that states the number of victims."""
    most: Annotated[int, Field(ge=1, le=12)] = 8
    """count: greatest number of pictures."""
    only: dict[str, tuple[str | int, ...]] = {}
    """Factor -> levels at which pictures are shown (default: always)."""

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


class Presenting(Step):
    """Show a stimulus, then ask."""

    stimuli: str
    """Which use of stimuli (a name of the protocol's ``stimuli``)."""
    show: str
    """Text key of the page; ``{text}`` is the stimulus text, and its fields have their names."""
    variant: Variant | None = None
    """Which text of the item is shown (default: the text named 'text')."""
    text: str = "text"
    """The variant shown where no factor decides."""
    inserts: dict[str, str] = {}
    """Placeholder of the stimulus texts -> text key of what is put in."""
    pictures: Pictures | None = None
    asks: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    """Pages of measures; the measures of one page are of one kind."""

    def texts(self) -> Iterable[str]:
        return (self.show, *self.inserts.values())

    def measures(self) -> Iterable[str]:
        return tuple(name for page in self.asks for name in page)

    def screens(self, composer: Composer) -> Iterable[Screen]:
        trials = composer.slot.trials[self.stimuli]
        for number, trial in enumerate(trials, start=1):
            yield from self._trial(composer, number, trial)

    def _trial(self, composer: Composer, number: int, trial: Trial) -> Iterable[Screen]:
        cells = composer.cells(trial)
        values = self.values(composer, trial, cells)
        base: dict[str, Any] = {
            "phase": self.phase,
            "task": self.task,
            "trial": number,
            "stimulus": trial.stimulus,
            "cells": cells,
            "proceed": composer.interface.texts["continue"],
        }
        here = f"{self.name}.{number}"
        shown = composer.blocks(composer.text(self.show, values, cells))
        number_shown = self.pictures.number(cells) if self.pictures else 0
        pictures = composer.pictures(
            composer.pictures_of(self.stimuli, trial.stimulus)[:number_shown]
        )
        heading = sum(block.type == "heading" for block in shown[:1])
        content = (*shown[:heading], *pictures, *shown[heading:])
        yield Screen(id=here, kind="read", content=content, **base)
        for page in self.asks:
            yield Screen(
                id=f"{here}.{page[0]}",
                kind=composer.kind(page),
                asks=composer.asks(page, cells, values),
                **base,
            )

    def faults(self, protocol: Protocol, key: Key) -> Said:
        yield from undeclared((*key, "stimuli"), "the stimuli", [self.stimuli], protocol.stimuli)
        if self.variant:
            names = {self.variant.by: self.variant.names}
            yield from undeclared_levels((*key, "variant", "names"), names, protocol.factors)
        if self.pictures:
            only = self.pictures.only
            yield from undeclared_levels((*key, "pictures", "only"), only, protocol.factors)
            if self.pictures.rule == "count":
                yield from undeclared(key, "the factor", [self.pictures.by], protocol.factors)
        yield from faults_of_pages(self.asks, protocol, key)

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
