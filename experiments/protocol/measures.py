"""What a study measures: one measure for each question, score and item, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from experiments.files.faults import Key
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import GameStep, LoopStep, MinimalGroupStep, PartStep, ScaleStep
from experiments.protocol.study_file import StudyFile, all_steps, flow_key
from experiments.questions import Question, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.question import Scale
from experiments.questions.ranking import Ranking

DECISIONS = {
    "dictator": "share",
    "ipd_md": "pools",
    "redistribution": "spent",
    "third_party": "spent",
}
"""Game -> name of its decision, if a study does not ask its own."""


@dataclass(frozen=True)
class Instrument:
    """What an instrument measures: its scores and items."""

    scores: tuple[str, ...]
    """Names of the subscales; a scale with one score has none."""
    items: tuple[str, ...]


@dataclass(frozen=True)
class Loop:
    """A loop of the flow."""

    step: LoopStep
    key: Key
    session: str

    @property
    def name(self) -> str:
        """Name of the loop in addresses."""
        return self.step.address


@dataclass(frozen=True)
class Measure:
    """What a study measures: a question, or something that its answer has besides its value."""

    session: str
    """Name of the session; '' in a study with one."""
    step: str
    """Name of the step; '' if it has none. That of an instrument inside a loop or part begins with theirs."""
    question: str
    """Name of the question, or of the instrument's item or score; '' for the score of an instrument with one."""
    part: str = ""
    """What it is of the answer: '' for its value, else ``time``, an item of a matrix, a score."""
    asked: Question | None = None
    """The question; None for an instrument or a game."""
    kind: str = ""
    """Kind of question, ``scale``, ``game`` or ``minimal_group``."""
    key: Key = ()
    """Where it is in the file."""
    screen: int = 0
    """Position of its screen in the session, to know what is asked before it."""
    loop: Loop | None = None
    """The loop that asks it once for each item or level; None if it is asked once."""
    knows: Loop | None = None
    """The loop of one item (``take: 1``) before it, whose item its rows know."""
    practice: bool = False
    """Whether its answers are never analysed."""

    @property
    def words(self) -> tuple[str, ...]:
        """The parts of the full address."""
        parts = (self.session, *self.step.split("."), self.question, self.part)
        return tuple(word for word in parts if word)

    @property
    def address(self) -> str:
        """The full address, which is the name of its column in the data."""
        return ".".join(self.words)


class Walk:
    """Collects the measures of a session's steps."""

    def __init__(
        self, session: str, instruments: Mapping[str, Instrument], study: StudyFile
    ) -> None:
        self.session = session
        self.instruments = instruments
        self.study = study
        self.screen = 0
        self.knows: Loop | None = None

    def all(self, steps: Sequence[Step]) -> Iterator[Measure]:
        """Yield the measures of all steps of the session."""
        return self.steps(steps, flow_key(self.session), "", None)

    def steps(
        self, steps: Sequence[Step], key: Key, name: str, loop: Loop | None, practice: bool = False
    ) -> Iterator[Measure]:
        for index, step in enumerate(steps):
            at = (*key, index)
            self.screen += 1
            own = name or step.address
            trained = practice or step.practice is True
            if isinstance(step, LoopStep):
                yield from self._loop(step, at, own, trained)
            elif isinstance(step, PartStep):
                yield from self.steps(step.flow, (*at, "flow"), own, loop, trained)
            elif isinstance(step, ScaleStep):
                yield from self._scale(step, at, own, loop, trained)
            elif isinstance(step, MinimalGroupStep):
                yield self._measure(own, "answer", "", None, "minimal_group", at, loop, trained)
            else:
                if isinstance(step, GameStep) and step.ask is None:
                    decision = DECISIONS[step.game]
                    yield self._measure(own, decision, "", None, "game", at, loop, trained)
                yield from self._questions(
                    getattr(step, "ask", None), (*at, "ask"), own, loop, trained
                )

    def _loop(self, step: LoopStep, at: Key, name: str, practice: bool) -> Iterator[Measure]:
        loop = Loop(step, at, self.session)
        if step.flow is not None:
            yield from self.steps(step.flow, (*at, "flow"), name, loop, practice)
        yield from self._questions(step.ask, (*at, "ask"), name, loop, practice)
        over_items = step.each not in self.study.factors.within
        if over_items:
            self.knows = loop if step.take == 1 else None

    def _questions(
        self,
        asked: Mapping[str, Question] | None,
        key: Key,
        step: str,
        loop: Loop | None,
        practice: bool,
    ) -> Iterator[Measure]:
        for name, question in (asked or {}).items():
            kind = kind_of(question)
            for part in ("", *parts_of(question)):
                yield self._measure(step, name, part, question, kind, (*key, name), loop, practice)

    def _scale(
        self, step: ScaleStep, at: Key, name: str, loop: Loop | None, practice: bool
    ) -> Iterator[Measure]:
        instrument = self.instruments.get(step.scale, Instrument((), ()))
        if name != step.address:
            # What a loop or part asks has its name; an instrument is one of its questions.
            name = f"{name}.{step.address}"
        yield self._measure(name, "", "", None, "scale", at, loop, practice)
        for each in (*instrument.scores, *instrument.items):
            yield self._measure(name, each, "", None, "scale", at, loop, practice)

    def _measure(
        self,
        step: str,
        question: str,
        part: str,
        asked: Question | None,
        kind: str,
        key: Key,
        loop: Loop | None,
        practice: bool,
    ) -> Measure:
        return Measure(
            self.session, step, question, part, asked, kind, key, self.screen, loop,
            None if loop else self.knows, practice,
        )  # fmt: skip


def parts_of(question: Question) -> tuple[str, ...]:
    """Return what an answer has besides its value: its time, items of a matrix, scores, boxes, ranks."""
    found = list(question.yields)
    if isinstance(question, Scale):
        found += [*question.items, *question.scores]
    if isinstance(question, Allocation):
        found += list(question.boxes)
    if isinstance(question, Ranking):
        found += list(question.options)
    if getattr(question, "correct", None) is not None and "correct" not in found:
        found.append("correct")
    return tuple(found)


def loops(study: StudyFile) -> list[Loop]:
    """Return all loops in the order of the file, also those that ask nothing."""
    return [
        Loop(step, key, key[1] if isinstance(key[1], str) else "")
        for key, step in all_steps(study)
        if isinstance(step, LoopStep)
    ]
