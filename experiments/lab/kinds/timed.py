"""``timed``: nothing on the page, which only a pause shows; the trial itself is drawn by ``experiments.lab.stimuli``."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.lab.form import Form
from experiments.lab.parts import Column
from experiments.screen import Ask


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out nothing: keys answer the questions."""
