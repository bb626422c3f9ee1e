"""Questions that are items of an instrument or of a matrix, and the scores that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from analysis.data.scoring import administered
from analysis.errors import AnalysisError
from experiments.measures import KINDS
from experiments.measures.decide import point
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.questions.key import Key
from experiments.questions.price_list import PriceList
from experiments.questions.question import Scale as Matrix
from experiments.screen import Ask, Screen
from experiments.study import Study

TIMES = ("time", "first")
"""Response times of a timed trial, which simulated participants have."""


@dataclass(frozen=True)
class Item:
    """An item of an instrument or of a matrix."""

    of: str
    """Address of the instrument or of the question with the matrix: the name of the items' common factor."""
    reverse: bool = False
    whole: bool = False
    """Whether all items are one answer, such as the choices of a price list, and have nothing of their own."""


@dataclass(frozen=True)
class Score:
    """The questions whose answers make up a measure: the only one, or the items of a score."""

    questions: tuple[str, ...]
    of_items: bool = False
    reverse: frozenset[str] = field(default_factory=frozenset)
    """Items that are scored as ``ends - answer``."""
    ends: float = 0.0
    """Lowest plus highest answer to an item."""
    summed: bool = False
    """Whether the items are summed; otherwise their mean is taken."""
    amounts: tuple[float, ...] = ()
    """Amounts of a price list, whose turning point it is."""

    @property
    def count(self) -> int:
        """Number of items whose mean or sum it is; 1 if they are one answer."""
        return 1 if self.amounts else len(self.questions)

    def keyed(self, item: str, answer: float) -> float:
        """Return the answer to an item as it is scored."""
        return self.ends - answer if item in self.reverse else answer

    def total(self, answers: Sequence[float]) -> float:
        """Return the score of the keyed answers to the items."""
        if self.amounts:
            return point(self.amounts, sum(not answer for answer in answers))
        return fmean(answers) * (len(self.questions) if self.summed else 1)


def items_of(study: Study) -> dict[str, Item]:
    """Return all items of a study by their address."""
    found = {
        measure.address: Item(one.address, item in one.scale.reverse)
        for one in administered(study)
        for item, measure in one.items.items()
    }
    for address, measure in study.names.measures.items():
        if isinstance(measure.asked, Matrix) and measure.part in measure.asked.items:
            found[address] = Item(address.removesuffix(f".{measure.part}"))
        elif isinstance(measure.asked, PriceList) and measure.part in measure.asked.rows:
            found[address] = Item(address.removesuffix(f".{measure.part}"), whole=True)
    return found


def items_within(study: Study, measure: Measure) -> tuple[str, ...]:
    """Return the addresses of the items whose answers make up a score; none if the measure is no score."""
    score = _of_items(study, measure)
    return () if score is None else score.questions


def score_of(study: Study, name: str) -> Score:
    """Return the questions whose answers make up a measure.

    Raises
    ------
    AnalysisError
        If there is no such measure, or simulated participants have no values of it, such as a response time.
    """
    try:
        measure = study.names.measure(name)
    except AddressError as error:
        raise AnalysisError(f"{error}.".capitalize(), error.remedy) from error
    if (score := _of_items(study, measure)) is not None:
        return score
    if isinstance(measure.asked, Key) and measure.part in TIMES:
        return Score((measure.address,))
    in_rows = measure.asked is not None and measure.part in measure.asked.rows
    if measure.part and not in_rows and measure.address not in items_of(study):
        raise AnalysisError(
            f"'{measure.address}' is no answer, and simulated participants follow curves of answers and over answers"
            " only.",
            "Simulate another hypothesis.",
        )
    return Score((measure.address,))


def _of_items(study: Study, measure: Measure) -> Score | None:
    address, asked = measure.address, measure.asked
    for one in administered(study):
        if address in one.subscales:
            scale, part = one.scale, one.scale.subscales[one.subscales[address]]
            questions = {item: each.address for item, each in one.items.items()}
            return Score(
                tuple(questions[item] for item in part.items),
                True,
                frozenset(questions[item] for item in scale.reverse),
                float(scale.response.low + scale.response.high),
                part.score == "sum",
            )
    if isinstance(asked, PriceList) and not measure.part:
        choices = tuple(f"{address}.{part}" for part in asked.rows)
        return Score(choices, True, amounts=asked.ascending)
    if isinstance(asked, Matrix) and asked.items and measure.part not in asked.items:
        of = address.removesuffix(f".{measure.part}")
        names = asked.scores.get(measure.part, ()) if measure.part else tuple(asked.items)
        return Score(tuple(f"{of}.{name}" for name in names), True) if names else None
    return None


def predicted(screen: Screen) -> tuple[Ask, ...]:
    """Return what a curve can predict on a screen: the answers, or of a timed trial the response times."""
    return KINDS[screen.kind].predicted(screen.asks) if screen.asks else ()
