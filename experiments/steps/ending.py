"""Ends of the session, and rests."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.language.quantities import Duration
from experiments.marked_text import blocks
from experiments.protocol.steps import EndStep, WaitStep
from experiments.screen import Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError
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
    if step.until is not None or not isinstance(step.time, Duration):
        raise NotYetError("waiting for the experimenter cannot be shown yet")
    content = blocks(here.text(step.wait))
    yield Screen(
        here.name, "look", phase, "wait", content=content, duration=seconds(step.time),
        fills=tuple(here.fills.values()), cells=here.cells or None,
    )  # fmt: skip
