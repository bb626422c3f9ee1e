"""Scales: published or own instruments from ``stimuli/scales``, a page of items at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.schema import Column
from experiments.screen import Ask, Phase, Screen
from experiments.step import Step


class ScaleStep(Step):
    """Show a scale; its answers are the measures ``<scale>.<item>``."""

    task: Literal["scale"]
    phase: Phase = "scales"
    scale: str
    """Name of a file in ``stimuli/scales``, or a path beside the protocol."""
    per_page: Annotated[int, Field(ge=1, le=8)] = 5

    @property
    def name(self) -> str:
        return self.id or f"scale.{self.scale}"

    def columns(self) -> Iterable[Column]:
        # The items and their sentences stand in the scale's own file.
        return ()

    def screens(self, composer: Composer) -> Iterable[Screen]:
        scale = composer.scales[self.scale]
        shown = scale.shown(composer.language)
        for start in range(0, len(shown.items), self.per_page):
            page = shown.items[start : start + self.per_page]
            yield Screen(
                id=f"{self.name}.{start // self.per_page + 1}",
                kind=shown.kind,
                phase=self.phase,
                task=self.task,
                content=composer.blocks(shown.instruction) if shown.instruction else (),
                asks=tuple(
                    Ask(
                        f"{self.scale}.{item.id}",
                        item.text,
                        unit="points",
                        options=shown.options,
                        low=shown.low,
                        high=shown.high,
                        step=1.0,
                        low_label=shown.low_label,
                        high_label=shown.high_label,
                    )
                    for item in page
                ),
                proceed=composer.interface.texts["continue"],
                cells=composer.cells(),
            )
