"""Loops: the screens of each trial, in the order of the slot, with practice and breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from experiments.marked_text import blocks
from experiments.protocol.places import Loop
from experiments.protocol.steps import Again, LoopStep, Practice
from experiments.screen import Phase, Rule, Screen
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
    trained = sum(trial.practice for trial in trials)
    composer.tried = True
    practised: list[Screen] = []
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
        screens = composer.once(inside, phase, partial(_trial, step, inside, composer))
        if trial.practice and practice is not None and practice.again is not None:
            practised += screens
            if place == trained:
                yield from _until_learned(practised, practice.again, here, composer)
        else:
            yield from screens
        if practice is not None and practice.page is not None and place == trained:
            name = f"{here.name}.practised"
            yield composer.page(name, practice.page, here, "practice", "each")
        rests = step.break_ is not None and not trial.practice and place < len(trials)
        if rests and step.break_ is not None and number % step.break_.every == 0:
            name = f"{here.name}.break.{number}"
            yield composer.page(name, step.break_.page, here, "trials", "each")


def _until_learned(
    screens: Sequence[Screen], again: Again, here: Here, composer: Composer
) -> Iterator[Screen]:
    """Yield practice trials, which begin again while too few of their answers are correct."""
    asked = [each for each in screens if any(ask.correct is not None for ask in each.asks)]
    last = screens[-1]
    if not asked:
        raise NotYetError(
            "practice is repeated after wrong answers, but its questions have no correct answer"
        )
    if last.given:
        raise NotYetError(
            "practice can be repeated only if its last screen does not depend on an earlier answer"
        )
    texts = composer.session.interface.texts
    name = f"{here.name}.practice.again"
    explanation = composer.page(name, None, here, "practice", "each")
    content = blocks(f"# {texts['again_title']}\n\n{texts['again_text']}")
    composer.closing.append(replace(explanation, content=content, after=(Rule(screens[0].id),)))
    share = float(again.below.fraction)
    ids = tuple(each.id for each in asked)
    rule = Rule(name, visits_below=again.most, of=ids, share=share)
    yield from screens[:-1]
    yield replace(last, after=(*last.after, rule))


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
