"""The true curve of simulated participants: a hypothesis on the response scale of the study's outcome.

Hypotheses have one of two units. Those in standard deviations (groups: d = .19) shift the mean by that many
standard deviations of the outcome. All others are proportions (the response to one victim is 1, to eight .12):
the first level of the predictor has the assumed mean, and the others keep their ratio to it. With ``effect``, the
curve keeps its shape, and its highest and lowest level differ by that many standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.curves.catalogue import Array, Hypothesis
from analysis.errors import AnalysisError
from analysis.simulate.response_scale import EDGE, ResponseScale
from experiments.numbers import scale_value
from experiments.protocol.loops import cells_of
from experiments.study import Study

Cells = Mapping[str, str | int]


@dataclass(frozen=True)
class Curve:
    """Latent means by condition.

    ``columns`` are the factors of the hypothesis; ``mu`` is the latent mean by their levels, ``reference``
    the mean at the first level, for screens without a condition.
    """

    hypothesis: str
    parameters: dict[str, float]
    columns: tuple[str, ...]
    mu: dict[tuple[str, ...], float]
    share: dict[tuple[str, ...], float]
    """Mean outcome of each condition as a share of the scale, of attentive participants."""
    reference: float
    at_an_end: tuple[str, ...] = ()
    """Conditions whose predicted mean is beyond an end of the scale and was set to that end."""

    def at(self, cells: Cells | None) -> float:
        """Return the latent mean in these cells (the reference if a factor is missing)."""
        if cells is None or any(name not in cells for name in self.columns):
            return self.reference
        return self.mu[tuple(str(cells[name]) for name in self.columns)]


def curve(
    study: Study,
    hypothesis: Hypothesis | None,
    columns: Mapping[str, str],
    parameters: Mapping[str, float],
    effect: float | None,
    scale: ResponseScale,
    first_share: float,
) -> Curve:
    """Express a hypothesis on a response scale.

    Parameters
    ----------
    columns
        Column of the hypothesis -> factor of the study.
    parameters
        Values that replace the defaults of the hypothesis.
    effect
        Difference between the highest and the lowest level in standard deviations of the outcome; None:
        as the hypothesis predicts.
    scale
        Response scale of the outcome.
    first_share
        Mean at the first level of the predictor, as a share of the scale.

    Raises
    ------
    AnalysisError
        If the levels or parameters are not possible for the hypothesis.
    """
    if hypothesis is None:
        mu = scale.mu(first_share)
        return Curve("none", {}, (), {(): mu}, {(): first_share}, mu)
    factors = tuple(dict.fromkeys(columns.values()))
    cells = cells_of({name: study.names.factors[name].levels for name in factors})
    design = {
        column: [_value(study, factor, cell[factor]) for cell in cells]
        for column, factor in columns.items()
    }
    predicted = hypothesis.predict(design, parameters)
    wanted = _shares(hypothesis, predicted, effect, scale, first_share)
    keys = [tuple(cell[name] for name in factors) for cell in cells]
    share = dict(zip(keys, np.clip(wanted, EDGE, 1 - EDGE).tolist(), strict=True))
    mu = {key: scale.mu(value) for key, value in share.items()}
    at_an_end = tuple(
        ", ".join(key)
        for key, value in zip(keys, wanted, strict=True)
        if not EDGE <= value <= 1 - EDGE
    )
    values = {**hypothesis.defaults, **parameters}
    return Curve(hypothesis.name, values, factors, mu, share, mu[keys[0]], at_an_end)


def _value(study: Study, factor: str, level: str) -> str | float:
    numbers = study.names.factors[factor].numbers
    return level if numbers is None else numbers[level]


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
            f"{hypothesis.id} {hypothesis.name} predicts {scale_value(start)} at the first level, so the "
            "other levels have no ratio to it.",
            "Give the size of the effect in standard deviations (--effect 0.2).",
        )
    return first * predicted / start
