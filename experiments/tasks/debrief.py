"""Debriefing: pages on what was varied and why, also shown to participants who leave the study."""

from __future__ import annotations

from typing import Literal

from experiments.screen import Phase
from experiments.tasks.instructions import PagesStep


class Debrief(PagesStep):
    """Show the debriefing, also to participants who leave the study early."""

    task: Literal["debrief"]
    phase: Phase = "debrief"
