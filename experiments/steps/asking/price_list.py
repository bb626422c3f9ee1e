"""``price_list``: a table with a row for each amount, or one amount at a time on a path drawn beforehand as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.marked_text import blocks
from experiments.questions.price_list import PriceList, part_of
from experiments.screen import Ask, Option
from experiments.steps.asking.question import Asking, Turn, asking
from experiments.steps.here import Here

TAKEN, LEFT = 1, 0


@asking.register
def _(question: PriceList, address: str, here: Here) -> Asking:
    session = here.session
    texts, stakes = session.interface.texts, session.stakes
    options = (
        Option(TAKEN, here.text(question.take) or texts["take"]),
        Option(LEFT, here.text(question.leave) or texts["alternative"]),
    )
    asks = {
        amount: Ask(
            f"{address}.{part_of(amount)}",
            question.written(amount, stakes),
            question.required,
            options=options,
            amount=amount,
            amounts=question.ascending,
        )
        for amount in question.ascending
    }
    stem = blocks(here.text(question.price_list))
    if here.value(question.in_turn):
        return Asking("decide", (), stem, tuple(_turns(question.ascending, asks, ())))
    shown = [float(amount) for amount in here.value(question.amounts)]
    return Asking("decide", tuple(asks[amount] for amount in shown), stem)


def _turns(
    amounts: Sequence[float], asks: dict[float, Ask], after: tuple[tuple[str, int], ...]
) -> Iterator[Turn]:
    """Yield the screens that halve a range of amounts: who takes an amount is then offered less, who leaves it more."""
    if not amounts:
        return
    middle = len(amounts) // 2
    name = part_of(amounts[middle])
    yield Turn(name, asks[amounts[middle]], after)
    yield from _turns(amounts[:middle], asks, (*after, (name, TAKEN)))
    yield from _turns(amounts[middle + 1 :], asks, (*after, (name, LEFT)))
