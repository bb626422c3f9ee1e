"""Bonuses go to the identities of the recruiting site, without codes, and to nobody else."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apart import run

from experiments.online.bonuses import Bonus, BonusFault, bonuses, write_bonuses
from experiments.online.collector import DatabaseFault
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


def test_jatos_knows_who_ran_which_study_result(tmp_path: Path) -> None:
    came = {"PROLIFIC_PID": "5f1", "STUDY_ID": "s", "SESSION_ID": "t"}
    results = [
        {"id": 31, "urlQueryParameters": came, "componentResults": [{"id": 40}]},
        {"id": 4, "urlQueryParameters": {"PROLIFIC_PID": "5f2"}},
        {"id": 5, "urlQueryParameters": {"PROLIFIC_PID": "5f3"}},
        {"id": 6, "urlQueryParameters": {}},
    ]
    path = archive(tmp_path, {"data": [{"studyId": 1, "studyResults": results}]})
    found, unknown = bonuses(TALLY, path)
    assert found == [Bonus("prolific", "5f1", 3.0, "USD"), Bonus("prolific", "5f2", 0.5, "USD")]
    assert unknown == ["p4"]


def test_the_collector_knows_who_has_which_code(tmp_path: Path) -> None:
    from experiments.online.collector.allocation import Opening
    from experiments.online.collector.export import Study
    from experiments.online.collector.sqlite import identities_beside
    from experiments.online.collector.store import Store
    from experiments.online.recruitment import Arrival

    told = {
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

    async def come() -> str:
        store = Store(database, Study.model_validate(told))
        opened = await store.open(
            Opening(Arrival("prolific", "5f1"), None, "en", "2026-03-03T09:00:00.000Z")
        )
        store.close()
        assert opened is not None
        return opened.participant

    code = run(come())
    made = replace(TALLY, payments=(replace(PAYMENT, participant=code),))
    assert bonuses(made, str(database)) == ([Bonus("prolific", "5f1", 3.0, "USD")], [])
    identities_beside(database).unlink()
    with pytest.raises(DatabaseFault, match="no payment identities"):
        bonuses(made, str(database))


def test_the_table_holds_identities_and_amounts_and_no_codes(tmp_path: Path) -> None:
    path = tmp_path / "bonuses.csv"
    write_bonuses([Bonus("prolific", "5f1", 3.0, "USD")], path)
    assert path.read_bytes() == b"id,amount,currency,source\r\n5f1,3.00,USD,prolific\r\n"
    with pytest.raises(BonusFault, match="never overwritten"):
        write_bonuses([], path)
    with pytest.raises(BonusFault, match="cannot be written"):
        write_bonuses([], tmp_path / "nowhere" / "bonuses.csv")


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    with pytest.raises(BonusFault, match="simulated people"):
        bonuses(replace(TALLY, simulated=True), "study.sqlite")
    with pytest.raises(BonusFault, match=r"holds no metadata\.json"):
        bonuses(TALLY, str(tmp_path / "nothing.jrzip"))
