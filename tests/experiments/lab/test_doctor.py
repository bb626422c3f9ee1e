"""The doctor: finds missing parts, and gives a remedy for each."""

from __future__ import annotations

import sys

import pytest

from experiments.lab.doctor import examine


def test_a_pc_without_a_display_is_found_out(tmp_path, monkeypatch):
    if sys.platform != "linux":
        pytest.skip("only on Linux is there no display")
    monkeypatch.delenv("DISPLAY", raising=False)
    found = {finding.check: finding for finding in examine(tmp_path / "data")}
    assert found["display"].verdict == "missing"
    assert "xvfb" in found["display"].remedy
    assert "OpenGL" not in found
    assert found["Python"].verdict == "good"
    assert found["disk"].verdict == "good"
    assert not (tmp_path / "data").exists()
    assert all(finding.remedy for finding in found.values() if finding.verdict != "good")


@pytest.mark.window
def test_the_window_is_examined_where_there_is_a_display(tmp_path, display):
    found = {finding.check: finding for finding in examine(tmp_path)}
    assert found["OpenGL"].verdict == "good"
    assert found["fonts"].verdict == "good"
