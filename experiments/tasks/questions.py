"""Questions: pages of declared measures (manipulation checks, demographics, thermometers, probes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.reading import Key
from experiments.screen import Phase, Screen
from experiments.step import Step, faults_of_pages
from experiments.undeclared import Said

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Questions(Step):
    """Ask pages of measures: manipulation checks, demographics, probes."""

    task: Literal["questions"]
    phase: Phase = "scales"
    intro: str = ""
    """Text key of what stands over each page."""
    asks: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]

    def texts(self) -> Iterable[str]:
        return (self.intro,) if self.intro else ()

    def measures(self) -> Iterable[str]:
        return tuple(name for page in self.asks for name in page)

    def faults(self, protocol: Protocol, key: Key) -> Said:
        return faults_of_pages(self.asks, protocol, key)

    def screens(self, composer: Composer) -> Iterable[Screen]:
        over = composer.blocks(composer.text(self.intro)) if self.intro else ()
        for page in self.asks:
            yield Screen(
                id=f"{self.name}.{page[0]}",
                kind=composer.kind(page),
                phase=self.phase,
                task=self.task,
                content=over,
                asks=composer.asks(page),
                proceed=composer.interface.texts["continue"],
                cells=composer.cells(),
            )
