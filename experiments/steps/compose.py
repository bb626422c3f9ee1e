"""Composing the screens of a session from the steps of a study."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace

from experiments.marked_text import blocks
from experiments.protocol.entry import answered_factors, steps_of_entry
from experiments.protocol.places import Place
from experiments.protocol.slots import Slot
from experiments.protocol.study_file import entry_key
from experiments.protocol.translations import translated
from experiments.screen import Decision, Entry, Screen

# Each of these modules registers what composes its steps.
from experiments.steps import ending, instrument, loop, minimal_group, page, part, payment, show  # noqa: F401
from experiments.steps.asked import Record
from experiments.steps.composer import Composer
from experiments.steps.going_back import Ways, with_ways_back
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError
from experiments.steps.session import Session
from experiments.steps.timing import minutes


@dataclass(frozen=True)
class Composed:
    """The screens of one session."""

    screens: tuple[Screen, ...]
    exit: str
    """Screen that is shown to participants who leave."""
    entry: Entry | None = None
    """The screens that come before the slot is known."""
    ways_back: Ways = field(default_factory=dict)


def compose(session: Session) -> Composed:
    """Return the screens of a session in its language and in order, with explanations after wrong answers at the end.

    Raises
    ------
    NotYetError
        With all that cannot be shown yet: file, line, key, and what it is.
    """
    session = replace(session, opened=translated(session.opened, session.language))
    if session.minutes is None and session.opened.study.minutes is None:
        # The duration in the consent form is that of the screens.
        first = replace(session, minutes=1.0, record=Record())
        session = replace(session, minutes=float(minutes(_composed(first).screens)))
    return _composed(replace(session, record=Record()))


def _composed(session: Session) -> Composed:
    composer = Composer(session)
    key = entry_key("flow", session.session)
    # All questions of the study that a screen uses are asked before it: the check of the study made sure of it.
    here = Here(session, Place(key, session.session, sys.maxsize), "")
    steps = session.opened.study.flow[session.session]
    first = steps_of_entry(session.opened.names, session.slot.mode)
    unknown = replace(
        here, session=replace(session, slot=Slot(0, session.slot.mode, 0, {}, {}, {}))
    )
    entry = list(composer.steps(steps[:first], unknown, "instructions"))
    composed = [*entry, *composer.steps(steps, here, "instructions", first)]
    if composer.not_yet:
        raise NotYetError("\n".join(map(str, composer.not_yet)))
    screens, ways = with_ways_back(_ended(composed, session), len(entry))
    if not first:
        exit = composer.exit or screens[-1].id
        return Composed((*screens, *composer.closing), exit, ways_back=ways)
    leaving = replace(_thanks(session), id="entry_left", ends="left")
    decided = tuple(
        Decision(factor, asked.screen, measure.address, session.slot.answered.get(factor, ""))
        for factor, measure in answered_factors(session.opened.names, session.slot.mode).items()
        if (asked := session.record.last(measure.address, "")) is not None
    )
    return Composed(
        (*screens, *composer.closing, leaving),
        composer.exit or screens[-1].id,
        Entry(len(entry), leaving.id, decided),
        ways,
    )


def _ended(screens: list[Screen], session: Session) -> list[Screen]:
    """Return the screens with an end that every participant reaches."""
    texts = session.interface.texts
    last = screens[-1] if screens else None
    if last is not None and last.ends and not last.given:
        return screens
    if last is not None and not last.ends and not last.given and not last.after and last.has_button:
        return [*screens[:-1], replace(last, ends="complete", proceed=texts["finish"])]
    return [*screens, _thanks(session)]


def _thanks(session: Session) -> Screen:
    texts = session.interface.texts
    return Screen(
        "thanks", "read", "debrief", "end", content=blocks(f"# {texts['thanks_title']}"),
        proceed=texts["finish"], ends="complete",
    )  # fmt: skip
