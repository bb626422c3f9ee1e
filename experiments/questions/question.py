"""The question: keys that all kinds have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from experiments.answer_range import SECONDS, YES_NO
from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import Findings, Key
from experiments.files.model import Model
from experiments.files.scalars import Range, Text, Whole, Words, YesNo
from experiments.language.by import Varied
from experiments.language.typed import ConditionPhrase
from experiments.questions.stakes import Stakes

Order = Literal["as written", "random"]
LEAST_ANSWERED = 0.8
"""Share of a matrix's items that must be answered for a mean (convention, as for most instruments)."""


class Question(Model):
    """Base class of all kinds of question. The key with the kind's name has the question itself."""

    numeric: ClassVar[bool] = False
    """Whether answers are numbers, which have a mean."""
    yields: ClassVar[tuple[str, ...]] = ("time",)
    """What an answer has besides its value: ``ADDRESS.time`` is the response time in seconds."""

    label: Words = ""
    """Name in tables and figures (default: the name of the question)."""
    required: YesNo = False
    """Whether the question must be answered; others can be left after one reminder."""
    when: ConditionPhrase | None = None
    """Condition under which the question is asked, such as ``thinking = feel``."""
    local: YesNo = False
    """Whether the answer never leaves the device and is deleted at the end; the data say only whether, how long and
    when it was answered."""

    @property
    def prompt(self) -> Varied[str]:
        """The question as participants read it."""
        prompt: Varied[str] = getattr(self, kind_of(self))
        return prompt

    def faults(self) -> Findings:
        """Yield what does not go together in the question: key within it, what was found, remedy."""
        yield from ()

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        """Answer in the data -> its words, for answers that have some."""
        return {}

    def words_of(self, part: str) -> Mapping[Any, Varied[str]]:
        """Return answer in the data -> its words, for the value or for a part of the answer."""
        return self.words

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        """Name -> words of each part of the answer that has a row of its own; none if the answer is one row."""
        return {}

    @property
    def has_address(self) -> bool:
        """Whether a study can name the answer as a whole, and not only its parts."""
        return not self.rows

    @property
    def parts(self) -> tuple[str, ...]:
        """What an answer has besides its value: its time, items of a matrix, scores, boxes, options."""
        correct = () if getattr(self, "correct", None) is None else ("correct",)
        return tuple(dict.fromkeys((*self.yields, *self.rows, *correct)))

    def range(self, part: str = "", stakes: Stakes | None = None) -> AnswerRange | None:
        """Return the range of the answers, or of something else that an answer has; None if they are not numbers.

        Parameters
        ----------
        part
            What it is of the answer: '' for its value, else ``time``, an item of a matrix, a score, a box.
        stakes
            Stakes of the mode, on which amounts of money depend.
        """
        if part == "time":
            return SECONDS
        if self.local:
            return None
        return YES_NO if part == "correct" else self._range(part, stakes)

    def _range(self, part: str, stakes: Stakes | None) -> AnswerRange | None:
        """Return the range of what is specific to this kind."""
        return None


class Checked(Question):
    """Base class of questions that can have a correct answer."""

    explain: Varied[Text] | None = None
    """Text shown after a wrong answer, before the question is asked again."""
    attempts: Annotated[Whole, Range(least=1, most=5)] = 1
    """Maximum number of times that the question is asked."""


class Scale(Question):
    """Base class of questions whose answers are points between two labelled ends, or a matrix of items with these."""

    numeric = True

    from_: Annotated[Varied[Text] | None, Field(alias="from")] = None
    """Label of the low end."""
    to: Varied[Text] | None = None
    """Label of the high end."""
    unit: Words = "points"
    """Unit of the answers."""
    items: dict[Words, Varied[Text]] = {}
    """Name -> words of each item of a matrix; the question is then the mean of its items."""
    scores: dict[Words, tuple[Words, ...]] = {}
    """Name -> items of a further mean."""
    order: Order = "as written"
    """Order of the items."""

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return self.items

    @property
    def has_address(self) -> bool:
        return True

    @property
    def parts(self) -> tuple[str, ...]:
        return (*super().parts, *self.scores)

    @property
    def points_range(self) -> AnswerRange:
        """The range of the answer to one item."""
        raise NotImplementedError

    def _range(self, part: str, stakes: Stakes | None) -> AnswerRange | None:
        answers = self.points_range
        averaged = len(self.scores.get(part, () if part else self.items))
        return replace(answers, step=answers.step / averaged) if averaged else answers


def not_below(least: float | None, most: float | None) -> tuple[Key, str, str] | None:
    """Return the fault of a range that is empty; None if it is not."""
    if least is None or most is None or least < most:
        return None
    found = f"the smallest ({least:g}) is not below the largest ({most:g})"
    return ("least",), found, "Swap them."


def kind_of(question: Question) -> str:
    """Return the name of a question's kind, which is the name of its module."""
    return type(question).__module__.rpartition(".")[2]
