"""Bonuses go to the IDs on the recruitment platform, without participant codes, and to nobody else."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apart import run

from experiments.online.collector import DatabaseError
from experiments.online.results.bonuses import BonusError, write_bonuses
from experiments.package.paying import Payment, Tally

PAYMENT = Payment("p1", "jatos-31-1", "lottery", "complete", "lottery", True, "d", 2.0, 3.0, "USD")
TALLY = Tally(
    "study",
    False,
    "UNICEF",
    (
        PAYMENT,
        replace(PAYMENT, participant="p2", session="jatos-4-2", kept=0.5),
        replace(PAYMENT, participant="p3", session="jatos-5-1", kept=0.0, carried_out=False),
        replace(PAYMENT, participant="p4", session="jatos-6-1", kept=1.0),
    ),
)


def archive(folder: Path, metadata: Any) -> str:
    """Write a results archive as JATOS does."""
    path = folder / "results.jrzip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("metadata.json", json.dumps(metadata))
    return str(path)


def lines_of(path: Path) -> list[str]:
    """Return the lines of a table of bonuses, and remove it."""
    lines = path.read_bytes().decode("utf-8").split("\r\n")
    path.unlink()
    assert (lines[0], lines[-1]) == ("id,amount,currency,source", "")
    return lines[1:-1]


def test_the_participant_of_each_study_result_is_found_in_jatos(tmp_path: Path) -> None:
    link = {"PROLIFIC_PID": "5f1", "STUDY_ID": "s", "SESSION_ID": "t"}
    results = [
        {"id": 31, "urlQueryParameters": link, "componentResults": [{"id": 40}]},
        {"id": 4, "urlQueryParameters": {"PROLIFIC_PID": "5f2"}},
        {"id": 5, "urlQueryParameters": {"PROLIFIC_PID": "5f3"}},
        {"id": 6, "urlQueryParameters": {}},
    ]
    path = archive(tmp_path, {"data": [{"studyId": 1, "studyResults": results}]})
    table = tmp_path / "bonuses.csv"
    assert write_bonuses(TALLY, path, table) == (2, ["p4"])
    with pytest.raises(BonusError, match="never overwritten"):
        write_bonuses(TALLY, path, table)
    assert lines_of(table) == ["5f1,3.00,USD,prolific", "5f2,0.50,USD,prolific"]
    with pytest.raises(BonusError, match="cannot be written"):
        write_bonuses(TALLY, path, tmp_path / "nowhere" / "bonuses.csv")


def test_the_participant_of_each_code_is_found_in_the_collector(tmp_path: Path) -> None:
    from experiments.online.collector.allocation import Opening
    from experiments.online.collector.export import Study
    from experiments.online.collector.sqlite import identities_beside
    from experiments.online.collector.store import Store
    from experiments.online.recruitment import Arrival

    content = {
        "study": "study",
        "title": "Study",
        "protocol_version": "1.0.0",
        "protocol_hash": "0" * 16,
        "mode": "lottery",
        "target": "static",
        "languages": ["en"],
        "dropout_minutes": 60.0,
        "away_hours": 12.0,
        "recruitment": {"source": "prolific", "codes": {"complete": "C"}},
        "slots": [{"slot": 1, "block": 1, "cells": {}}],
    }
    database = tmp_path / "study.sqlite"

    async def open_study() -> str:
        store = Store(database, Study.model_validate(content))
        opened = await store.open(
            Opening(Arrival("prolific", "5f1"), None, "en", "2026-03-03T09:00:00.000Z")
        )
        store.close()
        assert opened is not None
        return opened.participant

    code = run(open_study())
    made = replace(TALLY, payments=(replace(PAYMENT, participant=code),))
    table = tmp_path / "bonuses.csv"
    assert write_bonuses(made, str(database), table) == (1, [])
    assert lines_of(table) == ["5f1,3.00,USD,prolific"]
    identities_beside(database).unlink()
    with pytest.raises(DatabaseError, match="no file of payment identities"):
        write_bonuses(made, str(database), table)


def test_what_cannot_be_paid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BonusError, match="participants are simulated"):
        write_bonuses(replace(TALLY, simulated=True), "study.sqlite", tmp_path / "b.csv")
    with pytest.raises(BonusError, match=r"has no readable metadata\.json"):
        write_bonuses(TALLY, str(tmp_path / "nothing.jrzip"), tmp_path / "b.csv")
