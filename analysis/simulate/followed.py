"""The outcomes of a study with the curves that simulated answers to them follow, on their response scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import pstdev

from analysis.curves.catalogue import Hypothesis
from analysis.errors import AnalysisError
from analysis.simulate.curve import Curve, curve
from analysis.simulate.following import Following, followings
from analysis.simulate.items import score_of
from analysis.simulate.outcome import Outcome, outcome_of
from analysis.simulate.predictors import Predictor, factors_of, predictors
from analysis.simulate.rows import bases
from analysis.simulate.scales import Scales
from experiments.study import Study


@dataclass(frozen=True)
class Followed:
    """An outcome, and the curve that its answers follow."""

    outcome: Outcome
    curve: Curve
    following: Following
    predictors: Mapping[str, Predictor]
    """Column of the curve -> its values."""

    @property
    def names(self) -> tuple[str, ...]:
        """Factors, measures and columns that the curve reads."""
        return tuple(self.following.columns.values())


def follow(
    study: Study,
    mode: str,
    scales: Scales,
    chosen: str | Hypothesis | None,
    parameters: Mapping[str, float],
    effect: float | None,
) -> tuple[Followed, ...]:
    """Return the outcomes that follow a curve, the one that the simulation is about first.

    Parameters
    ----------
    chosen
        Curve in place of what the study claims.
    parameters, effect
        Of the curve of the first outcome; see ``population``.

    Raises
    ------
    AnalysisError
        If an outcome or a curve cannot be simulated, or an outcome depends on itself.
    """
    made = tuple(
        _followed(
            study,
            mode,
            scales,
            each,
            parameters if number == 0 else {},
            effect if number == 0 else None,
        )
        for number, each in enumerate(followings(study, chosen))
    )
    for each in made:
        _check_no_circle(study, each, made)
    return made


def read_by(study: Study, followed: Followed) -> frozenset[str]:
    """Return the questions whose answers a curve reads."""
    return frozenset(
        question
        for name in followed.names
        for base in bases(study.names, name)
        if base not in study.names.factors and study.names.fitting(base)
        for question in score_of(study, base).questions
    )


def _followed(
    study: Study,
    mode: str,
    scales: Scales,
    following: Following,
    parameters: Mapping[str, float],
    effect: float | None,
) -> Followed:
    outcome = outcome_of(study, following.outcome, mode)
    factors = factors_of(study, list(following.columns.values()))
    columns = predictors(study, mode, following.curve, following.columns, factors, outcome.trials)
    units = _units(study, mode, scales, following, stated=effect is not None)
    if effect is None:
        effect = following.size(scales.sd(outcome), scales.assumed.claimed)
    made = curve(
        following.curve,
        factors,
        columns,
        parameters,
        effect,
        following.contrast,
        units,
        scales.of(outcome.kind, outcome.count),
        scales.sd_share(outcome),
        scales.mean(outcome.kind),
    )
    return Followed(outcome, made, following, columns)


def _units(study: Study, mode: str, scales: Scales, following: Following, *, stated: bool) -> float:
    """Return between how many units of its numbers the value of a slope is expressed.

    Parameters
    ----------
    stated
        Whether the size of the effect is stated, and not the study's smallest effect.
    """
    smallest, units = following.smallest, 1.0
    correlation = smallest is not None and smallest.r is not None and not stated
    for name, line in following.lines.items():
        factor, column = study.names.factors.get(name), study.file.columns.get(name)
        numbers = None if factor is None else factor.numbers
        if numbers is not None:
            units *= (line.high - line.low) / pstdev(numbers.values()) if correlation else 1.0
        elif column is not None and column.standard:
            units *= line.high - line.low
        else:
            units *= (line.high - line.low) / scales.sd(outcome_of(study, name, mode))
    return units


def _check_no_circle(study: Study, followed: Followed, among: Sequence[Followed]) -> None:
    """Check that no outcome depends on itself."""
    reached: set[str] = set()
    waiting = [followed]
    while waiting:
        read = read_by(study, waiting.pop()) - reached
        reached |= read
        waiting += [each for each in among if each.outcome.questions & read]
    if followed.outcome.questions & reached:
        raise AnalysisError(
            f"The outcome '{followed.outcome.name}' depends on itself, through the columns of its curve"
            f" ({', '.join(followed.names)}).",
            "Simulate another hypothesis.",
        )
