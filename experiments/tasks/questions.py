"""Questions: pages of declared measures (manipulation checks, demographics, thermometers, probes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from experiments.files.references import Text
from experiments.marked_text import blocks
from experiments.screen import Phase, Screen
from experiments.tasks.step import Asking, Composer


class Questions(Asking):
    """Ask pages of measures: manipulation checks, demographics, probes."""

    task: Literal["questions"]
    phase: Phase = "scales"
    intro: Text = ""
    """Text key of what is shown above each page."""

    def screens(self, composer: Composer) -> Iterable[Screen]:
        intro = blocks(composer.text(self.intro)) if self.intro else ()
        for page in self.asks:
            yield composer.questions(self, "", page, content=intro, cells=composer.cells())
