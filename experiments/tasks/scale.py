"""Scales: published or own instruments from ``stimuli/scales``, a page of items at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.measures import Context
from experiments.screen import Phase, Screen
from experiments.step import Step


class ScaleStep(Step):
    """Ask the items of an instrument of `stimuli/scales/`.

    Its answers are the measures ``<scale>.<item>``.
    """

    task: Literal["scale"]
    phase: Phase = "scales"
    scale: str
    """Name of a file in ``stimuli/scales``, or a path beside the protocol."""
    per_page: Annotated[int, Field(ge=1, le=8)] = 5

    @property
    def name(self) -> str:
        return self.id or f"scale.{self.scale}"

    def screens(self, composer: Composer) -> Iterable[Screen]:
        scale = composer.scales[self.scale]
        texts = scale.wording(composer.language)
        low, high = scale.response.low, scale.response.high
        # Screens of instruments state the range of their answers, points of a rating included.
        asks = [
            replace(
                scale.measure(item).ask(f"{self.scale}.{item.id}", Context(texts.__getitem__)),
                low=float(low),
                high=float(high),
                low_label=texts[str(low)],
                high_label=texts[str(high)],
            )
            for item in scale.items
        ]
        instruction = scale.instruction.get(composer.language, "")
        for page, start in enumerate(range(0, len(asks), self.per_page), start=1):
            yield Screen(
                id=f"{self.name}.{page}",
                kind=scale.response.kind,
                phase=self.phase,
                task=self.task,
                content=composer.blocks(instruction) if instruction else (),
                asks=tuple(asks[start : start + self.per_page]),
                proceed=composer.interface.texts["continue"],
                cells=composer.cells(),
            )
