"""``decide``: a choice between an amount and an alternative, at one of several amounts."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.measures.kind import Numeric, Respondent, not_offered
from experiments.screen import Answer, Ask


class Decide(Numeric):
    """A choice between an amount (1) and an alternative (0); those of one list have one turning point."""

    shares_page = True
    seconds = 2.0

    @classmethod
    def count(cls, ask: Ask) -> int:
        return len(ask.amounts) + 1

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        return point(ask.amounts, position)

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        return not_offered(ask, answer)

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        count = cls.count(ask)
        place = respondent.unread(count, "decide")
        refused = respondent.latent(count) if place is None else place
        return int(ask.amounts.index(ask.amount) >= refused)


def point(amounts: Sequence[float], refused: int) -> float:
    """Return the turning point of a list, if this number of its smallest amounts is refused.

    Midway between the largest amount that is refused and the smallest that is chosen; if all or none are chosen, the
    smallest or the largest amount.
    """
    if refused in (0, len(amounts)):
        return amounts[0] if refused == 0 else amounts[-1]
    return (amounts[refused - 1] + amounts[refused]) / 2


def turning_point(
    amounts: Sequence[float], chosen: Sequence[bool | None]
) -> tuple[float, bool] | None:
    """Return the turning point, and whether the choices are consistent: no amount is refused above one that is chosen.

    That of an inconsistent list follows from the number of amounts that were chosen, as in Holt and Laury (2002).

    Parameters
    ----------
    amounts
        In ascending order.
    chosen
        Whether each amount was chosen; None if it was skipped, or did not have to be asked.

    Returns
    -------
    tuple or None
        None if the choices do not determine it.

    Examples
    --------
    >>> turning_point([5, 15, 25], [False, True, True])
    (10.0, True)
    >>> turning_point([5, 15, 25], [None, False, True])
    (20.0, True)
    >>> turning_point([5, 15, 25], [True, False, True])
    (10.0, False)
    >>> turning_point([5, 15, 25], [False, None, True])
    """
    refused = max((at for at, each in enumerate(chosen) if each is False), default=-1)
    taken = min((at for at, each in enumerate(chosen) if each), default=len(amounts))
    if refused < taken:
        # What lies between two neighbours needs no further choices.
        return (point(amounts, taken), True) if taken == refused + 1 else None
    if None in chosen:
        return None
    return point(amounts, sum(not each for each in chosen)), False
