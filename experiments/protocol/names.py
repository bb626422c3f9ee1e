"""The names of a study: one namespace, and the addresses of its measures.

The address of a measure is ``session.step.question``, then what the answer has besides its value (``.time``, an
item, a score). Any of it may be left out while one measure fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from experiments.files.reading import Key, nearest
from experiments.language.by import Varied
from experiments.language.conditions import IsOneOf
from experiments.protocol.sections import Answered, Factors
from experiments.protocol.steps import (
    GameStep,
    LoopStep,
    MinimalGroupStep,
    PartStep,
    ScaleStep,
    Step,
)
from experiments.protocol.study_file import StudyFile
from experiments.questions import Question, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.question import Scale
from experiments.questions.ranking import Ranking

RESERVED = [
    "participant",
    "session",
    "occasion",
    "step",
    "item",
    "trial",
    "mode",
    "text",
    "minutes",
    "duration",
    "endowment",
    "chance",
    "given",
    "kept",
    "period",
]
"""Names with a fixed meaning in every study."""

LAB_VALUES = {
    "contact": "name and e-mail of the responsible researcher",
    "approval": "ethics committee and approval number",
    "help_line": "a help line of your country",
    "charity": "name of the registered charity",
}
"""Values that every laboratory sets, for texts, and what they are."""

DECISIONS = {
    "dictator": "share",
    "ipd_md": "pools",
    "redistribution": "spent",
    "third_party": "spent",
}
"""Game -> name of its decision, if a study does not ask its own."""

Varies = Literal["between", "within", "counterbalanced", "answered", "sealed"]


@dataclass(frozen=True)
class Instrument:
    """What an instrument measures: its scores and items."""

    scores: tuple[str, ...]
    """Names of the subscales; a scale with one score has none."""
    items: tuple[str, ...]


@dataclass(frozen=True)
class Factor:
    """A factor of the study."""

    name: str
    varies: Varies
    levels: Mapping[str, Varied[str] | None]
    """Level -> its words; empty if the factor is answered and its question is unknown."""
    key: Key

    def varies_in(self, study: StudyFile, mode: str) -> Varies:
        """Return how the factor varies in a mode."""
        return "within" if self.name in study.modes[mode].within else self.varies

    @property
    def numbers(self) -> dict[str, float] | None:
        """The levels as numbers; None if one of them is not a number."""
        try:
            return {level: float(level) for level in self.levels}
        except ValueError:
            return None


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
    """Name of the step; '' if it has none."""
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
        return tuple(word for word in (self.session, self.step, self.question, self.part) if word)

    @property
    def address(self) -> str:
        """The full address, which is the name of its column in the data."""
        return ".".join(self.words)


class AddressError(LookupError):
    """An address fits no measure, or several; the message says what was found, ``remedy`` what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.remedy = remedy


class Names:
    """The names of one study with everything written out."""

    def __init__(self, study: StudyFile, instruments: Mapping[str, Instrument]) -> None:
        self.study = study
        self.instruments = instruments

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Full address -> measure, in the order in which they are asked."""
        found: dict[str, Measure] = {}
        for session, steps in self.study.flow.items():
            key: Key = ("flow", session) if session else ("flow",)
            for measure in _Walk(session, self.instruments, self.study).steps(steps, key, "", None):
                found.setdefault(measure.address, measure)
        return found

    @cached_property
    def repeated(self) -> list[Measure]:
        """Measures whose address another one already has."""
        found: list[Measure] = []
        for session, steps in self.study.flow.items():
            key: Key = ("flow", session) if session else ("flow",)
            found += [
                measure
                for measure in _Walk(session, self.instruments, self.study).steps(
                    steps, key, "", None
                )
                if self.measures[measure.address].key != measure.key
            ]
        return found

    @cached_property
    def steps(self) -> dict[str, Key]:
        """Address of each named step -> its place."""
        found: dict[str, Key] = {}
        for session, steps in self.study.flow.items():
            key: Key = ("flow", session) if session else ("flow",)
            for index, step in enumerate(steps):
                if step.address:
                    address = f"{session}.{step.address}" if session else step.address
                    found.setdefault(address, (*key, index))
        return found

    @cached_property
    def loops(self) -> list[Loop]:
        """All loops, in order."""
        found = {
            measure.loop.key: measure.loop for measure in self.measures.values() if measure.loop
        }
        return list(found.values())

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """Name -> factor."""
        found: dict[str, Factor] = {}
        factors: Factors = self.study.factors
        for varies in ("between", "within", "counterbalanced", "sealed"):
            for name, levels in getattr(factors, varies).items():
                found.setdefault(name, Factor(name, varies, levels, ("factors", varies, name)))
        for name, answered in factors.answered.items():
            levels = self._answers(answered)
            found.setdefault(name, Factor(name, "answered", levels, ("factors", "answered", name)))
        return found

    def _answers(self, answered: Answered) -> dict[str, Varied[str] | None]:
        """Return the options of a question, except those that lead to an end."""
        try:
            asked = self.measure(answered.from_).asked
        except AddressError:
            return {}
        options: Mapping[str, Varied[str]] = getattr(asked, "options", {})
        return {
            level: words for level, words in options.items() if level not in self._ending(answered)
        }

    def _ending(self, answered: Answered) -> set[str]:
        name = answered.from_.rpartition(".")[2]
        ending: set[str] = set()
        for steps in self.study.flow.values():
            for step in steps:
                if "end" in type(step).model_fields and step.when is not None:
                    for test in step.when.tests:
                        if isinstance(test, IsOneOf) and test.name.rpartition(".")[2] == name:
                            ending |= set(test.levels)
        return ending

    def levels(self, name: str) -> Sequence[str] | None:
        """Return the values that a factor, the mode or the session can have; None if the name is none of these."""
        if name == "mode":
            return list(self.study.modes)
        if name == "session":
            return list(self.study.flow)
        if name in self.factors:
            return list(self.factors[name].levels)
        return None

    def fitting(self, address: str) -> list[Measure]:
        """Return the measures that a short address fits."""
        words = address.split(".")
        found = [each for each in self.measures.values() if _fits(words, each.words)]
        # `.time` of a question inside an item is only meant if it is written.
        if found:
            return found
        return [
            each
            for each in self.measures.values()
            if not each.part and each.question and _fits(words, each.words[:-1])
        ]

    def measure(self, address: str) -> Measure:
        """Return the measure of an address.

        Raises
        ------
        AddressError
            If none fits, or several.
        """
        found = self.fitting(address)
        if len(found) == 1:
            return found[0]
        if not found:
            known = {each.question or each.step for each in self.measures.values() if not each.part}
            word = address.rpartition(".")[2]
            raise AddressError(
                f"'{address}' is no question of the study", nearest(word, sorted(known))
            )
        which = ", ".join(each.address for each in found)
        raise AddressError(
            f"'{address}' can be {which}",
            "Write the whole address of the one you mean; give its step a name if it has none.",
        )

    def clashes(self) -> Iterator[tuple[Key, str, str]]:
        """Yield the names that could be two things: key, what was found, remedy."""
        kinds: dict[str, list[tuple[str, Key]]] = {}

        def add(name: str, kind: str, key: Key) -> None:
            known = kinds.setdefault(name, [])
            if kind not in {each for each, _ in known}:
                known.append((kind, key))

        for name, factor in self.factors.items():
            add(name, "a factor", factor.key)
        for name in self.study.columns:
            add(name, "a column", ("columns", name))
        for name in LAB_VALUES:
            add(name, "a value that laboratories set", ())
        for name in self.study.values:
            add(
                name,
                "a value that laboratories set" if name in LAB_VALUES else "a value",
                ("values", name),
            )
        for measure in self.measures.values():
            if not measure.part and measure.question and measure.kind != "scale":
                add(measure.question, "a question", measure.key)
        for address, key in self.steps.items():
            # A step can have the name of its question.
            name = address.rpartition(".")[2]
            if not any(kind == "a question" for kind, _ in kinds.get(name, [])):
                add(name, "a step", key)
        for name, uses in kinds.items():
            if name in RESERVED:
                kind, key = uses[0]
                yield (
                    key,
                    f"'{name}' has a fixed meaning and cannot be {kind}",
                    "Choose another name.",
                )
            elif len(uses) > 1:
                which = " and ".join(kind for kind, _ in uses)
                key = next(key for _, key in reversed(uses) if key)
                yield key, f"'{name}' is {which}", "Give one of them another name."


def _fits(words: Sequence[str], address: Sequence[str]) -> bool:
    """Return whether the words occur in the address in this order, the last of them at its end."""
    if not address or words[-1] != address[-1]:
        return False
    rest = iter(address)
    return all(word in rest for word in words)


class _Walk:
    """Collects the measures of a session's steps."""

    def __init__(
        self, session: str, instruments: Mapping[str, Instrument], study: StudyFile
    ) -> None:
        self.session = session
        self.instruments = instruments
        self.study = study
        self.screen = 0
        self.knows: Loop | None = None

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
