"""Vignettes about a suffering person of the in-group, the out-group or no stated group, with ratings of feelings.

All three conditions are needed: two cannot distinguish in-group favouritism from out-group derogation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from experiments.design.slots import Cells
from experiments.files.references import FactorName, Level, TextKey
from experiments.screen import Phase
from experiments.tasks.presenting import PresentationStep
from experiments.tasks.step import Composer


class Vignette(PresentationStep):
    """Show a vignette about a sufferer whose group is varied, then ask pages of measures."""

    task: Literal["vignette"]
    phase: Phase = "trials"
    sufferer: dict[Level, TextKey] = {}
    """Level of ``tag`` -> text key of the phrase for the sufferer, which replaces ``{sufferer}``."""
    tag: FactorName = ""
    """The factor whose levels are the sufferer's groups."""

    def by_level(self) -> Mapping[str, str]:
        return {"sufferer": self.tag}

    def phrases(self, composer: Composer, cells: Cells) -> dict[str, str]:
        if not self.tag:
            return {}
        phrase = composer.text(self.sufferer[cells[self.tag]], cells=dict(cells))
        return {"sufferer": phrase}
