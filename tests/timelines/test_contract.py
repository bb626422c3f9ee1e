"""The shared timelines and walks are what their scripts give, and the rows contain what was stated by hand."""

from __future__ import annotations

import json

import contract
import every_kind
import pytest

from experiments.measures import KINDS
from experiments.timeline.timeline import Timeline


@pytest.mark.parametrize("language", every_kind.LANGUAGES)
def test_the_committed_files_are_what_the_script_writes(language: str) -> None:
    path = every_kind.HERE / f"every_kind.{language}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(
        json.dumps(every_kind.build(language).to_json())
    )
    rows = every_kind.HERE / f"every_kind.{language}.rows.json"
    assert json.loads(rows.read_text(encoding="utf-8")) == contract.walks_with_rows(language)


def test_a_timeline_survives_json() -> None:
    built = every_kind.build("he")
    assert Timeline.from_json(json.loads(json.dumps(built.to_json()))) == built


@pytest.mark.parametrize("walk", ["answered", "skipped", "declined", "left"])
def test_the_rows_hold_what_was_stated(walk: str) -> None:
    rows = contract.rows_of("en", contract.walks("en")[walk])
    names = ("measure", "value", "number", "unit", "status", "correct")
    for (screen, visit), expected in contract.EXPECTED[walk].items():
        found = [row for row in rows if (row["screen"], row["visit"]) == (screen, visit)]
        assert [tuple(row[name] for name in names) for row in found] == expected


def test_every_kind_of_screen_is_there() -> None:
    kinds = {screen.kind for screen in every_kind.build("en").screens}
    missing = {"read", "look", *KINDS} - kinds
    assert not missing, (
        f"tests/timelines/every_kind.py has no screen of the kind {', '.join(sorted(missing))}"
    )
