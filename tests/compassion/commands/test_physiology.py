"""compassion data physiology."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app


def test_without_neurokit_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "neurokit2", None)
    result = CliRunner().invoke(app, ["data", "physiology", str(tmp_path), "recordings.csv"])
    assert result.exit_code != 0
    assert result.exception is not None
    assert "NeuroKit2, which is not installed" in str(result.exception) + result.output
