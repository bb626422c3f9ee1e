"""Questions that are items of an instrument or of a matrix: what they belong to, and which are reverse-keyed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from experiments.protocol.measures import Measure
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.questions.question import Scale as Matrix
from experiments.stimuli.scales import Scale
from experiments.study import Study


@dataclass(frozen=True)
class Item:
    """An item of an instrument or of a matrix."""

    of: str
    """Address of the instrument or of the question with the matrix: the name of the items' common factor."""
    reverse: bool = False


def items_of(study: Study) -> dict[str, Item]:
    """Return all items of a study by their address."""
    found: dict[str, Item] = {}
    for measure in study.names.measures.values():
        if measure.kind == "scale":
            scale = scale_of(study, measure)
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
        scale = scale_of(study, measure)
        if measure.question not in scale.subscales:
            if measure.question:
                return ()
            subscale = next(iter(scale.subscales.values()))
            return tuple(f"{address}.{item}" for item in subscale.items)
        of = address.removesuffix(f".{measure.question}")
        return tuple(f"{of}.{item}" for item in scale.subscales[measure.question].items)
    if isinstance(measure.asked, Matrix) and measure.asked.items:
        if not measure.part:
            return tuple(f"{address}.{item}" for item in measure.asked.items)
        of = address.removesuffix(f".{measure.part}")
        return tuple(f"{of}.{item}" for item in measure.asked.scores.get(measure.part, ()))
    return ()


def scale_of(study: Study, measure: Measure) -> Scale:
    """Return the instrument that a measure is a score or an item of."""
    (name,) = (step.scale for key, step in _instruments(study) if key == measure.key)
    return study.opened.scales[name]


def _instruments(study: Study) -> Iterator[tuple[object, ScaleStep]]:
    for key, step in all_steps(study.file):
        if isinstance(step, ScaleStep):
            yield key, step
