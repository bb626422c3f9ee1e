"""Questions: pages of declared measures, such as manipulation checks, demographics and suspicion probes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from experiments.files.references import TextKey
from experiments.marked_text import blocks
from experiments.screen import Phase, Screen
from experiments.tasks.step import AskingStep, Composer


class Questions(AskingStep):
    """Ask pages of measures: manipulation checks, demographics, probes."""

    task: Literal["questions"]
    phase: Phase = "scales"
    intro: TextKey = ""
    """Text key of the text above each page."""

    def screens(self, composer: Composer) -> Iterable[Screen]:
        intro = blocks(composer.text(self.intro)) if self.intro else ()
        for page in self.asks:
            yield composer.questions(self, "", page, content=intro, cells=composer.cells())
