"""A small export made of real screens, and participants who answer it; for the tests and the benchmark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.schema import Row
from experiments.screen import Answer, Ask, Block, Option, Response, Rule, Screen
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

PASSWORD = "a long enough password"
HASH = "0123456789abcdef"
CELLS = ("one", "many")
POINTS = tuple(Option(value, str(value)) for value in range(1, 8))


def screens_of(cell: str, trials: int) -> tuple[Screen, ...]:
    """Return consent, trials with two asks each, thanks, and the ways out."""
    agree = Ask(
        "consent",
        "Do you agree?",
        required=True,
        options=(Option("yes", "Yes"), Option("no", "No")),
    )
    shown = {"victim": cell}
    made = [
        Screen(
            "consent",
            "choose",
            "consent",
            "consent",
            (Block("heading", "Welcome"),),
            (agree,),
            after=(Rule("declined", "consent", ("no",)),),
        )
    ]
    for trial in range(1, trials + 1):
        made.append(
            Screen(
                f"appeal.{trial}",
                "rate",
                "trials",
                "appeal",
                (Block("text", "Somebody needs help. " * 20),),
                (Ask("moved", "Moved", options=POINTS), Ask("upset", "Upset", options=POINTS)),
                proceed="Continue",
                trial=trial,
                stimulus=f"appeal_{trial}",
                cells=shown,
            )
        )
    note = Ask("note", "Anything else?", entry="lines", longest=200)
    return (
        *made,
        Screen("note", "write", "demographics", "note", asks=(note,)),
        Screen("thanks", "read", "payment", "thanks", ends="complete"),
        Screen("declined", "read", "payment", "thanks", ends="declined"),
        Screen("left", "read", "payment", "thanks", ends="left"),
    )


def make_export(
    folder: Path,
    *,
    slots: int = 12,
    trials: int = 3,
    languages: tuple[str, ...] = ("en",),
    **settings: Any,
) -> Path:
    """Write an export folder with blocks of four slots, two of each cell, and return it."""
    (folder / "slots").mkdir(parents=True)
    (folder / "media").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Study</title><h1>Study</h1>")
    (folder / "player.js").write_text("export const ready = true;\n" * 200)
    (folder / "player.css").write_text("body { margin: 0 }\n")
    (folder / "media" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9000)
    (folder / ".secret").write_text("hidden")
    planned = []
    for slot in range(1, slots + 1):
        cell = CELLS[(slot // 2) % 2]
        planned.append({"slot": slot, "block": (slot - 1) // 4 + 1, "cells": {"victim": cell}})
        for language in languages:
            further = "" if language == languages[0] else f".{language}"
            line = Timeline(
                study="small",
                title="A small study",
                protocol_version="1.0.0",
                protocol_hash=HASH,
                code_version="0.1.0",
                mode="main",
                slot=slot,
                language=language,
                direction="ltr",
                interface={"continue": "Continue"},
                exit="left",
                screens=screens_of(cell, trials),
            )
            path = folder / "slots" / f"{slot:04d}{further}.json"
            path.write_text(json.dumps(line.to_json()))
    study = {
        "study": "small",
        "title": "A small study",
        "protocol_version": "1.0.0",
        "protocol_hash": HASH,
        "code_version": "0.1.0",
        "mode": "main",
        "languages": languages,
        "slots": planned,
        **settings,
    }
    (folder / "study.json").write_text(json.dumps(study))
    return folder


class AnswersEverything:
    """Answers every screen; ``answers`` overrules by measure."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Answer with the first option, or with a hostile text."""
        given: dict[str, Answer] = {}
        for ask in screen.asks:
            first: Answer = (
                ask.options[0].value if ask.options else 'quote " newline \n 😀 =1+1 שלום'
            )
            given[ask.measure] = self.answers.get(ask.measure, first)
        times = dict.fromkeys(given or ["read"], 1.25)
        return Response(given, times, 12.5, "performance.now, mouse")


def rows_of(opened: Mapping[str, Any], answers: Mapping[str, Answer] | None = None) -> list[Row]:
    """Return all rows of a complete session."""
    identity = SessionIdentity(opened["participant"], opened["session"], False, "browser")
    # The same rows at every call, as in a page's queue.
    clock = "2026-01-31T12:00:00.000Z"
    run = SessionRun(Timeline.from_json(opened["timeline"]), identity, lambda: clock)
    participant, rows = AnswersEverything(answers), []
    while (screen := run.current()) is not None:
        rows += run.take(participant.respond(screen, {}))
    return rows
