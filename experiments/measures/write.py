"""The measure ``write``: a typed text or whole number."""

from __future__ import annotations

from math import exp
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.answer_range import Range
from experiments.measures.kind import Context, Measure, Numeric, Respondent
from experiments.measures.stakes import Stakes
from experiments.screen import Answer, Ask

#: Texts that simulated participants type; with plain letters, which every keyboard has.
WORDS = (
    "I do not know.",
    "How people decide about giving.",
    "It made me think.",
    "Something about how numbers change what we feel.",
    "No idea, sorry",
    "About helping others",
)
#: Median of simulated whole numbers (estimates), as a share of the range, and SD of their logarithm.
NUMBER_SHARE, NUMBER_SPREAD = 0.2, 0.3


class Write(Measure):
    """A typed text or whole number."""

    seconds = 8.0

    kind: Literal["write"]
    entry: Literal["text", "lines", "integer"] = "text"
    minimum: float = 0
    maximum: float = 0
    longest: Annotated[int, Field(ge=1, le=5000)] = 200
    unit: str = ""

    @model_validator(mode="after")
    def _ranged(self) -> Write:
        if self.entry == "integer" and self.minimum >= self.maximum:
            raise ValueError("a whole number needs 'minimum' and 'maximum'; add both")
        return self

    def range(self, stakes: Stakes | None = None) -> Range | None:
        if self.entry != "integer":
            return None
        return Range(self.minimum, self.maximum, 1, self.unit)

    def possible_answers(self) -> str:
        numbers = self.range()
        return "text" if numbers is None else f"whole number, {numbers}"

    def _answer_entry(self, texts: Any, stakes: Any) -> dict[str, Any]:
        return {"Units": self.unit} if self.unit else {}

    def _fields(self, context: Context) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "entry": self.entry,
            "low": self.minimum,
            "high": self.maximum,
            "longest": self.longest,
        }

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if ask.entry == "integer":
            if fault := Numeric.fault(ask, answer):
                return fault
            whole = isinstance(answer, int) or (isinstance(answer, float) and answer.is_integer())
            return "" if whole else f"is {answer!r:.60}, which is not a whole number"
        if not isinstance(answer, str):
            return "is a text question, but its answer is a number"
        too_long = 0 < ask.longest < len(answer)
        return f"is longer than {ask.longest} characters" if too_long else ""

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        if ask.entry == "integer":
            spread = exp(NUMBER_SPREAD * respondent.normal("number"))
            typed = ask.low + NUMBER_SHARE * (ask.high - ask.low) * spread
            return int(min(max(typed, ask.low), ask.high))
        words = WORDS[respondent.below(len(WORDS), "words")]
        return words[: ask.longest] if ask.longest else words
