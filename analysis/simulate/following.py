"""What the simulated participants of a study follow: the curve of each outcome that a hypothesis is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.claims import Prediction, predictions
from analysis.curves.claims.columns import columns_of
from analysis.curves.claims.patterns import CellPatterns, Line
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


def followings(study: Study, chosen: str | Hypothesis | None) -> tuple[Following, ...]:
    """Return what participants follow: the claim of each hypothesis, for outcomes that several are about the first.

    Parameters
    ----------
    chosen
        Curve in place of the claim of the hypothesis that names it, or else of the first one.

    Returns
    -------
    tuple of Following
        What is chosen first; the only one has no curve if the study has no hypothesis.

    Raises
    ------
    AnalysisError
        If there is no such curve, or the study has nothing that one of its columns could be.
    """
    written = study.file.hypothesis
    if not written:
        return (_without_hypothesis(study, chosen),)
    found = {name: predictions(study, name) for name in written}
    main = next(iter(written))
    follows: list[Following] = []
    if chosen is not None:
        for name, of_one in found.items():
            if not follows and (named := _among(of_one, chosen)):
                follows, main = [_followed(named, written[name])], name
        if not follows:
            curve = get(chosen) if isinstance(chosen, str) else chosen
            follows = [_of_catalogue(study, curve, written[main])]
    for name in dict.fromkeys((main, *written)):
        outcome = written[name].outcome
        if not any(same_measure(study.names, outcome, each.outcome) for each in follows):
            follows.append(_followed(found[name][0], written[name]))
    return tuple(follows)


def _without_hypothesis(study: Study, chosen: str | Hypothesis | None) -> Following:
    outcome = primary_test(study.names).outcome
    if chosen is None:
        return Following(outcome, None, {})
    curve = get(chosen) if isinstance(chosen, str) else chosen
    return _of_catalogue(study, curve, Written(outcome=outcome, claim=CurveName(curve.name)))


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


def _followed(prediction: Prediction, hypothesis: Written) -> Following:
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
