"""The analyse command prints what a reader of the report would want to know first."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from analysis.planned import read_results
from analysis.planned.lock import FORMAT, hash_of, locked
from analysis.simulate import simulate
from compassion.commands.main import app
from experiments.places import shipped_folder
from experiments.study import open_study


def test_damage_and_deviations_are_shown(tmp_path: Path) -> None:
    file = shipped_folder("protocols") / "identified_victim.yaml"
    parts = locked(open_study(file))
    content = {"format": FORMAT, "study": "identified_victim", "protocol_version": "2.0.0"}
    content |= {"made": "2026-01-01T00:00:00Z", "locked": parts, "hash": hash_of(parts)}
    (tmp_path / "prereg.json").write_text(json.dumps(content), "utf-8")
    changed = tmp_path / "changed.yaml"
    written = file.read_text("utf-8")
    assert "duration < 1/3 median" in written
    changed.write_text(written.replace("duration < 1/3 median", "duration < 1/2 median"), "utf-8")
    simulate(open_study(changed), tmp_path / "d", 30, "letters_indifferent", 1)
    journal = next((tmp_path / "d" / "sessions").iterdir())
    with journal.open("a", encoding="utf-8") as lines:
        lines.write('{"torn')
    words = [str(tmp_path / name) for name in ("d", "prereg.json", "report")]
    result = CliRunner().invoke(
        app,
        [
            "analyse",
            words[0],
            "--prereg",
            words[1],
            "--to",
            words[2],
            "--no-pdf",
            "--second-engine",
        ],
    )
    assert result.exit_code == 0, result.output
    shown = " ".join(result.output.split())
    assert "this is not a line of a journal" in shown
    assert "deviation from the preregistration: The exclusion rules changed" in shown
    results = read_results(tmp_path / "report")
    assert "--second-engine" in results.provenance.command
    fitted = [model for model in results.modes[0].models if not model.failed]
    assert fitted
    assert all(model.second_fits for model in fitted)
