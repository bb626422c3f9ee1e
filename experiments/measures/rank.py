"""``rank``: options put in order; each has its place, from 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.measures.kind import Numeric, Respondent
from experiments.screen import Answer, Ask


class Rank(Numeric):
    """Options put in order; each has its place, from 1."""

    together = True
    seconds = 3.0

    @classmethod
    def fault_of_all(cls, asks: Sequence[Ask], answers: Sequence[Answer]) -> str:
        places = [each for each in answers if each is not None]
        return "two options have the same place" if len(set(places)) < len(places) else ""

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        free = list(range(len(asks)))
        answers: dict[str, Answer] = {}
        others = []
        for ask in asks:
            person = respondent(ask)
            if person.follows:
                wanted = person.latent(len(asks))
                place = min(free, key=lambda each: abs(each - wanted))
                free.remove(place)
                answers[ask.measure] = cls.value(ask, place)
            else:
                others.append((person.uniform("place"), ask))
        for place, (_, ask) in zip(free, sorted(others, key=lambda each: each[0]), strict=True):
            answers[ask.measure] = cls.value(ask, place)
        return answers
