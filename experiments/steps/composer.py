"""The composer of a session's screens: names of steps, conditions and versions are the same for all kinds of step.

Each kind of step has a file of its own, which registers what composes it with ``screens_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, singledispatch
from itertools import takewhile
from typing import Any

from experiments.files.faults import Fault
from experiments.language.by import Varied
from experiments.marked_text import blocks
from experiments.protocol.names import AddressError
from experiments.protocol.places import Place
from experiments.protocol.screen_steps import ScreenStep, ShowStep, Step
from experiments.protocol.steps import LoopStep
from experiments.screen import Phase, Screen
from experiments.steps.asked import Asked
from experiments.steps.conditions import given
from experiments.steps.going_back import marked
from experiments.steps.here import Here
from experiments.steps.known import MOST, Composed
from experiments.steps.not_yet import NotYetError
from experiments.steps.periods import in_period
from experiments.steps.session import Session
from experiments.steps.versions import versions


@dataclass(frozen=True)
class TimedTrial:
    """The ``show`` steps of a timed trial, which are one screen."""

    steps: tuple[Step, ...]
    places: tuple[Place, ...]
    """Their places in the file."""


@dataclass
class Composer:
    """Composes the screens of one session."""

    session: Session
    closing: list[Screen] = field(default_factory=list)
    """Explanations after wrong answers, which are outside the normal order."""
    tried: bool = False
    """Whether the participant has been through trials."""
    not_yet: dict[Fault, None] = field(default_factory=dict)
    """What cannot be shown yet, in the order of the study."""
    exit: str = ""
    """First screen for participants who leave the study; '' if the study names none."""

    def steps(
        self, steps: Sequence[Step], here: Here, phase: Phase, first: int = 0
    ) -> Iterator[Screen]:
        """Yield the screens of several steps from ``first`` on; those that cannot be shown yet are left out and noted."""
        for index, step in enumerate(steps[first:], first):
            shown = list(takewhile(lambda each: isinstance(each, ShowStep), steps[index:]))
            if shown and index and isinstance(steps[index - 1], ShowStep):
                continue  # It is part of the timed trial that began before.
            try:
                if shown:
                    yield from self._timed(shown, index, here, phase)
                else:
                    yield from self._step(step, index, here, phase)
            except NotYetError as error:
                found = self.session.opened.source.fault(
                    here.place.at(index).key, str(error), "A later version of compassion can."
                )
                self.not_yet.setdefault(found)
            except AddressError:
                # What a step that was left out asks is missing later.
                if not self.not_yet:
                    raise

    def _step(self, step: Step, index: int, here: Here, phase: Phase) -> Iterable[Screen]:
        inside = here.under(self._name(step, index, here), index)
        return self.once(inside, phase, partial(self._composed, step, inside, phase))

    def _timed(
        self, shown: Sequence[Step], index: int, here: Here, phase: Phase
    ) -> Iterable[Screen]:
        """Return the screen of a timed trial, whose steps begin at a place of the flow."""
        places = [here.place.at(index + number) for number in range(len(shown))]
        trial = TimedTrial(tuple(shown), tuple(places))
        inside = here.under(self._name(shown[0], index, here), index)
        if any(step.practice is True for step in shown):
            inside = replace(inside, practice=True)
        return self.once(inside, phase, partial(self._displayed, trial, inside, phase))

    def _displayed(self, trial: TimedTrial, here: Here, phase: Phase) -> Iterator[Screen]:
        of = [step for step in trial.steps if step.period is not None]
        if len({step.period for step in trial.steps}) > 1:
            raise NotYetError(
                "a period of a part of a timed trial cannot be marked yet; a period of all its displays can"
            )
        for screen in screens_of(trial, here, phase, self):
            yield in_period(screen, of[0], here) if of else screen

    def once(
        self, here: Here, phase: Phase, compose: Callable[[], Iterable[Screen]]
    ) -> tuple[Screen, ...]:
        """Return the screens of a place, which are composed once for all sessions in which they are the same."""
        known, record = self.session.known, self.session.record
        key = (here.same, phase, self.tried, bool(self.exit))
        if key in known and all(each.again(record) for each in known[key].lookups):
            found = known[key].named(here.name, here.number)
            for each in found.asked:
                record.add(each)
            self.closing += found.closing
            self.exit = self.exit or found.exit
            self.tried = found.tried
            return found.screens
        own, looked_up, asked_before = record.own, len(record.lookups), len(record.log)
        exit_before, closing_before = self.exit, len(self.closing)
        not_yet_before = len(self.not_yet)
        screens = tuple(compose())
        if record.own == own and len(self.not_yet) == not_yet_before:
            asked = tuple(record.log[asked_before:])
            found = Composed(
                here.name,
                screens,
                asked,
                tuple(
                    each
                    for each in record.lookups[looked_up:]
                    if not any(each.found is inside for inside in asked)
                ),
                tuple(self.closing[closing_before:]),
                "" if exit_before else self.exit,
                self.tried,
            )
            if (here.number is None or found.can_be_renamed) and len(known) < MOST:
                known[key] = found
        return screens

    def _composed(self, step: Step, inside: Here, phase: Phase) -> Iterator[Screen]:
        conditions = given(step.when, inside)
        if conditions is None:
            return
        if step.practice is True:
            inside = replace(inside, practice=True)
        for version in versions(step, inside):
            for screen in screens_of(step, version.here, phase, self):
                screen = in_period(marked(screen, step, inside.place.key), step, inside)
                added = (*conditions, *version.given)
                if added:
                    added = tuple(dict.fromkeys((*added, *screen.given)))
                yield replace(screen, given=added) if added else screen

    def _name(self, step: Step, index: int, here: Here) -> str:
        """Return the name with which the ids of a step's screens begin."""
        own = step.address
        if not own and isinstance(step, ScreenStep) and step.ask:
            own = next(iter(step.ask))
        if not here.name:
            return own or f"step_{index + 1}"
        first = index == 0 and not isinstance(step, LoopStep)
        return here.name if first else f"{here.name}.{own or index + 1}"

    def page(
        self, name: str, text: Varied[str] | None, here: Here, phase: Phase, task: str
    ) -> Screen:
        """Return a screen of text with a button."""
        here = replace(here, fills={})
        content = blocks(here.text(text))
        proceed = self.session.interface.texts["continue"]
        return Screen(
            name, "read", phase, task, content=content, proceed=proceed,
            fills=tuple(here.fills.values()), cells=here.cells or None,
        )  # fmt: skip

    def remember(self, screen: Screen, here: Here) -> None:
        """Record that a screen asks its questions."""
        item = here.trial.item if here.trial else ""
        for ask in screen.asks:
            several = bool(here.answers)
            self.session.record.add(Asked(screen.id, ask, item, here.practice, several))


@singledispatch
def screens_of(step: Any, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    """Yield the screens of a step.

    Parameters
    ----------
    here
        The place of the step; ids of its screens begin with its name.
    phase
        Phase of the steps around it.

    Raises
    ------
    NotYetError
        If it cannot be shown yet.
    """
    raise NotYetError(f"steps of the kind '{_kind(step)}' cannot be shown yet")


def _kind(step: Step) -> str:
    return type(step).__name__.removesuffix("Step").lower()
