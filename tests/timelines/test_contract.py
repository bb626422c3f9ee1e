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


def test_rows_of_levels_together_know_their_level_and_its_position() -> None:
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    found = [
        (row["measure"], row["position"], row["cells"], row["number"])
        for row in rows
        if row["screen"] in ("joint.gift", "joint.felt")
    ]
    eight, one = {"n": 8, "own": "b"}, {"n": 1, "own": "a"}
    assert found == [
        ("joint.gift", 1, eight, 4),
        ("joint.gift", 2, one, 5),
        ("joint.felt1", 1, eight, 7),
        ("joint.felt2", 1, eight, 1),
        ("joint.felt1", 2, one, 2),
        ("joint.felt2", 2, one, 6),
    ]
    assert {row["position"] for row in rows if not row["screen"].startswith("joint.")} == {None}


def test_every_kind_of_screen_is_there() -> None:
    kinds = {screen.kind for screen in every_kind.build("en").screens}
    missing = {"read", "look", *KINDS} - kinds
    assert not missing, (
        f"tests/timelines/every_kind.py has no screen of the kind {', '.join(sorted(missing))}"
    )
