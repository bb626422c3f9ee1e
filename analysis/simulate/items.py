"""Questions that are items of an instrument or of a matrix, and the scores that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from analysis.errors import AnalysisError
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.questions.question import Scale as Matrix
from experiments.stimuli.scales import Scale, Subscale
from experiments.study import Study


@dataclass(frozen=True)
class Item:
    """An item of an instrument or of a matrix."""

    of: str
    """Address of the instrument or of the question with the matrix: the name of the items' common factor."""
    reverse: bool = False


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

    def keyed(self, item: str, answer: float) -> float:
        """Return the answer to an item as it is scored."""
        return self.ends - answer if item in self.reverse else answer

    def total(self, answers: Sequence[float]) -> float:
        """Return the score of the keyed answers to the items."""
        return fmean(answers) * (len(self.questions) if self.summed else 1)


def items_of(study: Study) -> dict[str, Item]:
    """Return all items of a study by their address."""
    found: dict[str, Item] = {}
    for measure in study.names.measures.values():
        if measure.kind == "scale":
            scale = _scale_of(study, measure)
            if any(item.id == measure.question for item in scale.items):
                of = measure.address.removesuffix(f".{measure.question}")
                found[measure.address] = Item(of, measure.question in scale.reverse)
        elif isinstance(measure.asked, Matrix) and measure.part in measure.asked.items:
            found[measure.address] = Item(measure.address.removesuffix(f".{measure.part}"))
    return found


def items_within(study: Study, measure: Measure) -> tuple[str, ...]:
    """Return the addresses of the items whose answers make up a score; none if the measure is no score."""
    address = measure.address
    if measure.kind == "scale":
        scale = _scale_of(study, measure)
        if measure.question in scale.subscales:
            of = address.removesuffix(f".{measure.question}")
            return tuple(f"{of}.{item}" for item in scale.subscales[measure.question].items)
        if measure.question:
            return ()
        return tuple(f"{address}.{item}" for item in _whole(scale).items)
    if isinstance(measure.asked, Matrix) and measure.asked.items:
        if not measure.part:
            return tuple(f"{address}.{item}" for item in measure.asked.items)
        of = address.removesuffix(f".{measure.part}")
        return tuple(f"{of}.{item}" for item in measure.asked.scores.get(measure.part, ()))
    return ()


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
    questions = items_within(study, measure)
    if questions and measure.kind == "scale":
        scale = _scale_of(study, measure)
        part = scale.subscales.get(measure.question) or _whole(scale)
        of = questions[0].rpartition(".")[0]
        reverse = frozenset(f"{of}.{item}" for item in scale.reverse)
        ends = float(scale.response.low + scale.response.high)
        return Score(questions, True, reverse, ends, part.score == "sum")
    if questions:
        return Score(questions, True)
    if measure.part and measure.address not in items_of(study):
        raise AnalysisError(
            f"'{measure.address}' is no answer, and simulated participants follow curves of answers and over answers"
            " only.",
            "Simulate another hypothesis.",
        )
    return Score((measure.address,))


def _scale_of(study: Study, measure: Measure) -> Scale:
    """Return the instrument that a measure is a score or an item of."""
    step = next(step for key, step in all_steps(study.file) if key == measure.key)
    assert isinstance(step, ScaleStep)
    return study.opened.scales[step.scale]


def _whole(scale: Scale) -> Subscale:
    return next(iter(scale.subscales.values()))
