"""The donation paradigm: a letter or appeal, then how much is given, and what was felt.

Source: Small, Loewenstein & Slovic (2007), OBHDP 102:143-153, procedure [V], [M+].
"""

from __future__ import annotations

from typing import Literal

from experiments.screen import Phase
from experiments.tasks.presenting import Presenting


class Donation(Presenting):
    """Show a letter or appeal, then pages of measures."""

    task: Literal["donation"]
    phase: Phase = "trials"
