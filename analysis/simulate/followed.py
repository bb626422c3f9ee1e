"""What simulated participants follow: the curve of each outcome that a hypothesis is about, on its response scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import pstdev

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.claims import Prediction, predictions
from analysis.curves.claims.columns import columns_of
from analysis.curves.claims.patterns import CellPatterns, Line
from analysis.errors import AnalysisError
from analysis.simulate.curve import Curve, curve
from analysis.simulate.items import score_of
from analysis.simulate.outcome import Outcome, outcome_of
from analysis.simulate.predictors import Predictor, factors_of, predictors
from analysis.simulate.response_scale import Scales
from analysis.simulate.rows import bases
from experiments.language.contrasts import CurveName
from experiments.protocol.planned import primary_test, same_measure
from experiments.protocol.sections import Hypothesis as Written
from experiments.protocol.sections import SmallestEffect
from experiments.study import Study


@dataclass(frozen=True)
class Following:
    """A curve that the answers to an outcome follow."""

    outcome: str
    """The outcome as the study names it."""
    curve: Hypothesis | None
    """None: no condition has an effect."""
    columns: Mapping[str, str]
    """Column of the curve -> factor, measure or column of the study."""
    contrast: str = ""
    """If it is a claimed contrast: the parameter that is its value."""
    sized: bool = True
    """Whether the curve predicts the size of its effect; orders and contrasts do not."""
    smallest: SmallestEffect | None = None
    """The smallest effect of interest, which is the size of a curve that predicts none."""

    @property
    def lines(self) -> Mapping[str, Line]:
        """Numbers of which a contrast tests the slope -> the values between which it is expressed."""
        mean = self.curve.mean if self.curve is not None else None
        return dict(mean.lines) if isinstance(mean, CellPatterns) else {}

    def size(self, sd: float, claimed: float) -> float | None:
        """Return the size of the effect in SDs of the outcome; None: as the curve predicts.

        Of a slope it is that for one unit of the number: the whole range of a factor, one SD of answers.

        Parameters
        ----------
        sd
            SD of the outcome in its own unit.
        claimed
            Size where the study names no smallest effect.
        """
        if self.sized:
            return None
        if self.smallest is None:
            return claimed
        if self.smallest.d is not None:
            return float(self.smallest.d)
        if self.smallest.r is not None:
            r = float(self.smallest.r)
            if self.lines:
                return r
            return 2 * r / sqrt(1 - r * r)
        assert self.smallest.raw is not None
        return float(self.smallest.raw) / sd


@dataclass(frozen=True)
class Followed:
    """An outcome, and the curve that its answers follow."""

    outcome: Outcome
    curve: Curve
    predictors: Mapping[str, Predictor]
    """Column of the curve -> its values."""

    @property
    def names(self) -> tuple[str, ...]:
        """Factors, measures and columns that the curve reads."""
        return tuple(each.name for each in self.predictors.values())


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
        _on_scale(
            study,
            mode,
            scales,
            each,
            parameters if number == 0 else {},
            effect if number == 0 else None,
        )
        for number, each in enumerate(_followings(study, chosen))
    )
    for each in made:
        _check_no_circle(study, each, made)
    return made


def read_by(study: Study, names: Iterable[str]) -> frozenset[str]:
    """Return the questions whose answers factors, measures and columns are made of."""
    return frozenset(
        question
        for name in names
        for base in bases(study.names, name)
        if base not in study.names.factors and study.names.fitting(base)
        for question in score_of(study, base).questions
    )


def _on_scale(
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
    return Followed(outcome, made, columns)


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
        read = read_by(study, waiting.pop().names) - reached
        reached |= read
        waiting += [each for each in among if each.outcome.questions & read]
    if followed.outcome.questions & reached:
        raise AnalysisError(
            f"The outcome '{followed.outcome.name}' depends on itself, through the columns of its curve"
            f" ({', '.join(followed.names)}).",
            "Simulate another hypothesis.",
        )


def _followings(study: Study, chosen: str | Hypothesis | None) -> tuple[Following, ...]:
    """Return the claim of each hypothesis, of those about the same outcome the first; what is chosen replaces one."""
    written = study.file.hypothesis
    if not written:
        outcome = primary_test(study.names).outcome
        if chosen is None:
            return (Following(outcome, None, {}),)
        curve = _curve(chosen)
        about = Written(outcome=outcome, claim=CurveName(curve.name))
        return (_of_catalogue(study, curve, about),)
    found = {name: predictions(study, name) for name in written}
    main = next(iter(written))
    follows: list[Following] = []
    if chosen is not None:
        for name, of_one in found.items():
            if not follows and (named := _among(of_one, chosen)):
                follows, main = [_predicted(named, written[name])], name
        if not follows:
            follows = [_of_catalogue(study, _curve(chosen), written[main])]
    for name in dict.fromkeys((main, *written)):
        outcome = written[name].outcome
        if not any(same_measure(study.names, outcome, each.outcome) for each in follows):
            follows.append(_predicted(found[name][0], written[name]))
    return tuple(follows)


def _curve(chosen: str | Hypothesis) -> Hypothesis:
    return get(chosen) if isinstance(chosen, str) else chosen


def _among(found: tuple[Prediction, ...], chosen: str | Hypothesis) -> Prediction | None:
    """Return the prediction that is chosen: its curve, or as it is written."""
    for each in found:
        curve = each.curve
        if isinstance(chosen, Hypothesis):
            if chosen.id == curve.id:
                return each
        elif chosen.strip() in (curve.id, curve.name, str(each.written)):
            return each
    return None


def _predicted(prediction: Prediction, hypothesis: Written) -> Following:
    return Following(
        hypothesis.outcome,
        prediction.curve,
        prediction.columns,
        prediction.contrast.name if prediction.contrast is not None else "",
        isinstance(prediction.written, CurveName),
        hypothesis.smallest_effect,
    )


def _of_catalogue(study: Study, curve: Hypothesis, hypothesis: Written) -> Following:
    """Return a curve that the study does not name, over the factors that fit it."""
    factors = dict.fromkeys(
        name
        for model in study.file.analysis.values()
        if any(same_measure(study.names, hypothesis.outcome, one) for one in model.formula.outcomes)
        for name in model.formula.predictors
        if name in study.names.factors
    )
    columns = columns_of(curve, hypothesis, list(factors), study.names)
    return Following(hypothesis.outcome, curve, columns)
