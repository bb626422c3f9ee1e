"""The true curve of simulated participants: a hypothesis on the response scale of the study's outcome.

Hypotheses have one of two units. Those in standard deviations (groups: d = .19) shift the mean by that many
standard deviations of the outcome. All others are proportions (the response to one victim is 1, to eight .12):
the first level of the predictor has the assumed mean, and the others keep their ratio to it; of a curve that starts
at zero, the highest response has the assumed mean. With ``effect``, the curve keeps its shape, and its highest and
lowest level differ by that many standard deviations; neighbours in an order do; of a contrast it is the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from analysis.curves.catalogue import Array, Hypothesis
from analysis.errors import AnalysisError
from analysis.simulate.predictors import Predictor
from analysis.simulate.response_scale import EDGE, ResponseScale

Key = tuple[str | float, ...]
ROUNDED = 9
"""Decimals to which two predictions must agree to be the same."""


@dataclass(frozen=True)
class Curve:
    """Latent means by what the curve depends on.

    ``mu`` is the latent mean by the levels of the factors, ``reference`` the mean at the first level, for screens
    without a condition.
    """

    hypothesis: str
    parameters: dict[str, float]
    columns: tuple[str, ...]
    """The factors that the curve depends on, through computed columns too."""
    mu: dict[Key, float]
    share: dict[Key, float]
    """Mean outcome of each condition as a share of the scale, of attentive participants."""
    reference: float
    at_an_end: tuple[str, ...] = ()
    """Conditions whose predicted mean is beyond an end of the scale and was set to that end."""
    effect: float | None = None
    """Size in SDs of the outcome, if it is not that of the curve."""
    of_answers: OfAnswers | None = None
    """The curve, if it depends on more than conditions."""

    def at(
        self, cells: Mapping[str, str | int] | None, read: Callable[[str], str | float]
    ) -> float:
        """Return the latent mean in these cells (the reference if a factor is missing).

        Parameters
        ----------
        read
            Function that returns the value of a column of the curve that depends on more than conditions.
        """
        if self.of_answers is not None:
            return self.of_answers.mu(read)
        if not self.columns:
            return self.reference
        if cells is None or any(name not in cells for name in self.columns):
            return self.reference
        return self.mu[tuple(str(cells[name]) for name in self.columns)]


@dataclass(frozen=True)
class OnScale:
    """Where a curve lies on a response scale."""

    scale: ResponseScale = field(repr=False)
    first: float
    """Mean at the start, as a share of the scale."""
    start: float
    """What the curve predicts at the start."""
    per_unit: float
    """Share of the scale for one unit of what the curve predicts."""

    def share(self, predicted: Array) -> Array:
        """Return predicted means as shares of the scale."""
        return self.first + (predicted - self.start) * self.per_unit

    def mu(self, share: float) -> float:
        """Return the latent mean."""
        return self.scale.mu(share)


@dataclass(frozen=True)
class OfAnswers:
    """A curve over answers, the number of the trial or fields of items."""

    hypothesis: Hypothesis
    parameters: Mapping[str, float]
    columns: tuple[str, ...]
    on: OnScale
    _known: dict[Key, float] = field(default_factory=dict, repr=False)

    def mu(self, read: Callable[[str], str | float]) -> float:
        """Return the latent mean at the values of the curve's columns."""
        key = tuple(read(column) for column in self.columns)
        if key not in self._known:
            design = {column: [value] for column, value in zip(self.columns, key, strict=True)}
            predicted = self.hypothesis.predict(design, self.parameters)
            self._known[key] = self.on.mu(float(self.on.share(predicted)[0]))
        return self._known[key]


def curve(
    hypothesis: Hypothesis | None,
    factors: Mapping[str, Sequence[str]],
    predictors: Mapping[str, Predictor],
    parameters: Mapping[str, float],
    effect: float | None,
    contrast: str,
    units: float,
    scale: ResponseScale,
    sd_share: float,
    first_share: float,
) -> Curve:
    """Express a hypothesis on a response scale.

    Parameters
    ----------
    hypothesis
        None: no condition has an effect.
    factors
        Factor that the hypothesis depends on -> its levels.
    predictors
        Column of the hypothesis -> its values.
    parameters
        Values that replace the defaults of the hypothesis.
    effect
        Difference between the highest and the lowest level, between neighbours in an order, or value of the contrast, in
        standard deviations of the outcome; None: as the hypothesis predicts.
    contrast
        Name of the parameter that is the value of a contrast; '' for other curves.
    units
        Units of its numbers between which the value of a slope is expressed; the effect is that for one.
    scale
        Response scale of the outcome.
    sd_share
        SD of the outcome, as a share of that of one answer.
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
    if contrast and effect is not None:
        parameters, effect_of_shape = {**parameters, contrast: effect * units}, None
    else:
        effect_of_shape = effect
    rows = _rows(factors, predictors)
    design = {column: [row[column] for _, row in rows] for column in predictors}
    predicted = hypothesis.predict(design, parameters)
    sd = scale.sd(scale.mu(first_share)) * sd_share
    on = _on(hypothesis, predicted, effect_of_shape, scale, sd, first_share)
    wanted = on.share(predicted)
    share: dict[Key, float] = dict(
        zip((key for key, _ in rows), np.clip(wanted, EDGE, 1 - EDGE).tolist(), strict=True)
    )
    mu_of = {key: scale.mu(value) for key, value in share.items()}
    found = Curve(
        hypothesis.name,
        {**hypothesis.defaults, **parameters},
        tuple(factors),
        mu_of,
        share,
        next(iter(mu_of.values())),
        tuple(
            ", ".join(map(str, key))
            for (key, _), value in zip(rows, wanted, strict=True)
            if not EDGE <= value <= 1 - EDGE
        ),
        effect,
    )
    if all(predictor.by_cell for predictor in predictors.values()):
        return found
    return replace(found, of_answers=OfAnswers(hypothesis, dict(parameters), tuple(predictors), on))


def _rows(
    factors: Mapping[str, Sequence[str]], predictors: Mapping[str, Predictor]
) -> list[tuple[Key, dict[str, str | float]]]:
    """Return the conditions, crossed with some values of what they do not decide; the start comes first."""
    free = {name: each for name, each in predictors.items() if not each.by_cell}
    rows: list[tuple[Key, dict[str, str | float]]] = []
    for cell in product(*factors.values()):
        decided = {
            name: each.by_cell[cell] for name, each in predictors.items() if name not in free
        }
        for values in product(*(each.values for each in free.values())):
            rows.append(((*cell, *values), {**decided, **dict(zip(free, values, strict=True))}))
    return rows


def _on(
    hypothesis: Hypothesis,
    predicted: Array,
    effect: float | None,
    scale: ResponseScale,
    sd: float,
    first: float,
) -> OnScale:
    start, highest = float(predicted[0]), float(predicted.max())
    if effect is not None:
        spread = highest - float(predicted.min())
        if hypothesis.topic == "order":
            # The smallest effect is that of each step, as in the verdict.
            spread /= max(1, len(np.unique(np.round(predicted, ROUNDED))) - 1)
        return OnScale(scale, first, start, effect * sd / spread if spread > 0 else 0.0)
    if any(parameter.unit.startswith("SD") for parameter in hypothesis.linear):
        return OnScale(scale, first, start, sd)
    if start <= 0:
        start = highest
    if start <= 0:
        raise AnalysisError(
            f"{hypothesis.id} {hypothesis.name} predicts no response above zero, so that its levels have no ratio.",
            "Give the size of the effect in standard deviations (--effect 0.2).",
        )
    return OnScale(scale, first, start, first / start)
