"""Levels that are shown together on one page: the screens of each level are composed as always, and put side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from experiments.measures import KINDS
from experiments.screen import Panel, Screen
from experiments.steps.composer import Composer
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError

_OWN = ("content", "asks", "fills", "cells")
"""What differs between the levels of a screen."""


def side_by_side(
    compose: Callable[[Here], Iterable[Screen]], here: Here, composer: Composer
) -> Iterator[Screen]:
    """Yield the screens of a trial, each with a panel for every level that the trial shows together.

    Parameters
    ----------
    compose
        Returns the screens of the trial at one level.

    Raises
    ------
    NotYetError
        If the levels differ in more than in what their panels hold.
    """
    assert here.trial is not None
    closing = len(composer.closing)
    of_levels: list[list[Screen]] = []
    for number, cells in enumerate(here.trial.together, start=1):
        trial = replace(here.trial, cells={**here.trial.cells, **cells}, together=())
        of_levels.append(list(compose(replace(here, trial=trial, panel=number))))
    if len(composer.closing) > closing:
        raise NotYetError(
            "an explanation after a wrong answer cannot be shown yet where several levels are together on one page"
        )
    names = [[screen.id for screen in screens] for screens in of_levels]
    if any(each != names[0] for each in names):
        raise NotYetError(
            "a step that only some of the levels have cannot be shown yet where they are together on one page;"
            " a question can ('when' below 'ask')"
        )
    for screens in zip(*of_levels, strict=True):
        if screens[0].kind not in KINDS or any(screen.asks for screen in screens):
            yield _joined(screens)


def _joined(screens: Sequence[Screen]) -> Screen:
    """Return one screen for all levels: what they begin with alike is above the panels, once."""
    # A level that does not have the question has no condition for it either.
    conditions = [screen.given for screen in screens if screen.asks or screen.kind not in KINDS]
    if any(each != conditions[0] for each in conditions):
        raise NotYetError(
            f"whether '{screens[0].id}' is shown depends on an answer for each of the levels that are together on one page,"
            " which is not possible yet; a condition on the level itself, or on an answer before the loop, is"
        )
    first = replace(screens[0], given=conditions[0])
    for name in (each.name for each in fields(Screen)):
        own = (getattr(screen, name) for screen in screens[1:])
        if name not in (*_OWN, "given") and any(each != getattr(first, name) for each in own):
            raise NotYetError(
                f"'{first.id}' differs between the levels that are together on one page in more than its texts, pictures"
                " and answers (such as its times), which cannot be shown yet"
            )
    alike = _alike([screen.content for screen in screens])
    panels = tuple(Panel(screen.cells or {}, screen.content[alike:]) for screen in screens)
    asks = tuple(ask for screen in screens for ask in screen.asks)
    fills = [fill for screen in screens for fill in screen.fills]
    is_plain = not asks and not any(panel.content for panel in panels)
    return replace(
        first,
        content=first.content[:alike],
        asks=asks,
        fills=tuple(fill for place, fill in enumerate(fills) if fill not in fills[:place]),
        cells=_common([screen.cells or {} for screen in screens]) or None,
        panels=() if is_plain else panels,
    )


def _alike(contents: Sequence[Sequence[Any]]) -> int:
    """Return how many blocks all levels begin with."""
    found = 0
    for blocks in zip(*contents, strict=False):
        if any(block != blocks[0] for block in blocks):
            break
        found += 1
    return found


def _common(cells: Sequence[dict[str, str | int]]) -> dict[str, str | int]:
    return {
        name: level
        for name, level in cells[0].items()
        if all(each.get(name) == level for each in cells)
    }
