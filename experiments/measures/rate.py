"""``rate``: one point of a labelled scale."""

from __future__ import annotations

from experiments.measures.kind import Numeric, not_offered
from experiments.screen import Answer, Ask


class Rate(Numeric):
    """One point of a labelled scale."""

    shares_page = True
    seconds = 3.0

    @classmethod
    def count(cls, ask: Ask) -> int:
        return len(ask.options)

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        value = ask.options[position].value
        assert isinstance(value, int)
        return value

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        return not_offered(ask, answer)
