"""Pages of items of an instrument."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.marked_text import blocks
from experiments.protocol.steps import ScaleStep
from experiments.screen import Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here


@screens_of.register
def _(step: ScaleStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    scale = here.session.opened.scales[step.scale]
    language = here.session.language
    asks = [ask.in_panel(here.panel) for ask in scale.asks(_address(here), language)]
    instruction = scale.instruction.get(language, "")
    for page, start in enumerate(range(0, len(asks), step.per_page), start=1):
        screen = Screen(
            f"{here.name}.{page}",
            scale.response.kind,
            "practice" if here.practice else phase if phase != "instructions" else "scales",
            "scale",
            content=blocks(instruction) if instruction else (),
            asks=tuple(asks[start : start + step.per_page]),
            proceed=here.session.interface.texts["continue"],
            trial=here.number,
            stimulus=here.trial.item if here.trial else "",
            cells=here.cells or None,
        )
        composer.remember(screen, here)
        yield screen


def _address(here: Here) -> str:
    """Return the address of the instrument, with which those of its items begin."""
    measures = here.session.opened.names.measures.values()
    return next(each.address for each in measures if each.key == here.place.key)
