"""The population of simulated participants of one mode of a study: hypothesis, assumptions and seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from math import sqrt
from statistics import pstdev
from typing import Any

from analysis.curves.catalogue import Hypothesis
from analysis.errors import AnalysisError
from analysis.simulate.assumptions import Assumptions
from analysis.simulate.curve import Curve, curve
from analysis.simulate.draws import Draws
from analysis.simulate.following import Following, followings
from analysis.simulate.items import Item, items_of, score_of
from analysis.simulate.outcome import Outcome, outcome_of
from analysis.simulate.predictors import Predictor, factors_of, predictors
from analysis.simulate.response_scale import ResponseScale, gifts, ratings
from analysis.simulate.values import Values
from experiments.measures import KINDS
from experiments.protocol.measures import loops
from experiments.protocol.plan_checks import first_treated
from experiments.study import Study, open_study
from experiments.timeline.timeline import Timeline


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


@dataclass(frozen=True)
class Population:
    """A population of participants who follow a hypothesis, in one mode of a study."""

    study: Study
    seed: int
    mode: str
    hypothesis: str | Hypothesis | None
    parameters: Mapping[str, float]
    effect: float | None
    dropout: float
    assumed: Assumptions
    _scales: dict[tuple[str, int], ResponseScale] = field(default_factory=dict, repr=False)
    _base: dict[tuple[str, int], float] = field(default_factory=dict, repr=False)
    spreads: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    """Mean and SD over participants of the columns that are centred or standardised, as far as they are known."""

    @cached_property
    def followed(self) -> tuple[Followed, ...]:
        """The outcomes that follow a curve; the one that the simulation is about first."""
        found = followings(self.study, self.hypothesis)
        made = tuple(self._followed(each, first=number == 0) for number, each in enumerate(found))
        for each in made:
            self._check_no_circle(each, made)
        return made

    @property
    def outcome(self) -> Outcome:
        """The outcome that the simulation is about."""
        return self.followed[0].outcome

    @property
    def curve(self) -> Curve:
        """The latent mean of this outcome in each condition."""
        return self.followed[0].curve

    @cached_property
    def of_question(self) -> dict[str, Followed]:
        """Question -> the outcome with a curve that it belongs to."""
        return {
            question: each for each in self.followed[::-1] for question in each.outcome.questions
        }

    @cached_property
    def predicting(self) -> frozenset[str]:
        """Questions whose answers predict an outcome."""
        return frozenset().union(*(self._read_by(each) for each in self.followed))

    def _read_by(self, followed: Followed) -> frozenset[str]:
        """Return the questions whose answers a curve reads."""
        values, study = Values(self.study.names), self.study
        return frozenset(
            question
            for name in followed.names
            for base in values.bases(name)
            if base not in study.names.factors and study.names.fitting(base)
            for question in score_of(study, base).questions
        )

    def _check_no_circle(self, followed: Followed, among: Sequence[Followed]) -> None:
        """Check that no outcome depends on itself."""
        reached: set[str] = set()
        waiting = [followed]
        while waiting:
            read = self._read_by(waiting.pop()) - reached
            reached |= read
            waiting += [each for each in among if each.outcome.questions & read]
        if followed.outcome.questions & reached:
            raise AnalysisError(
                f"The outcome '{followed.outcome.name}' depends on itself, through the columns of its curve"
                f" ({', '.join(followed.names)}).",
                "Simulate another hypothesis.",
            )

    @cached_property
    def after_treatment(self) -> frozenset[str]:
        """Questions that are asked on or after the first screen on which a between-factor shows."""
        first = first_treated(self.study.opened)
        return frozenset(
            address
            for address, measure in self.study.names.measures.items()
            if measure.screen >= first.get(measure.session, measure.screen + 1)
        )

    @cached_property
    def first_timeline(self) -> Timeline:
        """The timeline of the first slot."""
        return self.study.timeline(self.study.first_slots(self.mode)[0])

    @cached_property
    def items(self) -> dict[str, Item]:
        """Address of each item of an instrument or matrix -> what it belongs to."""
        return items_of(self.study)

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
        return Draws(self.seed, "world", self.study.study, self.mode)

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
        return self.scale(self.outcome.kind, self.outcome.count)

    def _first_share(self, kind: str) -> float:
        return self.assumed.gift_share if KINDS[kind].divides else self.assumed.rating_share

    def _followed(self, following: Following, first: bool) -> Followed:
        outcome = outcome_of(self.study, following.outcome, self.mode)
        scale, mean = self.scale(outcome.kind, outcome.count), self._first_share(outcome.kind)
        sd_share = self._sd_share(outcome)
        factors = factors_of(self.study, list(following.columns.values()))
        effect = self.effect if first else None
        if effect is None:
            effect = following.size(self._sd(outcome), self.assumed.claimed)
        columns = predictors(
            self.study, self.mode, following.curve, following.columns, factors, outcome.trials
        )
        made = curve(
            following.curve,
            factors,
            columns,
            self.parameters if first else {},
            effect,
            following.contrast,
            self._units(following),
            scale,
            sd_share,
            mean,
        )
        return Followed(outcome, made, following, columns)

    def _sd_share(self, outcome: Outcome) -> float:
        """Return the SD of a mean of items, as a share of that of one."""
        share = self.assumed.item_with_scale
        return 1.0 if outcome.items == 1 else sqrt(share + (1 - share) / outcome.items)

    def _sd(self, outcome: Outcome) -> float:
        """Return the SD of an outcome at the assumed mean, in its own unit."""
        scale = self.scale(outcome.kind, outcome.count)
        sd = scale.sd(scale.mu(self._first_share(outcome.kind)))
        return sd * self._sd_share(outcome) * outcome.width

    def _units(self, following: Following) -> float:
        """Return between how many units of its numbers the value of a slope is expressed."""
        units = 1.0
        correlation = following.smallest is not None and following.smallest.r is not None
        for name, line in following.lines.items():
            numbers = (
                self.study.names.factors[name].numbers if name in self.study.names.factors else None
            )
            column = self.study.file.columns.get(name)
            if numbers is not None:
                sd = pstdev(numbers.values()) if correlation and self.effect is None else 0.0
                units *= (line.high - line.low) / sd if sd else 1.0
            elif column is not None and column.standard:
                units *= line.high - line.low
            else:
                units *= (line.high - line.low) / self._sd(outcome_of(self.study, name, self.mode))
        return units

    def described(self) -> dict[str, Any]:
        """Return everything on which the simulated answers depend, as plain data."""
        curve = self.curve
        return {
            "simulated": True,
            "study": self.study.study,
            "protocol_hash": self.study.hash,
            "mode": self.mode,
            "seed": self.seed,
            "hypothesis": curve.hypothesis,
            "parameters": curve.parameters,
            "effect": curve.effect,
            "outcome": self.outcome.name,
            "mean_share": {", ".join(map(str, key)): value for key, value in curve.share.items()},
            "held_at_an_end": list(curve.at_an_end),
            "other_outcomes": {
                each.outcome.name: each.curve.hypothesis for each in self.followed[1:]
            },
            "dropout": self.dropout,
            "assumptions": asdict(self.assumed)
            | {f"seconds_{name}": kind.seconds for name, kind in KINDS.items()},
        }

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs; it reads the study again and computes the rest."""
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        study = self.study
        return state | {"study": (str(study.path), study.secret, study.hash)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read the study again.

        Raises
        ------
        AnalysisError
            If it was changed in the meantime.
        """
        path, secret, digits = state["study"]
        study = open_study(path).allocated(secret)
        if study.hash != digits:
            raise AnalysisError(
                f"{path} was changed while participants were simulated.", "Simulate again."
            )
        self.__dict__.update(state | {"study": study})


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
        A curve or its name: any of the study's hypotheses, which it then replaces as what is claimed, or of the
        catalogue (default: the claim of each hypothesis; without hypotheses, no condition has an effect).
    seed
        At least 0. The same seed gives the same participants, in any order.
    mode
        Mode of the study (default: its primary one).
    parameters
        Values that replace the defaults of the hypothesis.
    effect
        Difference between the highest and the lowest level, or value of a contrast, in SDs of the outcome (default: as
        the curve predicts; of orders and contrasts the smallest effect of interest, else ``Assumptions.claimed``).
    dropout
        Proportion of participants who leave before the end (default: as expected in the study).

    Raises
    ------
    AnalysisError
        If the mode, the hypothesis, a parameter or a number is not possible.
    NotYetError
        If the study cannot be run yet.
    """
    chosen = study.modes[0] if mode is None else mode
    if chosen not in study.modes:
        raise AnalysisError(
            f"{study.study} has no mode {chosen!r}.", f"Its modes: {', '.join(study.modes)}."
        )
    if seed < 0:
        raise AnalysisError(f"The seed is {seed}.", "Give a whole number of at least 0.")
    if effect is not None and not math.isfinite(effect):
        raise AnalysisError(f"The effect is {effect}.", "Give a number of standard deviations.")
    planned = study.file.sample.dropout
    expected = 0.0 if planned is None else float(planned.fraction)
    share = expected if dropout is None else dropout
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
    # Computed here so that errors are raised now, not in the middle of a run: first that the study cannot be run.
    _ = drawn.first_timeline
    _ = drawn.curve
    return drawn


def undescribed(study: Study) -> frozenset[str]:
    """Return the items of which participants see nothing, such as recipients, so that they cannot differ.

    The levels that a loop runs over are among them: what they differ in is the effect of the factor.
    """
    found = {""}
    for loop in loops(study.file):
        if loop.name in study.opened.sets:
            stimuli = study.opened.sets[loop.name].items
            found |= {each.id for each in stimuli if not (each.fields or each.images or each.texts)}
        elif loop.name in study.opened.items:
            items = study.opened.items[loop.name]
            found |= set() if items.fields else set(items.names)
        else:
            found |= set(study.names.levels(loop.step.each) or ())
    return frozenset(found)
