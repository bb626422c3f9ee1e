"""Base classes of all kinds of screen with questions: how they are answered, and which answers are possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, Protocol

from experiments.answer_range import Range
from experiments.screen import Answer, Ask

Shape = Literal["ratings", "gifts", "times"]
"""Points of a scale; an amount that is divided; response times."""


class Respondent(Protocol):
    """A simulated participant who answers one question. Each random draw depends on its name and on the question."""

    @property
    def right(self) -> float:
        """Probability of a correct answer to a check."""

    @property
    def right_key(self) -> float:
        """Probability that the first key of a timed trial is the correct one."""

    def unread(self, count: int, draw: str) -> int | None:
        """Return the position, among ``count`` answers, chosen without reading; None if the question is read."""

    @property
    def follows(self) -> bool:
        """Whether the answer follows the hypothesis."""

    def latent(self, count: int) -> int:
        """Return the position, among ``count`` ordered answers, to which the latent value corresponds."""

    def below(self, count: int, draw: str) -> int:
        """Draw an integer from 0 to ``count - 1``, all equally likely."""

    def uniform(self, draw: str) -> float:
        """Draw a number from a uniform distribution on (0, 1)."""

    def normal(self, draw: str) -> float:
        """Draw a number from the standard normal distribution."""


class Kind:
    """Base class of all kinds of screen with questions."""

    numeric: ClassVar[bool] = False
    """Whether answers are numbers on a scale, so that they have a mean."""
    shape: ClassVar[Shape] = "ratings"
    """How the answers of simulated participants are distributed."""
    shares_page: ClassVar[bool] = False
    """Whether a screen can have several questions of this kind."""
    together: ClassVar[bool] = False
    """Whether the questions of a screen are parts of one, such as boxes that hold an amount: one control answers them."""
    apart: ClassVar[bool] = False
    """Whether its questions are about nothing but their own screen, a trial of its own."""
    stays: ClassVar[bool] = False
    """Whether its questions are answered while the content is read, so that they stay in view while it scrolls."""
    seconds: ClassVar[float]
    """Median time for an answer, in seconds (convention)."""

    @classmethod
    def time(cls, ask: Ask) -> float:
        """Return the median time for an answer to a question, in seconds."""
        return cls.seconds

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        """Return why an answer is impossible on the screen, as the end of a sentence; '' if it is possible."""
        raise NotImplementedError

    @classmethod
    def predicted(cls, asks: Sequence[Ask]) -> tuple[Ask, ...]:
        """Return what a hypothesis can predict on a screen with these questions: their answers."""
        return tuple(asks)

    @classmethod
    def fault_of_all(cls, asks: Sequence[Ask], answers: Sequence[Answer]) -> str:
        """Return why the answers to all questions of a screen are impossible together; '' if they are possible."""
        return ""

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        """Return the answer of a simulated participant."""
        raise NotImplementedError

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        """Return the answers of a simulated participant to the questions of a screen."""
        return {ask.measure: cls.answer(ask, respondent(ask)) for ask in asks}


class Numeric(Kind):
    """Base class of kinds whose answers are numbers on a scale."""

    numeric = True

    @classmethod
    def count(cls, ask: Ask) -> int:
        """Return the number of possible answers."""
        return Range(ask.low, ask.high, ask.step, ask.unit).count

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        """Return the answer at a position, counted from the lowest."""
        value = round(float(ask.low + position * ask.step), 9)
        return int(value) if value.is_integer() else value

    @classmethod
    def width(cls, ask: Ask) -> float:
        """Return the distance between the lowest and the highest answer; of times that of their logarithms."""
        return cls.value(ask, cls.count(ask) - 1) - cls.value(ask, 0)

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if isinstance(answer, (int, float)) and ask.low <= answer <= ask.high:
            return ""
        return f"is {answer!r:.60}, outside {ask.low:g} to {ask.high:g}"

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        count = cls.count(ask)
        position = respondent.unread(count, "random")
        return cls.value(ask, respondent.latent(count) if position is None else position)


def not_offered(ask: Ask, answer: Answer) -> str:
    """Return that an answer is not among the options, as the end of a sentence; '' if it is."""
    if any(option.value == answer for option in ask.options):
        return ""
    return f"is {answer!r:.60}, which was not offered"
