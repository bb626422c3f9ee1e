"""Vignette rating: somebody suffers, tagged as of one's own group, another, or none; what is felt.

Three tags are needed: two cannot tell favouring one's own from derogating the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from experiments.design.slots import Cells
from experiments.files.references import FactorName, Level, Text
from experiments.screen import Phase
from experiments.tasks.presenting import Presenting
from experiments.tasks.step import Composer


class Vignette(Presenting):
    """Show a vignette whose sufferer is tagged by a factor, then pages of measures."""

    task: Literal["vignette"]
    phase: Phase = "trials"
    sufferer: dict[Level, Text] = {}
    """Level of ``tag`` -> text key of the phrase that names the sufferer (fills ``{sufferer}``)."""
    tag: FactorName = ""
    """The factor that tags the sufferer."""

    def by_level(self) -> Mapping[str, str]:
        return {"sufferer": self.tag}

    def phrases(self, composer: Composer, cells: Cells) -> dict[str, str]:
        if not self.tag:
            return {}
        phrase = composer.text(self.sufferer[cells[self.tag]], cells=dict(cells))
        return {"sufferer": phrase}
