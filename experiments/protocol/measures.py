"""What a study measures: one measure for each question, score and item, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from experiments.files.faults import Key
from experiments.language.conditions import Condition
from experiments.protocol.places import Loop, Place, steps_of
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import GameStep, LoopStep, MinimalGroupStep, ScaleStep
from experiments.protocol.study_file import StudyFile
from experiments.questions import Question, kind_of

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
    given: tuple[Condition, ...] = ()
    """Conditions under which it is asked: its own, and those of the steps and loops around it."""

    @property
    def words(self) -> tuple[str, ...]:
        """The parts of the full address."""
        parts = (self.session, *self.step.split("."), self.question, self.part)
        return tuple(word for word in parts if word)

    @property
    def address(self) -> str:
        """The full address, which is the name of its column in the data."""
        return ".".join(self.words)


def measures_of(study: StudyFile, instruments: Mapping[str, Instrument]) -> Iterator[Measure]:
    """Yield all measures of a study, in the order in which they are asked."""
    knows: dict[str, Loop | None] = {}
    for place, step in steps_of(study):
        if isinstance(step, LoopStep) and step.each not in study.factors.within:
            knows[place.session] = place.inside(step).loop if step.take == 1 else None
        yield from _of_step(place.inside(step), step, instruments, knows.get(place.session))


def periods_of(study: StudyFile) -> Iterator[Measure]:
    """Yield the periods of a study, for which signals can be imported; the name of a period is the question."""
    for place, step in steps_of(study):
        if step.period is not None:
            yield Measure(
                place.session,
                place.step,
                step.period,
                kind="period",
                key=place.key,
                screen=place.screen,
                loop=place.inside(step).loop,
                practice=place.practice,
                given=place.given,
            )


def _of_step(
    place: Place, step: Step, instruments: Mapping[str, Instrument], knows: Loop | None
) -> Iterator[Measure]:
    asked = Measure(
        place.session,
        place.step,
        "",
        key=place.key,
        screen=place.screen,
        loop=place.loop,
        knows=None if place.loop else knows,
        practice=place.practice,
        given=place.given,
    )
    if isinstance(step, ScaleStep):
        instrument = instruments.get(step.scale, Instrument((), ()))
        # What a loop or part asks has its name; an instrument is one of its questions.
        inside = "" if place.step == step.address else f"{place.step}."
        scale = replace(asked, step=f"{inside}{step.address}", kind="scale")
        for each in ("", *instrument.scores, *instrument.items):
            yield replace(scale, question=each)
    elif isinstance(step, MinimalGroupStep):
        yield replace(asked, question="answer", kind="minimal_group")
    elif isinstance(step, GameStep) and step.ask is None:
        yield replace(asked, question=DECISIONS[step.game], kind="game")
    for name, question in (getattr(step, "ask", None) or {}).items():
        own = replace(
            asked,
            question=name,
            asked=question,
            kind=kind_of(question),
            key=(*place.key, "ask", name),
            given=place.under(question.when).given,
        )
        for part in (*([""] if question.has_address else []), *question.parts):
            yield replace(own, part=part)
