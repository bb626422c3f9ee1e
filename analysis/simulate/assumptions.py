"""Assumptions about simulated participants, which are not data; the source of each number is given.

Tags: [V] read in the source, [V2] read in a secondary source, [C] computed here from available data; "convention"
marks a choice of ours, which can be changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Assumptions:
    """Parameters of the simulated participants."""

    gift_share: float = 0.476
    """Mean share given at the first level of the predictor: $2.38 of $5, Small, Loewenstein & Slovic
    (2007), Study 3, identified victim [V2]."""
    rating_share: float = 0.55
    """Mean of ratings and marks at the first level, as a share of the scale (convention)."""
    rating_spread: float = 0.28
    """SD of ratings and marks, as a share of the scale (convention)."""

    gift_none: float = 0.479
    """Proportion who give nothing; this and the next three are the distribution of donations in Bergh &
    Reinstein (2021), Study 6, N = 378 [C]. They found the three spikes in six studies [V]."""
    gift_half: float = 0.095
    """Proportion who give half [C]."""
    gift_all: float = 0.050
    """Proportion who give everything [C]; 12-17 % if amounts are small [V]."""
    gift_below_half: float = 0.894
    """Proportion of the other donations that are below half [C]."""

    claimed: float = 0.50
    """Size in SDs of an order or a contrast of a study that names no smallest effect (convention)."""

    person: float = 0.60
    """Share of the latent variance between participants. With ``person_by_level`` .65, the intraclass
    correlation of the dictator games of PSA 008, pilot 2: 3.559^2 / (3.559^2 + 2.607^2) [C]."""
    person_by_level: float = 0.05
    """Share of participants by levels of the predictor, that is, random slopes (convention)."""
    stimulus: float = 0.05
    """Share between stimuli (convention)."""
    stimulus_by_level: float = 0.01
    """Share of stimuli by levels of the predictor (convention)."""

    with_outcome: float = 0.60
    """Latent correlation of another measure of the same trial with the outcome. Feelings and donation
    correlate r = .56-.64 in every cell of Maier, Wong & Feldman (2023), N = 1,004 [V]."""
    item_with_scale: float = 0.60
    """Share of an item's latent variance that its scale explains (convention)."""
    trait_with_outcome: float = 0.20
    """Latent correlation of a scale before the stimuli with the participant's mean outcome (convention)."""

    careless: float = 0.05
    """Proportion of careless participants, who do not read (convention)."""
    skipping: float = 0.02
    """Proportion of participants who skip ``skipped_by_skippers`` of the optional items (convention)."""
    skipped_by_skippers: float = 0.15
    """Proportion of optional items that they skip (convention)."""
    skipped: float = 0.004
    """Proportion of optional items that all others skip (convention)."""
    declines: float = 0.01
    """Proportion of participants who do not consent (convention)."""
    ineligible: float = 0.05
    """Probability of an answer with which a participant cannot take part, where a question has options (convention)."""
    goes_back: float = 0.03
    """Probability of going back, once, from a screen with a Back button (convention)."""
    right: float = 0.97
    """Probability that an attentive participant answers a check correctly (convention)."""
    right_key: float = 0.95
    """Probability that the first key of a timed trial is the correct one (convention)."""
    key_median: float = 0.6
    """Median response time of timed trials at the first level, in seconds (convention)."""
    key_spread: float = 0.35
    """SD of the log seconds of timed trials, over participants and trials together (convention)."""
    key_corrected: float = 0.35
    """Median seconds from a wrong key to the right one (convention)."""

    reading: float = 25.0
    """Characters read per second (convention)."""
    spread_person: float = 0.30
    spread_answer: float = 0.40
    """SDs of log seconds between participants and between answers: log-normal times (convention)."""
    careless_pace: float = 0.20
    """Response time of careless participants, as a share of that of others (convention)."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (isinstance(value, (int, float)) and math.isfinite(value) and value >= 0):
                raise AnalysisError(
                    f"The assumption {field.name!r} is {value!r}.", "Give a number of at least 0."
                )
        shares = [f.name for f in fields(self) if f.name not in ("reading", "claimed")]
        for name in shares:
            if getattr(self, name) > 1:
                raise AnalysisError(
                    f"The assumption {name!r} is {getattr(self, name)}.",
                    "Give a number between 0 and 1.",
                )
        for parts in (
            ("person", "person_by_level", "stimulus", "stimulus_by_level"),
            ("gift_none", "gift_half", "gift_all"),
        ):
            if sum(getattr(self, name) for name in parts) > 1:
                raise AnalysisError(
                    f"The shares {', '.join(parts)} add up to more than 1.", "Lower one of them."
                )

    @property
    def residual(self) -> float:
        """Residual share of the latent variance."""
        return 1 - self.person - self.person_by_level - self.stimulus - self.stimulus_by_level
