"""The latent variables behind the answers of a simulated participant.

The latent answer to the outcome on a trial is, with variances that add up to 1,

    mu(condition) + participant + participant x level + stimulus + stimulus x level + residual

and the response scale converts it into an amount, a mark or a point. Other measures of the trial correlate
with it; items of a scale have a common factor that correlates with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import sqrt
from statistics import fmean, stdev

from analysis.simulate.draws import Draws
from analysis.simulate.followed import Followed
from analysis.simulate.items import predicted
from analysis.simulate.population import Population
from analysis.simulate.screen_rows import (
    Answers,
    ScreenRow,
    in_panel,
    is_trial,
    level_of,
    trial_of,
)
from experiments.measures import KINDS
from experiments.screen import Answer, Ask, Screen
from experiments.timeline.timeline import Timeline

MEMBERS = 100
"""Number of participants from whom the mean and SD of a centred or standardised column are computed."""


class Latent:
    """The latent variables of one participant.

    Parameters
    ----------
    answer
        Function that returns the participant's answer to a question, also if it is skipped.
    member
        Function that returns the latent variables of another participant.
    """

    def __init__(
        self,
        people: Population,
        timeline: Timeline,
        draws: Draws,
        answer: Callable[[Screen, Ask], Answer],
        member: Callable[[int], Latent],
    ) -> None:
        self.people, self.timeline, self.draws = people, timeline, draws
        self.answers = Answers(people.study, timeline, answer, self._spread)
        self._member = member
        self._means: dict[tuple[str, str], float] = {}
        self._drawn: dict[tuple[str, str], float] = {}

    def place(self, screen: Screen, ask: Ask, count: int) -> int:
        """Return which of ``count`` ordered answers corresponds to the participant's latent value."""
        people, screen = self.people, in_panel(screen, ask)
        scales = people.scales
        scale, base = scales.of(screen.kind, count), scales.base(screen.kind, count)
        item = people.items.get(ask.address)
        measure = ask.address if item is None else item.of
        if (followed := self._follows(screen, ask.address)) is not None:
            base, latent = self._mu(followed, screen), self._around(followed, screen)
        elif ask.address in people.predicting:
            latent = self._own(screen, measure)
        else:
            latent = self._related(screen, measure)
        if item is None or item.whole:
            return scale.answer(base + latent)
        share = people.assumed.item_with_scale
        own = self.draws.normal("item", screen.id, ask.measure)
        place = scale.answer(base + sqrt(share) * latent + sqrt(1 - share) * own)
        return count - 1 - place if item.reverse else place

    def follows(self, screen: Screen, ask: Ask) -> bool:
        """Return whether the answer to a question follows the curve of an outcome."""
        return self._follows(in_panel(screen, ask), ask.address) is not None

    def _follows(self, screen: Screen, question: str) -> Followed | None:
        """Return the outcome whose curve the answer to a question follows."""
        followed = self.people.of_question.get(question)
        if followed is None or screen.phase == "practice":
            return None
        return followed if self._meets(followed, screen) else None

    def _meets(self, followed: Followed, screen: Screen) -> bool:
        """Return whether the rows of a screen are among those that the curve is about."""
        row = ScreenRow(self.answers, screen)
        return all(map(row.holds, followed.outcome.where))

    def _around(self, followed: Followed, screen: Screen) -> float:
        """Return the latent answer to an outcome around its mean; standard normal over participants and stimuli."""
        main = self.people.followed[0]
        if followed is main:
            return self._outcome(main, screen)
        of_main, r = self._main(screen)
        return r * of_main + sqrt(1 - r * r) * self._outcome(followed, screen)

    def _related(self, screen: Screen, measure: str) -> float:
        """Return the latent value of another measure: its share of the outcome, and its unique part."""
        of_main, r = self._main(screen)
        main, trial = self.people.followed[0], self._trial_with(screen)
        # Another block of timed trials is not about the outcome.
        apart = KINDS[screen.kind].apart and not self._asks_outcome(screen)
        if trial is not None and self._meets(main, trial) and not apart:
            of_main += self._mu(main, trial) - main.curve.reference
        return r * of_main + sqrt(1 - r * r) * self._own(screen, measure)

    def _main(self, screen: Screen) -> tuple[float, float]:
        """Return the latent outcome that a screen's answers go with, around its mean, and their correlation."""
        assumed, trial = self.people.assumed, self._trial_with(screen)
        if trial is None:
            return self.draws.normal("person"), assumed.trait_with_outcome
        return self._outcome(self.people.followed[0], trial), assumed.with_outcome

    def _own(self, screen: Screen, measure: str) -> float:
        """Return the unique part of a measure: half of it is the same each time that a participant is asked."""
        each_time = self.draws.normal(measure, trial_of(screen))
        return (self.draws.normal("own", measure) + each_time) / sqrt(2)

    def _trial_with(self, screen: Screen) -> Screen | None:
        """Return the trial whose outcome a screen's answers go with; None before the treatment."""
        if screen.id in self._before:
            return None
        return screen if is_trial(screen) else self._only_trial

    def _mu(self, followed: Followed, screen: Screen) -> float:
        key = (followed.outcome.name, f"{screen.id}{level_of(screen)}")
        if key not in self._means:
            row = ScreenRow(self.answers, screen)

            def read(column: str) -> str | float:
                return self._read(followed, column, row)

            self._means[key] = followed.curve.at(screen.cells, read)
        return self._means[key]

    def _read(self, followed: Followed, column: str, row: ScreenRow) -> str | float:
        predictor = followed.predictors[column]
        value = row.value(predictor.name)
        return predictor.values[0] if value is None else predictor.read(value)

    def _outcome(self, followed: Followed, screen: Screen) -> float:
        """Return the latent outcome of a trial around its mean; standard normal over participants and stimuli."""
        trial = trial_of(screen)
        key = (followed.outcome.name, trial)
        if key not in self._drawn:
            self._drawn[key] = self._draw(followed, screen, trial)
        return self._drawn[key]

    def _draw(self, followed: Followed, screen: Screen, trial: str) -> float:
        assumed, draws = self.people.assumed, self.draws
        # Effects of stimuli are the same for all participants, unless participants see nothing of the stimulus.
        world = draws if screen.stimulus in self.people.undescribed else self.people.world
        cells = screen.cells or {}
        level = [cells.get(name) for name in followed.curve.columns]
        # Only outcomes beyond the first have a name here: the first is what all others go with.
        of = () if followed is self.people.followed[0] else (followed.outcome.name,)
        return (
            sqrt(assumed.person) * draws.normal("person", *of)
            + sqrt(assumed.person_by_level) * draws.normal("person", "at", *level, *of)
            + sqrt(assumed.stimulus) * world.normal("stimulus", screen.stimulus, *of)
            + sqrt(assumed.stimulus_by_level)
            * world.normal("stimulus", screen.stimulus, "at", *level, *of)
            + sqrt(assumed.residual) * draws.normal("outcome", trial, *of)
        )

    def _spread(self, name: str) -> tuple[float, float]:
        """Return the mean and SD of the first participants' means of a column."""
        if name not in self.people.spreads:
            found = []
            for number in range(1, MEMBERS + 1):
                answers = self._member(number).answers
                rows = ScreenRow(answers, answers.timeline.screens[-1]).rows([name])
                found += [fmean(row.uncentred(name) for row in rows)] if rows else []
            self.people.spreads[name] = fmean(found), stdev(found)
        return self.people.spreads[name]

    @cached_property
    def _before(self) -> frozenset[str]:
        """The screens before the first one of the treatment."""
        found: list[str] = []
        for screen in self.timeline.screens:
            treated = any(ask.address in self.people.after_treatment for ask in screen.asks)
            if screen.phase == "trials" or treated or self._asks_outcome(screen):
                break
            found.append(screen.id)
        return frozenset(found)

    @cached_property
    def _only_trial(self) -> Screen | None:
        """The trial on which the outcome is asked, if there is only one."""
        asked = {trial_of(each): each for each in self.timeline.screens if self._asks_outcome(each)}
        alone = len(asked) == 1 and not any(each.panels for each in asked.values())
        return next(iter(asked.values())) if alone else None

    def _asks_outcome(self, screen: Screen) -> bool:
        questions = self.people.outcome.questions
        return screen.phase != "practice" and any(
            ask.address in questions for ask in predicted(screen)
        )
