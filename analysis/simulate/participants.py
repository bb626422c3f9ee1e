"""Simulated participants, who follow a hypothesis and can answer any screen.

Answers depend only on the seed, the participant, the slot and the screen, so that a participant gives the same
answers in the PsychoPy window, in a browser and without a display.

The latent answer to the outcome on a trial is, with variances that add up to 1,

    mu(condition) + participant + participant x level + stimulus + stimulus x level + residual

and the response scale converts it into an amount, a mark or a point. Other measures of the trial correlate
with it; items of a scale have a common factor that correlates with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

from analysis.curves.catalogue import Hypothesis
from analysis.simulate.draws import Draws
from analysis.simulate.population import Population, population
from analysis.simulate.taking_part import BETWEEN, style_of, times_of
from experiments.design.slots import Slot
from experiments.measures import KINDS
from experiments.screen import Answer, Ask, Response, Screen
from experiments.study import Study
from experiments.timeline.timeline import Timeline


@dataclass(frozen=True)
class Answering:
    """A simulated participant answering one question (a ``measures.Respondent``)."""

    participant: SimulatedParticipant
    screen: Screen
    ask: Ask

    @property
    def right(self) -> float:
        return self.participant.people.assumed.right

    def unread(self, count: int, draw: str) -> int | None:
        reads = self.participant.style.reads
        if reads == "straight line":
            return self.participant.draws.below(count, "line")
        return self.below(count, draw) if reads == "at random" else None

    def latent(self, count: int) -> int:
        return self.participant.latent_place(self.screen, self.ask, count)

    def below(self, count: int, draw: str) -> int:
        return self.participant.draws.below(count, draw, self.screen.id, self.ask.measure)

    def uniform(self, draw: str) -> float:
        return self.participant.draws.uniform(draw, self.screen.id, self.ask.measure)

    def normal(self, draw: str) -> float:
        return self.participant.draws.normal(draw, self.screen.id, self.ask.measure)


class SimulatedParticipant:
    """A participant who answers the screens of one slot; see ``simulated_participant`` and ``simulate``."""

    def __init__(self, people: Population, timeline: Timeline, number: int) -> None:
        self.people, self.timeline, self.number = people, timeline, number
        self.draws = Draws(people.seed, "person", people.mode, number)
        self.style = style_of(self.draws, people.assumed, people.dropout)
        self.elapsed = 0.0
        """Seconds since the start of the session, for onsets; no answer depends on it."""
        self._leaves_at = self._leaving_screen() if self.style.leaves else ""
        self._treated, self._only_trial = self._trials()

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Return the response to a screen (``drafts``, earlier answers of the participant, have no effect)."""
        del drafts
        onset = round(self.elapsed, 3)
        times: dict[str, float | None] = dict(
            times_of(screen, self.draws, self.style, self.people.assumed)
        )
        passed = max(time for time in times.values() if time is not None)
        self.elapsed = onset + passed + BETWEEN
        if self.leaves(screen):
            return Response({}, {"leave": passed}, onset, "simulated", leaves=True)
        answers = self.decide(screen)
        times = {name: None if answers.get(name, 0) is None else times[name] for name in times}
        return Response(answers, times, onset, "simulated")

    def leaves(self, screen: Screen) -> bool:
        """Return whether this is the screen on which the participant leaves."""
        return screen.id == self._leaves_at

    def decide(self, screen: Screen) -> dict[str, Answer]:
        """Return the answer to each question of a screen; None if it is skipped."""
        return {ask.measure: self._decide(screen, ask) for ask in screen.asks}

    def _decide(self, screen: Screen, ask: Ask) -> Answer:
        draws, style = self.draws, self.style
        if not ask.required and draws.uniform("skips", screen.id, ask.measure) < style.skips:
            return None
        if screen.task == "consent":
            return ask.options[0 if style.consents else -1].value
        if ask.measure == "age":
            return int(min(max(age(draws), ask.low), ask.high))
        return KINDS[screen.kind].answer(ask, Answering(self, screen, ask))

    def latent_place(self, screen: Screen, ask: Ask, count: int) -> int:
        """Return which of ``count`` ordered answers corresponds to the participant's latent value."""
        scale = self.people.scale(screen.kind, count)
        if ask.measure == self.people.outcome and self._is_trial(screen):
            return scale.answer(self._mu(screen) + self._outcome(screen))
        base = self.people.base(screen.kind, count)
        if screen.task != "scale":
            return scale.answer(base + self._related(screen, ask.measure))
        share = self.people.assumed.item_with_scale
        factor = self._related(screen, ask.measure.split(".")[0])
        own = self.draws.normal("item", screen.id, ask.measure)
        place = scale.answer(base + sqrt(share) * factor + sqrt(1 - share) * own)
        return count - 1 - place if ask.measure in self.people.reversed_items else place

    def _related(self, screen: Screen, measure: str) -> float:
        """Return the latent value of another measure: its share of the outcome, and its unique part."""
        assumed = self.people.assumed
        trial = screen if self._is_trial(screen) else self._only_trial
        if trial is None or not self._after_treatment(screen):
            of_outcome, r = self.draws.normal("person"), assumed.trait_with_outcome
        else:
            shift = self._mu(trial) - self.people.curve.reference
            of_outcome, r = shift + self._outcome(trial), assumed.with_outcome
        own = (
            self.draws.normal("own", measure) + self.draws.normal(measure, _trial(screen))
        ) / sqrt(2)
        return r * of_outcome + sqrt(1 - r * r) * own

    def _mu(self, screen: Screen) -> float:
        return self.people.curve.at(screen.cells)

    def _outcome(self, screen: Screen) -> float:
        """Return the latent outcome of a trial around its mean; standard normal over participants and stimuli."""
        assumed, draws = self.people.assumed, self.draws
        # Effects of stimuli are the same for all participants, unless participants see nothing of the stimulus.
        world = draws if screen.stimulus in self.people.undescribed else self.people.world
        cells = screen.cells or {}
        level = [cells.get(name) for name in self.people.curve.columns]
        return (
            sqrt(assumed.person) * draws.normal("person")
            + sqrt(assumed.person_by_level) * draws.normal("person", *level)
            + sqrt(assumed.stimulus) * world.normal("stimulus", screen.stimulus)
            + sqrt(assumed.stimulus_by_level) * world.normal("stimulus", screen.stimulus, *level)
            + sqrt(assumed.residual) * draws.normal("outcome", _trial(screen))
        )

    def _is_trial(self, screen: Screen) -> bool:
        return screen.phase == "trials" and screen.trial is not None

    def _after_treatment(self, screen: Screen) -> bool:
        return self.timeline.index.get(screen.id, -1) >= self._treated

    def _trials(self) -> tuple[int, Screen | None]:
        """Return the position of the first trial, and the trial of the outcome if there is only one."""
        screens = self.timeline.screens
        first = next((n for n, s in enumerate(screens) if s.phase == "trials"), len(screens))
        asked = [
            screen
            for screen in screens
            if self._is_trial(screen)
            and any(ask.measure == self.people.outcome for ask in screen.asks)
        ]
        return first, asked[0] if len(asked) == 1 else None

    def _leaving_screen(self) -> str:
        """Choose the screen on which to leave: any between consent and debriefing."""
        screens = self.timeline.screens[: self.timeline.index[self.timeline.exit]]
        within = [screen.id for screen in screens if screen.phase != "consent"]
        return within[self.draws.below(len(within), "leaves at")] if within else ""


def simulated_participant(
    study: Study,
    slot: Slot,
    hypothesis: str | Hypothesis | None = None,
    seed: int = 1,
    *,
    number: int | None = None,
    language: str | None = None,
    people: Population | None = None,
) -> SimulatedParticipant:
    """Create a simulated participant for one slot, who can answer in a window or a browser.

    Parameters
    ----------
    number
        Number of the participant (default: that of the slot, as in ``simulate`` if no participant leaves).
    people
        The population, if there are several participants; hypothesis and seed are then those of the population.

    Examples
    --------
    >>> participant = simulated_participant(study, slot, "M5", seed=1)      # doctest: +SKIP
    >>> participant.decide(screen)                                     # doctest: +SKIP
    {'donation': 3}
    """
    people = people or population(study, hypothesis, seed, mode=slot.mode)
    timeline = study.timeline(slot, language)
    return SimulatedParticipant(people, timeline, slot.number if number is None else number)


def age(draws: Draws) -> float:
    """Return a participant's age: exponential above 18 with a mean of 34, so that young adults are most frequent."""
    return 18 - 16 * log(draws.uniform("age"))


def _trial(screen: Screen) -> str:
    return f"{screen.task}|{screen.trial}|{screen.stimulus}"
