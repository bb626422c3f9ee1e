"""The receipt: the amounts of the decision that is paid, and the end of the session."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.marked_text import blocks
from experiments.protocol.steps import PayStep
from experiments.screen import Fill, Phase, Screen
from experiments.steps.asked import Asked
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError


@screens_of.register
def _(step: PayStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    stakes = here.session.stakes
    if stakes is None:
        raise NotYetError("a receipt needs stakes")
    if stakes.kind == "lottery":
        text = step.drawn if here.session.draws["implemented"] else step.not_drawn
    else:
        text = step.paid if stakes.kind == "real" else step.unpaid
    paid = _decision(step, here)
    content = blocks(here.text(text))
    yield Screen(
        here.name,
        "read",
        "payment",
        "pay",
        content=content,
        proceed=here.session.interface.texts["finish"],
        fills=(
            Fill("given", paid.screen, paid.ask.measure, "given", paid.ask.high, paid.ask.money),
            Fill("kept", paid.screen, paid.ask.measure, "kept", paid.ask.high, paid.ask.money),
            *here.fills.values(),
        ),
        ends="complete",
        cells=here.cells or None,
    )


def _decision(step: PayStep, here: Here) -> Asked:
    """Return the decision that is paid in this slot: each with the same chance, but none of practice."""
    named = here.session.opened.names.measure(step.pay)
    if named.asked is not None and named.asked.rows and not named.part:
        raise NotYetError(
            "the receipt of a question with several parts cannot be shown yet; that of one part can"
            f" ({step.pay}.{next(iter(named.asked.rows))})"
        )
    measure, _ = here.earlier(step.pay, any_level=True)
    asked = here.session.record.asked[measure.address]
    decisions = [each for each in asked if not each.practice]
    return decisions[int(here.session.draws["paid"] * len(decisions))]
