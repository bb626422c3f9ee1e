"""Where a Back button leads (``back: yes``), and why it can lead nowhere.

Participants go back to the screen that was shown before, if it can be shown again: within a trial or between steps outside
loops, and never to what has a fixed time or was settled by the answer (consent, the end of the session, checks).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from experiments.files.faults import Fault, Key
from experiments.files.source import Source
from experiments.protocol.screen_steps import Step
from experiments.screen import Screen

TASKS = ("page", "each", "scale")
"""Tasks whose screens can be shown again."""
NOWHERE = "Remove 'back', or write it where the screen before can be shown again."

Ways = Mapping[Key, str]
"""Step with ``back: yes`` -> why none of its screens has a Back button; '' if one has."""


def marked(screen: Screen, step: Step, key: Key) -> Screen:
    """Return a screen of a step; with the key of the step in place of ``back``, if there is to be a Back button.

    Which screens come before is known only when all of the session are composed.
    """
    if screen.back or getattr(step, "back", False) is not True:
        return screen
    return replace(screen, back=tuple(map(str, key)))


def with_ways_back(screens: Sequence[Screen], entry: int) -> tuple[list[Screen], Ways]:
    """Return screens with the screens to which each Back button can lead, and whether each step has one.

    Parameters
    ----------
    screens
        All screens of a session that follow each other, marked.
    entry
        Number of screens that come before the slot is known.
    """
    found: list[Screen] = []
    ways: dict[Key, str] = {}
    for place, screen in enumerate(screens):
        if screen.back:
            key = tuple(int(part) if part.isdigit() else part for part in screen.back)
            back, why = _before(screen, screens[entry:place], place < entry)
            screen = replace(screen, back=back)
            ways[key] = "" if back else ways.get(key, why)
        found.append(screen)
    return found, ways


def faults_of_back(sessions: Iterable[Ways], source: Source) -> list[Fault]:
    """Return the steps with ``back: yes`` that have no Back button in any session."""
    found: dict[Key, str] = {}
    for ways in sessions:
        found |= {key: why and found.get(key, why) for key, why in ways.items()}
    return [
        source.fault((*key, "back"), f"there is nowhere to go back to: {why}", NOWHERE)
        for key, why in found.items()
        if why
    ]


def _before(
    screen: Screen, earlier: Sequence[Screen], is_entry: bool
) -> tuple[tuple[str, ...], str]:
    """Return the screens to which Back can lead, the nearest first; if there are none, also why."""
    why = "the groups are not decided yet" if is_entry else _stays(screen)
    if why:
        return (), why
    why, found = "no screen comes before it", []
    for before in reversed(earlier):
        if why := _is_over(before, screen):
            break
        found.append(before.id)
        if not before.given:
            break
    return tuple(found), why


def _stays(screen: Screen) -> str:
    """Return why a screen can have no Back button; '' if it can have one."""
    if screen.phase == "consent":
        return "this is the consent form"
    if screen.ends:
        return "this is the last screen of the session"
    if _takes_its_time(screen):
        return "this screen ends by itself"
    return "a film or sound begins with this screen, and is played once" if _plays(screen) else ""


def _is_over(before: Screen, screen: Screen) -> str:
    """Return why a screen cannot be shown again from a later one; '' if it can."""
    if before.phase == "consent":
        return "the screen before is the consent form"
    if before.ends:
        return "the step before can end the session"
    if _trial(before) != _trial(screen):
        return "the screen before is in another trial"
    if before.task not in TASKS or before.phase == "payment":
        return "the step before cannot be shown again"
    if _takes_its_time(before):
        return "the screen before ends by itself"
    if _plays(before):
        return "the screen before has a film or sound, which is played once"
    if before.after or any(ask.correct is not None for ask in before.asks):
        return "the screen before asks a question with a right answer"
    return ""


def _takes_its_time(screen: Screen) -> bool:
    return bool(screen.duration or screen.at_most or screen.displays)


def _plays(screen: Screen) -> bool:
    return any(block.clip is not None for block in screen.blocks)


def _trial(screen: Screen) -> str:
    """Return the name of a screen's trial, with which its id begins; '' outside loops."""
    if screen.trial is None:
        return ""
    words = screen.id.split(".")
    return ".".join(words[: words.index(str(screen.trial)) + 1])
