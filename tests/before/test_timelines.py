"""Timelines, slots and exports of every mode have the content they had; a later version may add to it."""

from __future__ import annotations

import json

import pytest
from small_studies import SESSIONS, study_of, without_code

from experiments.online.export.exporting import order, write_folder
from experiments.online.recruitment import Recruitment


def lost(before, now, where="") -> list[str]:
    """Return the places where an earlier value is missing or different now."""
    if isinstance(before, dict) and isinstance(now, dict):
        lines = []
        for key, value in before.items():
            there = f"{where}.{key}"
            lines += lost(value, now[key], there) if key in now else [f"{there} is missing"]
        return lines
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [
            line
            for place, (a, b) in enumerate(zip(before, now, strict=True))
            for line in lost(a, b, f"{where}[{place}]")
        ]
    return [] if before == now else [f"{where}: {before!r} before, {now!r} now"]


def of_the_study(timeline):
    """Return a timeline without the interface texts, which ``tests/timelines`` holds, and the code's version."""
    return {name: value for name, value in without_code(timeline).items() if name != "interface"}


def test_what_is_lost_is_found():
    before = {"screens": [{"id": "a", "asks": [1, 2]}]}
    assert lost(before, {"screens": [{"id": "a", "asks": [1, 2], "new": 1}]}) == []
    assert lost(before, {"screens": [{"id": "b", "asks": [1]}]}) == [
        ".screens[0].id: 'a' before, 'b' now",
        ".screens[0].asks: [1, 2] before, [1] now",
    ]
    assert lost(before, {}) == [".screens is missing"]


@pytest.mark.parametrize(("study", "mode", "language"), SESSIONS)
def test_slots_and_timelines_are_the_same(stored, study, mode, language):
    before = stored(f"timelines/{study}-{mode}-{language}.json.gz")
    opened = study_of(study)
    slots = opened.slots(mode)
    now = [{"slot": slot.number, "block": slot.block, "cells": slot.cells} for slot in slots]
    assert lost(before["slots"], json.loads(json.dumps(now))) == []
    for slot, timeline in zip(slots, before["timelines"], strict=False):
        made = json.loads(json.dumps(opened.timeline(slot, language).to_json()))
        assert [screen["id"] for screen in made["screens"]] == [
            screen["id"] for screen in timeline["screens"]
        ]
        assert timeline["interface"].keys() <= made["interface"].keys()
        assert lost(of_the_study(timeline), of_the_study(made)) == []


def test_an_export_has_the_same_files_and_facts(stored, old, tmp_path):
    before, study = stored("export.json"), study_of("identified_victim")
    back = Recruitment(source="prolific", codes={"complete": "CDONE", "left": "CLEFT"})
    folder = tmp_path / "export"
    write_folder(study, folder, order(study, "static", "lottery", ["en", "he"], 6, back))
    now = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert sorted(set(before["files"]) - now) == []
    content = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert lost(without_code(before["study"]), without_code(content)) == []
    slots = sorted((old("collector") / "export" / "slots").glob("*.json"))
    assert len(slots) == 12
    for slot in slots:
        timeline, same = (
            of_the_study(json.loads(path.read_text(encoding="utf-8")))
            for path in (slot, folder / "slots" / slot.name)
        )
        assert lost(timeline, same) == [], slot.name
