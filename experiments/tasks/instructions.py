"""Instructions: pages that are read at one's own pace (also the content notice, and breaks)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.screen import Phase, Screen
from experiments.step import Step


class Instructions(Step):
    """Show pages of text."""

    task: Literal["instructions"]
    phase: Phase = "instructions"
    pages: Annotated[tuple[str, ...], Field(min_length=1)]
    """Text key of each page."""
    at_least: Annotated[float, Field(ge=0, le=60)] = 0.0
    """Seconds before the participant can go on from a page."""

    def texts(self) -> Iterable[str]:
        return self.pages

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for number, page in enumerate(self.pages, start=1):
            yield Screen(
                id=f"{self.name}.{number}",
                kind="read",
                phase=self.phase,
                task=self.task,
                content=composer.blocks(composer.text(page)),
                proceed=composer.interface.texts["continue"],
                at_least=self.at_least,
                cells=composer.cells() if self.phase == "trials" else None,
            )
