"""The donation paradigm: a letter or appeal, then questions on the donation and on feelings.

Source: Small, Loewenstein & Slovic (2007), OBHDP 102:143-153, procedure [V], [M+].
"""

from __future__ import annotations

from typing import Literal

from experiments.screen import Phase
from experiments.tasks.presenting import PresentationStep


class Donation(PresentationStep):
    """Show a letter or appeal, then ask pages of measures."""

    task: Literal["donation"]
    phase: Phase = "trials"
