"""Rows that values are read from: a condition of the design, and a screen of a simulated participant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from analysis.simulate.items import Score, score_of
from analysis.simulate.trial import trial_of
from analysis.simulate.values import Source, Value
from experiments.screen import Answer, Ask, Screen
from experiments.study import Study
from experiments.timeline.timeline import Timeline

Asked = tuple[Screen, Ask]


class NotOfTheDesignError(LookupError):
    """A value that the conditions do not decide."""


@dataclass(frozen=True)
class Cell:
    """What one condition decides: the levels of the factors, the mode."""

    known: Mapping[str, Value]

    def value(self, name: str) -> Value:
        """Return a level."""
        if name not in self.known:
            raise NotOfTheDesignError(name)
        return self.known[name]

    def is_wrong(self, name: str) -> bool:
        """Raise an error, since conditions decide no answers."""
        raise NotOfTheDesignError(name)

    def rows(self, names: Iterable[str]) -> Sequence[Source]:
        """Raise an error, since conditions decide no answers."""
        raise NotOfTheDesignError(", ".join(names))

    def spread(self, name: str) -> tuple[float, float]:
        """Raise an error, since conditions decide no answers."""
        raise NotOfTheDesignError(name)


@dataclass(frozen=True)
class Answers:
    """The answers of one simulated participant, also those that they will give later or keep to themselves."""

    study: Study
    timeline: Timeline
    answer: Callable[[Screen, Ask], Answer]
    spread: Callable[[str], tuple[float, float]]
    _scores: dict[str, Score] = field(default_factory=dict, repr=False)

    @cached_property
    def asked(self) -> dict[str, list[Asked]]:
        """Address -> where it is asked, practice apart."""
        found: dict[str, list[Asked]] = {}
        for screen in self.timeline.screens:
            for ask in screen.asks if screen.phase != "practice" else ():
                found.setdefault(ask.measure, []).append((screen, ask))
        return found

    @cached_property
    def fields(self) -> dict[str, dict[str, str]]:
        """Field -> item -> its value."""
        found: dict[str, dict[str, str]] = {}
        for items in self.study.opened.items.values():
            for name, cells in items.fields.items():
                found[name] = dict(zip(items.names, cells, strict=True)) | found.get(name, {})
        return found

    def score(self, name: str) -> Score:
        """Return the questions whose answers make up a measure.

        Raises
        ------
        AnalysisError
            If simulated participants have no numbers of it.
        """
        if name not in self._scores:
            self._scores[name] = score_of(self.study, name)
        return self._scores[name]


@dataclass(frozen=True)
class ScreenRow:
    """One screen of a simulated participant."""

    answers: Answers
    screen: Screen

    def value(self, name: str) -> Value:
        """Return a level, a field, the number of the trial or an answer."""
        study, screen = self.answers.study, self.screen
        if screen.cells and name in screen.cells:
            return str(screen.cells[name])
        if name == "mode":
            return self.answers.timeline.mode
        if name == "session":
            return ""
        if name == "trial":
            return screen.trial
        if name == "item":
            return screen.stimulus
        if name in study.names.factors:
            return None
        if screen.stimulus in self.answers.fields.get(name, {}):
            return self.answers.fields[name][screen.stimulus]
        return self._answer(name)

    def is_wrong(self, name: str) -> bool:
        """Return whether the answer to a question is not the correct one."""
        asked = self._nearest(self.answers.score(name).questions[0])
        if asked is None or asked[1].correct is None:
            return False
        return self.answers.answer(*asked) != asked[1].correct

    def rows(self, names: Iterable[str]) -> Sequence[Source]:
        """Return the screens that ask what is named."""
        study = self.answers.study
        for name in names:
            known = (
                name in study.names.factors
                or name in study.file.columns
                or name in ("mode", "session", "trial", "item")
            )
            if not known and study.names.fitting(name):
                question = self.answers.score(name).questions[0]
                return [
                    replace(self, screen=screen)
                    for screen, _ in self.answers.asked.get(question, ())
                ]
        return [self]

    def spread(self, name: str) -> tuple[float, float]:
        """Return the mean and SD over participants of a column that is centred or standardised."""
        return self.answers.spread(name)

    def _answer(self, name: str) -> Value:
        score = self.answers.score(name)
        found = [(item, self._nearest(item)) for item in score.questions]
        given = [(item, self.answers.answer(*asked), asked[1]) for item, asked in found if asked]
        if not score.of_items:
            return given[0][1] if given else None
        numbers = [
            score.keyed(item, float(answer))
            for item, answer, _ in given
            if isinstance(answer, (int, float))
        ]
        return score.total(numbers) if numbers else None

    def _nearest(self, question: str) -> Asked | None:
        """Return where a question is asked: in the same trial, about the same item, or else the last time before."""
        asked = self.answers.asked.get(question, [])
        own = trial_of(self.screen)
        for same in (
            lambda screen: trial_of(screen) == own,
            lambda screen: bool(screen.stimulus) and screen.stimulus == self.screen.stimulus,
        ):
            if here := [each for each in asked if same(each[0])]:
                return here[-1]
        index = self.answers.timeline.index
        at = index.get(self.screen.id, len(index))
        before = [each for each in asked if index[each[0].id] < at]
        return before[-1] if before else next(iter(asked), None)
