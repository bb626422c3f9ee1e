"""Vignette rating: somebody suffers, tagged as of one's own group, another, or none; what is felt.

Three tags are needed: two cannot tell favouring one's own from derogating the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from experiments.composing import Composer
from experiments.design import Cells
from experiments.reading import Key
from experiments.screen import Phase
from experiments.tasks.presenting import Presenting
from experiments.undeclared import Said, undeclared

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Vignette(Presenting):
    """Show a vignette whose sufferer is tagged by a factor, then pages of measures."""

    task: Literal["vignette"]
    phase: Phase = "trials"
    sufferer: dict[str | int, str] = {}
    """Level of ``tag`` -> text key of the phrase that names the sufferer (fills ``{sufferer}``)."""
    tag: str = ""
    """The factor that tags the sufferer."""

    def texts(self) -> Iterable[str]:
        return (*super().texts(), *self.sufferer.values())

    def faults(self, protocol: Protocol, key: Key) -> Said:
        yield from super().faults(protocol, key)
        named = [self.tag] if self.tag else []
        yield from undeclared(key, "the factor", named, protocol.factors)

    def phrases(self, composer: Composer, cells: Cells) -> dict[str, str]:
        if not self.tag:
            return {}
        phrase = composer.text(self.sufferer[cells[self.tag]], cells=dict(cells))
        return {"sufferer": phrase}
