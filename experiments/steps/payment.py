"""The receipt: the amounts of the decision that is paid, and the end of the session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from experiments.marked_text import blocks
from experiments.protocol.steps import PayStep
from experiments.questions.allocation import KEPT
from experiments.screen import Ask, Fill, Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError

BOX = "pay."
"""With what the names of the values begin that are the amounts of the boxes; their sum is what was divided."""
GIVEN = "give"
"""Name of what is given where an allocation has no boxes."""


@screens_of.register
def _(step: PayStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    stakes = here.session.stakes
    if stakes is None:
        raise NotYetError("a receipt needs stakes")
    if stakes.kind == "lottery":
        text = step.drawn if here.session.draws["implemented"] else step.not_drawn
    else:
        text = step.paid if stakes.kind == "real" else step.unpaid
    screen, asks = _decision(step, here)
    first, *others = (ask.measure for ask in asks if not ask.address.endswith(f".{KEPT}"))
    given = Fill("given", screen, first, "given", asks[0].high, asks[0].money, others=tuple(others))
    kept = replace(given, name="kept", part="kept")
    written = here.text(text)
    several = len(asks) > 1 or "[[boxes]]" in written
    boxes = [*_boxes(asks, given, kept)] if several else []
    listed = "; ".join(f"{label}: [[{amount.name}]]" for label, amount in boxes)
    if "[[boxes]]" in written and any("[[" in label for label, _ in boxes):
        raise NotYetError("a receipt cannot show boxes yet whose words have an earlier answer")
    yield Screen(
        here.name,
        "read",
        "payment",
        "pay",
        content=blocks(written.replace("[[boxes]]", listed)),
        proceed=here.session.interface.texts["finish"],
        fills=(given, kept, *(amount for _, amount in boxes), *here.fills.values()),
        ends="complete",
        cells=here.cells or None,
    )


def _boxes(asks: Sequence[Ask], given: Fill, kept: Fill) -> Iterator[tuple[str, Fill]]:
    """Yield label and amount of each box of an allocation; without boxes, of what is kept and given."""
    if len(asks) == 1:
        yield asks[0].low_label, replace(kept, name=f"{BOX}{KEPT}")
        yield asks[0].high_label, replace(given, name=f"{BOX}{GIVEN}")
        return
    for ask in asks:
        box = ask.address.rpartition(".")[2]
        own = replace(given, measure=ask.measure, others=())
        yield ask.prompt, replace(kept if box == KEPT else own, name=f"{BOX}{box}")


def _decision(step: PayStep, here: Here) -> tuple[str, list[Ask]]:
    """Return the decision that is paid in this slot, by its screen and its boxes.

    Each has the same chance, but none of practice.
    """
    named, record = here.session.opened.names.measure(step.pay), here.session.record
    boxes = [f"{named.address}.{box}" for box in named.asked.rows] if named.asked else []
    measure, _ = here.earlier(boxes[0] if boxes else step.pay, any_level=True)
    times = [
        [each for each in record.asked[name] if not each.practice]
        for name in boxes or [measure.address]
    ]
    drawn = int(here.session.draws["paid"] * len(times[0]))
    return times[0][drawn].screen, [each[drawn].ask for each in times]
