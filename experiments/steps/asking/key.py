"""``key``: keys of the keyboard, each with its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from experiments.questions.key import Key
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here


@asking.register
def _(question: Key, address: str, here: Here) -> Asking:
    correct = None if question.correct is None else str(here.value(question.correct))
    meanings = {
        key: (meant,) if isinstance(meant, str) else tuple(meant)
        for key, meant in question.key.items()
    }
    keys = {key: answer_of(meant, correct, meanings) for key, meant in meanings.items()}
    asked = Ask(
        address, correct=correct, keys=keys, until_right=question.until == "right"
    )  # fmt: skip
    if not asked.until_right:
        return Asking("timed", (asked,))
    first = Ask(f"{address}.first", correct=correct, keys=keys, first=True)
    return Asking("timed", (asked, first))


def answer_of(
    meant: Sequence[str], correct: str | None, meanings: Mapping[str, Sequence[str]]
) -> str:
    """Return the answer of a key on one trial.

    Of several that the key means, it is the correct one, or else the one at the same place in the list: if ``e`` means
    flower or good and ``i`` insect or bad, ``i`` on a flower is the answer insect.
    """
    if correct in meant:
        return str(correct)
    places = [tuple(each).index(correct) for each in meanings.values() if correct in each]
    return meant[places[0]] if places and places[0] < len(meant) else " or ".join(meant)
