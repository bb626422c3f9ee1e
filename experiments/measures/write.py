"""``write``: a typed text or number."""

from __future__ import annotations

from math import exp, log10

from experiments.measures.kind import Kind, Numeric, Respondent
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
#: Characters typed per second (convention: 40 words per minute).
TYPED = 3.3
#: Median of simulated whole numbers (estimates), as a share of the range, and SD of their logarithm.
NUMBER_SHARE, NUMBER_SPREAD = 0.2, 0.3


#: Entries that are numbers.
NUMBERS = ("integer", "decimal")


def decimals(ask: Ask) -> int:
    """Return the number of decimals that can be entered."""
    return max(0, round(-log10(ask.step)))


class Write(Kind):
    """A typed text or number."""

    seconds = 8.0

    @classmethod
    def time(cls, ask: Ask) -> float:
        return max(cls.seconds, ask.least / TYPED)

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if ask.entry in NUMBERS:
            if fault := Numeric.fault(ask, answer):
                return fault
            assert isinstance(answer, (int, float))
            if answer == round(answer, decimals(ask)):
                return ""
            kind = f"number with {decimals(ask)} decimals" if decimals(ask) else "whole number"
            return f"is {answer!r:.60}, which is not a {kind}"
        if not isinstance(answer, str):
            return "is a text question, but its answer is a number"
        too_long = 0 < ask.longest < len(answer)
        return f"is longer than {ask.longest} characters" if too_long else ""

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        if ask.correct is not None and respondent.uniform("right") < respondent.right:
            return ask.correct
        if ask.entry in NUMBERS:
            spread = exp(NUMBER_SPREAD * respondent.normal("number"))
            typed = ask.low + NUMBER_SHARE * (ask.high - ask.low) * spread
            number = min(max(typed, ask.low), ask.high)
            return round(number, decimals(ask)) if decimals(ask) else int(number)
        words = WORDS[respondent.below(len(WORDS), "words")]
        words = " ".join([words] * (1 + ask.least // len(words)))
        # Nobody ends a text with a blank.
        return words[: ask.longest].rstrip() if ask.longest else words
