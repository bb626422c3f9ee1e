"""Pages: a timeline as a linear sequence of pages, and a description of what is lost.

Builder's flow only moves forward, and each of our routines has one question. So the questions of a screen follow one
another on separate pages; a page whose conditions on earlier answers do not hold is passed over, and one that ends the
session is the last. The rules that lead back to a screen, such as another attempt at a check, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from experiments.marked_text import spans
from experiments.measures import KINDS
from experiments.online.export.builder.layout import Columns, placed
from experiments.online.export.builder.parts import PARTS, apart
from experiments.online.export.builder.refused import why_refused
from experiments.online.export.builder.tables import (
    Row,
    conditions_cell,
    list_cell,
    text_cell,
)
from experiments.online.export.exporting import ExportError
from experiments.screen import Ask, Screen
from experiments.timeline.timeline import Timeline

#: Shown in place of an amount that depends on an earlier answer.
UNKNOWN = "…"
#: Onset in seconds of a button that must never appear, because a required answer cannot be skipped.
NEVER = 1_000_000


def straight(timeline: Timeline) -> list[Screen]:
    """Return the screens in their order, up to the first that ends the session whatever the answers are."""
    screens = [apart(screen, timeline) for screen in timeline.screens]
    ends = [place for place, screen in enumerate(screens) if screen.ends and not screen.given]
    return screens[: ends[0] + 1] if ends else screens


def pages_of(timeline: Timeline) -> list[Row]:
    """Return the pages of a slot in their order.

    Raises
    ------
    ExportError
        If a text does not fit on a page, or a screen cannot be handed over (``refused.py``).
    """
    for screen in straight(timeline):
        if why := why_refused(screen):
            raise ExportError(why)
    return [page for screen in straight(timeline) for page in _pages(timeline, screen)]


def _pages(timeline: Timeline, screen: Screen) -> Iterator[Row]:
    for ask in screen.asks or (Ask(screen.kind),):
        heading, body, pictures = _content(screen, ask)
        # A click on an option moves on, so the button only skips.
        is_clicked = bool(ask.options)
        go = timeline.interface["skip"] if is_clicked else screen.proceed
        yield {
            "page_kind": screen.kind,
            "page_screen": text_cell(screen.id),
            "page_phase": text_cell(screen.phase),
            "page_task": text_cell(screen.task),
            "page_trial": screen.trial or 0,
            "page_stimulus": text_cell(screen.stimulus),
            "page_measure": text_cell(ask.measure),
            "page_unit": text_cell(ask.unit),
            "page_correct": text_cell("" if ask.correct is None else str(ask.correct)),
            **{
                f"cell_{name}": text_cell(str(level))
                for name, level in (screen.cells or {}).items()
            },
            "page_heading": text_cell(heading),
            "page_go": text_cell(go or timeline.interface["continue"]),
            "page_go_after": NEVER if is_clicked and ask.required else screen.at_least,
            "page_seconds": screen.duration,
            "page_given": conditions_cell(screen.given),
            "page_ends": int(bool(screen.ends)),
            **_answers(screen, ask),
            **placed(screen, ask, heading, body, pictures),
        }


def _content(screen: Screen, ask: Ask) -> tuple[str, str, list[str]]:
    headings = [block.text for block in screen.content if block.type == "heading"]
    texts = [
        block.text if block.clip is None else f"[{block.clip.alt}]"
        for block in screen.content
        if block.clip is not None or block.type in ("text", "note")
    ]
    body = "\n\n".join(text for text in (*headings[1:], *texts, ask.prompt) if text)
    for fill in screen.fills:
        body = body.replace(f"[[{fill.name}]]", UNKNOWN)
    pictures = [image["src"] for block in screen.content for image in block.images]
    return (headings[0] if headings else ""), spans(body)[0], pictures


def _answers(screen: Screen, ask: Ask) -> Columns:
    if ask.options:
        return {"page_values": list_cell([option.value for option in ask.options])}
    if not screen.asks or not KINDS[screen.kind].numeric:
        return {}
    money = ask.money or {"prefix": "", "suffix": "", "decimals": 0}
    return {
        "page_low": text_cell(ask.low_label),
        "page_high": text_cell(ask.high_label),
        "page_least": ask.low,
        "page_most": ask.high,
        "page_step": ask.step,
        "page_prefix": text_cell(money["prefix"]),
        "page_suffix": text_cell(money["suffix"]),
        "page_decimals": money["decimals"],
    }


def changes_of(timeline: Timeline) -> dict[str, str]:
    """Return the differences of the hand-over from the study: screen -> what happens instead."""
    changes: dict[str, str] = {}
    for screen in straight(timeline):
        of_study = timeline.screens[timeline.index[screen.id]]
        if parts := [*_changes(screen, of_study)]:
            # Trials of one step differ in the same way.
            key = ".".join(part for part in screen.id.split(".") if part != str(screen.trial))
            changes[key] = "; ".join(parts)
    return changes


def _changes(screen: Screen, of_study: Screen) -> Iterator[str]:
    for rule in screen.after:
        yield f"asked once; the page '{rule.go}' and the next attempt are left out"
    if screen.fills:
        yield f"amounts from earlier answers are shown as '{UNKNOWN}'"
    if len(screen.asks) > 1:
        yield f"its {len(screen.asks)} questions come one after the other, each on its own page"
    for block in screen.content:
        if block.clip is not None:
            what, component = {"video": ("film", "Movie"), "audio": ("sound", "Sound")}[block.type]
            yield f"its {what} is copied into media/, and described on the page; add a {component} component for it"
    if of_study.kind in PARTS:
        yield PARTS[of_study.kind][2]
    if screen.at_most:
        yield f"does not end by itself after {screen.at_most:g} s"
    if screen.countdown:
        yield "the remaining time is not shown"
    for ask in screen.asks:
        if ask.entry and ask.least:
            yield f"accepts texts of fewer than {ask.least} characters"
        if ask.entry == "integer":
            yield f"accepts any text, not only whole numbers from {ask.low:g} to {ask.high:g}"
        if ask.entry == "decimal":
            yield f"accepts any text, not only numbers from {ask.low:g} to {ask.high:g}"
        if ask.required and not ask.options:
            yield "can be left empty"


def map_of(timelines: Sequence[Timeline]) -> dict[str, Any]:
    """Return how ``compassion data import --map`` reads the data of the hand-over (``analysis/foreign/mapping.py``).

    The map is plain data: a measure for each question, and a factor for each condition that varies.
    """
    first = timelines[0]
    measures: dict[str, dict[str, Any]] = {}
    asked: dict[str, str] = {}
    levels: dict[str, dict[str, str | int]] = {}
    for screen in (screen for timeline in timelines for screen in straight(timeline)):
        for ask in screen.asks:
            if ask.measure not in asked:
                name = ask.measure.replace(".", "_")
                # `a.b_c` and `a_b.c` are two measures.
                asked[ask.measure] = f"{name}_{len(asked)}" if name in measures else name
                measures[asked[ask.measure]] = _measure(screen, ask)
        for name, level in (screen.cells or {}).items():
            levels.setdefault(name, {})[text_cell(str(level))] = level
    return {
        "study": first.study,
        "version": first.protocol_version,
        "title": first.title,
        "source": "collected with PsychoPy Builder, exported by compassion",
        "licence": "not stated",
        "mode": first.mode,
        "language": first.language,
        "missing": ["", "t:"],
        "participant": "participant",
        "session": "session",
        "stimulus": "stimulus",
        "trial": "trial",
        "keep": {
            "measure": [name for each in measures.values() for name in each["keep"]["measure"]]
        },
        "factors": {
            name: {"sentence": name, "column": f"cell_{name}", "levels": cells}
            for name, cells in levels.items()
            if len(cells) > 1
        },
        "measures": measures,
    }


def _measure(screen: Screen, ask: Ask) -> dict[str, Any]:
    measure: dict[str, Any] = {
        "sentence": ask.prompt or ask.measure,
        "column": "answer",
        "phase": screen.phase,
        "unit": ask.unit,
        "once": screen.trial is None,
        "keep": {"measure": [ask.measure]},
    }
    if not KINDS[screen.kind].numeric:
        return {**measure, "kind": "text"}
    values: list[Any] = [option.value for option in ask.options] or [ask.low, ask.high]
    return {**measure, "kind": "number", "low": min(values), "high": max(values)}
