"""Pages of items of an instrument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from experiments.marked_text import blocks
from experiments.measures import Context
from experiments.protocol.steps import ScaleStep
from experiments.screen import Screen
from experiments.steps.here import Here
from experiments.stimuli.scales import Scale


def instrument_pages(step: ScaleStep, here: Here, scale: Scale) -> Iterator[Screen]:
    """Yield the pages of an instrument; its items are the measures ``STEP.ITEM``."""
    language = here.session.language
    texts = scale.wording(language)
    low, high = scale.response.low, scale.response.high
    asks = [
        # Screens of instruments have the range of their answers, even if these are points of a rating scale.
        replace(
            scale.measure(item).ask(f"{here.name}.{item.id}", Context(texts.__getitem__)),
            low=float(low),
            high=float(high),
            low_label=texts[str(low)],
            high_label=texts[str(high)],
        )
        for item in scale.items
    ]
    instruction = scale.instruction.get(language, "")
    for page, start in enumerate(range(0, len(asks), step.per_page), start=1):
        yield Screen(
            f"{here.name}.{page}",
            scale.response.kind,
            "scales",
            "scale",
            content=blocks(instruction) if instruction else (),
            asks=tuple(asks[start : start + step.per_page]),
            proceed=here.session.interface.texts["continue"],
            trial=here.number,
            stimulus=here.trial.item if here.trial else "",
            cells=here.cells or None,
        )
