"""The pages of functions and results are made from docstrings, without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def modules() -> list[str]:
    """Return what ``make docs`` documents."""
    text = (CHECKOUT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    found = re.search(r"^API := (.*)$", text, re.MULTILINE)
    assert found
    return found[1].split()


def test_the_pages_are_made_without_a_warning(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "pdoc", "--docformat", "numpy",
         "--output-directory", str(tmp_path), *modules()],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "MPLBACKEND": "agg"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "warn" not in result.stderr.lower()
    page = (tmp_path / "compassion.html").read_text("utf-8")
    for name in (
        "fit",
        "means",
        "contrast",
        "compare",
        "load",
        "exclude",
        "score",
        "power",
        "report",
    ):
        assert f'id="{name}"' in page
    result = (tmp_path / "analysis" / "models.html").read_text("utf-8")
    for name in ("table", "plot", "random_sd", "messages"):
        assert f'id="Fit.{name}"' in result
    assert 'id="Shown.summary"' in (tmp_path / "analysis" / "showing.html").read_text("utf-8")
