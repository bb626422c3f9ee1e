"""Ways of taking part: most read and answer; some do not read, skip, leave, or do not consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.draws import Draws


@dataclass(frozen=True)
class Style:
    """How one person takes part."""

    reads: Literal["with care", "straight line", "at random"]
    """Straight line: always the same place of every scale; at random: anywhere."""
    skips: float
    """Chance that an item is skipped where it can be."""
    leaves: bool
    """Whether the person leaves before the end."""
    consents: bool

    @property
    def outcome(self) -> str:
        """How the session will end."""
        if not self.consents:
            return "declined"
        return "left" if self.leaves else "complete"


def style_of(draws: Draws, assumed: Assumptions, dropout: float) -> Style:
    """Draw the style of a person.

    Parameters
    ----------
    draws
        The person's own.
    dropout
        Share of people who leave before the end.
    """
    careless = draws.uniform("careless")
    reads: Literal["with care", "straight line", "at random"] = "with care"
    if careless < assumed.careless:
        reads = "straight line" if careless < assumed.careless / 2 else "at random"
    skipper = draws.uniform("skipper") < assumed.skipping
    return Style(
        reads,
        assumed.skipped_by_skippers if skipper else assumed.skipped,
        draws.uniform("leaves") < dropout,
        draws.uniform("consents") >= assumed.declines,
    )
