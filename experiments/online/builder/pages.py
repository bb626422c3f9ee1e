"""Pages: a timeline as the list of rows that the Builder experiment goes through, from the first to the last.

Builder's loops only go forward, and its routines hold one question each. So the items of a screen come one
after the other, a screen that can come twice (a check that is explained) stands in the list twice, and a
rule names the screen further on to which the pages between are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from experiments.online.builder.cells import Cell, listed, money_parts, said
from experiments.online.builder.showing import showing
from experiments.online.exporting import ExportError
from experiments.screen import Ask, Rule, Screen
from experiments.timeline import Timeline

Page = dict[str, Cell]
#: Phases in which leaving would lead back, or nowhere.
_AFTER_LEAVING = ("debrief", "payment")


@dataclass(frozen=True)
class Turn:
    """A screen as it comes in the list: once, or once for each time that it may be shown."""

    screen: Screen
    rule: Rule | None
    """Where a rule may lead from here; one without a measure always does."""
    otherwise: str = ""
    """Screen that follows if the rule does not hold; empty: the next of the list."""


def pages_of(timeline: Timeline) -> list[Page]:
    """Return the pages of a slot in their order.

    Raises
    ------
    ExportError
        If a screen leads back in a way that a list cannot say, or its text does not fit on a page.
    """
    turns = _turns(timeline)
    places = {turn.screen.id: place for place, turn in enumerate(turns)}
    pages: list[Page] = []
    for place, turn in enumerate(turns):
        # A screen that comes again stands there for the second time, so its last place counts.
        if turn.rule is not None and places[turn.rule.go] <= place:
            raise ExportError(
                f"the screen '{turn.screen.id}' leads back to '{turn.rule.go}', which Builder's loops cannot;"
                " export for another target."
            )
        pages += _pages(timeline, turn)
    return pages


def _turns(timeline: Timeline) -> list[Turn]:
    """Put the screens in a row, each check that is asked again followed by its explanation and itself."""
    screens = {screen.id: screen for screen in timeline.screens}
    explanations = {
        rule.go for screen in timeline.screens for rule in screen.after if rule.visits_below
    }
    main = [screen for screen in timeline.screens if screen.id not in explanations]
    turns: list[Turn] = []
    for place, screen in enumerate(main):
        if len(screen.after) > 1:
            raise ExportError(
                f"the screen '{screen.id}' has {len(screen.after)} rules; Builder pages hold one."
                " Export for another target."
            )
        rule = screen.after[0] if screen.after else None
        if rule is None or not rule.visits_below:
            turns.append(Turn(screen, rule))
            continue
        explained = screens[rule.go]
        if [each.go for each in explained.after] != [screen.id] or place + 1 == len(main):
            raise ExportError(
                f"'{explained.id}' does not lead back to '{screen.id}' alone, which Builder's loops need;"
                " export for another target."
            )
        following = pattern(main[place + 1])
        for _ in range(rule.visits_below - 1):
            turns += [Turn(screen, rule, following), Turn(explained, explained.after[0])]
        turns.append(Turn(screen, None))
    return turns


def _pages(timeline: Timeline, turn: Turn) -> Iterator[Page]:
    screen = turn.screen
    asks = screen.asks or (Ask("look" if screen.kind == "look" else "read"),)
    for place, ask in enumerate(asks, start=1):
        yield {
            "page_screen": said(pattern(screen)),
            "page_step": said(screen.id.split(".")[0]),
            "page_phase": said(screen.phase),
            "page_task": said(screen.task),
            "page_stimulus": said(screen.stimulus),
            "page_first_of_trial": int(place == 1 and _begins_trial(timeline, screen)),
            "page_place": place,
            "page_is_last": int(place == len(asks)),
            "page_measure": said(ask.measure),
            "page_unit": said(ask.unit),
            "page_correct": said("" if ask.correct is None else str(ask.correct)),
            "page_can_skip": int(bool(screen.asks) and not ask.required),
            "page_can_leave": int(not screen.ends and screen.phase not in _AFTER_LEAVING),
            "page_exit": said(timeline.exit),
            "page_ends": said(screen.ends),
            "page_rule": _rule(turn.rule),
            "page_otherwise": said(turn.otherwise),
            "page_filling": _filling(screen),
            "page_go": said(screen.proceed),
            "page_at_least": screen.at_least,
            "page_seconds": screen.duration,
            **{f"cell_{name}": said(str(level)) for name, level in (screen.cells or {}).items()},
            **showing(screen, ask),
        }


def pattern(screen: Screen) -> str:
    """Return a screen's id with ``#`` for the number of its trial, so that trials share their pages.

    Raises
    ------
    ExportError
        If the id does not hold the number.
    """
    if screen.trial is None:
        return screen.id
    parts = screen.id.split(".")
    if str(screen.trial) not in parts[1:]:
        raise ExportError(f"the id of the screen '{screen.id}' lacks its trial {screen.trial}.")
    parts[parts.index(str(screen.trial), 1)] = "#"
    return ".".join(parts)


def _begins_trial(timeline: Timeline, screen: Screen) -> bool:
    if screen.trial is None:
        return False
    step = screen.id.split(".")[0]
    of_trial = (
        each
        for each in timeline.screens
        if each.trial == screen.trial and each.id.split(".")[0] == step
    )
    return next(of_trial) is screen


def _rule(rule: Rule | None) -> str:
    if rule is None:
        return said("")
    if not rule.measure:
        return listed(["", "always", "", rule.go])
    kinds = {
        "below": "" if rule.below is None else f"{rule.below:g}",
        "is": ";".join(map(str, rule.equals)),
        "differs": ";".join(map(str, rule.differs)),
    }
    stated = [(kind, values) for kind, values in kinds.items() if values]
    if len(stated) != 1:
        raise ExportError(
            f"the rule that leads to '{rule.go}' states {len(stated)} conditions; Builder pages hold one."
        )
    return listed([rule.measure, *stated[0], rule.go])


def _filling(screen: Screen) -> str:
    """Return from which decision amounts are put into the text: screen, measure, endowment, money."""
    sources = {(fill.screen, fill.measure, fill.of) for fill in screen.fills}
    if not sources:
        return said("")
    if len(sources) > 1 or not {(fill.name, fill.part) for fill in screen.fills} <= {
        ("given", "given"),
        ("kept", "kept"),
    }:
        raise ExportError(
            f"the screen '{screen.id}' names more than what was given and kept in one decision,"
            " which Builder pages cannot. Export for another target."
        )
    fill = screen.fills[0]
    return listed([fill.screen, fill.measure, f"{fill.of:g}", *money_parts(fill.money)])
