"""Scales: pages of items of an instrument from ``stimuli/scales`` or beside the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.files.reading import Findings, Key, nearest
from experiments.marked_text import blocks
from experiments.places import find
from experiments.screen import Phase, Screen
from experiments.stimuli.scales import scale_names
from experiments.tasks.step import Composer, Outline, Step


class ScaleStep(Step):
    """Ask the items of an instrument from `stimuli/scales/`.

    Its answers are the measures ``<scale>.<item>``.
    """

    task: Literal["scale"]
    phase: Phase = "scales"
    scale: str
    """Name of a file in ``stimuli/scales``, or a path relative to the protocol."""
    per_page: Annotated[int, Field(ge=1, le=8)] = 5

    def exists(self, protocol: Outline) -> bool:
        """Return whether the scale exists beside the protocol or in ``stimuli/scales``."""
        try:
            find(f"scales/{self.scale}.yaml", "stimuli", protocol.path and protocol.path.parent)
        except FileNotFoundError:
            return False
        return True

    def faults(self, protocol: Outline, key: Key) -> Findings:
        if not self.exists(protocol):
            known = scale_names(protocol.path and protocol.path.parent)
            yield (*key, "scale"), f"there is no scale '{self.scale}'", nearest(self.scale, known)

    @property
    def name(self) -> str:
        return self.id or f"scale.{self.scale}"

    def screens(self, composer: Composer) -> Iterable[Screen]:
        scale = composer.scales[self.scale]
        asks = scale.asks(self.scale, composer.language)
        instruction = scale.instruction.get(composer.language, "")
        for page, start in enumerate(range(0, len(asks), self.per_page), start=1):
            yield composer.screen(
                self,
                f".{page}",
                scale.response.kind,
                content=blocks(instruction) if instruction else (),
                asks=tuple(asks[start : start + self.per_page]),
                cells=composer.cells(),
            )
