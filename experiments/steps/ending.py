"""Ends of the session, and rests."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.language.quantities import Duration
from experiments.marked_text import blocks
from experiments.protocol.steps import EndStep, WaitStep
from experiments.screen import Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here
from experiments.steps.timing import seconds


@screens_of.register
def _(step: EndStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    content = blocks(here.text(step.end))
    yield Screen(
        here.name, "read", phase, "end", content=content, ends=step.outcome,
        proceed=here.session.interface.texts["finish"], fills=tuple(here.fills.values()),
        cells=here.cells or None,
    )  # fmt: skip


@screens_of.register
def _(step: WaitStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    content = blocks(here.text(step.wait))
    yield Screen(
        here.name,
        "look",
        "practice" if here.practice else phase,
        "wait",
        content=content,
        duration=seconds(step.time) if isinstance(step.time, Duration) else 0.0,
        until=step.until or "",
        fills=tuple(here.fills.values()),
        trial=here.number,
        stimulus=here.trial.item if here.trial else "",
        cells=here.cells or None,
    )
