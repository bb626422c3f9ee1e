"""Instructions: self-paced pages of text, also used for the content notice and for breaks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.files.references import TextKey
from experiments.screen import Phase, Screen
from experiments.tasks.step import Composer, Step


class PagesStep(Step):
    """Base class of steps that show pages of text."""

    pages: Annotated[tuple[TextKey, ...], Field(min_length=1)]
    """Text key of each page."""
    at_least: Annotated[float, Field(ge=0, le=60)] = 0.0
    """Minimum seconds on each page."""

    def screens(self, composer: Composer) -> Iterable[Screen]:
        cells = composer.cells() if self.phase == "trials" else None
        for number, page in enumerate(self.pages, start=1):
            yield composer.page(self, f".{number}", page, at_least=self.at_least, cells=cells)


class Instructions(PagesStep):
    """Show pages of text."""

    task: Literal["instructions"]
    phase: Phase = "instructions"
