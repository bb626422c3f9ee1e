"""The curve that simulated people follow: a hypothesis put on the response scale of the study's outcome.

Two kinds of hypotheses come with two units. Those in standard deviations (groups: d = .19) move the mean
by that many standard deviations of the outcome. All others state proportions (the response to one victim
is 1, to eight .12): the first level of the predictor gets the assumed mean, the others keep their ratio to
it. With ``effect`` the curve keeps its shape, and its highest and lowest level lie that many standard
deviations apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.curves.catalogue import Array, Hypothesis, get
from analysis.errors import AnalysisError
from analysis.simulate.response_scale import EDGE, ResponseScale
from experiments.design.slots import cells_of
from experiments.numbers import scale_value
from experiments.protocol.protocol import Protocol

Cells = Mapping[str, str | int]


@dataclass(frozen=True)
class Curve:
    """Latent means by condition.

    ``columns`` are the factors that the hypothesis looks at; ``mu`` gives the latent mean for their
    levels, ``reference`` the one at the first level, where nothing of the predictor holds.
    """

    hypothesis: str
    parameters: dict[str, float]
    columns: tuple[str, ...]
    mu: dict[tuple[str | int, ...], float]
    share: dict[tuple[str | int, ...], float]
    """Mean outcome of each condition as a share of the scale, for people who read and answer."""
    reference: float
    held: tuple[str, ...] = ()
    """Conditions whose predicted mean lies beyond the scale, and is held at its end."""

    def at(self, cells: Cells | None) -> float:
        """Return the latent mean under these cells (the reference where a factor does not hold)."""
        if cells is None or any(name not in cells for name in self.columns):
            return self.reference
        return self.mu[tuple(cells[name] for name in self.columns)]


def columns_of(hypothesis: Hypothesis, protocol: Protocol) -> dict[str, str]:
    """Return which factor of the protocol is meant by each column that a hypothesis needs.

    The predictor is the column of its own name, or else for the one that the curve runs along;
    other columns are factors of the same name.

    Raises
    ------
    AnalysisError
        If a column has no factor.
    """
    predictor = protocol.hypotheses.predictor
    main = predictor if predictor in hypothesis.requires else hypothesis.axis
    found = {main: predictor}
    for name in hypothesis.requires:
        if name == main:
            continue
        if name not in protocol.factors or name == predictor:
            raise AnalysisError(
                f"{hypothesis.id} {hypothesis.name} needs {name!r}, and the study has no such factor "
                f"(it has {', '.join(protocol.factors)}).",
                "Simulate another hypothesis, or add the factor to the protocol.",
            )
        found[name] = name
    return found


def curve(
    protocol: Protocol,
    hypothesis: str | Hypothesis,
    parameters: Mapping[str, float],
    effect: float | None,
    scale: ResponseScale,
    first_share: float,
) -> Curve:
    """Put a hypothesis on a response scale.

    Parameters
    ----------
    parameters
        Values that replace the hypothesis's own.
    effect
        Distance of the highest from the lowest level in standard deviations of the outcome; None: as
        the hypothesis says.
    scale
        Response scale of the outcome.
    first_share
        Mean at the first level of the predictor, as a share of the scale.

    Raises
    ------
    AnalysisError
        If the study lacks a factor, or the hypothesis refuses the levels or the parameters.
    """
    chosen = get(hypothesis) if isinstance(hypothesis, str) else hypothesis
    named = columns_of(chosen, protocol)
    factors = tuple(named.values())
    cells = cells_of({name: protocol.factors[name].levels for name in factors})
    design = {column: [cell[factor] for cell in cells] for column, factor in named.items()}
    predicted = chosen.predict(design, parameters)
    wanted = _shares(chosen, predicted, effect, scale, first_share)
    keys = [tuple(cell[name] for name in factors) for cell in cells]
    share = dict(zip(keys, np.clip(wanted, EDGE, 1 - EDGE).tolist(), strict=True))
    mu = {key: scale.mu(value) for key, value in share.items()}
    held = tuple(
        ", ".join(map(str, key))
        for key, value in zip(keys, wanted, strict=True)
        if not EDGE <= value <= 1 - EDGE
    )
    given = {**chosen.defaults, **parameters}
    return Curve(chosen.name, given, factors, mu, share, mu[keys[0]], held)


def _shares(
    hypothesis: Hypothesis,
    predicted: Array,
    effect: float | None,
    scale: ResponseScale,
    first: float,
) -> Array:
    sd, start = scale.sd(scale.mu(first)), float(predicted[0])
    spread = float(predicted.max() - predicted.min())
    from_first = predicted - start
    if effect is not None:
        return first + (from_first / spread if spread > 0 else from_first) * effect * sd
    if any(parameter.unit.startswith("SD") for parameter in hypothesis.linear):
        return first + from_first * sd
    if start <= 0:
        raise AnalysisError(
            f"{hypothesis.id} {hypothesis.name} predicts {scale_value(start)} at the first level, so that no "
            "proportion to it exists.",
            "State the size of the effect in standard deviations (--effect 0.2).",
        )
    return first * predicted / start
