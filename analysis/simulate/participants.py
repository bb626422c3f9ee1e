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
from functools import cached_property, lru_cache
from math import log, sqrt

from analysis.curves.catalogue import Hypothesis
from analysis.simulate.draws import Draws
from analysis.simulate.gates import consent_of, consenting
from analysis.simulate.population import Population, population
from analysis.simulate.taking_part import BETWEEN, style_of, times_of
from experiments.measures import KINDS
from experiments.protocol.slots import Slot
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
        self._consent = consent_of(timeline)
        self._leaves_at = self._leaving_screen() if self.style.leaves else ""
        self._only_trial = self._trial_of_outcome()

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

    def leaves_before(self, position: int) -> bool:
        """Return whether the participant leaves before the screen at a position of the timeline."""
        index = self.timeline.index
        return bool(self._leaves_at) and index[self._leaves_at] < position

    def decide(self, screen: Screen) -> dict[str, Answer]:
        """Return the answer to each question of a screen; None if it is skipped."""
        return {ask.measure: self._decide(screen, ask) for ask in screen.asks}

    def _decide(self, screen: Screen, ask: Ask) -> Answer:
        draws, style = self.draws, self.style
        if (given := self._consent.get((screen.id, ask.measure))) and ask.options:
            return consenting(ask, given, style.consents)
        if not ask.required and draws.uniform("skips", screen.id, ask.measure) < style.skips:
            return None
        if ask.entry == "integer" and ask.measure.rpartition(".")[2] == "age":
            return int(min(max(age(draws), ask.low), ask.high))
        return KINDS[screen.kind].answer(ask, Answering(self, screen, ask))

    def latent_place(self, screen: Screen, ask: Ask, count: int) -> int:
        """Return which of ``count`` ordered answers corresponds to the participant's latent value."""
        scale = self.people.scale(screen.kind, count)
        item = self.people.items.get(ask.measure)
        follows = ask.measure in self.people.outcome.questions and screen.phase != "practice"
        if follows and item is None:
            return scale.answer(self._mu(screen) + self._outcome(screen))
        base = self.people.base(screen.kind, count)
        if item is None:
            return scale.answer(base + self._related(screen, ask.measure))
        share = self.people.assumed.item_with_scale
        own = sqrt(1 - share) * self.draws.normal("item", screen.id, ask.measure)
        if follows:
            latent = self._mu(screen) + sqrt(share) * self._outcome(screen) + own
        else:
            latent = base + sqrt(share) * self._related(screen, item.of) + own
        place = scale.answer(latent)
        return count - 1 - place if item.reverse else place

    def _related(self, screen: Screen, measure: str) -> float:
        """Return the latent value of another measure: its share of the outcome, and its unique part."""
        assumed = self.people.assumed
        trial = screen if self._is_trial(screen) else self._only_trial
        if trial is None or screen.id in self._before:
            of_outcome, r = self.draws.normal("person"), assumed.trait_with_outcome
        else:
            shift = self._mu(trial) - self.people.curve.reference
            of_outcome, r = shift + self._outcome(trial), assumed.with_outcome
        own = (
            self.draws.normal("own", measure) + self.draws.normal(measure, trial_of(screen))
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
            + sqrt(assumed.residual) * draws.normal("outcome", trial_of(screen))
        )

    def _is_trial(self, screen: Screen) -> bool:
        return screen.phase == "trials" and screen.trial is not None

    @cached_property
    def _before(self) -> frozenset[str]:
        """The screens before the first one of the treatment."""
        found: list[str] = []
        for screen in self.timeline.screens:
            if screen.phase == "trials" or self._asks_outcome(screen):
                break
            found.append(screen.id)
        return frozenset(found)

    def _trial_of_outcome(self) -> Screen | None:
        """Return the trial on which the outcome is asked, if there is only one."""
        asked = {trial_of(each): each for each in self.timeline.screens if self._asks_outcome(each)}
        return next(iter(asked.values())) if len(asked) == 1 else None

    def _asks_outcome(self, screen: Screen) -> bool:
        questions = self.people.outcome.questions
        return screen.phase != "practice" and any(ask.measure in questions for ask in screen.asks)

    def _leaving_screen(self) -> str:
        """Choose the screen on which to leave: any between consent and debriefing."""
        screens = self.timeline.screens[: self.timeline.index[self.timeline.exit]]
        within = [each.id for each in screens if each.phase != "consent" and not each.given]
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


@lru_cache(maxsize=10_000)
def _name_of_trial(screen: str, trial: int) -> str:
    words = screen.split(".")
    if str(trial) not in words:
        return screen
    return ".".join(words[: words.index(str(trial)) + 1])


def trial_of(screen: Screen) -> str:
    """Return the name of a screen's trial, which all screens of the trial have in common.

    It is the beginning of their names: ``appeals.3`` of ``appeals.3.donation``.
    """
    name = screen.task if screen.trial is None else _name_of_trial(screen.id, screen.trial)
    return f"{name}|{screen.stimulus}"
