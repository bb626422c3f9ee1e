"""The population of simulated participants of one mode of a study: hypothesis, assumptions and seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

from analysis.curves.catalogue import Hypothesis
from analysis.curves.claims import predictions
from analysis.errors import AnalysisError
from analysis.simulate.assumptions import Assumptions
from analysis.simulate.curve import Curve
from analysis.simulate.draws import Draws
from analysis.simulate.followed import Followed, follow, read_by
from analysis.simulate.items import Item, items_of
from analysis.simulate.outcome import Outcome
from analysis.simulate.response_scale import ResponseScale, Scales
from experiments.measures import KINDS
from experiments.protocol.places import loops
from experiments.protocol.treatment import first_treated
from experiments.study import Study, open_study
from experiments.timeline.timeline import Timeline


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
    spreads: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    """Mean and SD over participants of the columns that are centred or standardised, as far as they are known."""

    @cached_property
    def followed(self) -> tuple[Followed, ...]:
        """The outcomes that follow a curve; the one that the simulation is about first."""
        return follow(
            self.study, self.mode, self.scales, self.hypothesis, self.parameters, self.effect
        )

    @cached_property
    def scales(self) -> Scales:
        """The response scales of the questions."""
        return Scales(self.assumed)

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
        """Questions whose answers predict an outcome, by what is followed or by any other prediction of the study.

        They are independent of the outcome otherwise, so that no other prediction is true as well.
        """
        names = {name for each in self.followed for name in each.names}
        for hypothesis in self.study.file.hypothesis:
            for each in predictions(self.study, hypothesis):
                names.update(each.columns.values())
        return read_by(self.study, names)

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

    @property
    def outcome_scale(self) -> ResponseScale:
        """The response scale of the outcome."""
        return self.scales.of(self.outcome.kind, self.outcome.count)

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
        Difference between the highest and the lowest level, between neighbours in an order, or value of a contrast, in
        SDs of the outcome (default: as the curve predicts; of orders and contrasts the smallest effect of interest, else
        ``Assumptions.claimed``).
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
