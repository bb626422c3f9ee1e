"""Debrief: what was varied and why, and what the evidence says. "Leave the study" comes here too."""

from __future__ import annotations

from typing import Literal

from experiments.screen import Phase
from experiments.tasks.instructions import Pages


class Debrief(Pages):
    """Show the debriefing; leaving the study leads here as well."""

    task: Literal["debrief"]
    phase: Phase = "debrief"
