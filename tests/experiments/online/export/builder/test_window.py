"""The Python that PsychoPy compiles runs in a window, and the map beside it converts its data into our rows."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from builder_sessions import Opened, Step, line_of, session

from analysis.data.load import load
from analysis.foreign.importing import import_foreign
from experiments.online.export import node
from experiments.online.export.builder.writing import write_builder
from experiments.online.export.exporting import order
from experiments.study import open_study

pytest.importorskip("metapensiero.pj", reason="JavaScripthon is not installed")
HERE = Path(__file__).resolve().parent
SLOT = 2


@pytest.fixture(scope="module")
def export(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the ``.psyexp`` of three slots of a study."""
    try:
        node.command("node")
    except node.NodeError as fault:
        pytest.skip(str(fault))
    folder = tmp_path_factory.mktemp("window") / "export"
    study = opened("identified_victim")
    written = write_builder(study, folder, order(study, "builder", "lottery", ["en"], 3))
    return written.experiment


def run(export: Path, display: str, steps: list[Step], data: Path) -> list[dict[str, str]]:
    """Run the compiled Python, and return its data."""
    given = {
        "script": str(export.with_suffix(".py")),
        "slot": str(SLOT),
        "answers": [step.hand for step in steps],
        "data": str(data),
    }
    result = subprocess.run(
        [sys.executable, str(HERE / "run_window.py")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[4]), "DISPLAY": display},
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    with data.open(encoding="utf-8-sig", newline="") as file:
        names, *table = csv.reader(file)
    # No quote in a text shifts a column.
    assert {len(line) for line in table} == {len(names)}
    return [dict(zip(names, line, strict=True)) for line in table]


@pytest.mark.slow
@pytest.mark.window
def test_the_python_shows_every_page_and_the_map_imports_the_data(
    export: Path, display: str, tmp_path: Path
) -> None:
    overruled = {
        "suspicion.suspicion": 'they said "no", then left',
        "practice.jars": None,
        "believed": None,
    }
    study = open_study(export.parent / "protocol.yaml")
    steps = session(study, "lottery", SLOT, overruled)
    data = run(export, display, steps, tmp_path / "data.csv")
    pages = [row for row in data if row["screen"]]
    assert [line_of(row) for row in pages] == [step.line for step in steps]
    assert all(float(row["seconds"]) > 0 for row in pages)
    import_foreign(export.parent / "map.yaml", [tmp_path / "data.csv"], tmp_path / "imported")
    rows = load(tmp_path / "imported").rows
    assert _answers(rows) == {
        measure.replace(".", "_"): answer or None
        for _, measure, answer in (step.line for step in steps)
        if measure not in ("read", "look")
    }
    assert set(rows["victim"].dropna()) == {study.slots("lottery")[SLOT - 1].cells["victim"]}


@pytest.mark.slow
@pytest.mark.window
def test_declining_ends_the_python_at_once(export: Path, display: str, tmp_path: Path) -> None:
    study = open_study(export.parent / "protocol.yaml")
    steps = session(study, "lottery", SLOT, {"consent.agree": 1})
    data = run(export, display, steps, tmp_path / "data.csv")
    assert [line_of(row) for row in data if row["screen"]] == [
        ("consent", "consent.agree", "no"),
        ("consent.2", "read", ""),
    ]


def _answers(rows: Any) -> Mapping[str, str | None]:
    found = rows[["measure", "value"]].astype(object)
    return dict(found.where(found.notna(), None).itertuples(index=False))
