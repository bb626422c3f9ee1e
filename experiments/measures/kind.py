"""Base classes of all kinds of question: their keys in a protocol, their fields on a screen, their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from experiments.answer_range import Range
from experiments.files.reading import Model
from experiments.files.references import TextKey
from experiments.measures.stakes import Stakes
from experiments.screen import Answer, Ask

Role = Literal["primary", "secondary", "check", "descriptive"]
Cells = Mapping[str, str | int]


@dataclass(frozen=True)
class Context:
    """The context of a question: texts, levels of the factors, stakes."""

    text: Callable[[str], str]
    """Function that returns the text of a key in the session's language."""
    cells: Cells = field(default_factory=dict)
    """Levels of the factors on the screen."""
    stakes: Stakes | None = None
    interface: Mapping[str, str] = field(default_factory=dict)
    """Interface texts: those of buttons and labels outside the protocol."""


class Respondent(Protocol):
    """A simulated participant who answers one question. Each random draw depends on its name and on the question."""

    @property
    def right(self) -> float:
        """Probability of a correct answer to a check."""

    def unread(self, count: int, draw: str) -> int | None:
        """Return the position, among ``count`` answers, chosen without reading; None if the question is read."""

    def latent(self, count: int) -> int:
        """Return the position, among ``count`` ordered answers, to which the latent value corresponds."""

    def below(self, count: int, draw: str) -> int:
        """Draw an integer from 0 to ``count - 1``, all equally likely."""

    def uniform(self, draw: str) -> float:
        """Draw a number from a uniform distribution on (0, 1)."""

    def normal(self, draw: str) -> float:
        """Draw a number from the standard normal distribution."""


class Measure(Model):
    """Base class of all measures: how a question is asked and what its answers mean."""

    numeric: ClassVar[bool] = False
    """Whether answers are numbers on a scale, so that they have a mean."""
    divides: ClassVar[bool] = False
    """Whether an amount is divided; such answers cluster at nothing, half and all (Bergh & Reinstein 2021 [V])."""
    shares_page: ClassVar[bool] = False
    """Whether a page can have several questions of this kind."""
    seconds: ClassVar[float]
    """Median time for an answer, in seconds (convention)."""

    kind: str
    sentence: str
    """What is measured, in one sentence, for the codebook."""
    prompt: TextKey
    """Text key of the question."""
    role: Role = "secondary"
    required: bool = False
    """Whether the question must be answered; only for eligibility and consent."""
    source: str = ""
    """Source of the measure."""

    # What a protocol declares

    def range(self, stakes: Stakes | None = None) -> Range | None:
        """Return the range of the answers; None if they are not numbers.

        Parameters
        ----------
        stakes
            Stakes of the mode, on which amounts of money depend.
        """
        return None

    def has_right_answer(self) -> bool:
        """Return whether there is a correct answer in some condition."""
        return False

    def possible_answers(self) -> str:
        """Return the possible answers in a few words."""
        return str(self.range())

    def codebook_entry(
        self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]
    ) -> dict[str, Any]:
        """Return the measure's entry in the codebook, with the keys of a BIDS sidecar.

        Parameters
        ----------
        texts
            Text key -> text; without the text of the question, the entry has no question.
        stakes
            Mode -> stakes.
        """
        entry: dict[str, Any] = {"Description": self.sentence}
        if self.prompt in texts:
            entry["Question"] = texts[self.prompt]
        entry |= self._answer_entry(texts, stakes)
        return entry | ({"Source": self.source} if self.source else {})

    def _answer_entry(
        self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]
    ) -> dict[str, Any]:
        """Return the part of the codebook entry that describes the answers."""
        answers = self.range()
        if answers is None:
            return {}
        return {"Units": answers.unit, "Minimum": answers.low, "Maximum": answers.high}

    def ask(self, name: str, context: Context) -> Ask:
        """Return the question for a screen."""
        prompt = context.text(self.prompt) if self.prompt else ""
        return Ask(name, prompt, self.required, **self._fields(context))

    def _fields(self, context: Context) -> dict[str, Any]:
        """Return the fields of ``Ask`` that are specific to this kind."""
        raise NotImplementedError

    # What a screen asks

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        """Return why an answer is impossible on the screen, as the end of a sentence; '' if it is possible."""
        raise NotImplementedError

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        """Return the answer of a simulated participant."""
        raise NotImplementedError


class Numeric(Measure):
    """Base class of measures whose answers are numbers on a scale."""

    numeric = True

    @classmethod
    def instrument_item(cls, low: int, high: int, anchors: Sequence[int], **asked: Any) -> Measure:
        """Return the measure for an item of an instrument; the text key of a label is the point that it belongs to.

        Parameters
        ----------
        low, high
            Lowest and highest answer.
        anchors
            Points with a label, including the ends.
        asked
            ``sentence``, ``prompt`` and ``source``.
        """
        raise NotImplementedError

    @classmethod
    def count(cls, ask: Ask) -> int:
        """Return the number of possible answers."""
        return Range(ask.low, ask.high, ask.step, ask.unit).count

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        """Return the answer at a position, counted from the lowest."""
        value = round(ask.low + position * ask.step, 9)
        return int(value) if value.is_integer() else value

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
