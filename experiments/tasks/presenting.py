"""Presenting: the shape that all trials share. A stimulus is shown, then pages of measures are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from experiments.composing import Composer, TextFault
from experiments.design import Trial
from experiments.reading import Model
from experiments.screen import Screen
from experiments.step import Step


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

    rule: str
    """'none'; 'item' (the item's own); 'one' (one of the pool); 'count' (as many as there are victims)."""
    by: str = ""
    """count: the factor that states the number of victims."""
    most: Annotated[int, Field(ge=1, le=12)] = 8
    """count: greatest number of pictures."""
    pool: str = ""
    """one, count: stimulus set that the pictures come from."""
    only: dict[str, tuple[str | int, ...]] = {}
    """Factor -> levels at which pictures are shown (default: always)."""


class Presenting(Step):
    """Show a stimulus, then ask."""

    stimuli: str
    """Which use of stimuli (a name of the protocol's ``stimuli``)."""
    show: str
    """Text key of the page; ``{text}`` is the stimulus text, and its fields have their names."""
    variant: Variant | None = None
    """Which text of the item is shown (default: the text named 'text')."""
    pictures: Pictures | None = None
    asks: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    """Pages of measures; the measures of one page are of one kind."""

    def texts(self) -> Iterable[str]:
        return (self.show,)

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
        pictures = composer.pictures(self.shown_pictures(composer, number, trial, cells))
        heading = sum(block.type == "heading" for block in shown[:1])
        yield Screen(
            id=here, kind="read", content=(*shown[:heading], *pictures, *shown[heading:]), **base
        )
        for page in self.asks:
            yield Screen(
                id=f"{here}.{page[0]}",
                kind=composer.kind(page),
                asks=composer.asks(page, cells, values),
                **base,
            )

    def values(
        self, composer: Composer, trial: Trial, cells: Mapping[str, str | int]
    ) -> dict[str, object]:
        """Return what the page's text can name: the item's fields and its text."""
        item = composer.item(self.stimuli, trial)
        variant = self.variant.of(cells[self.variant.by]) if self.variant else "text"
        texts = item.texts.get(composer.language, {})
        key = f"stimuli.{self.stimuli}, item {item.id}"
        if variant not in texts:
            raise TextFault(
                key,
                f"there is no text '{variant}' in '{composer.language}'.",
                f"The item has: {', '.join(texts) or 'none'}.",
            )
        fields = {**item.fields_in(composer.language), **self.phrases(composer, cells)}
        return {**fields, "text": composer.fill(texts[variant], key, fields, dict(cells))}

    def phrases(self, composer: Composer, cells: Mapping[str, str | int]) -> dict[str, str]:
        """Return what the stimulus text can name beside its own fields."""
        return {}

    def shown_pictures(
        self, composer: Composer, number: int, trial: Trial, cells: Mapping[str, str | int]
    ) -> Iterable[Mapping[str, Any]]:
        """Return the pictures of a trial by the declared rule."""
        rule = self.pictures
        if rule is None or any(cells[factor] not in levels for factor, levels in rule.only.items()):
            return ()
        match rule.rule:
            case "item":
                return composer.item(self.stimuli, trial).pictures(composer.language)
            case "none":
                return ()
        pool = composer.sets[rule.pool].items
        count = 1 if rule.rule == "one" else min(int(cells[rule.by]), rule.most)
        # Every trial starts at another picture of the pool, so that no face goes with one number.
        start = composer.slot.number + number * rule.most
        chosen = [pool[(start + place) % len(pool)] for place in range(count)]
        return [picture for item in chosen for picture in item.pictures(composer.language)[:1]]
