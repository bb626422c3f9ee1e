"""The population of simulated participants of one mode of a study: hypothesis, assumptions and seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from analysis.curves.catalogue import Hypothesis
from analysis.errors import AnalysisError
from analysis.simulate.assumptions import Assumptions
from analysis.simulate.curve import Curve, curve
from analysis.simulate.draws import Draws
from analysis.simulate.response_scale import ResponseScale, gifts, ratings
from experiments.measures import KINDS
from experiments.study import Study


@dataclass(frozen=True)
class Population:
    """A population of participants who follow a hypothesis, in one mode of a study."""

    study: Study
    seed: int
    mode: str
    hypothesis: str | Hypothesis
    parameters: Mapping[str, float]
    effect: float | None
    dropout: float
    assumed: Assumptions
    _scales: dict[tuple[str, int], ResponseScale] = field(default_factory=dict, repr=False)
    _base: dict[tuple[str, int], float] = field(default_factory=dict, repr=False)

    @property
    def outcome(self) -> str:
        """The measure that the hypothesis predicts."""
        return self.study.protocol.hypotheses.outcome

    def participant(self, number: int) -> str:
        """Return the code of a simulated participant; it contains the mode, as modes have different participants."""
        return f"sim{self.mode.replace('_', '')}{number:06d}"

    @cached_property
    def undescribed(self) -> frozenset[str]:
        """Stimuli of which participants see nothing."""
        return undescribed(self.study)

    @cached_property
    def world(self) -> Draws:
        """Random numbers common to all participants: the effects of stimuli."""
        return Draws(self.seed, "world", self.study.protocol.study, self.mode)

    @cached_property
    def curve(self) -> Curve:
        """The latent mean of the outcome in each condition."""
        kind, count = self._outcome_shape()
        return curve(
            self.study.protocol,
            self.hypothesis,
            self.parameters,
            self.effect,
            self.scale(kind, count),
            self._first_share(kind),
        )

    @cached_property
    def reversed_items(self) -> frozenset[str]:
        """Reverse-keyed items."""
        return frozenset(
            f"{name}.{item}" for name, scale in self.study.scales.items() for item in scale.reverse
        )

    def scale(self, kind: str, count: int) -> ResponseScale:
        """Return the response scale of a question with ``count`` possible answers."""
        if (kind, count) not in self._scales:
            make = gifts if KINDS[kind].divides else ratings
            self._scales[kind, count] = make(count, self.assumed)
        return self._scales[kind, count]

    def base(self, kind: str, count: int) -> float:
        """Return the latent mean of a question on which the hypothesis has no effect."""
        if (kind, count) not in self._base:
            mean = self._first_share(kind)
            self._base[kind, count] = self.scale(kind, count).mu(mean)
        return self._base[kind, count]

    @property
    def outcome_scale(self) -> ResponseScale:
        """The response scale of the outcome."""
        return self.scale(*self._outcome_shape())

    def _first_share(self, kind: str) -> float:
        return self.assumed.gift_share if KINDS[kind].divides else self.assumed.rating_share

    def _outcome_shape(self) -> tuple[str, int]:
        protocol = self.study.protocol
        asked = protocol.measures[self.outcome]
        found = asked.range(protocol.modes[self.mode].stakes)
        if found is None or not asked.numeric:
            raise AnalysisError(
                f"The outcome {self.outcome!r} is of the kind '{asked.kind}', which has no mean.",
                "Name a measure whose answers are numbers under 'hypotheses: outcome'.",
            )
        return asked.kind, found.count

    def described(self) -> dict[str, Any]:
        """Return everything on which the simulated answers depend, as plain data."""
        curve = self.curve
        return {
            "simulated": True,
            "study": self.study.protocol.study,
            "protocol_hash": self.study.protocol.hash,
            "mode": self.mode,
            "seed": self.seed,
            "hypothesis": curve.hypothesis,
            "parameters": curve.parameters,
            "effect": self.effect,
            "outcome": self.outcome,
            "mean_share": {", ".join(map(str, key)): value for key, value in curve.share.items()},
            "held_at_an_end": list(curve.at_an_end),
            "dropout": self.dropout,
            "assumptions": asdict(self.assumed)
            | {f"seconds_{name}": kind.seconds for name, kind in KINDS.items()},
        }


def population(
    study: Study,
    hypothesis: str | Hypothesis | None = None,
    seed: int = 1,
    *,
    mode: str | None = None,
    parameters: Mapping[str, float] | None = None,
    effect: float | None = None,
    dropout: float | None = None,
    assumed: Assumptions | None = None,
) -> Population:
    """Create the population of one mode of a study.

    Parameters
    ----------
    hypothesis
        A hypothesis or its name (default: the predicted one of the protocol, with its parameters).
    seed
        At least 0. The same seed gives the same participants, in any order.
    mode
        Mode of the study (default: its primary one).
    parameters
        Values that replace the defaults of the hypothesis.
    effect
        Difference between the highest and the lowest level in SDs of the outcome (default: as the
        hypothesis predicts).
    dropout
        Proportion of participants who leave before the end (default: as expected in the protocol).

    Raises
    ------
    AnalysisError
        If the mode, the hypothesis, a parameter or a number is not possible.
    """
    protocol = study.protocol
    predicted = protocol.hypotheses.predicted
    if hypothesis is None:
        hypothesis, parameters = (
            predicted.hypothesis,
            {**predicted.parameters, **(parameters or {})},
        )
    chosen = protocol.primary_mode if mode is None else mode
    if chosen not in protocol.modes:
        raise AnalysisError(
            f"{protocol.study} has no mode {chosen!r}.", f"Its modes: {', '.join(protocol.modes)}."
        )
    if seed < 0:
        raise AnalysisError(f"The seed is {seed}.", "Give a whole number of at least 0.")
    if effect is not None and not math.isfinite(effect):
        raise AnalysisError(f"The effect is {effect}.", "Give a number of standard deviations.")
    share = protocol.sample.dropout if dropout is None else dropout
    if not 0 <= share < 1:
        raise AnalysisError(
            f"The dropout rate is {share}.", "Give a number of at least 0 and below 1."
        )
    drawn = Population(
        study,
        seed,
        chosen,
        hypothesis,
        dict(parameters or {}),
        effect,
        share,
        assumed or Assumptions(),
    )
    # Computed here so that its errors are raised now, not in the middle of a run.
    _ = drawn.curve
    return drawn


def undescribed(study: Study) -> frozenset[str]:
    """Return the stimuli of which participants see nothing, such as recipients, so that they cannot differ."""
    return frozenset(
        item.id
        for own in study.sets.values()
        for item in own.items
        if not (item.fields or item.images or item.texts)
    )
