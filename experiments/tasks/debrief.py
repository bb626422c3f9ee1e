"""Debrief: what was varied and why, and what the evidence says. "Leave the study" comes here too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.screen import Phase, Screen
from experiments.step import Step


class Debrief(Step):
    """Show the debriefing; leaving the study leads here as well."""

    task: Literal["debrief"]
    phase: Phase = "debrief"
    pages: Annotated[tuple[str, ...], Field(min_length=1)]
    """Text key of each page."""

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
            )
