"""The response scales of all questions, by the kind of screen and the number of answers."""

from __future__ import annotations

from math import sqrt

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.outcome import Outcome
from analysis.simulate.response_scale import ResponseScale, gifts, ratings
from experiments.measures import KINDS


class Scales:
    """Response scales under some assumptions; each is made once."""

    def __init__(self, assumed: Assumptions) -> None:
        self.assumed = assumed
        self._scales: dict[tuple[str, int], ResponseScale] = {}
        self._base: dict[tuple[str, int], float] = {}

    def of(self, kind: str, count: int) -> ResponseScale:
        """Return the response scale of a question with ``count`` possible answers."""
        if (kind, count) not in self._scales:
            make = gifts if KINDS[kind].divides else ratings
            self._scales[kind, count] = make(count, self.assumed)
        return self._scales[kind, count]

    def base(self, kind: str, count: int) -> float:
        """Return the latent mean of a question on which the hypothesis has no effect."""
        if (kind, count) not in self._base:
            self._base[kind, count] = self.of(kind, count).mu(self.mean(kind))
        return self._base[kind, count]

    def mean(self, kind: str) -> float:
        """Return the assumed mean of a kind of question, as a share of the scale."""
        return self.assumed.gift_share if KINDS[kind].divides else self.assumed.rating_share

    def sd_share(self, outcome: Outcome) -> float:
        """Return the SD of an outcome as a share of that of one answer: the mean of items varies less."""
        share = self.assumed.item_with_scale
        return 1.0 if outcome.items == 1 else sqrt(share + (1 - share) / outcome.items)

    def sd(self, outcome: Outcome) -> float:
        """Return the SD of an outcome at the assumed mean, in its own unit."""
        scale = self.of(outcome.kind, outcome.count)
        sd = scale.sd(scale.mu(self.mean(outcome.kind)))
        return sd * self.sd_share(outcome) * outcome.width
