"""The screens of a simulated participant as rows, with the answers that go with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from analysis.simulate.items import Score, predicted, score_of
from analysis.simulate.rows import Row, Value
from experiments.protocol.measures import Measure
from experiments.screen import Answer, Ask, Screen, result_of
from experiments.study import Study
from experiments.timeline.timeline import Timeline

Asked = tuple[Screen, Ask]


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
            for ask in _answered(screen) if screen.phase != "practice" else ():
                found.setdefault(ask.address, []).append((in_panel(screen, ask), ask))
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


def _answered(screen: Screen) -> Iterable[Ask]:
    """Return what has an answer on a screen; of a timed trial the keys and their times."""
    return {ask.measure: ask for ask in (*screen.asks, *predicted(screen))}.values()


class ScreenRow(Row):
    """One screen of a simulated participant."""

    def __init__(self, answers: Answers, screen: Screen) -> None:
        super().__init__(answers.study.names)
        self.answers, self.screen = answers, screen

    def known(self, name: str) -> Value:
        """Return a level, a field, the number of the trial or an answer."""
        screen = self.screen
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
        if name in self.names.factors:
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

    def rows(self, names: Iterable[str]) -> Sequence[Row]:
        """Return the screens that have several names together: those of the one that is asked most often."""
        found = [rows for name in names if (rows := self._rows_of(name)) is not None]
        return max(found, key=len, default=[self])

    def _rows_of(self, name: str) -> Sequence[Row] | None:
        """Return the screens that ask a measure, or what a column is computed from; None if no screen does."""
        if name in self.names.study.columns:
            of = self.names.study.columns[name].of
            return [row for row in self.rows(of.row_names) if row.holds(of.where)]
        known = name in self.names.factors or name in ("mode", "session", "trial", "item")
        if known or not self.names.fitting(name):
            return None
        measure = self.names.measure(name)
        if measure.part in ("correct", "result"):
            name = replace(measure, part="").address
        question = self.answers.score(name).questions[0]
        asked = self.answers.asked.get(question, ())
        return [ScreenRow(self.answers, screen) for screen, _ in asked]

    def spread(self, name: str) -> tuple[float, float]:
        """Return the mean and SD over participants of a column that is centred or standardised."""
        return self.answers.spread(name)

    def _answer(self, name: str) -> Value:
        measure = self.names.measure(name)
        if measure.part in ("correct", "result"):
            return self._whether_right(measure)
        score = self.answers.score(name)
        found = {item: self._nearest(item) for item in score.questions}
        given = {item: self.answers.answer(*asked) for item, asked in found.items() if asked}
        if not score.of_items:
            return next(iter(given.values()), None)
        numbers = [
            score.keyed(item, float(answer))
            for item, answer in given.items()
            if isinstance(answer, (int, float))
        ]
        return score.total(numbers) if numbers else None

    def _whether_right(self, measure: Measure) -> Value:
        """Return whether an answer is correct (1 or 0), or the result of a timed trial; late answers are none here."""
        asked = self._nearest(replace(measure, part="").address)
        if asked is None or asked[1].correct is None:
            return None
        result = result_of(asked[1], self.answers.answer(*asked))
        if measure.part == "result":
            return result
        return None if result == "late" else float(result == "right")

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


def in_panel(screen: Screen, ask: Ask) -> Screen:
    """Return a screen as it is for a question: with its panel alone, where several levels are shown together."""
    if len(screen.panels) < 2:
        return screen
    own = screen.panels[ask.panel - 1]
    return replace(screen, cells=own.cells, asks=screen.asks_in(ask.panel), panels=(own,))


def level_of(screen: Screen) -> str:
    """Return the name of the level of a screen that is ``in_panel``; '' of any other."""
    cells = screen.panels[0].cells if len(screen.panels) == 1 else {}
    return "".join(f"|{level}" for level in cells.values())


def trial_of(screen: Screen) -> str:
    """Return the name of a screen's trial, which all screens of the trial have in common.

    It is the beginning of their names: ``appeals.3`` of ``appeals.3.donation``. Levels that are shown together are
    trials of their own.
    """
    if screen.trial is None:
        return f"{screen.task}|{screen.stimulus}"
    return f"{_beginning(screen.id, screen.trial)}|{screen.stimulus}{level_of(screen)}"


def is_trial(screen: Screen) -> bool:
    """Return whether a screen is part of a trial that is analysed."""
    return screen.phase == "trials" and screen.trial is not None


@lru_cache(maxsize=10_000)
def _beginning(screen: str, trial: int) -> str:
    words = screen.split(".")
    number = str(trial)
    return ".".join(words[: words.index(number) + 1]) if number in words else screen
