"""Loops: the screens of each trial, in the order of the slot, with practice and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from experiments.protocol.places import Loop
from experiments.protocol.steps import LoopStep, Practice
from experiments.screen import Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError
from experiments.steps.page import page
from experiments.steps.together import side_by_side
from experiments.steps.versions import versions


@screens_of.register
def _(step: LoopStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    loop = Loop(step, here.place.key, here.place.session)
    trials = here.session.trials(loop.place)
    practice = step.practice if isinstance(step.practice, Practice) else None
    if practice is not None and practice.again is not None:
        raise NotYetError("practice until a criterion cannot be shown yet")
    trained = sum(trial.practice for trial in trials)
    composer.tried = True
    for place, trial in enumerate(trials, start=1):
        number = place if trial.practice else place - trained
        inside = replace(
            here,
            name=f"{here.name}.practice.{number}" if trial.practice else f"{here.name}.{number}",
            place=replace(here.place, loop=loop),
            trial=trial,
            number=number,
            fills={},
            practice=here.practice or trial.practice,
        )
        yield from composer.once(inside, phase, partial(_trial, step, inside, composer))
        if practice is not None and practice.page is not None and place == trained:
            name = f"{here.name}.practised"
            yield composer.page(name, practice.page, here, "practice", "each")
        rests = step.break_ is not None and not trial.practice and place < len(trials)
        if rests and step.break_ is not None and number % step.break_.every == 0:
            name = f"{here.name}.break.{number}"
            yield composer.page(name, step.break_.page, here, "trials", "each")


def _trial(step: LoopStep, here: Here, composer: Composer) -> Iterator[Screen]:
    assert here.trial is not None
    if here.trial.together:
        yield from side_by_side(lambda inside: _trial(step, inside, composer), here, composer)
        return
    phase: Phase = "practice" if here.practice else "trials"
    if step.flow is not None:
        inside = replace(here, place=here.place.at("flow"))
        yield from composer.steps(step.flow, inside, phase)
        return
    for version in versions(step, here):
        for screen in page(step, version.here, phase, "each", composer):
            yield replace(screen, given=(*version.given, *screen.given))
