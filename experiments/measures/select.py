"""``select``: any number of several options; each is chosen (1) or not (0)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.measures.kind import Numeric, Respondent
from experiments.screen import Answer, Ask


class Select(Numeric):
    """Any number of several options; each is chosen (1) or not (0)."""

    together = True
    seconds = 1.5

    @classmethod
    def fault_of_all(cls, asks: Sequence[Ask], answers: Sequence[Answer]) -> str:
        chosen = [ask for ask, answer in zip(asks, answers, strict=True) if answer]
        alone = next((ask.measure for ask in chosen if ask.alone), "")
        return f"'{alone}' is chosen together with others" if alone and len(chosen) > 1 else ""

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        people = {ask.measure: respondent(ask) for ask in asks}
        chosen = {name: cls._chosen(person) for name, person in people.items()}
        if (alone := next((ask.measure for ask in asks if ask.alone), None)) is not None:
            own = chosen.pop(alone)
            # Who has chosen nothing chooses that, unless the hypothesis is about this option.
            none = bool(own) if people[alone].follows else not any(chosen.values())
            if none:
                return {name: int(name == alone) for name in people}
            del people[alone]
        # Options that follow the hypothesis are the last to be changed.
        order = sorted(people, key=lambda name: (people[name].follows, people[name].uniform("all")))
        for wanted, unwanted in ((1, 0), (0, 1)):
            for name in order:
                number = sum(chosen.values())
                too_few, too_many = number < asks[0].least, number > (asks[0].most or len(people))
                if (too_few if wanted else too_many) and chosen[name] == unwanted:
                    chosen[name] = wanted
        return {ask.measure: chosen.get(ask.measure, 0) for ask in asks}

    @classmethod
    def _chosen(cls, person: Respondent) -> int:
        place = person.unread(2, "select")
        return person.latent(2) if place is None else place
