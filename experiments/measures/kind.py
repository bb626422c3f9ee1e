"""What all kinds of question share: what a protocol writes, what is asked on a screen, what can be answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from experiments.files.reading import Model
from experiments.files.references import Text
from experiments.measures.stakes import Stakes
from experiments.screen import Answer, Ask

Role = Literal["primary", "secondary", "check", "descriptive"]
Cells = Mapping[str, str | int]


@dataclass(frozen=True)
class Range:
    """The numbers that can be answered: from ``low`` to ``high`` by ``step``, both ends included."""

    low: float
    high: float
    step: float
    unit: str
    prefix: str = ""
    """Sign of the currency, where it is written before an amount."""

    @property
    def count(self) -> int:
        """Number of answers."""
        return round((self.high - self.low) / self.step) + 1

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Context:
    """Where a question is asked."""

    text: Callable[[str], str]
    """Text of a key in the language of the session."""
    cells: Cells = field(default_factory=dict)
    """Levels of the factors that hold."""
    stakes: Stakes | None = None
    interface: Mapping[str, str] = field(default_factory=dict)
    """Texts of buttons and labels that belong to no study."""


class Respondent(Protocol):
    """A simulated participant who has one question to answer. Draws are named, and differ between questions."""

    @property
    def right(self) -> float:
        """Chance of a right answer to a check."""

    def unread(self, count: int, what: str) -> int | None:
        """Return the place, of ``count``, that is chosen without reading; None if the question is read."""

    def latent(self, count: int) -> int:
        """Return the place, of ``count`` ordered answers, that the latent value falls on."""

    def below(self, count: int, what: str) -> int:
        """Return one of 0 .. count - 1, each equally likely."""

    def uniform(self, what: str) -> float:
        """Return a number of the uniform distribution on (0, 1)."""

    def normal(self, what: str) -> float:
        """Return a number of the standard normal distribution."""


class Measure(Model):
    """One question: how it is asked, and what its answer means."""

    numeric: ClassVar[bool] = False
    """Whether answers are numbers along a scale, so that they have a mean."""
    divides: ClassVar[bool] = False
    """Whether an amount is divided; such answers pile up at nothing, half and all (Bergh & Reinstein 2021 [V])."""
    shares_page: ClassVar[bool] = False
    """Whether several questions of the kind can be asked on one page."""
    seconds: ClassVar[float]
    """Median seconds that an answer takes (convention)."""

    kind: str
    sentence: str
    """What is measured, in one sentence, for the codebook."""
    prompt: Text
    """Text key of the question."""
    role: Role = "secondary"
    required: bool = False
    """Whether the question cannot be skipped; only for eligibility and consent."""
    source: str = ""
    """Where the measure comes from."""

    # What a protocol declares

    def range(self, stakes: Stakes | None = None) -> Range | None:
        """Return the numbers that can be answered; None where answers are no numbers.

        Parameters
        ----------
        stakes
            Stakes of the mode, which an amount of money depends on.
        """
        return None

    def has_right_answer(self) -> bool:
        """Return whether an answer can be right or wrong in some condition."""
        return False

    def answers(self) -> str:
        """Return what can be answered, in a few words."""
        return str(self.range())

    def described(self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]) -> dict[str, Any]:
        """Return the entry of the codebook, with the keys of a BIDS sidecar.

        Parameters
        ----------
        texts
            Text key -> text; the question is left out where its text is not there.
        stakes
            Mode -> stakes.
        """
        made: dict[str, Any] = {"Description": self.sentence}
        if self.prompt in texts:
            made["Question"] = texts[self.prompt]
        made |= self._described(texts, stakes)
        return made | ({"Source": self.source} if self.source else {})

    def _described(self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]) -> dict[str, Any]:
        """Return the part of the codebook's entry that is about the answers."""
        found = self.range()
        if found is None:
            return {}
        return {"Units": found.unit, "Minimum": found.low, "Maximum": found.high}

    def ask(self, name: str, context: Context) -> Ask:
        """Return the question as a screen asks it."""
        prompt = context.text(self.prompt) if self.prompt else ""
        return Ask(name, prompt, self.required, **self._fields(context))

    def _fields(self, context: Context) -> dict[str, Any]:
        """Return the fields of the ask that belong to this kind."""
        raise NotImplementedError

    # What a screen asks

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        """Return why an answer cannot come from the screen, in words that follow its name; '' if it can."""
        raise NotImplementedError

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        """Return the answer of a simulated participant."""
        raise NotImplementedError


class Numeric(Measure):
    """A question whose answers are numbers along a scale."""

    numeric = True

    @classmethod
    def between(cls, low: int, high: int, anchors: Sequence[int], **asked: Any) -> Measure:
        """Return the item of an instrument, whose texts have the points as their keys.

        Parameters
        ----------
        low, high
            Least and greatest answer.
        anchors
            Points that have a label, the ends among them.
        asked
            ``sentence``, ``prompt`` and ``source``.
        """
        raise NotImplementedError

    @classmethod
    def count(cls, ask: Ask) -> int:
        """Return how many answers there are."""
        return Range(ask.low, ask.high, ask.step, ask.unit).count

    @classmethod
    def value(cls, ask: Ask, place: int) -> float:
        """Return the answer at a place, counted from the least."""
        value = round(ask.low + place * ask.step, 9)
        return int(value) if value.is_integer() else value

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if isinstance(answer, (int, float)) and ask.low <= answer <= ask.high:
            return ""
        return f"is {answer!r:.60}, outside {ask.low:g} to {ask.high:g}"

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        count = cls.count(ask)
        place = respondent.unread(count, "random")
        return cls.value(ask, respondent.latent(count) if place is None else place)


def offered(ask: Ask, answer: Answer) -> str:
    """Return why an answer is none of the options of an ask; '' if it is one."""
    if any(option.value == answer for option in ask.options):
        return ""
    return f"is {answer!r:.60}, which was not offered"
