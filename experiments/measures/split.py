"""``split``: an amount divided among several boxes that together hold all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, fsum, isclose

from experiments.measures.kind import Numeric, Respondent
from experiments.screen import Answer, Ask


class Split(Numeric):
    """An amount divided among several boxes that together hold all of it."""

    shape = "gifts"
    together = True
    seconds = 5.0

    @classmethod
    def fault_of_all(cls, asks: Sequence[Ask], answers: Sequence[Answer]) -> str:
        amounts = [each for each in answers if isinstance(each, (int, float))]
        whole = fsum(amounts)
        if len(amounts) < len(asks) or isclose(whole, asks[0].high):
            return ""
        return f"the boxes hold {whole:g} together, but should hold {asks[0].high:g}"

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        left = cls.count(asks[0]) - 1
        parts = {ask.measure: 0 for ask in asks}
        others = []
        # What the hypothesis is about comes first; the others get what is left.
        for ask in asks:
            person = respondent(ask)
            if person.follows:
                parts[ask.measure] = min(left, person.latent(left + 1))
                left -= parts[ask.measure]
            else:
                others.append((ask.measure, exp(person.normal("share"))))
        others = others or [(asks[-1].measure, 1.0)]
        whole = sum(weight for _, weight in others)
        for place, (measure, weight) in enumerate(others):
            last = place == len(others) - 1
            given = left if last else min(left, round(left * weight / whole))
            parts[measure] += given
            left, whole = left - given, whole - weight
        return {ask.measure: cls.value(ask, parts[ask.measure]) for ask in asks}
