"""``ranking``: options in random order, each of which gets its place."""

from __future__ import annotations

from experiments.marked_text import blocks
from experiments.questions.ranking import Ranking
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking, in_order
from experiments.steps.here import Here


@asking.register
def _(question: Ranking, address: str, here: Here) -> Asking:
    last = float(len(question.options))
    asks = tuple(
        Ask(f"{address}.{name}", here.text(words), question.required, low=1.0, high=last)
        for name, words in in_order(question.options, "random", address, here)
    )
    return Asking("rank", asks, blocks(here.text(question.ranking)))
